// Much data: a hundred thousand wide rows as they are read, in bounded memory; large writes; large fetches.

import { env } from "../harness/env.js";
import { assert, equal, test } from "../harness/test.js";
import { connect, count, label, metrics, one, release, sleep, start, used } from "./support.js";

const ROWS = 100_000;
/** Some 600 bytes on the wire and more than twice that as JavaScript values. */
const WIDE = `UNWIND range(1, $rows) AS i
  RETURN i, toString(i) + $text AS text, [i, i + 1, i + 2, i + 3, i + 4, i + 5, i + 6, i + 7] AS list,
         {name: $text, half: i / 2.0, tags: ['a', 'b', 'c']} AS map`;
const TEXT = "0123456789".repeat(20);
/** Megabytes. All of the rows at once take more than 100. */
const LIMIT = 40;

/** Bytes in use, where the runtime tells; collected as far as it lets us. */
async function memory() {
  if (globalThis.process?.memoryUsage) {
    globalThis.gc?.();
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  }
  return globalThis.performance?.memory?.usedJSHeapSize;
}

// Servers send every record in two frames of its own, and Chromium takes its time over each frame.
const only = env.runtime === "chromium" ? ["2026.09"] : ["5.26", "2026.09"];
const skip = !release || only.includes(release) ? undefined : `on Neo4j ${only.join(" and ")} only`;

test("a hundred thousand wide rows stream through bounded memory", { skip, timeout: 120_000 }, async (t) => {
  const driver = connect(t);
  const session = start(t, driver);
  const before = await memory();
  const samples = [];
  let sum = 0;
  let rows = 0;
  for await (const record of session.run(WIDE, { rows: ROWS, text: TEXT })) {
    rows++;
    sum += record.get("i");
    const { text, list, map } = record.toObject();
    assert(text.length > 200 && list[7] === rows + 7 && map.tags.length === 3, `row ${rows}`);
    // A reader that stops for a moment: the server must not be asked for more meanwhile.
    if (rows === 1_500) await sleep(500);
    if (rows % 10_000 === 1_501) samples.push(await memory());
  }
  equal([rows, sum], [ROWS, (ROWS * (ROWS + 1)) / 2]);
  equal([used(driver).inUse, metrics(driver).idle, samples.length], [0, 1, 10]);
  if (before === undefined) return;
  const growth = samples.map((sample) => Math.round((sample - before) / 1e6));
  // The lowest of the late samples: garbage comes and goes, what is kept stays.
  const kept = Math.min(...growth.slice(5));
  assert(kept < LIMIT, `megabytes more than before, every 10,000 rows: ${growth.join(", ")}`);
});

test("a reader that is slower than the server is not sent more than two fetches ahead", async (t) => {
  const driver = connect(t, { fetchSize: 50 });
  const session = start(t, driver);
  const seen = [];
  for await (const record of session.run("UNWIND range(1, 500) AS i RETURN i", {})) {
    seen.push(record.get("i"));
    if (seen.length % 100 === 0) await sleep(20);
  }
  equal(seen, Array.from({ length: 500 }, (_, index) => index + 1));
});

test("a large list of parameters is written and read again", { skip }, async (t) => {
  const driver = connect(t);
  const name = label(t, driver);
  const rows = Array.from({ length: 5_000 }, (_, i) => ({ i, text: `row ${i}`, half: i / 2 + 0.25 }));
  const { summary } = await driver.executeQuery(`UNWIND $rows AS row CREATE (n:${name}) SET n = row`, { rows });
  equal([summary.counters.nodesCreated, summary.counters.propertiesSet], [5_000, 15_000]);
  equal(await count(driver, name), 5_000);
  const { records } = await driver.executeQuery(`MATCH (n:${name}) RETURN n ORDER BY n.i`);
  equal(records.length, 5_000);
  assert(records.every((record, i) => {
    const { i: stored, text, half } = record.get("n").properties;
    return stored === i && text === rows[i].text && half === rows[i].half;
  }));
});

test("a single row of several megabytes comes through", async (t) => {
  const driver = connect(t);
  const list = await one(driver, "RETURN [i IN range(1, 200000) | toString(i)] AS list");
  assert(list.length === 200_000 && list.every((text, index) => text === String(index + 1)));
  const bytes = new Uint8Array(3_000_000).map((_, index) => index % 251);
  const back = await one(driver, "RETURN $bytes", { bytes });
  assert(back.length === bytes.length && back.every((byte, index) => byte === bytes[index]));
});

test("ten streams at a time, all from one pool, do not get mixed up", async (t) => {
  const driver = connect(t, { maxConnectionPoolSize: 10, fetchSize: 20 });
  const streams = Array.from({ length: 10 }, async (_, k) => {
    const session = driver.session();
    let next = 1;
    for await (const record of session.run("UNWIND range(1, 250) AS i RETURN $k AS k, i", { k })) {
      assert(record.get("k") === k && record.get("i") === next++, `stream ${k} at ${next}`);
    }
    await session.close();
    return next - 1;
  });
  equal(await Promise.all(streams), new Array(10).fill(250));
  equal(used(driver), { inUse: 0, opening: 0, waiting: 0 });
});
