// The decoder, on tapes made by hand: one batch after the other, every kind of value.

import * as neo4j from "neo4j-wasm";
import { assert, equal, test, throws } from "../harness/test.js";
import { apart } from "./internals.js";

// Apart: it gets a memory of its own, and that of the package stays as it is.
const { Decoder, useMemory } = await apart("decode.js");
const memory = { buffer: new ArrayBuffer(1 << 16) };
useMemory(memory);

const { Duration, LocalDate, LocalDateTime, LocalTime, Node, Path, Point, Relationship } = neo4j;
const { Uuid, Vector, ZonedDateTime, ZonedTime } = neo4j;

/** Writes a tape into the memory; words are numbers, or [op, arg]. Returns the places of its areas. */
function tape({ names = [], words = [], nums = [], text = "", blob = [] }) {
  const flat = words.flatMap((word) => {
    if (!Array.isArray(word)) return [word];
    const [op, arg] = word;
    return arg < 0xffffff ? [op | (arg << 8)] : [(op | 0xffffff00) >>> 0, arg];
  });
  let at = 0;
  const areas = [
    Uint32Array.from([names.length, ...names.map((name) => name.length), ...flat]),
    Float64Array.from(nums),
    new TextEncoder().encode(names.join("") + text),
    Uint8Array.from(blob),
  ];
  return areas.flatMap((area) => {
    const place = [at, area.length];
    new Uint8Array(memory.buffer).set(new Uint8Array(area.buffer), at);
    at = Math.ceil((at + area.byteLength) / 8) * 8;
    return place;
  });
}

/** The values of one record. */
function decode(areas, { integers = "auto", columns = 1 } = {}) {
  const decoder = new Decoder(integers);
  decoder.keys(Array.from({ length: columns }, (_, index) => `c${index}`));
  const [record] = decoder.batch(1, columns, ...tape(areas));
  return [...record];
}

const [NULL, FALSE, TRUE, INT, FLOAT] = [0, 1, 2, 3, 5];
const BIGINT = (value) => [4, Number(BigInt.asUintN(32, value)), Number(BigInt.asUintN(32, value >> 32n))];
const STRING = (length) => [6, length];

test("plain values", () => {
  const words = [NULL, FALSE, TRUE, INT, FLOAT, FLOAT, STRING(4), STRING(0), STRING(2)];
  const values = decode({ words, nums: [-7, 1.5, -0], text: "\ufeffåb1\u{1f600}" }, { columns: 9 });
  equal(values, [null, false, true, -7, 1.5, -0, "\ufeffåb1", "", "\u{1f600}"]);
});

test("bytes are a copy", () => {
  const [bytes] = decode({ words: [[7, 3]], blob: [1, 2, 3] });
  new Uint8Array(memory.buffer).fill(0);
  equal(bytes, Uint8Array.of(1, 2, 3));
});

test("integers in each mode", () => {
  const areas = { words: [INT, BIGINT(2n ** 62n), BIGINT(-(2n ** 63n)), BIGINT(-(2n ** 53n))].flat(), nums: [5] };
  const all = (integers) => decode(areas, { integers, columns: 4 });
  equal(all("auto"), [5, 2n ** 62n, -(2n ** 63n), -(2n ** 53n)]);
  equal(all("bigint"), [5n, 2n ** 62n, -(2n ** 63n), -(2n ** 53n)]);
  equal(all("number"), [5, 2 ** 62, -(2 ** 63), -(2 ** 53)]);
});

test("lists, maps, and names over several batches", () => {
  const decoder = new Decoder("auto");
  decoder.keys(["a"]);
  const batch = (areas) => decoder.batch(1, 1, ...tape(areas))[0].get("a");
  const words = [[8, 3], [9, 2], 0, INT, 1, [8, 0], FLOAT, NULL];
  equal(batch({ names: ["x", "ÿ"], words, nums: [1, 2.5] }), [{ x: 1, ÿ: [] }, 2.5, null]);
  equal(batch({ names: ["new"], words: [[9, 2], 2, TRUE, 0, STRING(1)], text: "z" }), { new: true, x: "z" });
  equal(batch({ words: [[8, 4], FLOAT, FLOAT, STRING(1), FLOAT], nums: [1, 2, 3], text: "s" }), [1, 2, "s", 3]);
  equal(batch({ words: [[9, 1], 1, [8, 0]] }), { ÿ: [] });
});

test("a key __proto__ is a property like any other", () => {
  const [map] = decode({ names: ["__proto__", "a"], words: [[9, 2], 0, [9, 0], 1, TRUE] });
  equal(Object.keys(map), ["__proto__", "a"]);
  equal(Object.getPrototypeOf(map), Object.prototype);
});

test("more entries than fit beside the kind of value", () => {
  const long = "x".repeat(100);
  // The longer form is also right for what is short.
  equal(decode({ words: [0xffffff06, 100], text: long }), [long]);
});

test("nodes, relationships, paths", () => {
  const node = (label) => [[10, 1], STRING(1), label, [9, 1], 2, INT];
  const words = [
    [12, 2], 2, 1, ...node(0), ...node(1), [11, 0], STRING(1), STRING(1), STRING(1), 3, [9, 0], 0, 1, 0, 0,
    [10, 0], STRING(1), [9, 0],
  ];
  const names = ["A", "B", "k", "TO"];
  const [path, bare] = decode({ names, words, nums: [1, 2], text: "12r12z" }, { columns: 2 });
  const [a, b] = [new Node("1", ["A"], { k: 1 }), new Node("2", ["B"], { k: 2 })];
  const to = new Relationship("r", "1", "2", "TO", {});
  equal(path, new Path(a, [{ start: a, relationship: to, end: b }, { start: b, relationship: to, end: a }]));
  assert(path.start === path.end && path.segments[0].start === path.start, "a node met twice is the same object");
  equal(bare, new Node("z", [], {}));
  const [single] = decode({ words: [[12, 0], 1, 0, [10, 0], STRING(1), [9, 0]], text: "1" });
  equal([single.length, single.end], [0, new Node("1", [], {})]);
});

test("temporal values", () => {
  const words = [13, 14, 15, 16, 17, 18, 0, 19, 0, 20, INT, INT, BIGINT(2n ** 60n)].flat();
  const utc = [2024, 7, 1, 22, 30, 0, 5];
  const nums = [
    2024, 2, 29, 1, 2, 3, 4, -60, 1, 2, 3, 4, ...utc, ...utc, 3_600, ...utc, ...utc, 1, 2, 5,
  ];
  const options = { integers: "bigint", columns: 8 };
  equal(decode({ names: ["Europe/Paris"], words, nums }, options), [
    new LocalDate(2024, 2, 29),
    new ZonedTime(1, 2, 3, 4, -60),
    new LocalTime(1, 2, 3, 4),
    new LocalDateTime(...utc),
    new ZonedDateTime(...utc, 3_600),
    new ZonedDateTime(2024, 7, 2, 0, 30, 0, 5, 7_200, "Europe/Paris"),
    new ZonedDateTime(...utc, 7_200, "Europe/Paris"),
    // Its parts are numbers where they can be, whatever integers are to be.
    new Duration(1, 2, 2n ** 60n, 5),
  ]);
});

test("an unknown time zone is an error for whoever reads that value, and for nobody else", () => {
  const decoder = new Decoder("auto");
  decoder.keys(["id", "when", "after"]);
  const time = [2024, 1, 1, 0, 0, 0, 0];
  const row = (zone) => [INT, [8, 2], 18, zone, STRING(1), TRUE];
  const names = ["Mars/Olympus", "UTC"];
  const areas = tape({ names, words: [...row(0), ...row(1)], nums: [1, ...time, 2, ...time], text: "xy" });
  const [bad, good] = decoder.batch(2, 3, ...areas);
  const expected = { name: "ProtocolError", code: "UnknownTimeZone", message: /Mars\/Olympus/ };
  equal([bad.get("id"), bad.get("after"), bad.has("when"), bad.length], [1, true, true, 3]);
  throws(() => bad.get("when"), expected);
  throws(() => bad.toObject(), expected);
  throws(() => [...bad], expected);
  equal(good.get("when"), [new ZonedDateTime(...time, 0, "UTC"), "y"]);
});

test("points, vectors, UUIDs, unsupported types", () => {
  const words = [[21, 2], [21, 3], [22, 1], 4, [22, 5], 8, 23, 24, STRING(3), STRING(2), 24, STRING(1), NULL];
  const uuid = Array.from({ length: 16 }, (_, index) => index);
  const blob = [1, 0, 0xfe, 0xff, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f, ...uuid];
  const nums = [7203, 1, 2, 4979, 1, 2, 3, 6, 1, 7, 0];
  const values = decode({ words, nums, blob, text: "NEWhiX" }, { columns: 7 });
  equal(values, [
    new Point(7203, 1, 2),
    new Point(4979, 1, 2, 3),
    new Vector(Int16Array.of(1, -2)),
    new Vector(Float64Array.of(1)),
    new Uuid(Uint8Array.from(uuid)),
    new neo4j.UnsupportedType("NEW", "6.1", "hi"),
    new neo4j.UnsupportedType("X", "7.0", undefined),
  ]);
});

test("records give their values by key, by position and in order", () => {
  const decoder = new Decoder("auto");
  decoder.keys(["b", "a", "__proto__"]);
  const [first, second] = decoder.batch(2, 3, ...tape({ words: [INT, TRUE, NULL, INT, FALSE, NULL], nums: [1, 2] }));
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
