// `result.toReadableStream()`: it fetches by demand, ends, fails and is cancelled as streams are.

import * as neo4j from "neo4j-wasm";
import { env } from "../harness/env.js";
import { assert, equal, rejects, test, throws } from "../harness/test.js";
import { DISCARD, PULL, replaying, RESET, tiny } from "./replay.js";

const SIZE = 3;
const COUNT = 30;

/** Of a result of 90 records, three to a batch: the driver, what it has said, and the stream. */
function streaming(t, config) {
  const batches = Array.from({ length: COUNT }, (_, batch) =>
    Array.from({ length: SIZE }, (_, index) => [tiny(batch * SIZE + index)]));
  const heard = [];
  const driver = replaying(["n"], batches, { heard, ...config });
  t.after(() => driver.close());
  const session = driver.session();
  const result = session.run("RETURN 1");
  return { driver, heard, result, session, stream: result.toReadableStream() };
}

const count = (heard, tag) => heard.filter((each) => each === tag).length;
const numbers = (length) => Array.from({ length }, (_, index) => index);
const inUse = (driver) => driver.metrics().reduce((sum, server) => sum + server.inUse, 0);
/** Long enough for anything that is on its way in this program: each turn of its queues, some times over. */
async function settled() {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setTimeout(resolve));
}

test("read to its end: each record once, in order; then the summary is there", async (t) => {
  const { driver, result, stream } = streaming(t);
  const found = [];
  const reader = stream.getReader();
  for (let next; !(next = await reader.read()).done; ) found.push(next.value.get("n"));
  equal(found, numbers(SIZE * COUNT));
  equal([result.summary instanceof neo4j.Summary, inUse(driver)], [true, 0]);
});

test("a slow reader keeps the driver from fetching: never more than two batches ahead", async (t) => {
  const { heard, stream } = streaming(t);
  await settled();
  // The first is asked for with the query itself.
  equal(count(heard, PULL), 1);
  const reader = stream.getReader();
  let most = 0;
  for (let read = 1; read <= SIZE * 5; read++) {
    equal((await reader.read()).value.get("n"), read - 1);
    await settled();
    most = Math.max(most, count(heard, PULL) * SIZE - read);
  }
  assert(most <= 2 * SIZE, `${most} records were fetched ahead`);
  assert(count(heard, PULL) <= 7, `${count(heard, PULL)} batches for 5`);
  await reader.cancel();
});

test("a pipe's own queue bounds what is fetched", async (t) => {
  const { heard, stream } = streaming(t);
  const written = [];
  let open;
  const gate = new Promise((resolve) => (open = resolve));
  const out = new WritableStream({
    write: async (record) => {
      written.push(record.get("n"));
      await gate;
    },
  }, { highWaterMark: 1 });
  const piped = stream.pipeTo(out);
  await settled();
  equal([written, count(heard, PULL) <= 2], [[0], true]);
  open();
  await piped;
  equal(written, numbers(SIZE * COUNT));
});

test("cancelled, it discards the rest and gives the connection back", async (t) => {
  const { driver, heard, result, session, stream } = streaming(t);
  const reader = stream.getReader();
  await reader.read();
  equal(inUse(driver), 1);
  await reader.cancel("enough");
  equal([inUse(driver), count(heard, DISCARD), count(heard, RESET)], [0, 1, 0]);
  assert(count(heard, PULL) <= 2, "no more was fetched");
  assert(result.summary, "the summary is there");
  equal((await session.run("RETURN 1").peek()).get("n"), 0);
});

test("a pipe that breaks cancels it, and one never read may be cancelled too", async (t) => {
  const { driver, stream } = streaming(t);
  const broken = new WritableStream({ write: () => Promise.reject(new Error("disk full")) });
  await rejects(stream.pipeTo(broken), /disk full/);
  // There a pipe does not wait for what it has cancelled.
  if (env.runtime === "workerd") await settled();
  equal(inUse(driver), 0);
  const other = streaming(t);
  await other.stream.cancel();
  equal(inUse(other.driver), 0);
});

test("cancelled while it is waited for", async (t) => {
  const { driver, stream } = streaming(t);
  const reader = stream.getReader();
  const waiting = reader.read();
  await reader.cancel();
  equal([(await waiting).done, inUse(driver)], [true, 0]);
});

test("for await, and leaving it", async (t) => {
  if (!ReadableStream.prototype[Symbol.asyncIterator]) t.skip("streams of this runtime cannot be iterated over");
  const { driver, stream } = streaming(t);
  const found = [];
  for await (const record of stream) if (found.push(record.get("n")) === SIZE + 1) break;
  equal([found, inUse(driver)], [numbers(SIZE + 1), 0]);
});

test("what goes wrong is the stream's error", async (t) => {
  const { driver, stream } = streaming(t);
  const reader = stream.getReader();
  await reader.read();
  await driver.close();
  const error = await rejects(async () => {
    while (!(await reader.read()).done);
  }, neo4j.Neo4jError);
  equal(await reader.closed.catch((why) => why), error);
  const unsent = driver.session.bind(driver);
  throws(unsent, neo4j.UsageError);
});

test("it takes the result", async (t) => {
  const { result, stream } = streaming(t);
  throws(() => result.toReadableStream(), { name: "ResultConsumedError", message: /toReadableStream\(\)/ });
  await rejects(result, neo4j.ResultConsumedError);
  await stream.cancel();
});

test("transferred, it hands over clones of records", async (t) => {
  const { stream } = streaming(t);
  let moved;
  try {
    moved = structuredClone(stream, { transfer: [stream] });
  } catch (error) {
    if (error.name !== "DataCloneError" && !(error instanceof TypeError)) throw error;
    await stream.cancel();
    t.skip("this runtime transfers no streams");
  }
  const reader = moved.getReader();
  const found = [];
  for (let next; !(next = await reader.read()).done; ) found.push({ ...next.value });
  equal(found, numbers(SIZE * COUNT).map((n) => ({ keys: ["n"], values: [n] })));
});
