// Values and bytes by chance, with the real wasm between them: what is written reads back the same, whatever else JavaScript
// has is refused by an error of ours, bytes of any kind come to records or to an error of ours, and columns hold what
// records do. Each run is the same; `env.fuzz` asks for another, or for more: { seed, runs }.

import * as neo4j from "neo4j-wasm";
import { env } from "../harness/env.js";
import { assert, difference, equal, test } from "../harness/test.js";
import { echoing } from "./echo.js";
import { values, hostile, records, Thrown } from "./fuzz-values.js";

// Where npm's packages are found; by a name that no bundler looks for.
const name = "fast-check";
const fc = env.runtime === "node" ? await import(name) : undefined;
const skip = fc ? undefined : "fast-check is there in Node.js only: what it asks of the package is the same everywhere";
const { seed = 1, runs = 300 } = env.fuzz ?? {};
const limits = { skip, timeout: 240_000 };

/** As many cases as the run has, always the same ones. */
const holds = (arbitrary, property) => fc.assert(fc.asyncProperty(arbitrary, property), { seed, numRuns: runs, endOnFailure: env.fuzz !== undefined });

/** What a query comes to: { value }, or { error } where that is one of ours. */
async function outcome(work) {
  try {
    return { value: await work() };
  } catch (error) {
    if (error instanceof neo4j.Neo4jError && error.code) return { error };
    throw error;
  }
}

/** A driver whose queries give back their parameters, or `answer.records`. */
function echo(t) {
  const answer = { records: undefined };
  const driver = echoing(() => answer.records);
  t.after(() => driver.close());
  const read = async (parameters) => (await driver.executeQuery("RETURN 1", parameters)).records.map((record) => record.get("x"));
  const columns = async () => {
    const session = driver.session();
    const found = [];
    for await (const { columns } of session.run("RETURN 1").batches()) found.push(columns.x);
    await session.close();
    return found.flatMap((column) => [...column]);
  };
  return { answer, read, columns };
}

test("a value is read back as it was written", limits, async (t) => {
  const { read } = echo(t);
  await holds(values(fc), async ([value, expected]) => {
    const [found] = await read({ value });
    equal(found, { value: expected });
  });
});

test("what is no value is refused by the path to it, or read back", limits, async (t) => {
  const { read } = echo(t);
  await holds(hostile(fc), async ({ make }) => {
    // Made twice: some change when they are looked at.
    const { error, value } = await outcome(() => read({ inner: [1, make()] }));
    if (error) {
      const own = error.name === "UsageError" && /^parameters\.inner\[1\]/.test(error.message);
      assert(own, `${error.name} ${error.code}: ${error.message}`);
      if (error.cause) assert(error.cause instanceof Thrown || error.cause instanceof Error, String(error.cause));
      return;
    }
    const again = await outcome(() => read(value[0]));
    equal(again.value, value, "what was read, read again");
  });
});

test("bytes of any kind are records or an error of ours, and columns are what records are", limits, async (t) => {
  const { answer, read, columns } = echo(t);
  await holds(records(fc), async (bytes) => {
    answer.records = bytes;
    const [rows, cells] = [await outcome(read), await outcome(columns)];
    equal(cells.error?.code, rows.error?.code, `columns: ${cells.error?.message}; records: ${rows.error?.message}`);
    if (rows.error) return;
    const found = difference(cells.value, rows.value);
    assert(!found, `columns differ from records: ${found}`);
  });
});
