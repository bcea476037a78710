// Scalars, there and back: null, booleans, integers, floats, strings and bytes, as parameters and as Cypher wrote them.

import { Float, float } from "neo4j-wasm";
import { assert, equal, rejects, test } from "../harness/test.js";
import { connect, label, one, row } from "./support.js";

/** Integers where their encoding changes its width, with the neighbours on both sides. */
const EDGES = [
  0, 1, -1, -16, -17, 127, 128, -128, -129, 32_767, 32_768, -32_768, -32_769, 2_147_483_647, 2_147_483_648,
  -2_147_483_648, -2_147_483_649, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER,
];
/** Integers that a number does not hold, or not for certain. */
const LARGE = [
  2n ** 53n, -(2n ** 53n), 2n ** 53n + 1n, -(2n ** 53n) - 1n, 2n ** 63n - 1n, -(2n ** 63n), 2n ** 63n - 2n,
];

/** The value comes back from every place in which a parameter can be. */
async function roundTrip(driver, value, expected = value) {
  const query = "RETURN $value AS plain, [$value, [$value]] AS list, {key: $value} AS map, $inside AS inside";
  const returned = await row(driver, query, { value, inside: { list: [value], map: { value } } });
  const inside = { list: [expected], map: { value: expected } };
  equal(returned, { plain: expected, list: [expected, [expected]], map: { key: expected }, inside });
}

test("null and booleans come back", async (t) => {
  const driver = connect(t);
  for (const value of [null, true, false]) await roundTrip(driver, value);
  equal(await row(driver, "RETURN null AS n, true AS t, false AS f"), { n: null, t: true, f: false });
});

test("integers of every width come back as numbers", async (t) => {
  const driver = connect(t);
  await roundTrip(driver, EDGES);
  equal(await one(driver, `RETURN [${EDGES.join(", ")}]`), EDGES);
  await roundTrip(driver, EDGES.map(BigInt), EDGES);
  equal(await one(driver, "RETURN all(i IN $edges WHERE i = toInteger(toString(i)))", { edges: EDGES }), true);
});

test("integers beyond the safe numbers come back as bigints", async (t) => {
  const driver = connect(t);
  await roundTrip(driver, LARGE);
  equal(await one(driver, `RETURN [${LARGE.join(", ")}]`), LARGE);
  equal(await one(driver, "RETURN [i IN $large | toString(i)]", { large: LARGE }), LARGE.map(String));
  equal(await one(driver, "RETURN $safe + 1", { safe: Number.MAX_SAFE_INTEGER }), 2n ** 53n);
});

test("with integers: \"bigint\" all integers are bigints", async (t) => {
  const driver = connect(t, { integers: "bigint" });
  await roundTrip(driver, [...EDGES, ...LARGE], [...EDGES, ...LARGE].map(BigInt));
  equal(await row(driver, "RETURN 1 AS i, 1.0 AS f, size([1]) AS s"), { i: 1n, f: 1, s: 1n });
  const { records, summary } = await driver.executeQuery("UNWIND range(1, 3) AS i RETURN i");
  equal(records.map((record) => record.get("i")), [1n, 2n, 3n]);
  assert(typeof summary.counters.nodesCreated === "number", "counters are numbers all the same");
});

test("with integers: \"number\" all integers are numbers, rounded where they must be", async (t) => {
  const driver = connect(t, { integers: "number" });
  await roundTrip(driver, [...EDGES, ...LARGE], [...EDGES, ...LARGE.map(Number)]);
  equal(await one(driver, "RETURN 9007199254740993"), 9_007_199_254_740_992);
});

test("integral numbers are sent as integers, others and those wrapped by float() as floats", async (t) => {
  const driver = connect(t);
  const text = (value) => one(driver, "RETURN toString($value)", { value });
  equal(await text(2), "2");
  equal(await text(float(2)), "2.0");
  equal(await text(new Float(-7)), "-7.0");
  equal(await text(2.5), "2.5");
  equal(await one(driver, "RETURN $x / 2", { x: 1 }), 0);
  equal(await one(driver, "RETURN $x / 2", { x: float(1) }), 0.5);
  // Not safe: what is meant is not certain, and a float is what it is in JavaScript.
  equal(await text(2 ** 53), "9.007199254740992E15");
  equal(await one(driver, "RETURN [x IN $list | toString(x)]", { list: [float(1), 1] }), ["1.0", "1"]);
  await roundTrip(driver, float(2), 2);
});

test("floats come back bit by bit", async (t) => {
  const driver = connect(t);
  const floats = [
    0.1, -0.1, 1.5, -0, NaN, Infinity, -Infinity, 5e-324, -5e-324, 2.225073858507201e-308, 2.2250738585072014e-308,
    Number.MAX_VALUE, -Number.MAX_VALUE, Number.EPSILON, Math.PI, 2 ** 53 + 2, 1e300, 123_456_789.123_456_79,
  ];
  await roundTrip(driver, floats);
  for (const value of [-0, NaN, -Infinity]) await roundTrip(driver, value);
  equal(
    await one(driver, "RETURN [0.0, -0.0, 0.0 / 0.0, 1 / 0.0, -1 / 0.0, 4.9E-324, 1.7976931348623157E308, 2.0, 1e-5]"),
    [0, -0, NaN, Infinity, -Infinity, 5e-324, Number.MAX_VALUE, 2, 0.00001],
  );
  equal(await one(driver, "RETURN 1 / $zero", { zero: -0 }), -Infinity);
});

test("strings of every encoded length come back", async (t) => {
  const driver = connect(t);
  for (const length of [0, 1, 15, 16, 17, 255, 256, 65_535, 65_536, 65_537]) {
    await roundTrip(driver, "x".repeat(length));
    equal(await one(driver, "RETURN size($text)", { text: "x".repeat(length) }), length);
  }
  equal(await one(driver, "RETURN '' AS empty"), "");
});

test("strings of all scripts come back, unchanged", async (t) => {
  const driver = connect(t);
  const strings = [
    "ÄÖÜß", "Ελληνικά", "日本語", "עברית", "👩‍👩‍👧‍👦", "😀", "\u{10ffff}", "\u{10000}", "e\u0301", "\u00e9", "\u1100\u1161",
    "a\0b", "\0", "\ufeffbom first", "\uffff", "\u2028\u2029", "\u007f\u0080\u07ff\u0800", "$x",
    "tab\tnew\nline\r\\ \"quoted\" 'single' `tick`",
    // Where the length in bytes needs a longer header than the length in characters.
    "é".repeat(8), "é".repeat(128), "日".repeat(100), "é".repeat(32_768), "😀".repeat(20_000),
    "\u0800".repeat(65_535),
  ];
  await roundTrip(driver, strings);
  for (const text of ["😀", "a\0b", "\ufeff"]) await roundTrip(driver, text);
  equal(await one(driver, "RETURN ['\\u00e9', 'e\\u0301', '😀', '日本', 'a\\u0000b', 'tab\\t']"), [
    "\u00e9", "e\u0301", "😀", "日本", "a\0b", "tab\t",
  ]);
  equal(await one(driver, "RETURN $a = $b", { a: "e\u0301", b: "\u00e9" }), false);
});

test("a megabyte of text comes back", async (t) => {
  const driver = connect(t);
  const text = "0123456789abcdef😀é".repeat(52_429);
  equal((await one(driver, "RETURN $text", { text })) === text, true);
});

test("bytes of every encoded length come back", async (t) => {
  const driver = connect(t);
  for (const length of [0, 1, 255, 256, 65_535, 65_536, 100_000]) {
    const bytes = Uint8Array.from({ length }, (_, index) => (index * 31) % 251);
    const query = "RETURN $bytes AS plain, [$bytes] AS list, {key: $bytes} AS map";
    const { plain, list, map } = await row(driver, query, { bytes });
    for (const returned of [plain, list[0], map.key]) {
      equal([returned.constructor, returned.length], [Uint8Array, length]);
      assert(returned.every((byte, index) => byte === bytes[index]), `${length} bytes came back as others`);
    }
  }
});

test("bytes can be given as any view or buffer, and are those of the view", async (t) => {
  const driver = connect(t);
  const whole = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
  const middle = Uint8Array.of(3, 4, 5);
  await roundTrip(driver, whole.subarray(2, 5), middle);
  await roundTrip(driver, new DataView(whole.buffer, 2, 3), middle);
  await roundTrip(driver, whole.buffer, whole);
  class Bytes extends Uint8Array {}
  await roundTrip(driver, Bytes.of(3, 4, 5), middle);
  const returned = await one(driver, "RETURN $bytes", { bytes: middle });
  equal([returned.byteOffset, returned.buffer.byteLength], [0, 3], "a copy of its own");
});

test("scalars can be stored as properties", async (t) => {
  const driver = connect(t);
  const name = label(t, driver);
  const properties = {
    flag: true, safe: Number.MAX_SAFE_INTEGER, large: -(2n ** 63n), fraction: 0.1, zero: -0, whole: 3, text: "é😀\0",
    bytes: Uint8Array.of(0, 255), flags: [true, false], integers: [1, 2n ** 62n], fractions: [0.5], texts: ["", "a"],
  };
  await driver.executeQuery(`CREATE (n:${name}) SET n = $properties`, { properties });
  equal(await one(driver, `MATCH (n:${name}) RETURN properties(n)`), properties);
  equal((await one(driver, `MATCH (n:${name}) RETURN n`)).properties, properties);
});

test("an integer that overflows in Cypher is the server's error", async (t) => {
  const driver = connect(t);
  const code = "Neo.ClientError.Statement.ArithmeticError";
  await rejects(driver.executeQuery("RETURN $max + 1", { max: 2n ** 63n - 1n }), { name: "ServerError", code });
});
