// Summaries: what a server says of a query when it is done, by the table that tests/it/summaries.rs holds Rust to.

import { Counters, Summary } from "neo4j-wasm";
import { assert, equal, rejects, test } from "../harness/test.js";
import { bool, int, list, map, NULL, real, replayed, str } from "./replay.js";
import table from "./summaries.js";

function packed(value) {
  if (value === null) return NULL;
  if (typeof value === "boolean") return bool(value);
  if (typeof value === "number") return Number.isInteger(value) ? int(value) : real(value);
  if (typeof value === "string") return str(value);
  if (Array.isArray(value)) return list(...value.map(packed));
  if (Object.keys(value).join() === "bytes") return value.bytes.match(/[\dA-F]{2}/g).map((byte) => parseInt(byte, 16));
  return map(packedEach(value));
}

const packedEach = (object) => Object.fromEntries(Object.entries(object).map(([key, value]) => [key, packed(value)]));

/** Counters of zero are left out. */
const shown = (counters) => ({
  ...Object.fromEntries(Object.entries(counters).filter(([, count]) => count !== 0)),
  containsUpdates: counters.containsUpdates(),
  containsSystemUpdates: counters.containsSystemUpdates(),
});

for (const { name, began = {}, said = {}, columns = true, records = true, expected, error } of table) {
  test(`a summary: ${name}`, async () => {
    const rows = records ? [[int(5)]] : [];
    const result = replayed(columns ? ["n"] : [], [rows], (result) => result.consume(), {
      began: packedEach(began), last: packedEach(said),
    });
    if (error) {
      await rejects(result, { name: "ProtocolError", message: new RegExp(error) });
      return;
    }
    const summary = await result;
    assert(summary instanceof Summary && summary.counters instanceof Counters);
    const { query, server, counters, ...rest } = summary;
    equal([query.text, server.protocolVersion], ["RETURN 1", "6.1"]);
    equal({ ...rest, counters: shown(counters) }, { ...table[0].expected, ...expected });
  });
}

test("a summary of executeQuery is read in the same way", async () => {
  const plan = packed({ operatorType: "A", children: [{ operatorType: "B" }] });
  const { summary } = await replayed(["n"], [[]], (result) => result, { last: { plan, stats: packed({ "nodes-created": 2 }) } });
  equal([summary.plan.children[0].operatorType, summary.counters.nodesCreated], ["B", 2]);
});

test("counts that no number holds are bigints", async () => {
  const stats = map({ "nodes-created": int(2n ** 60n), "labels-added": int(-1) });
  const { counters } = await replayed(["n"], [[]], (result) => result.consume(), { last: { stats } });
  equal([counters.nodesCreated, counters.containsUpdates()], [2n ** 60n, true]);
});
