// The gate: here meet the wasm, the functions of the application, and what the runtime schedules with. Whatever one of them
// does, the others go on.

import { makeError } from "../driver/errors.js";

// As they are when the package is loaded: what others put in their places later (fake timers, say) is not for the driver.
const { Promise, performance, setTimeout, clearTimeout } = globalThis;
const resolved = Promise.resolve();

/** Where there is none, sockets are nobody's to close after a crash; the runtime does it when its request ends. */
const Weak = globalThis.WeakRef ?? class {
  deref() {}
};

/** The time, and how to wait. Tests put a clock of their own in the place of these functions. */
export const time = {
  now: performance.now.bind(performance),
  date: Date.now,
  setTimeout: (task, delay) => setTimeout(task, delay),
  clearTimeout: (timer) => clearTimeout(timer),
};

/** Has a task done as soon as nothing else is under way. */
const soon = (task) => void resolved.then(task);

/** The call that is under way, as a function that has others called from its continuation. */
let current;

/**
 * Begins a call that may lead to functions of the application: each is called from the continuation of this very call, and
 * so in its asynchronous context. `isAsking`: whether there are any such functions.
 */
export function asking(isAsking, call) {
  const outer = current;
  current = isAsking ? continuation() : undefined;
  try {
    return call();
  } finally {
    current = outer;
  }
}

/** What is done there waits for its turn. Once nobody has the function any more, nothing is left of it. */
function continuation() {
  const due = [];
  let wake;
  const listen = () => void new Promise((resolve) => (wake = resolve)).then(go);
  const go = () => {
    // First of all: what is done may have something else be due.
    listen();
    for (const errand of due.splice(0)) errand();
  };
  listen();
  return (errand) => {
    due.push(errand);
    wake();
  };
}

const attempt = async (call, given) => call(...given);

/** What a function of the application comes to: a promise of our own, whatever the function returns or throws. */
const ask = (caller, call, given) =>
  new Promise((resolve) => (caller ?? soon)(() => resolve(attempt(call, given))));

const CRASH = {
  code: "DriverCrashed",
  message:
    "The driver's wasm has crashed (see the cause), and with it every driver there was: what was under way may have " +
    "happened or not. A new driver works",
};

/**
 * Starts the wasm of `module`, by a glue of its own. `bridge` is what it uses of JavaScript. What goes wrong in it that
 * should not (out of memory, the stack at its end) ends it: it is never entered again, and whoever waits for it hears of it.
 */
export function startWasm(makeGlue, module, bridge) {
  const waiting = new Set();
  const sockets = new Set();
  let crash;

  function fail(cause) {
    if (crash) return;
    crash = () => makeError("ConnectionError", CRASH.code, CRASH.message, false, undefined, undefined, cause);
    for (const reject of waiting) reject(crash());
    waiting.clear();
    for (const socket of sockets) closeQuietly(socket.deref());
  }

  /** For those who can be told. */
  const loud = (call) => (...given) => {
    if (crash) throw crash();
    let result;
    try {
      result = call(...given);
    } catch (error) {
      fail(error);
    }
    if (crash) throw crash();
    return result;
  };

  /** For the runtime, which takes an exception for the end of the program. A null pointer: what was behind it is gone. */
  const quiet = (call) => (pointer, ...given) => {
    if (crash || !pointer) return [];
    try {
      return call(pointer, ...given);
    } catch (error) {
      fail(error);
      return [];
    }
  };

  const each = (exports, watch) => Object.fromEntries(
    Object.entries(exports).map(([name, value]) => [name, typeof value === "function" ? watch(value) : value]),
  );

  /** A promise that is rejected when the wasm crashes. */
  function Awaited(begin) {
    return new Promise((resolve, reject) => {
      const over = (settle) => (value) => {
        waiting.delete(reject);
        settle(value);
      };
      waiting.add(reject);
      begin(over(resolve), over(reject));
    });
  }
  Awaited.resolve = (value) => Promise.resolve(value);

  const glue = makeGlue({
    watched: (exports) => ({ wasm: each(exports, loud), quiet: each(exports, quiet) }),
    queueMicrotask: soon,
    setTimeout: (task, delay) => time.setTimeout(task, delay),
    clearTimeout: (timer) => time.clearTimeout(timer),
    performance: { now: () => time.now() },
    Promise: Awaited,
  });
  const exports = glue.initSync({ module });
  glue.install({
    ...bridge,
    ask,
    caller: () => current,
    opened(socket) {
      for (const each of sockets) if (!each.deref()) sockets.delete(each);
      sockets.add(new Weak(socket));
    },
  });
  return { DriverHandle: glue.DriverHandle, memory: exports.memory, hasCrashed: () => Boolean(crash) };
}

/** What `call` comes to. Of a driver whose wasm has crashed all is over already: then `otherwise`. */
export function unlessCrashed(call, otherwise) {
  try {
    return call();
  } catch (error) {
    if (error.code !== CRASH.code) throw error;
    return otherwise;
  }
}

function closeQuietly(socket) {
  try {
    socket?.close();
  } catch {
    // It is of no more use either way.
  }
}
