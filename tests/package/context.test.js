// Whose request is this? Each function of an application is called in the asynchronous context of the call that led to it,
// whoever opens the sockets and wakes the queues: a server tells its visitors apart by that.

import * as neo4j from "neo4j-wasm";
import { isBrowser, isWeb } from "../harness/env.js";
import { equal, test } from "../harness/test.js";
import { COMMIT, FAILURE, IGNORED, int, list, map, message, PULL, replay, RESET, ROUTE, RUN, str, tiny } from "./replay.js";

// By a name that bundlers for browsers do not follow.
const HOOKS = "node:async_hooks";
const skip = isBrowser && "browsers have no AsyncLocalStorage";
const skipCertificates = isWeb && "no certificate can be chosen here";
const UNAUTHORIZED = "Neo.ClientError.Security.Unauthorized";
const REQUESTS = 1_000;

/** A storage, and what was called in whose context: `saw(name, whose)` is a failure where it is another's. */
async function watched() {
  const { AsyncLocalStorage } = await import(/* webpackIgnore: true */ /* @vite-ignore */ HOOKS);
  const als = new AsyncLocalStorage();
  const [calls, wrong] = [{}, {}];
  const saw = (name, whose) => {
    calls[name] = (calls[name] ?? 0) + 1;
    if (als.getStore() !== whose) wrong[name] = (wrong[name] ?? 0) + 1;
  };
  return { als, calls, wrong, saw };
}

/** A member of a cluster of one, where every so many RUNs are refused as `UNAUTHORIZED`. */
function member(every, count = { runs: 0 }) {
  const socket = replay(["n"], [[[tiny(1)]]], { version: [5, 4], last: { bookmark: str("later") } });
  const roles = ["ROUTE", "READ", "WRITE"].map((role) => map({ addresses: list(str("127.0.0.1:1")), role: str(role) }));
  const { [RUN]: run, [PULL]: pull } = socket.answers;
  let failed = false;
  socket.answers[ROUTE] = () =>
    message(0x70, map({ rt: map({ ttl: int(1_000), db: str("neo4j"), servers: list(...roles) }) }));
  socket.answers[RUN] = () => {
    failed = ++count.runs % every === 0;
    return failed ? message(FAILURE, map({ code: str(UNAUTHORIZED), message: str("no") })) : run();
  };
  socket.answers[PULL] = () => (failed ? message(IGNORED) : pull());
  socket.answers[COMMIT] = () => message(0x70, map({ bookmark: str("later") }));
  socket.answers[RESET] = () => {
    failed = false;
    return message(0x70, map({}));
  };
  return socket;
}

/** A bookmark manager of one request's own. */
const bookmarksOf = (id, saw) =>
  neo4j.bookmarkManager({
    bookmarksSupplier: () => (saw("bookmarksSupplier", id), []),
    bookmarksConsumer: () => saw("bookmarksConsumer", id),
  });

test("1,000 requests on one driver, each in its own context: work, retries, tokens, refusals, bookmarks", { skip, timeout: 200_000 }, async () => {
  const { als, calls, wrong, saw } = await watched();
  const count = { runs: 0 };
  const auth = {
    getToken: () => neo4j.basicAuth(als.getStore() ?? "nobody", "password"),
    handleSecurityException: ({ principal }) => (saw("handleSecurityException", principal), true),
  };
  const webSocket = () => member(7, count);
  const driver = neo4j.GraphDatabase.driver("bolt://127.0.0.1:1", { auth, webSocket, telemetryDisabled: true, maxConnectionPoolSize: 20 });
  const request = async (_, number) => {
    const id = `request ${number}`;
    await als.run(id, async () => {
      const session = driver.session({ bookmarkManager: bookmarksOf(id, saw), database: "neo4j" });
      let attempts = 0;
      const way = number % 2 ? "executeRead" : "executeWrite";
      await session[way](async (tx) => {
        saw(attempts++ ? "work, again" : "work", id);
        await tx.run("RETURN 1 AS n");
        saw("work, after a query", id);
      });
      await session.close();
      await driver.executeQuery("RETURN 1 AS n", {}, { bookmarkManager: bookmarksOf(id, saw), accessMode: "READ" });
    });
  };
  await Promise.all(Array.from({ length: REQUESTS }, request));
  equal(wrong, {});
  equal(Object.keys(calls).sort(), [
    "bookmarksConsumer", "bookmarksSupplier", "handleSecurityException", "work", "work, after a query", "work, again",
  ]);
  equal([calls.work, calls.bookmarksConsumer], [REQUESTS, 2 * REQUESTS]);
  await driver.close();
});

test("1,000 requests with a driver each: resolver, token provider, webSocketUrl, webSocket", { skip, timeout: 200_000 }, async () => {
  const { als, calls, wrong, saw } = await watched();
  const request = async (_, number) => {
    const config = {
      resolver: async function* (host, port) {
        saw("resolver", number);
        await undefined;
        saw("resolver, later", number);
        yield [host, port];
      },
      auth: neo4j.authTokenManagers.basic({ tokenProvider: () => (saw("tokenProvider", number), neo4j.basicAuth("a", "b")) }),
      webSocketUrl: (address) => (saw("webSocketUrl", number), `ws://${address}`),
      webSocket: () => (saw("webSocket", number), member(Infinity)),
      telemetryDisabled: true,
    };
    await als.run(number, async () => {
      const driver = neo4j.GraphDatabase.driver("neo4j://127.0.0.1:1", config);
      const session = driver.session({ bookmarkManager: bookmarksOf(number, saw) });
      // In the background: nobody awaits it before it is at its end.
      const result = session.run("RETURN 1 AS n");
      await new Promise((resolve) => setTimeout(resolve, number % 50));
      equal((await result).records.length, 1);
      await session.close();
      await driver.close();
    });
  };
  await Promise.all(Array.from({ length: REQUESTS }, request));
  equal(wrong, {});
  const once = ["bookmarksConsumer", "resolver", "resolver, later", "tokenProvider"];
  equal(once.map((name) => [name, calls[name]]), once.map((name) => [name, REQUESTS]));
  equal(["bookmarksSupplier", "webSocket", "webSocketUrl"].filter((name) => !(calls[name] >= REQUESTS)), []);
});

test("a function that gives a certificate is called in the context of whoever opens the connection", { skip: skipCertificates, timeout: 60_000 }, async () => {
  const { als } = await watched();
  const clientCertificate = () => {
    throw new Error(`none for ${als.getStore()}`);
  };
  const said = async (id) => {
    // Nobody is asked for anything there: the certificate comes first.
    const driver = neo4j.GraphDatabase.driver("bolt+s://127.0.0.1:1", { clientCertificate, maxRetryTime: 0 });
    const asked = () => driver.executeQuery("RETURN 1").catch(({ code, message }) => [code, message.includes(`none for ${id})`)]);
    return als.run(id, asked).finally(() => driver.close());
  };
  const all = await Promise.all(["a", "b", "c"].map(said));
  equal(all, Array(3).fill(["ClientCertificateFailed", true]));
});
