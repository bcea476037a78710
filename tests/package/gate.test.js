// What is not ours does what it likes: sockets that are none, functions that throw anything or answer never, signals and
// errors that throw when they are looked at. The driver says what is wrong, in time, and goes on.

import * as neo4j from "neo4j-wasm";
import { env } from "../harness/env.js";
import { assert, equal, rejects, test } from "../harness/test.js";
import { PULL, replay, replaying, tiny } from "./replay.js";

const URI = "bolt://127.0.0.1:1";
const ROW = [["n"], [[[tiny(7)]]]];
const one = async (driver, options) => (await driver.executeQuery("RETURN 7 AS n", {}, options)).records[0].get("n");

/** What throws at whatever is done with it. */
const trap = () => {
  const throwing = new Proxy({}, { get: () => () => fail() });
  const fail = () => {
    throw new Error("do not look");
  };
  return new Proxy(function () {}, throwing);
};

const revoked = () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
};

const nothingToString = () => Object.create(null);

/** Makers of what can be thrown, or rejected with, and what can be read of it. */
const THROWN = {
  undefined: [() => undefined, "undefined"],
  null: [() => null, "null"],
  string: [() => "a text", "a text"],
  symbol: [() => Symbol("mine"), "Symbol(mine)"],
  bigint: [() => 5n, "5"],
  "no prototype": [nothingToString, "something that cannot be shown"],
  "a revoked proxy": [revoked, "something that cannot be shown"],
  "a trap": [trap, "something that cannot be shown"],
  "an error": [() => new Error("mine"), "mine"],
  "an error whose message throws": [() => Object.defineProperty(new Error(), "message", { get: () => { throw 1; } }), "something that cannot be shown"],
};

test("a token manager that rejects with anything, or with nothing, is an AuthError at once", async () => {
  for (const [name, [make, said]] of Object.entries(THROWN)) {
    for (const getToken of [() => Promise.reject(make()), () => { throw make(); }]) {
      const driver = replaying(...ROW, { auth: { getToken, handleSecurityException: () => false } });
      const error = await rejects(one(driver), { name: "AuthError", code: "AuthTokenManagerFailed", retryable: false });
      equal(error.message, `The auth token manager failed: ${said}`, name);
      await driver.close();
    }
  }
});

test("thenables count once, whatever they do", async () => {
  const token = neo4j.basicAuth("neo4j", "password");
  const twice = { then: (resolve) => [resolve(token), resolve("again")] };
  const both = { then: (resolve, reject) => [resolve(token), reject(new Error("too late"))] };
  const late = { then: (resolve) => { resolve(token); throw new Error("too late"); } };
  for (const given of [twice, both, late]) {
    const driver = replaying(...ROW, { auth: { getToken: () => given, handleSecurityException: () => false } });
    equal(await one(driver), 7);
    await driver.close();
  }
  const broken = Object.defineProperty({}, "then", { get: () => { throw new Error("no then"); } });
  const driver = replaying(...ROW, { auth: { getToken: () => broken, handleSecurityException: () => false } });
  equal((await rejects(one(driver), { code: "AuthTokenManagerFailed" })).cause.message, "no then");
  await driver.close();
});

// Its clock stands still between events: of two limits that end at once either may be the first.
const coarse = env.runtime === "workerd" && "two limits that end at once are not told apart by its clock";

test("functions that never answer cost the acquisition timeout, and the error names them", { skip: coarse }, async () => {
  const never = () => new Promise(() => {});
  const limits = { connectionAcquisitionTimeout: 50 };
  const auth = replaying(...ROW, { ...limits, auth: { getToken: never, handleSecurityException: () => false } });
  const refused = await rejects(one(auth), { name: "AuthError", code: "AuthTokenManagerFailed" });
  equal([refused.cause.name, refused.cause.code], ["TimeoutError", "AuthTokenManagerTimeout"]);
  await auth.close();
  const get = replaying(...ROW, limits);
  const manager = { getBookmarks: never, updateBookmarks: () => {} };
  const unknown = await rejects(one(get, { bookmarkManager: manager }), { code: "BookmarkManagerFailed" });
  equal([unknown.cause.name, unknown.cause.code], ["TimeoutError", "BookmarkManagerTimeout"]);
  await get.close();
  const update = replaying(...ROW, { ...limits, last: { bookmark: [0x81, 0x62] } });
  const deaf = { getBookmarks: () => [], updateBookmarks: never };
  const untold = await rejects(one(update, { bookmarkManager: deaf, accessMode: "READ" }), { code: "BookmarkManagerFailed" });
  assert(/what was committed stays committed/.test(untold.message), untold.message);
  await update.close();
});

test("iterables without an end are noticed", async () => {
  function* endless() {
    for (;;) yield "127.0.0.1:1";
  }
  async function* slowly() {
    for (;;) yield "127.0.0.1:1";
  }
  for (const resolver of [endless, slowly]) {
    const driver = neo4j.GraphDatabase.driver("neo4j://127.0.0.1:1", { resolver, maxRetryTime: 0 });
    const error = await rejects(one(driver));
    assert(/gave more than 10000/.test(error.message), error.message);
    await driver.close();
  }
  const driver = replaying(...ROW);
  const error = await rejects(one(driver, { bookmarkManager: { getBookmarks: endless, updateBookmarks() {} } }));
  assert(/getBookmarks\(\) gives an iterable that ends/.test(error.message), error.message);
  await driver.close();
});

test("what a webSocket function gives is a socket, or said to be none", async () => {
  const locked = Object.freeze({ send() {}, close() {} });
  const getters = Object.defineProperty({ close() {} }, "send", { get: () => { throw new Error("no"); } });
  const setters = Object.defineProperty({ send() {}, close() {} }, "onmessage", { set: () => { throw new Error("no"); } });
  for (const given of [undefined, null, "ws://localhost", 5, {}, { send: 1, close: 2 }, locked, getters, setters, revoked(), trap()]) {
    const driver = neo4j.GraphDatabase.driver(URI, { webSocket: () => given, maxRetryTime: 0 });
    const error = await rejects(one(driver), { name: "ConnectionError", code: "ConnectionRefusedByHost" });
    assert(/send\(\), close\(\) and handlers that can be set|then/.test(error.message), error.message);
    await driver.close();
  }
  for (const [make, said] of Object.values(THROWN)) {
    const webSocket = () => { throw make(); };
    const driver = neo4j.GraphDatabase.driver(URI, { webSocket, maxRetryTime: 0 });
    const { message } = await rejects(one(driver), { name: "ConnectionError", code: "ConnectionRefusedByHost" });
    assert(message.endsWith(`: ${said}`), message);
    await driver.close();
  }
});

test("a message that is not made of bytes ends the connection with a ProtocolError", async () => {
  const given = new ArrayBuffer(8);
  structuredClone(given, { transfer: [given] });
  const messages = {
    text: { data: "HTTP/1.1 400 Bad Request" },
    Blob: { data: new Blob(["bytes"]) },
    DataView: { data: new DataView(new ArrayBuffer(4)) },
    Array: { data: [0, 0, 1] },
    "something unknown": { data: 4_000_000_000 },
    "a buffer that has been given away": { data: given },
  };
  const events = Object.entries(messages).concat([
    ["something unknown", {}], ["something unknown", undefined], ["something unknown", null], ["something unknown", trap()],
  ]);
  for (const [what, event] of events) {
    const sockets = [];
    const webSocket = () => {
      const socket = replay(...ROW);
      const close = socket.close.bind(socket);
      const closed = [];
      sockets.push(closed);
      socket.send = () => setTimeout(() => socket.onmessage?.(event));
      socket.close = () => (closed.push(1), close());
      return socket;
    };
    const driver = neo4j.GraphDatabase.driver(URI, { webSocket });
    const error = await rejects(one(driver), { name: "ProtocolError", code: "ProtocolViolation", retryable: false });
    assert(error.message.includes(`sent a WebSocket message of ${what}, and Bolt is made of bytes`), error.message);
    equal([sockets.length, sockets[0].length > 0], [1, true]);
    await driver.close();
  }
});

test("bytes come in any kind of array of bytes, and before send returns", async () => {
  const kinds = [(buffer) => new Uint8Array(buffer), (buffer) => globalThis.Buffer?.from(buffer) ?? buffer];
  for (const kind of kinds) {
    const webSocket = () => {
      const socket = replay(...ROW);
      return new Proxy(socket, {
        set: (_, name, value) => {
          socket[name] = name === "onmessage" && value ? ({ data }) => value({ data: kind(data) }) : value;
          return true;
        },
        get: (_, name) => (typeof socket[name] === "function" ? socket[name].bind(socket) : socket[name]),
      });
    };
    const driver = neo4j.GraphDatabase.driver(URI, { webSocket });
    equal(await one(driver), 7);
    await driver.close();
  }
});

test("close events with anything in them are the end of the connection", async () => {
  const events = [undefined, null, {}, { code: "x", reason: 5 }, { code: NaN, reason: null }, { code: 1e300 }, trap()];
  for (const event of events) {
    let opened = 0;
    const webSocket = () => {
      const socket = replay(...ROW);
      if (!opened++) socket.send = () => setTimeout(() => socket.onclose?.(event));
      return socket;
    };
    const driver = neo4j.GraphDatabase.driver(URI, { webSocket, maxRetryTime: 0 });
    const error = await rejects(one(driver), { name: "ConnectionError", retryable: true });
    assert(/^ConnectionClosed|ConnectionFailed$/.test(error.code), error.code);
    equal(await one(driver), 7);
    await driver.close();
  }
});

test("a socket that throws at everything after it was opened loses its connection and nothing else", async () => {
  let made = 0;
  const webSocket = () => {
    const socket = replay(...ROW);
    if (made++) return socket;
    socket.send = socket.close = () => { throw undefined; };
    return socket;
  };
  const driver = neo4j.GraphDatabase.driver(URI, { webSocket, maxRetryTime: 0 });
  await rejects(one(driver), { name: "ConnectionError", code: "ConnectionClosed" });
  equal(await one(driver), 7);
  await driver.close();
});

test("handlers that are called when nobody listens any more do nothing", async () => {
  const kept = [];
  const webSocket = () => {
    const socket = replay(...ROW);
    const keep = (name) => Object.defineProperty(socket, name, {
      set: (handler) => handler && kept.push(handler),
      get: () => kept.find(Boolean) && ((event) => kept.at(-1)?.(event)),
    });
    keep("onerror");
    return socket;
  };
  const driver = neo4j.GraphDatabase.driver(URI, { webSocket });
  equal(await one(driver), 7);
  await driver.close();
  await new Promise((resolve) => setTimeout(resolve, 5));
  for (const handler of kept) handler({ message: "late" });
  const next = replaying(...ROW);
  equal(await one(next), 7);
  await next.close();
});

test("what work throws comes out as it is, however it is made", async () => {
  for (const [name, [make]] of Object.entries(THROWN)) {
    const driver = replaying(...ROW);
    const session = driver.session();
    const thrown = make();
    const heard = await session.executeRead(() => { throw thrown; }).then(() => "nothing", (error) => [error]);
    assert(heard[0] === thrown, name);
    const retryable = Object.defineProperty({}, "retryable", { get: () => { throw new Error("no"); } });
    const odd = await session.executeRead(() => { throw retryable; }).then(() => "nothing", (error) => [error]);
    assert(odd[0] === retryable);
    await driver.close();
  }
});

test("signals of others: without a reason, with getters that throw, without listeners", async () => {
  const foreign = (more) => ({ aborted: true, addEventListener() {}, removeEventListener() {}, ...more });
  const noReason = Object.defineProperty(foreign(), "reason", { get: () => { throw new Error("no"); } });
  for (const signal of [foreign(), noReason]) {
    const driver = replaying(...ROW);
    await rejects(one(driver, { signal }), { name: "UsageError", code: "Aborted" });
    await driver.close();
  }
  const deaf = { aborted: false, addEventListener() { throw new Error("no"); }, removeEventListener() { throw new Error("no"); } };
  let looks = 0;
  const later = Object.defineProperty({ ...deaf }, "aborted", { get: () => { if (looks++) throw new Error("no"); return false; } });
  for (const signal of [deaf, later]) {
    const driver = replaying(...ROW);
    equal(await one(driver, { signal }), 7);
    await driver.close();
  }
});

test("a signal whose listeners are called one at a time, as browsers do, leaves nothing waiting", async () => {
  const listeners = [];
  let removed;
  const signal = {
    aborted: false,
    addEventListener: (event, listener) => listeners.push(listener),
    removeEventListener: (event, listener) => (removed = listeners.splice(listeners.indexOf(listener), 1)),
    async abort() {
      this.aborted = true;
      for (const listener of listeners.slice()) {
        listener();
        // All that follows from it comes first.
        await new Promise((resolve) => setTimeout(resolve));
      }
    },
  };
  const webSocket = () => {
    const socket = replay(...ROW);
    socket.answers[PULL] = () => [];
    return socket;
  };
  const driver = neo4j.GraphDatabase.driver(URI, { webSocket });
  const session = driver.session();
  const reading = (async () => {
    try {
      for await (const record of session.run("RETURN 7 AS n", {}, { signal })) equal(record, "none");
    } catch {
      await session.close();
      return "closed";
    }
  })();
  // Until the query has begun, and records are waited for.
  while (!removed || listeners.length < 2) await new Promise((resolve) => setTimeout(resolve, 1));
  const late = new Promise((resolve) => setTimeout(resolve, 3_000, "still waits"));
  await signal.abort();
  equal(await Promise.race([reading, late]), "closed");
  await driver.close();
});

test("closing a driver while a connection opens ends what waits for it, and nothing else", async () => {
  for (const socket of [{ send() {}, close() {} }, replay(...ROW)]) {
    socket.close = () => setTimeout(() => socket.onclose?.({ code: 1006, reason: "" }));
    const driver = neo4j.GraphDatabase.driver(URI, { webSocket: () => socket });
    const waiting = rejects(one(driver), { name: "UsageError", code: "DriverClosed" });
    await new Promise((resolve) => setTimeout(resolve));
    await driver.close();
    await waiting;
  }
  // As StrictMode does: at once.
  const driver = replaying(...ROW);
  const waiting = rejects(driver.verifyConnectivity(), { name: "UsageError", code: "DriverClosed" });
  await driver.close();
  await waiting;
});

test("what a socket is sent is its own: some runtimes read it only later", async () => {
  const sent = [];
  const socket = { send: (bytes) => void sent.push(bytes), close: () => setTimeout(() => socket.onclose?.({ code: 1000, reason: "" })) };
  const driver = neo4j.GraphDatabase.driver(URI, { webSocket: () => socket });
  const waiting = rejects(driver.verifyConnectivity(), { code: "DriverClosed" });
  await new Promise((resolve) => setTimeout(resolve));
  socket.onopen({});
  await new Promise((resolve) => setTimeout(resolve));
  // Not a view on the driver's memory.
  equal([sent.length, sent[0].length, sent[0].buffer.byteLength], [1, 20, 20]);
  await driver.close();
  await waiting;
});
