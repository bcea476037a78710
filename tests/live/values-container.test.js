// Lists and maps, there and back, in every size and depth; and what JavaScript has for them besides arrays and objects.

import { LocalDate, Point } from "neo4j-wasm";
import { assert, equal, test } from "../harness/test.js";
import { connect, label, one, row } from "./support.js";

const echo = (driver, value) => one(driver, "RETURN $value", { value });

test("lists of every encoded length come back", async (t) => {
  const driver = connect(t);
  for (const length of [0, 1, 15, 16, 255, 256, 1_000]) {
    const list = Array.from({ length }, (_, index) => index - 100);
    equal(await echo(driver, list), list);
  }
  equal(await one(driver, "RETURN []"), []);
  for (const length of [65_535, 65_536, 100_000]) {
    const list = await echo(driver, Array.from({ length }, (_, index) => index * 3));
    assert(list.length === length && list.every((item, index) => item === index * 3), `a list of ${length}`);
  }
});

test("lists hold values of all kinds, side by side", async (t) => {
  const driver = connect(t);
  const list = [
    null, true, 1, 2n ** 60n, 0.5, "text", Uint8Array.of(1), [], [[]], {}, { a: [{ b: null }] },
    new LocalDate(2024, 2, 29), new Point(7203, 1, 2),
  ];
  equal(await echo(driver, list), list);
  equal(await echo(driver, [list, [list, { list }]]), [list, [list, { list }]]);
  equal(await one(driver, "RETURN [null, true, 1, 0.5, 'text', [], [[]], {a: [{b: null}]}, date('2024-02-29')]"), [
    null, true, 1, 0.5, "text", [], [[]], { a: [{ b: null }] }, new LocalDate(2024, 2, 29),
  ]);
});

test("a list that begins with floats may go on with anything", async (t) => {
  const driver = connect(t);
  const floats = [0.5, -0, NaN, Infinity];
  equal(await echo(driver, floats), floats);
  equal(await echo(driver, [...floats, 1, "text", 0.5, null]), [...floats, 1, "text", 0.5, null]);
});

test("maps of every encoded size come back, keys in order", async (t) => {
  const driver = connect(t);
  for (const size of [0, 1, 15, 16, 255, 256, 1_000]) {
    const map = Object.fromEntries(Array.from({ length: size }, (_, index) => [`key${index}`, index]));
    const returned = await echo(driver, map);
    equal(Object.keys(returned).length, size);
    assert(Object.entries(map).every(([key, value]) => returned[key] === value), `a map of ${size}`);
  }
});

test("keys of maps can be any string", async (t) => {
  const driver = connect(t);
  const keys = ["", " ", "constructor", "toString", "length", "0", "-1", "a.b", "`", "'", "é", "😀", "\0", "x".repeat(300)];
  const map = Object.fromEntries(keys.map((key, index) => [key, index]));
  equal(await echo(driver, map), map);
  equal(await one(driver, "RETURN {``: 1, `a b`: 2, toString: 3, constructor: {valueOf: 4}}"), {
    "": 1, "a b": 2, toString: 3, constructor: { valueOf: 4 },
  });
});

test("a key __proto__ is a key like any other", async (t) => {
  const driver = connect(t);
  const map = JSON.parse('{"__proto__": {"polluted": true}, "other": 1}');
  const returned = await echo(driver, map);
  equal(returned, map);
  equal([Object.hasOwn(returned, "__proto__"), Object.getPrototypeOf(returned)], [true, Object.prototype]);
  equal({}.polluted, undefined);
  const column = await row(driver, "RETURN 1 AS `__proto__`, {__proto__: {x: 2}} AS b");
  equal(column, JSON.parse('{"__proto__": 1, "b": {"__proto__": {"x": 2}}}'));
  const name = label(t, driver);
  const node = await one(driver, `CREATE (n:${name} {__proto__: 'own'}) RETURN n`);
  equal(node.properties, JSON.parse('{"__proto__": "own"}'));
});

test("containers nest deeply, in both directions", async (t) => {
  const driver = connect(t);
  const nested = (depth) => {
    let value = "inside";
    for (let level = 0; level < depth; level++) value = level % 2 ? [value] : { deeper: value };
    return value;
  };
  equal(await echo(driver, nested(100)), nested(100));
  const text = "[".repeat(50) + "1" + "]".repeat(50);
  equal(await one(driver, `RETURN ${text}`), JSON.parse(text));
});

test("Map, Set and objects without a prototype are maps and lists", async (t) => {
  const driver = connect(t);
  const map = new Map([["a", 1], ["__proto__", new Set([1, "two", [3]])]]);
  equal(await echo(driver, map), JSON.parse('{"a": 1, "__proto__": [1, "two", [3]]}'));
  equal(await echo(driver, Object.assign(Object.create(null), { a: 1 })), { a: 1 });
  equal(await one(driver, "RETURN $a", new Map([["a", new Map()]])), {});
  equal(await one(driver, "RETURN $a", Object.assign(Object.create(null), { a: 1 })), 1);
});

test("typed arrays are lists: of integers or of floats, as their kind says", async (t) => {
  const driver = connect(t);
  const texts = (list) => one(driver, "RETURN [x IN $list | toString(x)]", { list });
  equal(await texts(Int8Array.of(-128, 127)), ["-128", "127"]);
  equal(await texts(Uint16Array.of(0, 65_535)), ["0", "65535"]);
  equal(await texts(Uint32Array.of(4_294_967_295)), ["4294967295"]);
  equal(await texts(BigInt64Array.of(-(2n ** 63n), 2n ** 63n - 1n)), ["-9223372036854775808", "9223372036854775807"]);
  equal(await texts(Float32Array.of(1, 0.5)), ["1.0", "0.5"]);
  equal(await texts(Float64Array.of(1, -0)), ["1.0", "-0.0"]);
  equal(await echo(driver, [Float64Array.of(0.1), { in: Int32Array.of(1) }]), [[0.1], { in: [1] }]);
});

test("parameters can be missing, empty or many", async (t) => {
  const driver = connect(t);
  for (const parameters of [undefined, null, {}, new Map()]) equal(await one(driver, "RETURN 1", parameters), 1);
  const many = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`p${index}`, index]));
  equal(await one(driver, "RETURN $p0 + $p499", many), 499);
  equal(await one(driver, "RETURN $`odd name`", { "odd name": 1 }), 1);
});

test("what is changed after the call does not change what is sent", async (t) => {
  const driver = connect(t);
  const parameters = { list: [1], bytes: Uint8Array.of(1) };
  const result = row(driver, "RETURN $list AS list, $bytes AS bytes", parameters);
  parameters.list.push(2);
  parameters.bytes[0] = 2;
  equal(await result, { list: [1], bytes: Uint8Array.of(1) });
});
