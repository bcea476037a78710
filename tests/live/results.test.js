// Results: every way of taking the records, each once, and what is left of the connection afterwards.

import { Record } from "neo4j-wasm";
import { assert, equal, rejects, test, throws } from "../harness/test.js";
import { connect, metrics, PROMPT, start, timed, used, watched } from "./support.js";

const RANGE = "UNWIND range(1, $n) AS i RETURN i, 'row ' + i AS text";
const CONSUMED = { name: "ResultConsumedError", code: "ResultConsumed", retryable: false };
const numbers = (records) => records.map((record) => record.get("i"));
const upTo = (n) => Array.from({ length: n }, (_, index) => index + 1);

test("awaiting a result gives keys, records and summary", async (t) => {
  const session = start(t, connect(t));
  const result = session.run(RANGE, { n: 3 });
  equal(result.summary, undefined);
  const { keys, records, summary } = await result;
  equal([keys, numbers(records), result.summary === summary], [["i", "text"], [1, 2, 3], true]);
});

test("awaiting it again, collect() and then() give the same", async (t) => {
  const session = start(t, connect(t));
  const result = session.run(RANGE, { n: 3 });
  const first = await result;
  assert((await result) === first && (await result.collect()) === first, "the same object");
  equal(await result.then(({ records }) => records.length), 3);
  let finished = 0;
  equal((await result.finally(() => finished++)).records.length, 3);
  equal([finished, await result.catch(() => "never").then((all) => all === first)], [1, true]);
});

test("for await gives the records one by one", async (t) => {
  const session = start(t, connect(t), { fetchSize: 10 });
  const result = session.run(RANGE, { n: 95 });
  const seen = [];
  for await (const record of result) {
    assert(record instanceof Record);
    seen.push(record);
  }
  equal(numbers(seen), upTo(95));
  equal(result.summary.queryType, "r");
});

test("leaving the loop early discards the rest, and the connection goes on at once", async (t) => {
  const watch = watched();
  const driver = connect(t, { webSocket: watch.webSocket, fetchSize: 10 });
  const session = start(t, driver);
  for (let round = 0; round < 3; round++) {
    const result = session.run(RANGE, { n: 200_000 });
    const seen = [];
    for await (const record of result) {
      seen.push(record);
      if (seen.length === 25) break;
    }
    equal(numbers(seen), upTo(25));
    equal(used(driver), { inUse: 0, opening: 0, waiting: 0 });
    assert(result.summary, "the summary is there");
  }
  await rejects(async () => {
    for await (const record of session.run(RANGE, { n: 100_000 })) throw new Error(`mine at ${record.get("i")}`);
  }, /^mine at 1$/);
  equal([watch.opened.length, metrics(driver).idle], [1, 1]);
});

test("keys are there before the records, also of a result without any", async (t) => {
  const session = start(t, connect(t));
  const result = session.run("UNWIND [] AS x RETURN x AS b, 1 AS a, 2 AS `odd name`");
  equal(await result.keys(), ["b", "a", "odd name"]);
  equal((await result).keys, ["b", "a", "odd name"]);
  equal(await session.run("CREATE (n:Never) DELETE n").keys(), []);
  await rejects(session.run("RETURN nonsense").keys(), { code: "Neo.ClientError.Statement.SyntaxError" });
});

test("peek shows the next record and leaves it there", async (t) => {
  const session = start(t, connect(t), { fetchSize: 2 });
  const result = session.run(RANGE, { n: 5 });
  equal([(await result.peek()).get("i"), (await result.peek()).get("i")], [1, 1]);
  const seen = [];
  for await (const record of result) seen.push([record.get("i"), (await result.peek())?.get("i")]);
  equal(seen, [[1, 2], [2, 3], [3, 4], [4, 5], [5, undefined]]);
  equal(await session.run(RANGE, { n: 0 }).peek(), undefined);
  const whole = session.run(RANGE, { n: 5 });
  await whole.peek();
  equal((await whole).records.length, 5, "awaited after a peek");
});

test("single gives the only record, and nothing else will do", async (t) => {
  const driver = connect(t);
  const session = start(t, driver, { fetchSize: 10 });
  equal((await session.run(RANGE, { n: 1 }).single()).toObject(), { i: 1, text: "row 1" });
  const expected = { name: "UsageError", code: "NotSingle" };
  await rejects(session.run(RANGE, { n: 0 }).single(), { ...expected, message: /none/ });
  await rejects(session.run(RANGE, { n: 2 }).single(), { ...expected, message: /more/ });
  await rejects(session.run(RANGE, { n: 100_000 }).single(), expected);
  await rejects(session.run("RETURN 1 / 0").single(), { code: "Neo.ClientError.Statement.ArithmeticError" });
  equal(used(driver).inUse, 0);
});

test("consume discards the records and gives the summary, as often as asked", async (t) => {
  const driver = connect(t);
  const session = start(t, driver, { fetchSize: 10 });
  const result = session.run(RANGE, { n: 200_000 });
  const { value, ms } = await timed(result.consume());
  equal([value.queryType, await result.consume() === value], ["r", true]);
  assert(ms < PROMPT, `the other records are not waited for, but it took ${ms} ms`);
  equal(used(driver).inUse, 0);
  const half = session.run(RANGE, { n: 100 });
  const iterator = half[Symbol.asyncIterator]();
  equal((await iterator.next()).value.get("i"), 1);
  await half.consume();
  equal((await iterator.next()).done, true, "after consume nothing comes");
});

test("a second way of taking a result is a ResultConsumedError, which says the first", async (t) => {
  const session = start(t, connect(t));
  const ways = {
    "await": (result) => result,
    "collect": (result) => result.collect(),
    "for await": async (result) => {
      for await (const record of result) record.get(0);
    },
    "single": (result) => result.single(),
  };
  for (const [first, take] of Object.entries(ways)) {
    for (const [second, again] of Object.entries(ways)) {
      // Awaiting again is the one thing that can be done twice.
      if ([first, second].every((way) => way === "await" || way === "collect")) continue;
      const result = session.run("RETURN 1");
      await take(result);
      const error = await rejects(async () => again(result), CONSUMED);
      assert(error.message.includes(first), `${first}, then ${second}: ${error.message}`);
    }
    const result = session.run("RETURN 1");
    await take(result);
    if (first === "for await") equal(await result.peek(), undefined, "within and after a loop there is peek");
    else await rejects(result.peek(), CONSUMED);
    assert((await result.consume()).server, "the summary is always to be had");
  }
  const consumed = session.run("RETURN 1");
  await consumed.consume();
  for (const take of Object.values(ways)) await rejects(async () => take(consumed), CONSUMED);
});

test("an error of the query comes out of every way, again and again", async (t) => {
  const session = start(t, connect(t));
  const expected = { code: "Neo.ClientError.Statement.SyntaxError" };
  for (const take of ["collect", "keys", "peek", "single", "consume", "then"]) {
    const result = session.run("RETURN nonsense");
    await rejects(async () => (take === "then" ? result : result[take]()), expected);
    await rejects(result.consume(), expected);
  }
  await rejects(async () => {
    for await (const record of session.run("RETURN nonsense")) record.get(0);
  }, expected);
  equal(await session.run("RETURN nonsense").catch((error) => error.code), expected.code);
});

test("records say their values by name and by position", async (t) => {
  const session = start(t, connect(t));
  const record = await session.run("RETURN 'x' AS b, 1 AS a, null AS `n n`").single();
  equal([record.keys, record.length, [...record]], [["b", "a", "n n"], 3, ["x", 1, null]]);
  equal([record.get("b"), record.get(1), record.get("n n")], ["x", 1, null]);
  equal([record.has("a"), record.has("z"), record.has(3)], [true, false, false]);
  equal(Object.entries(record.toObject()), [["b", "x"], ["a", 1], ["n n", null]]);
  equal(JSON.stringify(record), '{"b":"x","a":1,"n n":null}');
  const unknown = { name: "UsageError", code: "UnknownKey" };
  for (const key of ["z", 3, -1, 0.5, undefined]) throws(() => record.get(key), unknown);
});

test("every fetch size gives the same rows", async (t) => {
  const driver = connect(t);
  const expected = upTo(100);
  for (const fetchSize of [1, 7, 99, 100, 101, 1_000, -1]) {
    const session = start(t, driver, { fetchSize });
    equal(numbers((await session.run(RANGE, { n: 100 })).records), expected, `awaited with ${fetchSize}`);
    const seen = [];
    for await (const record of session.run(RANGE, { n: 100 })) seen.push(record);
    equal(numbers(seen), expected, `iterated with ${fetchSize}`);
  }
  equal(numbers((await connect(t, { fetchSize: 7 }).executeQuery(RANGE, { n: 100 })).records), expected);
});

test("a row of many columns and a column of large values come through", async (t) => {
  const session = start(t, connect(t));
  const columns = upTo(300).map((i) => `${i} AS c${i}`);
  equal([...(await session.run(`RETURN ${columns.join(", ")}`).single())], upTo(300));
  const text = "reduce(text = '', j IN range(1, 12) | text + text + toString(i))";
  const query = `UNWIND range(1, 20) AS i RETURN ${text} AS text`;
  const texts = (await session.run(query)).records.map((record) => record.get("text"));
  assert(texts.every((text, index) => text === String(index + 1).repeat(4_095)), "twenty long texts");
});
