// The encoder: what each value becomes in PackStream, and what has no meaning in Cypher.

import * as neo4j from "neo4j-wasm";
import { assert, equal, rejects, test, throws } from "../harness/test.js";
import { internal } from "./internals.js";

const { encodeMap } = await internal("core.js");
const { Duration, float, LocalDate, LocalDateTime, LocalTime, Node, Path, Point, Relationship } = neo4j;
const { Uuid, Vector, ZonedDateTime, ZonedTime } = neo4j;

const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

/** What a value becomes, as the one entry of a map. */
function packed(value) {
  const text = hex(encodeMap({ a: value }));
  assert(text.startsWith("a18161"), text);
  return text.slice(6);
}

const refusal = (value) =>
  throws(() => encodeMap({ user: { since: [0, 1, value] } }), { name: "UsageError", code: "InvalidParameter" }).message;

test("numbers", () => {
  const forms = [
    [0, "00"], [127, "7f"], [-16, "f0"], [-17, "c8ef"], [-128, "c880"], [128, "c90080"], [-32_768, "c98000"],
    [32_768, "ca00008000"], [-(2 ** 31), "ca80000000"], [2 ** 31, "cb0000000080000000"],
    [Number.MAX_SAFE_INTEGER, "cb001fffffffffffff"], [Number.MIN_SAFE_INTEGER, "cbffe0000000000001"],
    [2 ** 53, "c14340000000000000"], [1.5, "c13ff8000000000000"], [-0, "c18000000000000000"],
    [NaN, "c17ff8000000000000"], [-Infinity, "c1fff0000000000000"], [float(2), "c14000000000000000"],
    [5n, "05"], [2n ** 63n - 1n, "cb7fffffffffffffff"], [-(2n ** 63n), "cb8000000000000000"],
  ];
  for (const [value, form] of forms) equal(packed(value), form, String(value));
});

test("null, booleans, strings", () => {
  equal([packed(null), packed(true), packed(false), packed("")], ["c0", "c3", "c2", "80"]);
  equal(packed("å"), "82c3a5");
  equal(packed("\u{1f600}"), "84f09f9880");
  // One letter too many for a header, in letters or in bytes only.
  equal(packed("a".repeat(15)), `8f${"61".repeat(15)}`);
  equal(packed("a".repeat(16)), `d010${"61".repeat(16)}`);
  equal(packed("é".repeat(15)), `d01e${"c3a9".repeat(15)}`);
  equal(packed("é".repeat(200)), `d10190${"c3a9".repeat(200)}`);
  equal(packed("€".repeat(30_000)), `d200015f90${"e282ac".repeat(30_000)}`);
});

test("bytes, lists and maps of every kind", () => {
  const bytes = Uint8Array.of(1, 2, 3);
  for (const value of [bytes, bytes.buffer, new DataView(bytes.buffer), new Uint8Array([0, 1, 2, 3]).subarray(1)]) {
    equal(packed(value), "cc03010203");
  }
  equal(packed([1, [2]]), "92019102");
  equal(packed(new Set([1, "x"])), "9201" + "8178");
  equal(packed(Int16Array.of(1, -1)), "9201ff");
  equal(packed(BigInt64Array.of(1n)), "9101");
  equal(packed(Float32Array.of(1)), "91c13ff0000000000000");
  equal(packed(Array(300).fill(0)), `d5012c${"00".repeat(300)}`);
  equal(packed({ x: 1, y: {} }), "a2817801" + "8179a0");
  equal(packed(new Map([["x", 1]])), "a1817801");
  equal(packed(Object.assign(Object.create(null), { x: 1 })), "a1817801");
  equal(packed(JSON.parse('{"__proto__": 1}')), "a1895f5f70726f746f5f5f01");
  equal([hex(encodeMap()), hex(encodeMap(null)), hex(encodeMap(new Map([["a", 1]])))], ["a0", "a0", "a1816101"]);
});

test("temporal values", () => {
  const forms = [
    [new LocalDate(1970, 1, 2), "b14401"],
    [new LocalTime(0, 0, 0, 5), "b17405"],
    [new LocalTime(23, 59, 59, 999_999_999), "b174cb00004e94914effff"],
    [new ZonedTime(0, 0, 1, 0, -60), "b254ca3b9aca00c8c4"],
    [new LocalDateTime(1970, 1, 1, 0, 0, 7, 5), "b2640705"],
    [new ZonedDateTime(1970, 1, 1, 1, 0, 0, 5, 3_600), "b3490005c90e10"],
    // With the offset behind the name, for Rust.
    [new ZonedDateTime(1970, 1, 1, 1, 0, 0, 5, undefined, "Europe/Paris"), "b46900058c4575726f70652f5061726973c90e10"],
    [new Date(-1), "b349ffca3b8b87c000"],
    [new Duration(1, -2n, 3, 4), "b44501fe0304"],
    // More seconds than a number holds.
    [new LocalDateTime(999_999_999, 12, 31, 23, 59, 59), "b264cb00701cd2f8b2f3ff00"],
  ];
  for (const [value, form] of forms) equal(packed(value), form, String(value));
});

test("points, vectors, UUIDs", () => {
  equal(packed(new Point(7203, 1, 2)), "b358c91c23c13ff0000000000000c14000000000000000");
  equal(packed(new Point(9157, 1, 2, 0)).slice(0, 4), "b459");
  const vectors = [
    [Int8Array.of(1, -1), "c8", "01ff"], [Int16Array.of(1, -2), "c9", "0001fffe"],
    [Int32Array.of(1), "ca", "00000001"], [BigInt64Array.of(2n), "cb", "0000000000000002"],
    [Float32Array.of(1), "c6", "3f800000"], [Float64Array.of(1, -1), "c1", "3ff0000000000000bff0000000000000"],
  ];
  for (const [values, marker, data] of vectors) {
    const size = (data.length / 2).toString(16).padStart(2, "0");
    equal(packed(new Vector(values)), `b256cc01${marker}cc${size}${data}`);
  }
  equal(packed(new Vector(Int16Array.of(9, 1, 9).subarray(1, 2))), "b256cc01c9cc020001");
  equal(packed(Uuid.from("550e8400-e29b-41d4-a716-446655440000")), "e0550e8400e29b41d4a716446655440000");
});

test("Temporal, where the runtime has it", (t) => {
  if (!globalThis.Temporal) t.skip("this runtime has no Temporal");
  const pairs = [
    [Temporal.PlainDate.from("2024-02-29"), new LocalDate(2024, 2, 29)],
    [Temporal.PlainDate.from("2024-02-29").withCalendar("hebrew"), new LocalDate(2024, 2, 29)],
    [Temporal.PlainTime.from("01:02:03.004005006"), new LocalTime(1, 2, 3, 4_005_006)],
    [Temporal.PlainDateTime.from("2024-01-02T03:04:05.6"), new LocalDateTime(2024, 1, 2, 3, 4, 5, 600_000_000)],
    [Temporal.Instant.from("2024-07-01T00:00:00Z"), new ZonedDateTime(2024, 7, 1, 0, 0, 0, 0, 0)],
    [
      Temporal.ZonedDateTime.from("2024-07-01T12:00[Europe/Paris]"),
      new ZonedDateTime(2024, 7, 1, 12, 0, 0, 0, undefined, "Europe/Paris"),
    ],
    [Temporal.ZonedDateTime.from("2024-07-01T12:00[+01:30]"), new ZonedDateTime(2024, 7, 1, 12, 0, 0, 0, 5_400)],
    [Temporal.Duration.from("P1Y2M1W3DT1H2M3.5S"), new Duration(14, 10, 3_723, 500_000_000)],
  ];
  for (const [given, same] of pairs) equal(packed(given), packed(same), String(given));
  assert(refusal(Temporal.PlainYearMonth.from("2024-01")).includes("Temporal.PlainYearMonth"));
});

test("what has no meaning in Cypher is refused, with its path", () => {
  // Minifiers rename classes, and leave alone what is written out.
  class Account {
    static name = "Account";
  }
  const forGraph = "cannot be a parameter: pass its elementId or its properties";
  const cases = [
    [undefined, "undefined has no meaning in Cypher: use null, or leave the key out"],
    [() => 1, "a function has no meaning in Cypher"],
    [Symbol("x"), "a symbol has no meaning in Cypher"],
    [new Account(), "an instance of Account has no meaning in Cypher: pass its fields, such as { ...dto }"],
    [/x/, "an instance of RegExp has no meaning in Cypher"],
    [Promise.resolve(1), "an instance of Promise has no meaning in Cypher: is an `await` missing?"],
    [new WeakMap(), "an instance of WeakMap has no meaning in Cypher"],
    [new Number(1), "an instance of Number has no meaning in Cypher"],
    [new Error("x"), "an instance of Error has no meaning in Cypher"],
    [Math, "an instance of Math has no meaning in Cypher"],
    [new Date(NaN), "an invalid Date"],
    [2n ** 63n, "a bigint beyond 64 bits; Cypher has no such integer"],
    [BigUint64Array.of(2n ** 63n), "a bigint beyond 64 bits; Cypher has no such integer"],
    ["\ud800", "a string with half a surrogate pair, which UTF-8 cannot carry"],
    ["x\udc00y", "a string with half a surrogate pair, which UTF-8 cannot carry"],
    [new Map([[1, 2]]), "a number as the key of a map: Cypher has strings only"],
    [new Node("1", [], {}), `an instance of Node ${forGraph}`],
    [new Relationship("1", "2", "3", "T", {}), `an instance of Relationship ${forGraph}`],
    [new Path(new Node("1", [], {}), []), "an instance of Path cannot be a parameter: pass element ids or properties"],
  ];
  for (const [value, why] of cases) equal(refusal(value), `parameters.user.since[2]: ${why}`);
});

test("paths name places as JavaScript does", () => {
  const path = (map, root) => throws(() => encodeMap(map, root)).message.split(": ")[0];
  equal(path({ a: undefined }), "parameters.a");
  equal(path({ "odd key": [undefined] }), 'parameters["odd key"][0]');
  equal(path({ größe: new Map([["0", undefined]]) }), 'parameters.größe["0"]');
  equal(path({ a: new Set([1, undefined]) }, "metadata"), "metadata.a[1]");
  equal(path([1]), "parameters");
  equal(throws(() => encodeMap({ a: [, 1] })).message, "parameters.a[0]: a hole in an array: use null");
});

test("what holds itself, or is nested without end, is refused", () => {
  const cycle = { list: [] };
  cycle.list.push({ again: cycle });
  equal(throws(() => encodeMap({ cycle })).message, "parameters.cycle.list[0].again: the value holds itself");
  // The same object twice is no cycle.
  const twice = { x: 1 };
  equal(packed([twice, twice]), "92a1817801a1817801");
  const nested = (depth) => (depth ? [nested(depth - 1)] : 1);
  encodeMap({ deep: nested(499) });
  const { message } = throws(() => encodeMap({ deep: nested(500) }));
  assert(message.endsWith(": nested more than 500 levels deep") && message.length < 200, message);
});

test("a getter that changes the list it is in makes no list that is longer or shorter than it says", () => {
  const list = [{ get x() { list.push(4); return 1; } }, 2];
  equal(packed(list), "92a1817801" + "02");
  const less = [{ get x() { less.pop(); return 1; } }, 2];
  throws(() => encodeMap({ less }), { message: "parameters.less[1]: a hole in an array: use null" });
});

test("a user's getter may run a query while parameters are read", () => {
  const parameters = { before: 1, get inner() { return hex(encodeMap({ x: "y" })); }, after: 2 };
  equal(hex(encodeMap(parameters)), hex(encodeMap({ before: 1, inner: "a181788179", after: 2 })));
});

test("what breaks when it is read is named by its path, with the cause", () => {
  const broken = new Error("lost");
  const list = [0, { get x() { throw broken; } }];
  const error = throws(() => encodeMap({ list }), { name: "UsageError", code: "InvalidParameter" });
  equal(error.message, "parameters.list[1].x: it cannot be read: lost");
  equal(error.cause, broken);
  const nothing = throws(() => encodeMap({ get a() { throw null; } }), { code: "InvalidParameter" });
  assert(nothing.message.endsWith(": it cannot be read: null"), nothing.message);
  // What only says that it is one.
  for (const tag of ["Array", "Map", "Set", "Date", "ArrayBuffer", "DataView", "Uint8Array", "Temporal.PlainDate"]) {
    refusal({ [Symbol.toStringTag]: tag });
  }
});

test("an instance of a class is refused as all parameters, too", () => {
  class Filter {
    static name = "Filter";
    year = 1970;
  }
  const { message } = throws(() => encodeMap(new Filter()));
  equal(message, "parameters: an instance of Filter is not a map of names to values: pass its fields, such as { ...dto }");
  equal(hex(encodeMap({ ...new Filter() })), hex(encodeMap({ year: 1970 })));
});

test("the public calls refuse it before anything is sent", async () => {
  const driver = neo4j.GraphDatabase.driver("bolt://127.0.0.1:1", {
    webSocket: () => {
      throw new Error("a socket was opened");
    },
  });
  const session = driver.session();
  const bad = { user: { since: [() => 1] } };
  const expected = { name: "UsageError", message: /^parameters\.user\.since\[0\]: a function/ };
  await rejects(driver.executeQuery("RETURN $user", bad), expected);
  await rejects(session.run("RETURN $user", bad), expected);
  await rejects(session.run("RETURN $user", bad).keys(), expected);
  const inMetadata = { name: "UsageError", message: /^metadata\.x: undefined/ };
  await rejects(session.run("RETURN 1", {}, { metadata: { x: undefined } }), inMetadata);
  for (const query of ["", " \n", undefined, null, 5, { text: "RETURN 1" }]) {
    await rejects(session.run(query), { name: "UsageError", code: "InvalidQuery" });
    await rejects(driver.executeQuery(query), { name: "UsageError", code: "InvalidQuery" });
  }
  // One that nobody awaits troubles nobody.
  session.run("RETURN $user", bad);
  await driver.close();
});
