// `Driver` and its two kinds: the one object of an application that knows the database.

import { checkConfig, checkOptions, checkUri } from "./config.js";
import { checkStarted, host, wasm } from "../wire/start.js";
import { entries, entry, refusal, threadOf, traced, within } from "./errors.js";
import { asking, unlessCrashed } from "../wire/gate.js";
import { held, hold } from "./held.js";
import { bookmarkManager } from "./managers.js";
import { codecOf, joined, prepare } from "./result.js";
import { Session } from "./session.js";
import { Summary } from "./summary.js";

const THREAD = threadOf("driver");

export class Driver {
  thread = THREAD;

  constructor(uri, config) {
    within(Driver, () => {
      checkStarted();
      const address = checkUri(uri);
      const checked = checkConfig(config, host, address);
      const codec = codecOf(checked.integers);
      const { DriverHandle } = wasm();
      const handle = new DriverHandle(address, checked);
      const [Kind, Other] = handle.isRouting() ? [RoutingDriver, DirectDriver] : [DirectDriver, RoutingDriver];
      if (new.target === Other || new.target.prototype instanceof Other) {
        handle.free();
        const [takes, other] = Other === DirectDriver ? ["bolt:", "neo4j:"] : ["neo4j:", "bolt:"];
        throw refusal(`This kind of driver takes URIs with ${takes}, not with ${other}`);
      }
      // The base class stands for either: the scheme says which.
      if (new.target === Driver) Object.setPrototypeOf(this, Kind.prototype);
      const queryBookmarks = bookmarkManager();
      // The same, as Rust wants it.
      const ownBookmarks = checkOptions("session", { bookmarkManager: queryBookmarks }).options.bookmarkManager;
      hold(this, { handle, codec, queryBookmarks, ownBookmarks, isAsking: hasFunctions(checked) });
    });
  }

  session(accessMode, given) {
    const isMode = accessMode === undefined || typeof accessMode === "string";
    return openSession(this, isMode ? { ...given, accessMode } : accessMode, held(this).codec);
  }

  async executeQuery(text, parameters, given) {
    return runQuery(this, text, parameters, given, held(this).codec);
  }

  async getServerInfo(given) {
    return look(this, (handle) => handle.getServerInfo(checkOptions("connection", given).signal));
  }

  verifyConnectivity(options) {
    return this.getServerInfo(options);
  }

  /** Keeps the bookmarks of executeQuery; a session that is given it sees what those queries did. */
  get executeQueryBookmarkManager() {
    return held(this).queryBookmarks;
  }

  async verifyAuthentication(given) {
    const { options, signal } = checkOptions("verifyAuthentication", given);
    return look(this, (handle) => handle.verifyAuthentication(options, signal));
  }

  async supportsSessionAuth(given) {
    return look(this, (handle) => handle.supportsSessionAuth(checkOptions("signal", given).signal));
  }

  /** Every server that this driver can talk to has several databases, and lets users be impersonated. */
  async supportsMultiDb(given) {
    await this.getServerInfo(given);
    return true;
  }

  supportsUserImpersonation(given) {
    return this.supportsMultiDb(given);
  }

  isEncrypted() {
    return held(this).handle.isEncrypted();
  }

  routingTable(given) {
    return held(this).handle.routingTable(checkOptions("routing", given).options);
  }

  async updateRoutingTable(given) {
    const { options, signal } = checkOptions("routing", given);
    return look(this, (handle) => handle.updateRoutingTable(options, signal));
  }

  metrics() {
    return held(this).handle.metrics();
  }

  closed() {
    return unlessCrashed(() => held(this).handle.isClosed(), true);
  }

  async close() {
    await unlessCrashed(() => held(this).handle.close());
  }

  [Symbol.asyncDispose ?? Symbol.for("Symbol.asyncDispose")]() {
    return this.close();
  }
}

/** A session whose values go through `codec`. */
export function openSession(driver, given, codec) {
  const { options } = checkOptions("session", given);
  const { handle, isAsking } = held(driver);
  return new Session(handle.session(options), codec, handle, isAsking || Boolean(options.bookmarkManager));
}

/** One query in a transaction of its own, whose values go through `codec`. */
export async function runQuery(driver, text, parameters, given, codec) {
  const { options, signal } = checkOptions("executeQuery", given);
  const { handle, ownBookmarks, isAsking } = held(driver);
  const leads = isAsking || Boolean(options.bookmarkManager);
  if (options.bookmarkManager === undefined) options.bookmarkManager = ownBookmarks;
  const prepared = prepare(text, parameters, codec);
  const { parameters: bytes, decoder } = prepared;
  const answer = asking(leads, () => handle.executeQuery(text, bytes, options, decoder, signal));
  const [keys, batches, outcome] = await traced(answer);
  return { keys, records: joined(batches), summary: new Summary(outcome, prepared.query) };
}

/** What `call` finds out about the server. */
function look(driver, call) {
  const { handle, isAsking } = held(driver);
  return traced(asking(isAsking, () => call(handle)));
}

/** Whether there are functions of the application in a configuration: one alone, or those of a manager. */
const hasFunctions = (config) =>
  Object.values(config).some((option) => typeof option === "function" || typeof option?.getToken === "function");

entries(Driver);

export class DirectDriver extends Driver {}

export class RoutingDriver extends Driver {}

export const GraphDatabase = Object.freeze({
  driver: entry(function driver(uri, config) {
    return new Driver(uri, config);
  }),
});
