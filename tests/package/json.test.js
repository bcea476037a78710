// What JSON makes of records and values: no wrapper, nothing rounded, and never an error.

import * as neo4j from "neo4j-wasm";
import { equal, test } from "../harness/test.js";
import { bin, bool, int, list, map, NULL, real, replayed, str, structure, tiny } from "./replay.js";

const { Duration, LocalDate, Node, Path, Point, Relationship } = neo4j;
const json = (value) => JSON.parse(JSON.stringify(value));

const node = structure("N", tiny(1), list(str("A")), map({ n: int(2n ** 62n), bytes: bin(0, 1, 255) }), str("4:x:1"));
const keys = ["small", "large", "negative", "float", "bytes", "list", "map", "node", "date", "flag"];
const row = [
  tiny(1), int(2n ** 60n), int(-(2n ** 63n)), real(0.5), bin(0, 1, 255), list(int(2n ** 53n), NULL),
  map({ a: map({ __proto__: int(2n ** 53n) }) }), node, structure("D", tiny(1)), bool(true),
];
const plain = {
  small: 1, large: "1152921504606846976", negative: "-9223372036854775808", float: 0.5, bytes: "AAH/",
  list: ["9007199254740992", null], map: { a: JSON.parse("{}") },
  node: { elementId: "4:x:1", labels: ["A"], properties: { n: "4611686018427387904", bytes: "AAH/" } },
  date: "1970-01-02", flag: true,
};

test("a record: integers that a number cannot hold are text, bytes base64", async () => {
  for (const integers of ["auto", "bigint"]) {
    const eager = await replayed(keys, [[row]], (result) => result, { integers });
    equal(json(eager.records), [plain], integers);
    equal(json(eager).records, [plain]);
    // The record itself is not changed.
    equal(eager.records[0].get("large"), 2n ** 60n);
  }
});

test("a key named __proto__ is a key", async () => {
  const nested = map(Object.fromEntries([["__proto__", tiny(1)]]));
  const { records } = await replayed(["__proto__", "m"], [[[int(2n ** 60n), nested]]], (result) => result);
  equal(JSON.stringify(records), '[{"__proto__":"1152921504606846976","m":{"__proto__":1}}]');
});

test("graph values, nested as they come", () => {
  const [a, b] = [new Node("1", ["A"], { n: 2n ** 60n }), new Node("2", [], { at: new LocalDate(2024, 1, 2), p: new Point(7203, 1, 2) })];
  const to = new Relationship("3", "1", "2", "TO", { for: new Duration(14), list: [[2n ** 60n]] });
  const plainA = { elementId: "1", labels: ["A"], properties: { n: "1152921504606846976" } };
  const plainB = { elementId: "2", labels: [], properties: { at: "2024-01-02", p: { srid: 7203, x: 1, y: 2 } } };
  const plainTo = {
    elementId: "3", startNodeElementId: "1", endNodeElementId: "2", type: "TO",
    properties: { for: "P1Y2M", list: [["1152921504606846976"]] },
  };
  equal([json(a), json(b), json(to)], [plainA, plainB, plainTo]);
  const path = new Path(a, [{ start: a, relationship: to, end: b }]);
  equal(json(path), { start: plainA, end: plainB, segments: [{ start: plainA, relationship: plainTo, end: plainB }] });
});

test("batches and summaries", async () => {
  const [batch, summary] = await replayed(keys, [[row, row]], async (result) => {
    for await (const each of result.batches()) return [each, await result.consume()];
  });
  equal(json(batch).length, 2);
  const { map: ignored, ...columns } = json(batch.columns);
  const { map: also, ...expected } = plain;
  equal(columns, Object.fromEntries(Object.entries(expected).map(([key, value]) => [key, [value, value]])));
  summary.query.parameters = { large: 2n ** 60n, array: BigInt64Array.of(1n), when: new Date(0) };
  equal(json(summary).query, {
    text: "RETURN 1", parameters: { large: "1152921504606846976", array: [1], when: "1970-01-01T00:00:00.000Z" },
  });
});
