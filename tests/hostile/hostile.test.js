// The whole package against servers without manners. Each script ends within the limits that were set, with an error of ours
// or the right value; nothing is thrown to nobody, the driver closes, and another driver works.

import * as neo4j from "neo4j-wasm";
import { env, isBrowser, ownWay } from "../harness/env.js";
import { assert, equal, fail, show, test } from "../harness/test.js";
import { internal } from "../package/internals.js";
import { scripts as all, some } from "./scripts.js";
import { driverFor, LIMITS, LONGEST, PATIENCE, WORKS } from "./work.js";

/** What scripts come to without any limit in time. */
const UNTIMED = /^(right|ProtocolError|CommitUncertainError)$/;

/**
 * How many scripts are under way at a time, for they mostly wait. In Chromium, where many sockets are about to open, the next one
 * has to wait for twice as long as the one before: up to five seconds.
 */
const AT_ONCE = isBrowser ? 8 : 20;

/** Milliseconds until another driver works, at the most, and how often it is tried. */
const RECOVERY = 40_000;
const TRIES = 3;

/** Some of them, or all, or those whose names match what the run is told. */
const isWanted = (script) => (env.only ? new RegExp(env.only).test(script.name) : env.all || some.has(script));
const isTcp = !isBrowser && !ownWay.socket;
const scripts = all.filter((script) => isWanted(script) && !(isTcp && script.onlyWebSocket));
const endsOf = ({ ends, overTcp }) => (isTcp && overTcp) || ends;
const port = (script) => env.hostile[all.indexOf(script)];
const uriOf = (script) => `${script.routed ? "neo4j" : "bolt"}://127.0.0.1:${port(script)}`;
const [healthy] = all;

const late = (milliseconds, what) =>
  new Promise((_, reject) => setTimeout(() => reject(new Error(`${what} within ${milliseconds} ms`)), milliseconds));
const within = (milliseconds, what, promise) => Promise.race([promise, late(milliseconds, what)]);

/** What a script came to: { value } or { error }, and what went wrong beside it. */
async function act(script) {
  const driver = driverFor(uriOf(script), UNTIMED.test(endsOf(script)) ? PATIENCE : {});
  const signal = script.signal && AbortSignal.timeout(script.signal);
  const [work] = WORKS[script.work];
  try {
    const done = Promise.resolve(work(driver, signal)).then((value) => ({ value }), (error) => ({ error }));
    return await within(LONGEST, "the work does not end", done);
  } finally {
    await within(LONGEST, "the driver does not close", driver.close());
    await within(RECOVERY, "another driver does not work", another());
  }
}

/** Whether another driver works. A browser may still be at what a flood has left it with: a few more tries are due then. */
async function another() {
  for (let left = TRIES; ; left--) {
    try {
      return await askAnother();
    } catch (error) {
      if (left === 1) throw error;
    }
  }
}

async function askAnother() {
  const driver = driverFor(uriOf(healthy), PATIENCE);
  try {
    equal((await driver.verifyConnectivity()).agent, "Neo4j/5.26.0");
  } finally {
    await driver.close();
  }
}

/** Throws unless an outcome is one that the script may have. */
function check(script, { value, error }) {
  const [ends, { expected = WORKS[script.work][1] }] = [endsOf(script), script];
  if (error === undefined) {
    if (ends === "anything") return;
    if (ends !== "right" && ends !== "either") fail(`${show(value)}, where the right thing is ${ends}`);
    if (expected !== undefined || script.work !== "length") equal(value, expected);
    return;
  }
  const isSignal = script.signal && error?.name === "TimeoutError" && !(error instanceof neo4j.Neo4jError);
  if (isSignal) return;
  if (!(error instanceof neo4j.Neo4jError && error.code)) throw error;
  if (ends === "right") throw error;
  if (/Error$/.test(ends)) assert(error.name === ends, `${error.name} ${error.code}, where ${ends} is right: ${error.message}`);
}

/** Bytes that the driver holds: of wasm, and where it can be told, of the process. */
async function memory() {
  const { wasm } = await internal("core.js");
  return { wasm: wasm().memory.buffer.byteLength, process: globalThis.process?.memoryUsage().rss ?? 0 };
}

/** What the wasm has without any message. */
const { wasm: least } = await memory();

/** Chromium reads on for a socket that it has closed, as long as its peer floods it: others have to wait for that, for minutes. */
const skip = isBrowser && !env.all && "floods keep a browser busy after the socket is closed: HOSTILE_ALL=1 runs these too";

// First: what the others leave behind would be in the way.
for (const script of scripts.filter(({ alone }) => alone)) {
  test(script.name, { timeout: 120_000, skip }, async () => {
    globalThis.gc?.();
    const before = await memory();
    let most = before.process;
    const watching = setInterval(async () => (most = Math.max(most, (await memory()).process)), 10);
    const outcome = await act(script).finally(() => clearInterval(watching));
    const { wasm } = await memory();
    const [total, more] = [(wasm - least) / 2 ** 20, (most - before.process) / 2 ** 20];
    if (total > 1) console.log(`${script.name}: ${total.toFixed(1)} MB of wasm, ${more.toFixed(0)} MB of the process`);
    check(script, outcome);
    // It never shrinks: what another script has taken is not this one's.
    const limit = 2 * LIMITS.maxMessageSize;
    assert(wasm <= Math.max(before.wasm, least + limit), `${total.toFixed(1)} MB of wasm, where ${limit >> 20} are the most`);
  });
}

/** Outcomes by script. Those of several that are under way are waited for in turn. */
const outcomes = new Map();
const waiting = scripts.filter(({ alone }) => !alone);
let isUnderWay = false;

function startAll() {
  if (isUnderWay) return;
  isUnderWay = true;
  const settle = new Map();
  for (const script of waiting) {
    outcomes.set(script, new Promise((resolve) => settle.set(script, resolve)));
  }
  const next = async () => {
    for (let script; (script = waiting.shift()); ) {
      settle.get(script)(await act(script).catch((failed) => ({ failed })));
    }
  };
  for (let count = 0; count < AT_ONCE; count++) next();
}

for (const script of scripts.filter(({ alone }) => !alone)) {
  test(script.name, { timeout: 200_000 }, async () => {
    startAll();
    const outcome = await outcomes.get(script);
    if (outcome.failed) throw outcome.failed;
    check(script, outcome);
  });
}
