// What is left of values and records when they are cloned or sent: all their fields, as plain data.

import * as neo4j from "neo4j-wasm";
import { assert, equal, test } from "../harness/test.js";
import { int, list, map, NULL, real, replayed, str, structure, tiny } from "./replay.js";

const { Column, Duration, float, LocalDate, LocalDateTime, LocalTime, Node, Path, Point, Relationship } = neo4j;
const { UnsupportedType, Uuid, Vector, ZonedDateTime, ZonedTime } = neo4j;

/** As a worker gets it. */
function sent(value) {
  // Workers of before 2025-08 have no channels.
  if (!globalThis.MessageChannel) return structuredClone(value);
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve, reject) => {
    port2.onmessage = ({ data }) => resolve(data);
    port2.onmessageerror = reject;
    port1.postMessage(value);
  }).finally(() => (port1.close(), port2.close()));
}

test("every kind of value keeps its fields", async () => {
  const [a, b] = [new Node("4:x:1", ["A"], { n: 2n ** 60n, list: [1, null] }), new Node("4:x:2", [], {})];
  const to = new Relationship("5:x:1", "4:x:1", "4:x:2", "TO", { since: new LocalDate(2024, 1, 2) });
  const values = [
    [a, { elementId: "4:x:1", labels: ["A"], properties: { n: 2n ** 60n, list: [1, null] } }],
    [to, {
      elementId: "5:x:1", startNodeElementId: "4:x:1", endNodeElementId: "4:x:2", type: "TO",
      properties: { since: { year: 2024, month: 1, day: 2 } },
    }],
    [new Point(4979, 1, 2, 3), { srid: 4979, x: 1, y: 2, z: 3 }],
    [new LocalTime(1, 2, 3, 4), { hour: 1, minute: 2, second: 3, nanosecond: 4 }],
    [new ZonedTime(1, 2, 3, 4, 60), { hour: 1, minute: 2, second: 3, nanosecond: 4, offsetSeconds: 60 }],
    [new LocalDateTime(2024, 1, 2), { year: 2024, month: 1, day: 2, hour: 0, minute: 0, second: 0, nanosecond: 0 }],
    [new ZonedDateTime(2024, 7, 2, 3, 4, 5, 6, undefined, "Europe/Paris"), {
      year: 2024, month: 7, day: 2, hour: 3, minute: 4, second: 5, nanosecond: 6, offsetSeconds: 7_200,
      timeZone: "Europe/Paris",
    }],
    [new Duration(1, 2, 3n, 4), { months: 1, days: 2, seconds: 3n, nanoseconds: 4 }],
    [new Vector(Float32Array.of(1, 2)), { type: "float32", values: Float32Array.of(1, 2) }],
    [new Uuid(new Uint8Array(16)), { bytes: new Uint8Array(16) }],
    [new UnsupportedType("X", "6.1", "why"), { name: "X", minimumProtocolVersion: "6.1", message: "why" }],
    [float(2), { value: 2 }],
  ];
  for (const [value, fields] of values) {
    equal(structuredClone(value), fields, value.constructor.name);
    equal(await sent([value]), [fields], value.constructor.name);
  }
  const walk = new Path(b, [{ start: b, relationship: to, end: a }, { start: a, relationship: to, end: b }]);
  const path = await sent(walk);
  equal(path.segments.map(({ start, end }) => [start.elementId, end.elementId]), [["4:x:2", "4:x:1"], ["4:x:1", "4:x:2"]]);
  assert(path.start === path.segments[0].start && path.segments[0].start === path.end, "a node met twice is one object");
  // With their methods again.
  equal(String(Object.setPrototypeOf(structuredClone(a.properties), null).n), String(2n ** 60n));
  equal(new Node(...Object.values(structuredClone(a))), a);
});

const rows = [
  [str("Ann"), int(2n ** 60n), structure("D", tiny(1))],
  [NULL, tiny(1), list(map({ __proto__: tiny(2) }), real(0.5))],
];

test("records keep keys and values; all of a result can be sent", async () => {
  const eager = await replayed(["name", "n", "__proto__"], [rows], (result) => result);
  const clone = await sent(eager);
  equal(clone.keys, ["name", "n", "__proto__"]);
  const [first, second] = clone.records;
  equal({ ...first }, { keys: ["name", "n", "__proto__"], values: ["Ann", 2n ** 60n, { year: 1970, month: 1, day: 2 }] });
  equal(second.values.slice(0, 2), [null, 1]);
  assert(first.keys === second.keys, "the keys are sent once");
  equal([clone.summary.query.text, clone.summary.counters.nodesCreated], ["RETURN 1", 0]);
  // The original is what it was.
  equal([eager.records[0].get("name"), eager.records[0].get(1), eager.records[1].has("__proto__")], ["Ann", 2n ** 60n, true]);
  equal([eager.records[0].keys, eager.records[0].length], [clone.keys, 3]);
});

test("batches keep their columns, which get their methods back", async () => {
  const [batch] = await replayed(["name", "n"], [rows.map((row) => row.slice(0, 2))], async (result) => {
    const found = [];
    for await (const each of result.batches()) found.push(each);
    return found;
  });
  const { length, columns, schema } = await sent(batch);
  equal([length, Object.keys(columns), schema], [2, ["name", "n"], batch.schema]);
  equal([...new Column(columns.name)], ["Ann", null]);
  equal([...new Column(columns.n)], [2n ** 60n, 1]);
  // Transferred, they are gone here.
  const moved = structuredClone(batch.columns, { transfer: batch.buffers });
  equal([[...new Column(moved.n)], batch.columns.n.values.length], [[2n ** 60n, 1], 0]);
});
