// The harness itself: what every other test rests on. Runs with the package's suites, in each runtime.

import { assert, AssertionError, difference, equal, match, notEqual, rejects, show, test, throws } from "./test.js";
import { env, isBrowser } from "./env.js";
import { runSuites } from "./run.js";
import { registerSamples } from "./sample-suite.js";

class Point {
  constructor(x) {
    this.x = x;
  }
}

const cycle = (value) => {
  const object = { value };
  object.self = object;
  return object;
};

test("values that are equal", () => {
  const pairs = [
    [1, 1],
    [1n, 1n],
    [NaN, NaN],
    [-0, -0],
    [null, null],
    [undefined, undefined],
    ["a", "a"],
    [
      [1, [2n]],
      [1, [2n]],
    ],
    [{ a: 1, b: { c: NaN } }, { b: { c: NaN }, a: 1 }],
    [new Point(1), new Point(1)],
    [Uint8Array.of(1, 2), Uint8Array.of(1, 2)],
    [BigInt64Array.of(1n), BigInt64Array.of(1n)],
    [new Uint8Array([0, 7]).buffer, new Uint8Array([0, 7]).buffer],
    [new Map([[1n, [1]], ["a", 2]]), new Map([["a", 2], [1n, [1]]])],
    [new Map([[{ k: 1 }, 1]]), new Map([[{ k: 1 }, 1]])],
    [new Set([1, { a: 1 }]), new Set([{ a: 1 }, 1])],
    [new Date(5), new Date(5)],
    [new TypeError("x"), new TypeError("x")],
    [cycle(1), cycle(1)],
    [Object.create(null), Object.create(null)],
  ];
  for (const [a, b] of pairs) equal(a, b, show(a));
});

test("values that differ", () => {
  const pairs = [
    [1, 1n],
    [0, -0],
    [1, "1"],
    [null, undefined],
    [null, {}],
    [[], {}],
    [[1], [1, undefined]],
    [[1, 2], [2, 1]],
    [{ a: undefined }, {}],
    [{}, { a: undefined }],
    [{ a: 1 }, { a: 1n }],
    [new Point(1), { x: 1 }],
    [new Point(1), new Point(2)],
    [Uint8Array.of(1), Int8Array.of(1)],
    [Uint8Array.of(1), Uint8Array.of(2)],
    [Float64Array.of(0), Float64Array.of(-0)],
    [new Map([[1, 1]]), new Map([[1n, 1]])],
    [new Map([["a", 1]]), new Map([["a", 2]])],
    [new Map([["a", undefined]]), new Map([["b", undefined]])],
    [new Set([1]), new Set([2])],
    [new Date(5), new Date(6)],
    [new Error("x"), new Error("y")],
    [new Error("x"), new TypeError("x")],
    [cycle(1), cycle(2)],
    [Object.create(null), {}],
  ];
  for (const [a, b] of pairs) {
    notEqual(a, b);
    notEqual(b, a);
  }
});

test("a difference names its place and both types", () => {
  equal(difference({ rows: [{ n: 1 }] }, { rows: [{ n: 1n }] }), ".rows[0].n: expected 1n, got 1");
  equal(difference([1], [1, 2]), "value: expected length 2, got 1: [1]");
  equal(difference({ a: 1, b: 2 }, { a: 1 }), ".b: unexpected property, 2");
  match(difference(new Point(1), { x: 1 }), /\(Object\).*expected \{x: 1\}, got Point \{x: 1\}/);
});

test("throws and rejects look at the error", async () => {
  class Special extends Error {}
  const boom = () => {
    throw Object.assign(new Special("out of luck"), { code: "Neo.X", parts: [1n] });
  };
  throws(boom);
  throws(boom, Special);
  throws(boom, /luck/);
  const error = throws(boom, { code: /^Neo/, parts: [1n], message: "out of luck" });
  assert(error instanceof Special);
  await rejects(async () => boom(), Special);
  await rejects(Promise.reject(new Special("x")), /x/);
  throws(() => throws(boom, TypeError), AssertionError);
  throws(() => throws(boom, { code: "other" }), AssertionError);
  throws(() => throws(() => 1), /expected an error, got 1/);
  await rejects(rejects(Promise.resolve(2)), /expected a rejection, got 2/);
});

test("misspelt options are refused", () => {
  throws(() => test("x", { skp: "why" }, () => {}), /unknown option skp/);
  throws(() => test("x", { timeout: 300_000 }, () => {}), RangeError);
  throws(() => test("x"), TypeError);
});

test("the surroundings are known", () => {
  assert(["node", "deno", "bun", "chromium", "firefox"].includes(env.runtime) && env.form, show(env));
  assert(Object.isFrozen(env));
});

/** What the runner reports: results, and what it said that it would begin. */
async function reported(suite, skipAll) {
  const all = [];
  await runSuites([suite], (result) => all.push(result), skipAll);
  const isBegin = ({ status }) => status === "begun";
  return { all, results: all.filter((result) => !isBegin(result)), begun: all.filter(isBegin) };
}

test("the runner tells passed, failed, skipped and late apart", async () => {
  const { results } = await reported({ name: "sample", load: registerSamples });
  equal(
    results.map(({ name, status }) => [name, status]),
    [
      ["passes", "passed"],
      ["fails", "failed"],
      ["fails in its cleanup", "failed"],
      ["is skipped", "skipped"],
      ["skips itself", "skipped"],
      ["hangs", "failed"],
      ["forgets a promise", "failed"],
    ],
  );
  match(results[1].error, /^AssertionError: why\n.*sample-suite\.js/);
  match(results[2].error, /late/);
  equal(results[3].reason, "because");
  equal(results[4].reason, "seen in time");
  match(results[5].error, /not done after 20 ms/);
  match(results[6].error, /unhandled rejection: stray/);
});

test("a suite that does not load is a failed test", async () => {
  const { results } = await reported({ name: "absent", url: "no-such-suite" });
  equal(results.length, 1);
  equal(results[0].status, "failed");
});

test("with a reason to skip all, nothing runs", async () => {
  const { results, begun } = await reported({ name: "sample", load: registerSamples }, "no server");
  equal(new Set(results.map(({ status, reason }) => `${status}: ${reason}`)), new Set(["skipped: no server"]));
  equal(results.length, 7);
  equal(begun.map(({ name }) => name), ["(the suite loads)"]);
});

test("a test is named before it begins, and the event loop turns before it does", async () => {
  const heard = [];
  const load = () => test("blocks", { timeout: 5_000 }, () => heard.push("at work"));
  await runSuites([{ name: "sample", load }], ({ name, status, limit }) => {
    heard.push([name, status, limit]);
    setTimeout(() => heard.push("a turn"));
  });
  equal(heard, [
    ["(the suite loads)", "begun", 120_000],
    "a turn",
    ["blocks", "begun", 5_000],
    "a turn",
    "at work",
    ["blocks", "passed", undefined],
  ]);
});

test("a test that leaves false timers behind is timed by the true ones", async () => {
  const { setTimeout } = globalThis;
  const load = () => test("hangs", { timeout: 20 }, (t) => {
    globalThis.setTimeout = () => 0;
    t.after(() => (globalThis.setTimeout = setTimeout));
    return new Promise(() => {});
  });
  const { results } = await reported({ name: "sample", load });
  equal(results.map(({ status, error }) => [status, error?.split("\n")[0]]), [["failed", "Error: not done after 20 ms"]]);
});

const isWorker = isBrowser && !globalThis.document ? undefined : "needs a worker of a browser";

test("a worker may start workers, and its event loop goes on", { skip: isWorker }, async () => {
  for (let count = 0; count < 60; count++) {
    const worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
    await new Promise((resolve) => setTimeout(resolve, count % 7));
    worker.terminate();
  }
});
