// From a server's bytes to JavaScript: every kind of value, in each version's form, one batch after the other.

import * as neo4j from "neo4j-wasm";
import { assert, equal, rejects, test, throws } from "../harness/test.js";
import { bin, bool, int, list, map, NULL, real, replayed, row, str, structure, tiny } from "./replay.js";

const { Duration, LocalDate, LocalDateTime, LocalTime, Node, Path, Point, Relationship } = neo4j;
const { Uuid, Vector, ZonedDateTime, ZonedTime } = neo4j;

const OLD = { version: [4, 4] };

test("plain values", async () => {
  const values = [NULL, bool(false), bool(true), tiny(-7), int(-7), real(1.5), real(-0), str("\ufeffåb1"), str(""), str("\u{1f600}")];
  equal(await row(values), [null, false, true, -7, -7, 1.5, -0, "\ufeffåb1", "", "\u{1f600}"]);
  equal(await row([str("plain"), str("é"), str("text"), str("日本"), str("x")]), ["plain", "é", "text", "日本", "x"]);
});

test("text longer than what is decoded at once", async () => {
  const long = "0123456789".repeat(5_000).slice(0, 40_000);
  const wide = "日本".repeat(10_000);
  equal(await row([str(long), str("a"), str(wide), str(long), str("é"), str(wide)]), [long, "a", wide, long, "é", wide]);
});

test("bytes are a copy, each with a buffer of its own", async () => {
  const [bytes, none] = await row([bin(1, 2, 3), bin()]);
  equal([bytes, none, bytes.buffer.byteLength], [Uint8Array.of(1, 2, 3), new Uint8Array(0), 3]);
});

test("integers in each mode", async () => {
  const edges = [5, -1, 8_388_607, 8_388_608, -8_388_608, -8_388_609, 2 ** 53 - 1, -(2 ** 53) + 1].map(BigInt);
  const beyond = [2n ** 53n, -(2n ** 53n), 2n ** 62n, -(2n ** 63n), 2n ** 63n - 1n];
  const all = (integers) => row([...edges, ...beyond].map(int), { integers });
  equal(await all("auto"), [...edges.map(Number), ...beyond]);
  equal(await all("bigint"), [...edges, ...beyond]);
  equal(await all("number"), [...edges, ...beyond].map(Number));
  const nested = [list(tiny(1), map({ a: tiny(2) })), list(int(3), str("x"))];
  equal(await row(nested, { integers: "bigint" }), [[1n, { a: 2n }], [3n, "x"]]);
});

test("lists and maps, and names over several batches", async () => {
  const batches = [
    [[list(map({ x: tiny(1), ÿ: list() }), real(2.5), NULL)]],
    [[map({ new: bool(true), x: str("z") })]],
    [[list(real(1), real(2), str("s"), real(3))], [list(real(1), real(2))]],
    [[map({ ÿ: list(), ["k".repeat(70)]: tiny(1) })], [map({ ["k".repeat(70)]: tiny(2), x: NULL })]],
  ];
  const { records } = await replayed(["a"], batches, (result) => result);
  equal(records.map((record) => record.get("a")), [
    [{ x: 1, ÿ: [] }, 2.5, null],
    { new: true, x: "z" },
    [1, 2, "s", 3],
    [1, 2],
    { ÿ: [], ["k".repeat(70)]: 1 },
    { ["k".repeat(70)]: 2, x: null },
  ]);
});

test("a key __proto__ is a property like any other; of a key that comes twice the last value counts", async () => {
  const [odd] = await row([[0xa2, ...str("__proto__"), ...map({}), ...str("a"), ...bool(true)]]);
  equal(Object.keys(odd), ["__proto__", "a"]);
  equal(Object.getPrototypeOf(odd), Object.prototype);
  const [twice] = await row([[0xa3, ...str("a"), ...tiny(1), ...str("b"), ...tiny(2), ...str("a"), ...tiny(3)]]);
  equal(Object.entries(twice), [["a", 3], ["b", 2]]);
});

test("nodes and relationships, with element ids and without", async () => {
  const node = structure("N", tiny(1), list(str("A"), str("B")), map({ k: tiny(1) }), str("4:x:1"));
  const relationship = structure("R", tiny(7), tiny(1), tiny(2), str("TO"), map({}), str("r"), str("s"), str("e"));
  const expected = [new Node("4:x:1", ["A", "B"], { k: 1 }), new Relationship("r", "s", "e", "TO", {})];
  equal(await row([node, relationship]), expected);
  const old = [
    structure("N", int(2n ** 60n), list(), map({ k: tiny(1) })),
    structure("R", tiny(7), tiny(1), tiny(2), str("TO"), map({ a: tiny(1) })),
  ];
  const numbered = [new Node(String(2n ** 60n), [], { k: 1n }), new Relationship("7", "1", "2", "TO", { a: 1n })];
  equal(await row(old, { ...OLD, integers: "bigint" }), numbered);
});

test("paths: walked both ways, a node met twice, an end that stays", async () => {
  const node = (id, label) => structure("N", tiny(1), list(str(label)), map({ n: tiny(1) }), str(id));
  const unbound = structure("r", tiny(1), str("TO"), map({}), str("r"));
  const steps = list(tiny(1), tiny(1), tiny(-1), tiny(0), tiny(1), tiny(1));
  const [path] = await row([structure("P", list(node("a", "A"), node("b", "B")), list(unbound), steps)], { integers: "bigint" });
  const [a, b] = [new Node("a", ["A"], { n: 1n }), new Node("b", ["B"], { n: 1n })];
  const to = new Relationship("r", "a", "b", "TO", {});
  const segment = (start, end) => ({ start, relationship: to, end });
  equal(path, new Path(a, [segment(a, b), segment(b, a), segment(a, b)]));
  assert(path.segments[0].start === path.segments[1].end, "a node met twice is the same object");
  const back = structure("P", list(node("a", "A"), node("b", "B")), list(unbound), list(tiny(-1), tiny(1)));
  const [{ segments: [{ relationship }] }] = await row([back]);
  equal([relationship.startNodeElementId, relationship.endNodeElementId], ["b", "a"]);
  const old = structure("P", list(structure("N", tiny(5), list(), map({}))), list(), list());
  equal(await row([old], OLD), [new Path(new Node("5", [], {}), [])]);
});

// The first and the last second of the years that there are: more than a number holds.
const [FIRST, LAST] = [-31_557_014_135_596_800n, 31_556_889_832_780_799n];
const utc = [2024, 7, 1, 22, 30, 0, 5];
const seconds = int(Date.UTC(2024, 6, 1, 22, 30) / 1_000);

test("temporal values", async () => {
  const values = [
    structure("D", int(19_782)),
    structure("D", int(-719_529)),
    structure("T", int(3_723_000_000_004), int(-60)),
    structure("t", int(86_399_999_999_999)),
    structure("d", seconds, int(5)),
    structure("d", int(-1), int(999_999_999)),
    structure("d", int(LAST), int(0)),
    structure("d", int(FIRST), int(0)),
    structure("I", int(BigInt(Date.UTC(2024, 6, 1, 22, 30) / 1_000) - 3_600n), int(5), int(3_600)),
    structure("i", seconds, int(5), str("Europe/Paris")),
    structure("E", int(1), int(2), int(2n ** 60n), int(5)),
  ];
  equal(await row(values, { integers: "bigint" }), [
    new LocalDate(2024, 2, 29),
    new LocalDate(-1, 12, 31),
    new ZonedTime(1, 2, 3, 4, -60),
    new LocalTime(23, 59, 59, 999_999_999),
    new LocalDateTime(...utc),
    new LocalDateTime(1969, 12, 31, 23, 59, 59, 999_999_999),
    new LocalDateTime(999_999_999, 12, 31, 23, 59, 59, 0),
    new LocalDateTime(-999_999_999, 1, 1, 0, 0, 0, 0),
    new ZonedDateTime(...utc, 3_600),
    new ZonedDateTime(2024, 7, 2, 0, 30, 0, 5, 7_200, "Europe/Paris"),
    // Its parts are numbers where they can be, whatever integers are to be.
    new Duration(1, 2, 2n ** 60n, 5),
  ]);
});

test("date-times on the zone's own clock, as old servers send them", async () => {
  const values = [structure("F", seconds, int(5), int(-3_600)), structure("f", seconds, int(5), str("Europe/Paris"))];
  const expected = [new ZonedDateTime(...utc, -3_600), new ZonedDateTime(...utc, 7_200, "Europe/Paris")];
  equal(await row(values, OLD), expected);
});

test("what a server says of a query may hold any value; what is none is null", async () => {
  const args = {
    at: structure("X", int(4_326), real(1), real(2)),
    zoned: list(structure("i", seconds, int(5), str("Europe/Paris"))),
    offset: structure("I", seconds, int(5), int(3_600)),
    // Of a server before 5.0; of no server.
    old: structure("F", seconds, int(5), int(3_600)),
    odd: list(structure("Z"), int(1)),
    // The number of fields in a byte of its own, which is longer than need be, or in no structure that there is.
    long: [0xdc, 3, "X".charCodeAt(0), ...int(4_326), ...real(1), ...real(2)],
    wide: list([0xdc, 16, "Z".charCodeAt(0), ...new Array(16).fill(tiny(1)).flat()], int(2)),
    // Structures in structures.
    path: structure("P", list(structure("N", tiny(1), list(), map({ k: tiny(1) }), str("a"))), list(), list()),
    broken: structure("P", list(structure("N", tiny(1))), list(), list()),
  };
  const plan = map({ operatorType: str("Odd"), args: map(args), identifiers: list(), children: list() });
  const { summary } = await replayed(["n"], [[]], (result) => result, { last: { plan } });
  equal(summary.plan.arguments, {
    at: new Point(4_326, 1, 2),
    zoned: [new ZonedDateTime(2024, 7, 2, 0, 30, 0, 5, 7_200, "Europe/Paris")],
    offset: new ZonedDateTime(2024, 7, 1, 23, 30, 0, 5, 3_600),
    old: null,
    odd: [null, 1],
    long: new Point(4_326, 1, 2),
    wide: [null, 2],
    path: new Path(new Node("a", [], { k: 1 }), []),
    broken: null,
  });
});

test("an unknown time zone is an error for whoever reads that value, and for nobody else", async () => {
  const when = (zone) => list(structure("i", seconds, int(0), str(zone)), str("é"));
  const rows = [[tiny(1), when("Mars/Olympus"), bool(true)], [tiny(2), when("UTC"), bool(true)]];
  const { records: [bad, good] } = await replayed(["id", "when", "after"], [rows], (result) => result);
  const expected = { name: "ProtocolError", code: "UnknownTimeZone", message: /Mars\/Olympus.*2024-07-01T22:30/ };
  equal([bad.get("id"), bad.get("after"), bad.has("when"), bad.length], [1, true, true, 3]);
  throws(() => bad.get("when"), expected);
  throws(() => bad.toObject(), expected);
  throws(() => [...bad], expected);
  equal(good.get("when"), [new ZonedDateTime(2024, 7, 1, 22, 30, 0, 0, 0, "UTC"), "é"]);
});

test("points, vectors, UUIDs, unsupported types", async () => {
  const uuid = Array.from({ length: 16 }, (_, index) => index);
  const vector = (kind, ...bytes) => structure("V", bin(kind), bin(...bytes));
  const values = [
    structure("X", int(7203), real(1), real(2)),
    structure("Y", int(4979), real(1), real(2), real(3)),
    vector(0xc8, 1, 0xff),
    vector(0xc9, 0, 1, 0xff, 0xfe),
    vector(0xca, 0xff, 0xff, 0xff, 0xfe),
    vector(0xcb, 0, 0, 0, 0, 0, 0, 0, 9),
    vector(0xc6, 0x3f, 0xc0, 0, 0),
    vector(0xc1, 0x3f, 0xf0, 0, 0, 0, 0, 0, 0),
    vector(0xc1),
    [0xe0, ...uuid],
    structure("?", str("NEW"), tiny(6), tiny(1), map({ message: str("hi") })),
    structure("?", str("X"), tiny(7), tiny(0), map({})),
  ];
  equal(await row(values, { integers: "bigint" }), [
    new Point(7203, 1, 2),
    new Point(4979, 1, 2, 3),
    ...[Int8Array.of(1, -1), Int16Array.of(1, -2), Int32Array.of(-2), BigInt64Array.of(9n)].map((all) => new Vector(all)),
    ...[Float32Array.of(1.5), Float64Array.of(1), Float64Array.of()].map((all) => new Vector(all)),
    new Uuid(Uint8Array.from(uuid)),
    new neo4j.UnsupportedType("NEW", "6.1", "hi"),
    new neo4j.UnsupportedType("X", "7.0", undefined),
  ]);
});

test("what is no value ends the result, and says why", async () => {
  for (const [value, message] of [
    [[0x82, 0xff, 0xff], /^A string is not valid UTF-8$/],
    [[0xc4], /^Unknown PackStream type marker: 0xc4$/],
    [structure("D", int(2n ** 62n)), /^The server sent a date is out of range$/],
    [structure("N", tiny(1)), /^Structure 0x4e has 1 fields where 4 are due$/],
    [structure("z"), /^Unknown structure 0x7a with 0 fields$/],
    [[0x95, 0xc0], /claims more bytes than its message has$/],
    [Array(600).fill(0x91), /nested more than 512 levels deep$/],
  ]) {
    await rejects(row([value]), { name: "ProtocolError", code: "ProtocolViolation", message });
  }
  const two = replayed(["a"], [[[tiny(1), tiny(2)]]], (result) => result);
  await rejects(two, { name: "ProtocolError", message: /^A record has 2 values for 1 columns$/ });
});

test("records give their values by key, by position and in order", async () => {
  const rows = [[tiny(1), bool(true), NULL], [tiny(2), bool(false), NULL]];
  const { records: [first, second] } = await replayed(["b", "a", "__proto__"], [rows], (result) => result);
  equal([first.get("b"), first.get(0), second.get("a"), second.get(1)], [1, 1, false, false]);
  equal([first.keys, first.length, [...second]], [["b", "a", "__proto__"], 3, [2, false, null]]);
  equal(Object.entries(first.toObject()), [["b", 1], ["a", true], ["__proto__", null]]);
  equal(JSON.stringify(first), '{"b":1,"a":true,"__proto__":null}');
  const has = ["b", "c", 2, 3, "toString"].map((key) => first.has(key));
  equal(has, [true, false, true, false, false]);
  for (const key of ["c", 3, -1, 0.5, "toString", "0", undefined]) {
    const error = throws(() => first.get(key), { name: "UsageError", code: "UnknownKey" });
    assert(error.message.endsWith('its keys are "b", "a", "__proto__"'), error.message);
  }
  throws(() => first.keys.push("x"), TypeError);
});
