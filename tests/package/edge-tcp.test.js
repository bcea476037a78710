// TCP at the edge, by the function that opens it: whatever it does, and however what it gives breaks off.

import { GraphDatabase } from "neo4j-wasm";
import { env } from "../harness/env.js";
import { assert, equal, match, rejects, test, throws } from "../harness/test.js";
import { replay, tiny } from "./replay.js";

const skip = env.runtime !== "workerd" && "its entry is for workerd";
const URI = "bolt://127.0.0.1:1";

/** What `connect` gives: the server of `replay`, or `server`, behind two streams. */
function connected({ server = replay(["n"], [[[tiny(7)]]]), step = Infinity, opened = Promise.resolve({}) } = {}) {
  let out;
  const readable = new ReadableStream({ start: (controller) => (out = controller) });
  server.onmessage = ({ data }) => {
    const bytes = new Uint8Array(data);
    for (let at = 0; at < bytes.length; at += step) out.enqueue(bytes.slice(at, at + step));
  };
  const writable = new WritableStream({ write: (bytes) => server.send(bytes) });
  return { readable, writable, opened, close: async () => server.close?.() };
}

async function query(connect, uri = URI, config = {}) {
  const driver = GraphDatabase.driver(uri, { socket: connect, maxRetryTime: 0, ...config });
  try {
    return (await driver.executeQuery("RETURN 7 AS n", {}, { accessMode: "READ" })).records[0].get("n");
  } finally {
    await driver.close();
  }
}

/** A server that answers whatever it is told with these bytes, and goes. */
function saying(...parts) {
  const server = { send: () => parts.splice(0).forEach((part) => server.onmessage({ data: Uint8Array.from(part).buffer })) };
  return server;
}

test("it is told the address, and whether to encrypt", { skip }, async () => {
  const told = [];
  const connect = (...given) => told.push(given) && connected();
  equal([await query(connect), await query(connect, "bolt+s://db.example.com")], [7, 7]);
  await query(connect, "bolt://db.example.com:1", { encrypted: false });
  equal(told, [
    [{ hostname: "127.0.0.1", port: 1 }, { secureTransport: "off", allowHalfOpen: false }],
    [{ hostname: "db.example.com", port: 7687 }, { secureTransport: "on", allowHalfOpen: false }],
    [{ hostname: "db.example.com", port: 1 }, { secureTransport: "off", allowHalfOpen: false }],
  ]);
});

test("answers come through byte by byte", { skip }, async () => {
  equal(await query(() => connected({ step: 1 })), 7);
});

test("what does not open is a server that is not there", { skip }, async () => {
  const refused = () => Promise.reject(new Error("proxy request failed"));
  const ways = [
    [() => { throw new Error("no sockets for you"); }, /no sockets for you/],
    [() => connected({ opened: refused() }), /proxy request failed/],
    [() => undefined, /undefined/],
    [() => ({}), /undefined/],
  ];
  for (const [connect, said] of ways) {
    const error = await rejects(query(connect), { name: "ConnectionError", code: "ServerUnreachable", retryable: true });
    match(error.message, said);
    match(error.message, /no server answers at 127\.0\.0\.1:1/);
  }
});

test("what does not speak Bolt is told by what it says", { skip }, async () => {
  const http = [..."HTTP/1.1 400 Bad Request\r\n\r\n"].map((letter) => letter.charCodeAt(0));
  for (const step of [1, Infinity]) {
    await rejects(query(() => connected({ server: saying(http), step })), { code: "WrongPort", retryable: false });
    await rejects(query(() => connected({ server: saying([0x15, 3, 1, 0, 2]), step })), { code: "TlsRequired", retryable: false });
  }
});

test("what breaks is an error: what is sent, what is heard, an end without a word", { skip }, async () => {
  const broken = connected({ server: { send: () => Promise.reject(new Error("no route")) } });
  match((await rejects(query(() => broken), { code: "ConnectionClosed" })).message, /no route/);
  const readable = new ReadableStream({ pull: (out) => out.error(new Error("reset")) });
  match((await rejects(query(() => ({ ...connected(), readable })), { code: "ConnectionClosed" })).message, /reset/);
  const ended = new ReadableStream({ start: (out) => out.close() });
  match((await rejects(query(() => ({ ...connected(), readable: ended })), { code: "ConnectionClosed" })).message, /peer ended/);
});

test("closed while it opens, it is closed", { skip }, async () => {
  let closed = 0;
  const socket = { ...connected({ opened: new Promise(() => {}) }), close: async () => closed++ };
  const driver = GraphDatabase.driver(URI, { socket: () => socket });
  const waiting = rejects(driver.executeQuery("RETURN 1"), { code: "DriverClosed" });
  await new Promise((resolve) => setTimeout(resolve, 10));
  await driver.close();
  await waiting;
  assert(closed > 0, "the socket was left open");
});

test("what means a WebSocket does not go with it, and no other word means TCP", { skip }, () => {
  const refused = (uri, config) => throws(() => GraphDatabase.driver(uri, config), { code: "InvalidConfiguration" }).message;
  const socket = () => connected();
  match(refused(URI, { socket, webSocket: () => {} }), /does not go with webSocket,/);
  match(refused(URI, { socket, webSocketUrl: () => "ws://x" }), /does not go with webSocketUrl,/);
  match(refused(`${URI}/path`, { socket }), /does not go with a URI with a path/);
  match(refused("bolt+ssc://x", { socket }), /runtime decides by itself/);
  match(refused(URI, { socket: "tcp" }), /function connect of "cloudflare:sockets", got "tcp"/);
});
