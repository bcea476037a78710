// `Result` alone, over a stand-in for the wasm side: taken once, in each way; awaited as often as one likes.

import * as neo4j from "neo4j-wasm";
import { assert, equal, rejects, test } from "../harness/test.js";

const { Result } = neo4j;
const taken = { name: "ResultConsumedError", code: "ResultConsumed" };

/** A handle that hands out these batches; it keeps count of calls. Records are just strings here. */
function handle(batches, failure) {
  const waiting = [...batches];
  const calls = { next: [], consume: 0 };
  const turn = () => new Promise((resolve) => setTimeout(resolve, 0));
  return {
    calls,
    keys: async () => ["x"],
    next: async (whole) => {
      calls.next.push(whole);
      await turn();
      if (!waiting.length && failure) throw failure;
      return waiting.shift();
    },
    consume: async () => {
      calls.consume++;
      waiting.length = 0;
      if (failure) throw failure;
      return { said: { stats: { "nodes-created": 2 }, db: "neo4j" }, server: {} };
    },
  };
}

const query = { text: "RETURN 1", parameters: {} };
const result = (batches, failure) => new Result(handle(batches, failure), query);

async function iterate(result, limit = Infinity) {
  const found = [];
  for await (const record of result) {
    found.push(record);
    if (found.length === limit) break;
  }
  return found;
}

test("awaited: however many batches it came in", async () => {
  let left = 200_000;
  const subject = new Result({ ...handle([]), next: async () => (left-- > 0 ? [left] : undefined) }, query);
  const { records } = await subject;
  equal([records.length, records[0], records.at(-1)], [200_000, 199_999, 0]);
});

test("awaited: everything, in large pieces, the same each time", async () => {
  const source = handle([["a", "b"], ["c"]]);
  const subject = new Result(source, query);
  equal(subject.summary, undefined);
  const all = await subject;
  equal([all.keys, all.records], [["x"], ["a", "b", "c"]]);
  assert(all.summary instanceof neo4j.Summary && all.summary === subject.summary, "the summary");
  equal([all.summary.query, all.summary.database], [query, "neo4j"]);
  equal([all.summary.counters.nodesCreated, all.summary.counters.containsUpdates()], [2, true]);
  equal(source.calls.next, [true, true, true]);
  assert((await subject) === all && (await subject.collect()) === all, "the same answer");
  equal(await subject.consume(), all.summary);
  equal(source.calls.consume, 1);
  await rejects(subject.single(), taken);
  await rejects(subject.peek(), taken);
  await rejects(iterate(subject), taken);
});

test("then, catch and finally are those of a promise", async () => {
  const seen = [];
  await result([["a"]]).finally(() => seen.push("finally"));
  equal(await result([["a"]]).then(({ records }) => records[0]), "a");
  equal(await result([], new Error("no")).catch((error) => error.message), "no");
  equal(seen, ["finally"]);
  // Returned from an async function, it is awaited.
  equal((await (async () => result([["a"]]))()).records, ["a"]);
});

test("iterated: record by record, once", async () => {
  const subject = result([["a", "b"], ["c"]]);
  equal(await iterate(subject), ["a", "b", "c"]);
  equal(subject.summary.database, "neo4j");
  await rejects(iterate(subject), taken);
  await rejects(subject, taken);
  equal((await subject.consume()).database, "neo4j");
});

test("leaving the loop discards the rest", async () => {
  const source = handle([["a", "b"], ["c"]]);
  const subject = new Result(source, query);
  equal(await iterate(subject, 1), ["a"]);
  equal([source.calls.next.length, source.calls.consume], [1, 1]);
  assert(subject.summary, "the summary is there");
  await rejects(subject.collect(), taken);
});

test("several asked for at once come in order", async () => {
  const iterator = result([["a"], ["b", "c"], ["d"]])[Symbol.asyncIterator]();
  const asked = await Promise.all(Array.from({ length: 6 }, () => iterator.next()));
  equal(asked.map(({ value }) => value), ["a", "b", "c", "d", undefined, undefined]);
  equal(asked.map(({ done }) => done), [false, false, false, false, true, true]);
});

test("peek takes nothing", async () => {
  const subject = result([["a"], ["b"]]);
  equal([await subject.peek(), await subject.peek(), await subject.keys()], ["a", "a", ["x"]]);
  equal((await subject).records, ["a", "b"]);
  equal(await result([]).peek(), undefined);
  const inLoop = result([["a", "b"]]);
  for await (const record of inLoop) equal(await inLoop.peek(), record === "a" ? "b" : undefined);
});

test("single: one, or an error", async () => {
  equal(await result([["a"]]).single(), "a");
  for (const [batches, found] of [[[], "none"], [[["a", "b"]], "more"], [[["a"], ["b"]], "more"]]) {
    const subject = result(batches);
    const error = await rejects(subject.single(), { name: "UsageError", code: "NotSingle" });
    equal(error.message, `Expected exactly one record, got ${found}`);
    assert(subject.summary, "the rest is discarded");
    await rejects(subject.single(), taken);
  }
});

test("singleOrNull: one or null; of more the first, with a warning", async () => {
  const warnings = [];
  const { warn } = console;
  console.warn = (text) => warnings.push(text);
  try {
    for (const [batches, first, warned] of [[[], null, 0], [[["a"]], "a", 0], [[["a", "b"]], "a", 1], [[["a"], ["b"]], "a", 1]]) {
      const subject = result(batches);
      equal(await subject.singleOrNull(), first);
      equal(warnings.splice(0).length, warned);
      equal([await subject.singleOrNull(), await subject.singleOrNull()], [null, null]);
      await rejects(subject.single(), taken);
    }
    equal(warnings, []);
  } finally {
    console.warn = warn;
  }
});

test("what is left of an iterator can be had at once", async () => {
  const subject = result([["a", "b"], ["c"]]);
  const iterator = subject[Symbol.asyncIterator]();
  equal((await iterator.next()).value, "a");
  equal(await iterator.toArray(), ["b", "c"]);
  equal((await iterator.next()).done, true);
  await rejects(subject, taken);
});

test("consume: the summary, as often as one likes", async () => {
  const subject = result([["a"]]);
  const summary = await subject.consume();
  assert((await subject.consume()) === summary, "the same");
  await rejects(subject, taken);
  await rejects(iterate(subject), taken);
});

test("consume while a batch is on its way", async () => {
  const subject = result([["a"], ["b"]]);
  const iterator = subject[Symbol.asyncIterator]();
  const first = iterator.next();
  await subject.consume();
  await first;
  equal((await iterator.next()).done, true);
});

test("an error reaches whoever takes the result, in every way", async () => {
  const failure = new Error("lost");
  for (const take of [(r) => r, (r) => r.collect(), (r) => r.single(), (r) => r.peek(), (r) => r.consume(), iterate]) {
    await rejects(take(result([], failure)), /^lost$/);
  }
  const half = result([["a", "b"]], failure);
  const found = [];
  await rejects(async () => {
    for await (const record of half) found.push(record);
  }, /^lost$/);
  equal(found, ["a", "b"]);
});
