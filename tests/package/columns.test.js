// `result.batches()`: columns of typed arrays, whose values are those that records have; and what Arrow makes of them.

import * as neo4j from "neo4j-wasm";
import { assert, equal, rejects, test, throws } from "../harness/test.js";
import { bin, bool, int, list, map, NULL, real, replayed, str, structure, tiny } from "./replay.js";

/** The batches of a result. */
async function batchesOf(keys, batches, options) {
  return replayed(keys, batches, async (result) => {
    const found = [];
    for await (const batch of result.batches()) found.push(batch);
    return found;
  }, options);
}

/** The one column of values that come in one batch, which must be those that records have. */
async function column(values, options) {
  const rows = values.map((value) => [value]);
  const [batch] = await batchesOf(["c"], [rows], options);
  const { records } = await replayed(["c"], [rows], (result) => result, options);
  const found = batch.columns.c;
  equal([batch.length, found.length], [values.length, values.length]);
  equal([...found], records.map((record) => record.get("c")));
  return found;
}

const node = (id, labels, properties) => structure("N", tiny(1), list(...labels.map(str)), map(properties), str(id));
const relationship = (id, properties) =>
  structure("R", tiny(1), tiny(2), tiny(3), str("KNOWS"), map(properties), str(id), str("s"), str("e"));
const unbound = (id, properties) => structure("r", tiny(1), str("KNOWS"), map(properties), str(id));
const path = (nodes, relationships, steps) => structure("P", list(...nodes), list(...relationships), list(...steps.map(tiny)));
const second = 1_719_873_000n;

test("numbers and Booleans, with nulls and without", async () => {
  const whole = await column([tiny(1), int(2n ** 62n), tiny(-1)]);
  equal([whole.type, whole.values, whole.validity, whole.nullCount], ["int64", BigInt64Array.of(1n, 2n ** 62n, -1n), undefined, 0]);
  const floats = await column([NULL, real(1.5), NULL, real(-0)]);
  equal([floats.type, floats.values, floats.validity, floats.nullCount], ["float64", Float64Array.of(0, 1.5, 0, -0), Uint8Array.of(0b1010), 2]);
  const many = await column(Array.from({ length: 20 }, (_, index) => (index === 9 ? NULL : bool(index % 3 === 0))));
  equal([many.type, many.validity], ["bool", Uint8Array.of(0xff, 0b11111101, 0b1111)]);
  equal(many.values, Uint8Array.of(0b01001001, 0b10010000, 0b0100));
  const none = await column([NULL, NULL]);
  equal([none.type, none.nullCount, none.values, none.validity], ["null", 2, undefined, undefined]);
});

test("integers in each mode", async () => {
  for (const integers of ["auto", "number", "bigint"]) await column([tiny(1), int(2n ** 60n), NULL], { integers });
});

test("text and bytes: offsets and data", async () => {
  const text = await column([str("ab"), NULL, str(""), str("é日\u{1f600}"), str("\ufeffx")]);
  equal([text.type, text.offsets], ["utf8", Int32Array.of(0, 2, 2, 2, 11, 15)]);
  equal(new TextDecoder("utf-8", { ignoreBOM: true }).decode(text.values), "abé日\u{1f600}\ufeffx");
  await column([str("plain"), str("text"), str("x".repeat(300))]);
  const bytes = await column([bin(1, 2), bin(), bin(3)]);
  equal([bytes.type, bytes.offsets, bytes.values], ["binary", Int32Array.of(0, 2, 2, 3), Uint8Array.of(1, 2, 3)]);
});

test("lists: offsets and a child", async () => {
  const floats = await column([list(real(1), real(2)), list(), NULL, list(real(3), NULL)]);
  equal([floats.type, floats.offsets], ["list", Int32Array.of(0, 2, 2, 2, 4)]);
  const [child] = floats.children;
  equal([child.type, child.values, child.validity], ["float64", Float64Array.of(1, 2, 3, 0), Uint8Array.of(0b0111)]);
  const nested = await column([list(list(str("a")), list()), list(NULL, list(str("b"), str("c")))]);
  equal(nested.children[0].children[0].type, "utf8");
  await column([list(), list()]);
  await column([list(), list(tiny(1)), list(NULL)]);
});

test("nodes and relationships are structures", async () => {
  const nodes = await column([
    node("a", ["A", "B"], { name: str("x"), age: tiny(3) }), NULL, node("b", [], { age: tiny(4) }), node("c", ["A"], { extra: real(1) }),
  ]);
  equal([nodes.type, nodes.cypher, nodes.children.map(({ name }) => name)], ["struct", "NODE", ["labels", "properties", "elementId"]]);
  const [, properties] = nodes.children;
  equal(properties.children.map(({ name, type }) => [name, type]), [["name", "utf8"], ["age", "int64"], ["extra", "float64"]]);
  equal(properties.children.map(({ length, nullCount }) => [length, nullCount]), [[4, 3], [4, 2], [4, 3]]);
  const relationships = await column([relationship("r", { since: tiny(1) }), relationship("q", { since: tiny(2) })]);
  equal([relationships.type, relationships.cypher], ["struct", "RELATIONSHIP"]);
  equal((await column([structure("N", tiny(1), list(), map({}))], { version: [4, 4] })).type, "values");
});

test("paths are structures of lists", async () => {
  const [a, b, c] = [node("a", ["A"], { x: tiny(1) }), node("b", [], { x: tiny(2) }), node("c", ["A", "C"], {})];
  const [ab, cb] = [unbound("ab", { since: tiny(7) }), unbound("cb", {})];
  const values = [path([a, b, c], [ab, cb], [1, 1, -2, 2, -2, 1]), NULL, path([c], [], []), path([b, a], [ab], [-1, 1])];
  for (const integers of ["auto", "bigint"]) {
    const paths = await column(values, { integers });
    equal([paths.type, paths.cypher, paths.nullCount], ["struct", "PATH", 1]);
    equal(paths.children.map(({ name, type }) => [name, type]), [["nodes", "list"], ["relationships", "list"], ["indices", "list"]]);
    equal(paths.children.map(({ children: [{ cypher }] }) => cypher), ["NODE", "UNBOUND RELATIONSHIP", "INTEGER"]);
    equal(paths.get(0).toString(), "(:A {x: 1})-[:KNOWS {since: 7}]->( {x: 2})<-[:KNOWS]-(:A:C)-[:KNOWS]->( {x: 2})");
    equal(new neo4j.Column(structuredClone(paths)).get(3), paths.get(3));
  }
  equal((await column([path([a], [], [])])).cypher, "PATH");
  for (const bad of [path([], [], []), path([a], [], [1, 0]), path([a, b], [ab], [1]), path([a, b], [ab], [1, 2]), path([a, b], [ab], [0, 1])]) {
    await rejects(batchesOf(["p"], [[[bad]]]), { name: "ProtocolError", code: "ProtocolViolation" });
  }
});

test("maps are structures where that loses nothing", async () => {
  const maps = await column([map({ a: tiny(1), __proto__: tiny(0) }), map({ b: str("x"), a: tiny(2) })]);
  equal([maps.type, maps.cypher], ["struct", "MAP"]);
  equal((await column([map({ a: NULL }), map({ a: tiny(1) })])).type, "struct");
  equal((await column([map({ a: NULL }), map({ a: tiny(1), b: tiny(2) })])).type, "values");
  equal((await column([map({ a: tiny(1) }), map({ a: str("x") })])).type, "values");
  equal((await column([[0xa2, ...str("a"), ...tiny(1), ...str("a"), ...tiny(2)]])).type, "values");
  const wide = Array.from({ length: 70 }, (_, index) => map({ [`k${index}`]: tiny(1) }));
  equal((await column(wide)).type, "values");
  // Few bytes must not become many: eight keys, each in one row of eight.
  const sparse = Array.from({ length: 2_000 }, (_, index) => map({ [index % 60]: NULL }));
  equal((await column(sparse)).type, "values");
});

test("temporal values in Arrow's units", async () => {
  const seconds = int(second);
  const dates = await column([structure("D", int(19_782)), NULL, structure("D", int(-1))]);
  equal([dates.type, dates.unit, dates.values], ["date32", "day", Int32Array.of(19_782, 0, -1)]);
  const times = await column([structure("t", int(3_723_000_000_004))]);
  equal([times.type, times.unit, times.values], ["time64", "nanosecond", BigInt64Array.of(3_723_000_000_004n)]);
  const local = await column([structure("d", seconds, int(5)), structure("d", int(-1), int(999_999_999))]);
  equal([local.type, local.timeZone, local.values], ["timestamp", undefined, BigInt64Array.of(second * 1_000_000_000n + 5n, -1n)]);
  const offset = await column([structure("I", seconds, int(5), int(-5_400)), structure("I", seconds, int(5), int(-5_400))]);
  equal([offset.type, offset.timeZone, offset.values[0]], ["timestamp", "-01:30", second * 1_000_000_000n + 5n]);
  const zoned = await column([structure("i", seconds, int(5), str("Europe/Paris"))]);
  equal([zoned.type, zoned.timeZone, zoned.cypher], ["timestamp", "Europe/Paris", "ZONED DATETIME"]);
  const amounts = await column([structure("E", int(-1), int(2), int(-1), int(999_999_999)), structure("E", int(0), int(0), int(3), int(0))]);
  equal([amounts.type, amounts.unit], ["interval", "monthDayNano"]);
  equal(amounts.values, Int32Array.of(-1, 2, -1, -1, 0, 0, -1_294_967_296, 0));
});

test("what has no place in Arrow's units is values", async () => {
  for (const values of [
    [structure("D", int(2n ** 31n))],
    [structure("d", int(2n ** 34n), int(0))],
    [structure("I", int(second), int(5), int(1))],
    [structure("I", int(second), int(5), int(0)), structure("I", int(second), int(5), int(60))],
    [structure("i", int(second), int(5), str("UTC")), structure("i", int(second), int(5), str("Europe/Paris"))],
    [structure("E", int(1), int(2), int(2n ** 60n), int(5))],
    [structure("E", int(2n ** 40n), int(2), int(1), int(5))],
    [structure("T", int(5), int(60))],
    [path([node("a", [], {})], [], []), path([node("b", [], { x: tiny(1) }), node("c", [], { x: str("y") })], [], [])],
    [structure("?", str("NEW"), tiny(6), tiny(1), map({}))],
    [structure("X", int(7203), real(1), real(2)), structure("Y", int(9157), real(1), real(2), real(3))],
    [tiny(1), real(1)],
    [str("x"), bool(true), list(tiny(1), str("y")), NULL],
    [list(tiny(1)), list(str("x"))],
  ]) {
    const found = await column(values);
    equal([found.type, Array.isArray(found.values)], ["values", true]);
  }
  const legacy = [structure("f", int(second), int(5), str("Europe/Paris"))];
  equal((await column(legacy, { version: [4, 4] })).type, "values");
});

test("points, vectors and UUIDs", async () => {
  const points = await column([structure("X", int(7203), real(1), real(2)), NULL, structure("X", int(4326), real(3), real(4))]);
  equal(points.children.map(({ name, type }) => [name, type]), [["srid", "int64"], ["x", "float64"], ["y", "float64"]]);
  await column([structure("Y", int(4979), real(1), real(2), real(3))]);
  const vector = (kind, ...bytes) => structure("V", bin(kind), bin(...bytes));
  const shorts = await column([vector(0xc9, 0, 1, 0xff, 0xfe), vector(0xc9), NULL]);
  equal([shorts.type, shorts.children[0].type, shorts.children[0].values], ["list", "int16", Int16Array.of(1, -2)]);
  for (const value of [vector(0xc8, 255), vector(0xca, 1, 0, 0, 2), vector(0xcb, 0, 0, 0, 0, 0, 0, 0, 9), vector(0xc6, 63, 192, 0, 0), vector(0xc1, 63, 240, 0, 0, 0, 0, 0, 0)]) {
    equal((await column([value, value])).type, "list");
  }
  equal((await column([vector(0xc8, 1), vector(0xc9, 0, 1)])).type, "values");
  const uuid = [0xe0, ...Array.from({ length: 16 }, (_, index) => index)];
  equal((await column([uuid, NULL, uuid])).values.length, 48);
});

test("several batches: types are the result's, and a column that is mixed stays so", async () => {
  const batches = [
    [[tiny(1), str("a"), NULL], [tiny(2), str("b"), NULL]],
    [[NULL, tiny(1), NULL], [NULL, tiny(2), NULL]],
    [[tiny(3), str("c"), real(1)], [tiny(4), NULL, NULL]],
  ];
  const found = await batchesOf(["n", "m", "late"], batches);
  equal(found.map(({ schema }) => schema.map(({ type }) => type)), [
    ["int64", "utf8", "null"], ["int64", "values", "null"], ["int64", "values", "float64"],
  ]);
  equal(found.map(({ columns }) => [...columns.n]), [[1, 2], [null, null], [3, 4]]);
  equal(found.map(({ columns }) => [...columns.m]), [["a", "b"], [1, 2], ["c", null]]);
  equal([...found[2].columns.late], [1, null]);
  equal(found[0].schema[1], { name: "m", type: "utf8", cypher: "STRING", nullable: false });
  equal(found[0].columns.n.get(0), 1);
  equal([-1, 2, 0.5, "0x", undefined].map((index) => found[0].columns.n.get(index)), Array(5).fill(undefined));
});

test("batches belong to who asked: they survive the next one, can be sent and cloned", async () => {
  const rows = (text) => Array.from({ length: 1_000 }, (_, index) => [tiny(index % 100), str(text + index)]);
  const [first, last] = await batchesOf(["n", "t"], [rows("a"), rows("b")]);
  equal([first.columns.t.get(999), last.columns.t.get(0)], ["a999", "b0"]);
  const { n, t } = structuredClone({ ...first.columns }, { transfer: first.buffers });
  equal([n.values[7], first.columns.n.values.length], [7n, 0]);
  const revived = new neo4j.Column(t);
  equal([revived.get(999), [...revived].length], ["a999", 1_000]);
  const nodes = await column([node("a", ["A"], { x: tiny(1) })]);
  equal(new neo4j.Column(structuredClone(nodes)).get(0), nodes.get(0));
});

test("a result is taken once, left at any point, and broken by what is no value", async () => {
  const taken = { name: "ResultConsumedError" };
  await replayed(["n"], [[[tiny(1)]], [[tiny(2)]], [[tiny(3)]]], async (result) => {
    for await (const batch of result.batches()) {
      equal([...batch.columns.n], [1]);
      break;
    }
    assert(result.summary, "the rest is discarded");
    throws(() => result.batches(), taken);
    await rejects(result.collect(), taken);
  });
  await replayed(["n"], [[[tiny(1)]]], async (result) => {
    await result.peek();
    throws(() => result.batches(), { ...taken, message: /peek/ });
  });
  await replayed(["n"], [[[tiny(1)]], [[tiny(2)]]], async (result) => {
    const batches = result.batches();
    const asked = await Promise.all([batches.next(), batches.next(), batches.next(), batches.next()]);
    equal(asked.map(({ done, value }) => (done ? "done" : value.columns.n.get(0))), [1, 2, "done", "done"]);
  });
  for (const bad of [[0x82, 0xff, 0xff], [0xc4], structure("D", int(2n ** 62n)), structure("N", tiny(1)), list([0x81, 0xff])]) {
    await rejects(batchesOf(["n"], [[[bad]]]), { name: "ProtocolError", code: "ProtocolViolation" });
    await rejects(batchesOf(["n"], [[[tiny(1)], [bad]]]), { name: "ProtocolError", code: "ProtocolViolation" });
  }
  equal(await batchesOf(["n"], [[]]), []);
});
