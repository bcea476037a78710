// What others put in the place of timers and microtasks, as fake timers do, is not for the driver.

import { GraphDatabase } from "neo4j-wasm";
import { equal, test } from "../harness/test.js";
import { FAILURE, map, message, replay, replaying, RUN, str, tiny } from "./replay.js";

const ROW = [["n"], [[[tiny(7)]]]];
const query = async (driver) => (await driver.executeQuery("RETURN 7 AS n")).records[0].get("n");

/** All of it, as Jest and Vitest do. */
const FAKED = [
  "setTimeout", "clearTimeout", "setInterval", "clearInterval", "setImmediate", "clearImmediate", "queueMicrotask",
  "requestAnimationFrame", "requestIdleCallback", "Date", "performance",
];

/** Has `work` done while nothing that is scheduled ever comes, and time stands still. */
async function faked(work) {
  const real = FAKED.filter((name) => name in globalThis).map((name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)]);
  const { performance } = globalThis;
  const { now } = performance;
  performance.now = () => 0;
  for (const [name] of real) {
    const value = name === "performance" ? { now: () => 0 } : Object.assign(() => 0, { now: () => 0 });
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  }
  try {
    return await work();
  } finally {
    for (const [name, property] of real) {
      if (property) Object.defineProperty(globalThis, name, property);
      // In a worker they are inherited.
      else delete globalThis[name];
    }
    performance.now = now;
  }
}

test("a microtask that is lost is one of others", async () => {
  const driver = replaying(...ROW);
  const losing = (begin) => {
    const { queueMicrotask } = globalThis;
    globalThis.queueMicrotask = () => {};
    const begun = begin();
    globalThis.queueMicrotask = queueMicrotask;
    return begun;
  };
  equal(await losing(() => query(driver)), 7);
  equal(await losing(() => driver.session().executeRead(() => 5)), 5);
  equal(await query(driver), 7);
  await driver.close();
});

test("with fake timers queries go on, and what was tried is tried again in time", async () => {
  let runs = 0;
  const webSocket = () => {
    const socket = replay(...ROW, { version: [5, 4] });
    const { [RUN]: run } = socket.answers;
    const busy = { code: str("Neo.TransientError.General.Busy"), message: str("busy") };
    socket.answers[RUN] = () => (runs++ ? run() : message(FAILURE, map(busy)));
    return socket;
  };
  await faked(async () => {
    const driver = GraphDatabase.driver("bolt://127.0.0.1:1", { webSocket, telemetryDisabled: true });
    equal(await query(driver), 7);
    await driver.close();
  });
  equal(runs, 2);
});
