// `Driver`, and the functions that make one.

import { Driver as OurDriver, openSession, runQuery } from "../driver/driver.js";
import { Decoder } from "../wire/decode.js";
import { held, hold } from "../driver/held.js";
import { bookmarkManager as ourBookmarkManager } from "../driver/managers.js";
import { tokenOf } from "./auth.js";
import { shown } from "./brand.js";
import { configOf, filterOf } from "./config.js";
import { encodeParameters } from "./encode.js";
import { newError, orTranslated, translating } from "./errors.js";
import { layerOf } from "./layer.js";
import { logOf, warn } from "./logging.js";
import { bookmarksOf, fetchSizeOf, queryOf, transactionOptions } from "./query.js";
import { RxSession } from "./rx.js";
import { Session } from "./session.js";
import { ResultSummary, ServerInfo } from "./summary.js";
import { eager, EagerResult } from "./transformers.js";
import { ProtocolVersion } from "./version.js";

export const READ = "READ", WRITE = "WRITE";
export const routing = { READ, WRITE };
export const session = { READ, WRITE };

function checkMode(mode, what) {
  if (mode !== READ && mode !== WRITE) throw newError(`Illegal ${what}: "${mode}", it is READ or WRITE`);
  return mode;
}

const NUMERIC_ID = /\bid\s*\(/i;
const FUTURE = "a query uses id(): future servers have no numeric ids. Use elementId(), and elementId in place of identity " +
  "(disableWarnings: true silences this)";

const orMissing = (value) => (value === null || value === "" ? undefined : value);

/** What sessions and queries have in common. */
const target = ({ database, impersonatedUser, auth, bookmarkManager }) => ({
  database: orMissing(database),
  impersonatedUser: orMissing(impersonatedUser),
  auth: auth ? tokenOf(auth) : undefined,
  bookmarkManager: bookmarkManager ?? undefined,
});

export class Driver {
  /** Made by `driver()` and `from()`. */
  constructor(native, config = {}) {
    const layer = layerOf(config);
    const codec = { encode: encodeParameters, decoder: () => new Decoder("auto", layer) };
    const log = logOf(config.logging);
    const context = {
      integer: layer.number,
      isRouting: held(native).handle.isRouting(),
      log,
      warn: (message, about) => warn(config.disableWarnings, message, about),
      asked(text) {
        log("debug", `RUN ${text}`);
        if (NUMERIC_ID.test(text)) this.warn(FUTURE, "id()");
      },
    };
    hold(this, { native, codec, context });
    log("info", `${context.isRouting ? "Routing" : "Direct"} driver created`);
  }

  /** The driver of ours: for moving on piece by piece. */
  get native() {
    return held(this).native;
  }

  get executeQueryBookmarkManager() {
    return held(this).native.executeQueryBookmarkManager;
  }

  session({
    defaultAccessMode = WRITE, bookmarks, database, impersonatedUser, fetchSize, bookmarkManager, notificationFilter, auth,
  } = {}) {
    const { native, codec, context } = held(this);
    const options = {
      accessMode: checkMode(defaultAccessMode, "session mode"),
      bookmarks: bookmarksOf(bookmarks),
      fetchSize: fetchSizeOf(fetchSize),
      notificationFilter: filterOf(notificationFilter),
      ...target({ database, impersonatedUser, auth, bookmarkManager }),
    };
    return new Session(() => openSession(native, options, codec), context);
  }

  rxSession(options) {
    return new RxSession(this.session(options));
  }

  async executeQuery(text, parameters, config = {}, rules) {
    const { native, codec, context } = held(this);
    const accessMode = checkMode(config.routing ?? WRITE, "query routing config");
    const { resultTransformer, transactionConfig, signal } = config;
    if (resultTransformer && resultTransformer !== eager) return transformed(this, text, parameters, config, rules);
    const asked = queryOf(text, parameters, rules);
    context.asked(asked.text);
    const options = { ...target(config), ...transactionOptions(transactionConfig), accessMode };
    if (config.bookmarkManager === null) options.bookmarkManager = null;
    if (signal) options.signal = signal;
    const { keys, records, summary } =
      await orTranslated(runQuery(native, asked.text, asked.parameters, options, codec), context.isRouting);
    return new EagerResult(keys, records, ResultSummary.of(asked, summary, context.integer));
  }

  async verifyConnectivity({ database } = {}) {
    await look(this, (native) => native.getServerInfo({ database: orMissing(database), accessMode: READ }));
  }

  async getServerInfo({ database } = {}) {
    return new ServerInfo(await look(this, (native) => native.getServerInfo({ database: orMissing(database), accessMode: READ })));
  }

  verifyAuthentication({ auth, database } = {}) {
    return look(this, (native) =>
      native.verifyAuthentication({ auth: auth && tokenOf(auth), database: orMissing(database) }));
  }

  supportsMultiDb() {
    return look(this, (native) => native.supportsMultiDb());
  }

  supportsTransactionConfig() {
    return this.supportsMultiDb();
  }

  supportsUserImpersonation() {
    return look(this, (native) => native.supportsUserImpersonation());
  }

  supportsSessionAuth() {
    return look(this, (native) => native.supportsSessionAuth());
  }

  async getNegotiatedProtocolVersion() {
    return ProtocolVersion.of(await look(this, (native) => held(native).handle.protocolVersion()));
  }

  isEncrypted() {
    return held(this).native.isEncrypted();
  }

  /** What older programs call. */
  _isEncrypted() {
    return this.isEncrypted();
  }

  close() {
    const { native, context } = held(this);
    context.log("info", "Driver closing");
    return native.close();
  }

  [Symbol.asyncDispose ?? Symbol.for("Symbol.asyncDispose")]() {
    return this.close();
  }
}

function look(driver, call) {
  const { native, context } = held(driver);
  return orTranslated(call(native), context.isRouting);
}

/** A query whose result the application takes in its own way: as the work of a transaction. */
async function transformed(driver, text, parameters, config, rules) {
  const { routing: mode, transactionConfig, resultTransformer, signal } = config;
  const manager = config.bookmarkManager === null ? undefined : config.bookmarkManager ?? driver.executeQueryBookmarkManager;
  const own = driver.session({ ...config, bookmarkManager: manager });
  const stop = () => void own.close();
  if (signal?.aborted) throw signal.reason;
  signal?.addEventListener("abort", stop);
  try {
    const work = (transaction) => resultTransformer(transaction.run(text, parameters, rules));
    return await (mode === READ ? own.executeRead(work, transactionConfig) : own.executeWrite(work, transactionConfig));
  } finally {
    signal?.removeEventListener("abort", stop);
    await own.close();
  }
}

/** Not an arrow: some programs say `new neo4j.driver(…)`. */
export function driver(url, authToken, config = {}) {
  if (Object.prototype.toString.call(url) !== "[object String]") {
    throw new TypeError(`"Bolt URL" expected to be string but was: ${shown(url)}`);
  }
  const options = configOf(String(url), authToken, config ?? {});
  return new Driver(translating(() => new OurDriver(String(url), options)), config ?? {});
}

/** A driver of ours as one of theirs; both go on to work, on the same connections. */
export function from(native, config) {
  if (native instanceof Driver) return native;
  if (native instanceof OurDriver) return new Driver(native, config);
  throw new TypeError(`from takes a driver of neo4j-wasm, got: ${typeof native}`);
}

export async function hasReachableServer(url, config) {
  const asking = driver(url, { scheme: "none" }, config);
  try {
    await asking.getNegotiatedProtocolVersion();
    return true;
  } finally {
    await asking.close();
  }
}

export function bookmarkManager({ initialBookmarks, bookmarksSupplier, bookmarksConsumer } = {}) {
  const supplier = bookmarksSupplier && (async () => (await bookmarksSupplier()) ?? []);
  return translating(() => ourBookmarkManager(
    { initialBookmarks: [...(initialBookmarks ?? [])], bookmarksSupplier: supplier, bookmarksConsumer }));
}
