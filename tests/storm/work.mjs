// Works in the storm until it is told to end, by its standard input, and says how it went: a line of JSON at a time.
// What to do comes in the environment (STORM_TASK), for there is a password in it.

import { setTimeout as pause } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** Instances of wasm, for the size of their memories. */
const instances = [];
WebAssembly.Instance = class extends WebAssembly.Instance {
  constructor(...given) {
    super(...given);
    instances.push(this);
  }
};

const { Chance } = await import("./chance.js");
const { Drivers } = await import("./drivers.js");
const { Ledger, say } = await import("./ledger.js");
const { OPERATIONS, WEIGHTS } = await import("./operations.js");

const task = JSON.parse(process.env.STORM_TASK);
/** Most of them wait most of the time, for what is late or lost. */
const SLOTS = 128;
/** Of all operations so many have a signal that fires. */
const ABORTED = 12;
const SHORT = 150;

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc");
const ledger = new Ledger(task.first);
const chance = new Chance(task.seed);
let ending = false;
/** The driver's wasm has trapped: nothing will work any more. */
let trapped = false;
let onTrap;
const trap = new Promise((resolve) => (onTrap = resolve));

for (const event of ["uncaughtException", "unhandledRejection"]) {
  process.on(event, (error) => {
    ledger.find("uncaught", `${event}: ${error?.stack ?? error}`);
    if (!(error instanceof WebAssembly.RuntimeError)) return;
    trapped = ending = true;
    onTrap();
  });
}

const drivers = new Drivers(task, chance);

function bytes() {
  collect();
  const { heapUsed, rss } = process.memoryUsage();
  const wasm = instances.reduce((sum, { exports }) => sum + (exports.memory?.buffer.byteLength ?? 0), 0);
  return { heap: heapUsed, wasm, rss };
}

/** One operation after the other. What each does is drawn in one go: so its numbers do not depend on what others do. */
async function slot() {
  while (!ending) {
    const own = new Chance(chance.below(2 ** 32));
    const isShort = own.oneIn(SHORT);
    const kind = isShort ? "short driver" : own.weighted(WEIGHTS);
    await ledger.run(kind, (operation) => {
      const options = {};
      if (own.oneIn(ABORTED)) {
        options.signal = signal(own);
        operation.aborts(options.signal);
      }
      const bookmarkManager = own.oneIn(4) ? drivers.bookmarks() : undefined;
      const work = { ...operation, chance: own, options, bookmarkManager };
      return isShort ? drivers.short(work) : drivers.lend((driver) => OPERATIONS[kind]({ ...work, driver }));
    });
  }
}

function signal(own) {
  const abort = new AbortController();
  const after = own.pick([0, 0, 1, 2, 5, 20, 100, 400, 2_000]);
  if (own.oneIn(20)) abort.abort(new Error("aborted beforehand"));
  else setTimeout(() => abort.abort(after % 2 ? undefined : new Error("aborted")), after).unref();
  return abort.signal;
}

const began = performance.now();
const progress = (more) => {
  const { operations, succeeded, errors, examples, kinds, counts, pending } = ledger;
  return { seconds: (performance.now() - began) / 1_000, operations, succeeded, errors, examples, kinds, counts, pending, ...more };
};
const telling = setInterval(() => say({ progress: progress() }), 5_000);

process.stdin.once("data", () => (ending = true)).once("end", () => (ending = true));
let first;
const measuring = setTimeout(() => (first = bytes()), 5_000);

await Promise.race([Promise.all(Array.from({ length: SLOTS }, slot)), trap.then(() => pause(2_000))]);
clearTimeout(measuring);
clearInterval(telling);
if (!trapped) await leave();
const last = bytes();
ledger.close(task.ledger);
say({ report: progress({ first, last, trapped }) });
// Nothing of ours is left: now the program ends by itself, if the driver lets it.
process.stdin.destroy();
if (trapped) process.exitCode = 3;

async function leave() {
  // What a cancelled call has left behind is taken back a little later: a RESET has to be answered.
  for (let tries = 0; drivers.used() > 0 && tries < 300; tries++) await pause(100);
  if (drivers.used() > 0) ledger.find("leaked", `${drivers.used()} connections are in use after all work is done`);
  const inTime = new AbortController();
  const isClosed = drivers.close().then(() => true);
  if (!(await Promise.race([isClosed, pause(10_000, false, { signal: inTime.signal })]))) {
    ledger.find("hung", "the drivers are not closed within 10 s");
  }
  inTime.abort();
}
