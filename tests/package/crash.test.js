// The wasm crashes: everything that waits hears of it, the process goes on, and a new driver works.

import { GraphDatabase } from "neo4j-wasm";
import { assert, equal, rejects, test } from "../harness/test.js";
import { replay, replaying, tiny } from "./replay.js";

const ROW = [["n"], [[[tiny(7)]]]];
const CRASHED = { name: "ConnectionError", code: "DriverCrashed", retryable: false };
const query = async (driver) => (await driver.executeQuery("RETURN 7 AS n")).records[0].get("n");

/** Memory of the next wasm that is started, seen as it is started. */
function nextMemory(t) {
  const { Instance } = WebAssembly;
  const seen = {};
  WebAssembly.Instance = function (...given) {
    const instance = new Instance(...given);
    seen.memory = instance.exports.memory;
    return instance;
  };
  t.after(() => (WebAssembly.Instance = Instance));
  return seen;
}

/** Has the wasm crash within a call: it gets a pointer that leads out of its memory. */
async function crash(driver) {
  const session = driver.session();
  const state = Reflect.ownKeys(session).map((key) => session[key]).find((value) => typeof value === "function")();
  const pointers = Object.keys(state.handle).filter((key) => typeof state.handle[key] === "number");
  equal(pointers.length, 1);
  state.handle[pointers[0]] = -64;
  return rejects(session.close(), CRASHED);
}

/** A socket that never answers; whether it is closed. */
function mute() {
  const socket = { closed: false, send() {}, close: () => (socket.closed = true) };
  queueMicrotask(() => socket.onopen?.({}));
  return socket;
}

test("whatever waits of any driver rejects, sockets are closed, and a new driver works", async () => {
  const sockets = [];
  const webSocket = () => sockets[sockets.push(mute()) - 1];
  const [one, two] = [1, 2].map(() => GraphDatabase.driver("bolt://127.0.0.1:1", { webSocket }));
  const session = two.session();
  const waiting = [
    one.executeQuery("RETURN 1"), one.getServerInfo(), two.verifyConnectivity(), two.executeQuery("RETURN 1"),
    session.run("RETURN 1").collect(), two.session().beginTransaction(), two.session().executeRead(() => {}),
  ];
  const heard = Promise.all(waiting.map((each) => rejects(each, CRASHED)));
  await new Promise((resolve) => setTimeout(resolve, 10));
  equal(sockets.map(({ closed }) => closed), waiting.map(() => false));
  const error = await crash(one);
  assert(/A new driver works/.test(error.message) && error.cause instanceof WebAssembly.RuntimeError, String(error.cause));
  await heard;
  // Workers of before 2025-05 close them with the request.
  equal(sockets.map(({ closed }) => closed), waiting.map(() => Boolean(globalThis.WeakRef)));
  // What comes later on the sockets is nobody's.
  for (const socket of sockets) for (const name of ["onopen", "onmessage", "onerror", "onclose"]) socket[name]?.({ data: "x" });
  for (const call of [() => query(one), () => session.run("RETURN 1"), () => session.run("RETURN 1").keys(), () => session.close(), () => two.getServerInfo()]) {
    await rejects(Promise.resolve().then(call), CRASHED);
  }
  equal([one.closed(), two.closed()], [true, true]);
  await Promise.all([one.close(), two.close()]);
  const driver = replaying(...ROW);
  equal(await query(driver), 7);
  await driver.close();
});

test("a crash in a socket's event or a timer is no uncaught error", async (t) => {
  const seen = nextMemory(t);
  for (const event of ["message", "timer"]) {
    await crash(replaying(...ROW));
    let socket;
    const webSocket = () => (socket = event === "message" ? replay(...ROW) : mute());
    const driver = GraphDatabase.driver("bolt://127.0.0.1:1", { webSocket, connectionTimeout: 50 });
    const waiting = rejects(query(driver), CRASHED);
    await new Promise((resolve) => setTimeout(resolve));
    new Uint8Array(seen.memory.buffer).fill(0xff);
    await waiting;
    await driver.close();
  }
  const driver = replaying(...ROW);
  equal(await query(driver), 7);
  await driver.close();
});

test("work of a managed transaction hears of the crash from its next query", async () => {
  const driver = replaying(...ROW);
  const work = driver.session().executeWrite(async (tx) => {
    await tx.run("RETURN 7 AS n");
    await crash(driver);
    await rejects(tx.run("RETURN 7 AS n"), CRASHED);
    return "done";
  });
  await rejects(work, CRASHED);
});
