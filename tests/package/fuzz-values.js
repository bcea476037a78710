// What the suite `fuzz` writes and reads: values with what they are read back as, what is no value, and bytes. `fc` is
// fast-check.

import * as neo4j from "neo4j-wasm";

const { Duration, float, LocalDate, LocalDateTime, LocalTime, Point, Uuid, Vector, ZonedDateTime, ZonedTime } = neo4j;

/** What user code throws here, so that it can be told from an error that nobody meant. */
export class Thrown extends Error {}

const same = (arbitrary) => arbitrary.map((value) => [value, value]);
const safe = (value) => (BigInt.asIntN(64, value) === value && Number.isSafeInteger(Number(value)) ? Number(value) : value);

const EDGES = [0, -0, 1, -1, 15, 16, -16, -17, 127, 128, -128, -129, 2 ** 15, 2 ** 16, 2 ** 23, -(2 ** 23), 2 ** 31, -(2 ** 31) - 1, 2 ** 32, 2 ** 53 - 1, 2 ** 53, 2 ** 64, NaN, Infinity, -Infinity, 5e-324];
const BIG = [0n, 2n ** 53n - 1n, 2n ** 53n, -(2n ** 53n), 2n ** 63n - 1n, -(2n ** 63n)];

function scalars(fc) {
  const text = fc.oneof(fc.string({ unit: "binary" }), fc.string({ unit: "grapheme" }), fc.string({ minLength: 250, maxLength: 300 }));
  const number = fc.oneof(fc.constantFrom(...EDGES), fc.double(), fc.integer(), fc.maxSafeInteger());
  const bigint = fc.oneof(fc.constantFrom(...BIG), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }));
  return [
    same(fc.constantFrom(null, true, false)),
    same(number),
    bigint.map((value) => [value, safe(value)]),
    number.map((value) => [float(value), value]),
    same(text),
    same(fc.uint8Array()),
    fc.uint8Array().map((bytes) => [bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length), bytes]),
    fc.float64Array().map((array) => [array, [...array]]),
    fc.int16Array().map((array) => [array, [...array]]),
    fc.bigInt64Array().map((array) => [array, [...array].map(safe)]),
  ];
}

function structures(fc) {
  const year = fc.integer({ min: -99_999, max: 99_999 });
  const [month, day, hour, minute] = [[1, 12], [1, 28], [0, 23], [0, 59]].map(([min, max]) => fc.integer({ min, max }));
  const nanosecond = fc.oneof(fc.constantFrom(0, 999_999_999), fc.integer({ min: 0, max: 999_999_999 }));
  const offset = fc.integer({ min: -64_800, max: 64_800 });
  const time = [hour, minute, minute, nanosecond];
  const make = (Kind, ...parts) => same(fc.tuple(...parts).map((parts) => new Kind(...parts)));
  const srid = fc.constantFrom(7203, 4326);
  const whole = fc.maxSafeInteger();
  const arrays = [fc.float64Array(), fc.float32Array(), fc.int8Array(), fc.int16Array(), fc.int32Array(), fc.bigInt64Array()];
  return [
    make(LocalDate, year, month, day),
    make(LocalTime, ...time),
    make(ZonedTime, ...time, offset),
    make(LocalDateTime, year, month, day, ...time),
    make(ZonedDateTime, year, month, day, ...time, offset),
    make(Duration, whole, whole, whole, nanosecond),
    make(Point, srid, fc.double(), fc.double()),
    make(Point, fc.constantFrom(9157, 4979), fc.double(), fc.double(), fc.double()),
    same(fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => new Uuid(bytes))),
    ...arrays.map((array) => same(array.map((values) => new Vector(values)))),
    fc.date({ noInvalidDate: true, min: new Date(-1e14), max: new Date(1e14) }).map((date) => [date, ZonedDateTime.from(date, 0)]),
  ];
}

/** [value, what it is read back as] */
export function values(fc) {
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof({ depthSize: "small" }, ...scalars(fc), ...structures(fc), tie("list"), tie("map"), tie("kinds")),
    list: fc.array(tie("tree")).map((pairs) => [pairs.map(([value]) => value), pairs.map(([, read]) => read)]),
    map: fc.array(fc.tuple(fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("__proto__", "constructor", "toJSON", "then", "0")), tie("tree"))).map(mapOf),
    kinds: fc.tuple(fc.constantFrom("Map", "Set", "bare"), fc.array(fc.tuple(fc.string(), tie("tree")))).map(kindOf),
  }));
  return tree;
}

function object(entries) {
  const made = {};
  for (const [key, value] of entries) Object.defineProperty(made, key, { value, enumerable: true, configurable: true, writable: true });
  return made;
}

function mapOf(entries) {
  return [0, 1].map((which) => object(entries.map(([key, pair]) => [key, pair[which]])));
}

function kindOf([kind, entries]) {
  const [value, read] = mapOf(entries);
  if (kind === "Map") return [new Map(Object.entries(value)), read];
  if (kind === "bare") return [Object.assign(Object.create(null), value), read];
  const items = new Map(entries.map(([, pair]) => pair));
  return [new Set(items.keys()), [...items.values()]];
}

const thrower = () => {
  throw new Thrown("user code");
};

/** A handler whose traps throw, those that are named. */
const traps = (...names) => Object.fromEntries(names.map((name) => [name, thrower]));
const TRAPS = ["get", "has", "ownKeys", "getOwnPropertyDescriptor", "getPrototypeOf"];

const detached = (Kind) => {
  const array = new Kind(8);
  structuredClone(array.buffer, { transfer: [array.buffer] });
  return array;
};

const cyclic = () => {
  const object = { list: [] };
  object.list.push(new Map([["self", object]]));
  return object;
};

const deep = (levels) => {
  let value = 1;
  for (; levels > 0; levels--) value = levels % 2 ? [value] : { value };
  return value;
};

const tagged = (tag, more = {}) => ({ ...more, get [Symbol.toStringTag]() { return tag; } });

const revoked = (target) => {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
};

/** Of classes of ours, with something else in them than their constructors allow. */
const forged = (Kind, fields) => Object.assign(Object.create(Kind.prototype), fields);

const ODD = [
  undefined, Symbol("s"), Symbol.iterator, () => {}, class {}, new (class Dto { x = 1; })(), Promise.resolve(1), Promise.reject.bind(Promise),
  new WeakMap(), new WeakSet(), /x/, new Error("e"), new String("s"), new Number(1), new Boolean(true), Object(1n), Object(Symbol()),
  "\ud800", "a\udc00b", ["\udfff"], { "\ud800": 1 }, 2n ** 63n, -(2n ** 63n) - 1n, 2n ** 4_000n, new Date(NaN), globalThis, Math, JSON, Intl, Reflect,
];

const MADE = [
  ...ODD.map((value) => () => value),
  cyclic, () => { const list = []; list.push(list); return list; },
  () => deep(400), () => deep(499), () => deep(600), () => deep(5_000), () => deep(100_000),
  () => [1, , 3], () => new Array(5), () => new Array(2 ** 32 - 1), () => Object.assign([1, 2], { extra: 1 }),
  () => Object.defineProperty([1, 2], 1, { get: thrower }), () => Object.defineProperty([], "length", { writable: false }),
  () => Object.defineProperty([1], Symbol.iterator, { value: thrower }),
  ...[Uint8Array, Float64Array, BigInt64Array, DataView].map((Kind) => () => detached(Kind === DataView ? Uint8Array : Kind)),
  () => detached(Uint8Array).buffer,
  () => new (class extends Array {})(1, 2, 3), () => new (class extends Array { get length() { return thrower(); } })(),
  () => new (class extends Array { constructor() { super(); this.push(1); } static get [Symbol.species]() { return thrower(); } })(),
  () => new (class extends Map { keys() { return thrower(); } })([["a", 1]]), () => new (class extends Map { get() { return thrower(); } })([["a", 1]]),
  () => new (class extends Map { keys() { return 7; } })(), () => new (class extends Set { [Symbol.iterator]() { return thrower(); } })([1]),
  () => new (class extends Date { valueOf() { return thrower(); } })(), () => new (class extends Date { [Symbol.toPrimitive]() { return "soon"; } })(),
  () => new (class extends Uint8Array {})([1, 2]), () => Object.defineProperty(new Uint8Array(4), "length", { value: 1e9 }),
  () => new Map([[{}, 1]]), () => new Map([[1, 1]]), () => new Map([["a", undefined]]), () => new Set([undefined]), () => new Map([["\ud800", 1]]),
  () => ({ get a() { return thrower(); } }), () => ({ toJSON: () => 1 }), () => ({ toJSON: thrower, a: 1 }), () => ({ then: 1 }),
  () => ({ [Symbol.toPrimitive]: thrower, a: 1 }), () => ({ get [Symbol.toStringTag]() { return thrower(); } }), () => ({ constructor: { get name() { return thrower(); } } }),
  () => Object.create({ inherited: 1 }), () => Object.create(Object.create(null)), () => Object.create({ get constructor() { return thrower(); } }), () => Object.create({ constructor: { name: { toString: thrower } } }),
  ...["Array", "Set", "Map", "Date", "Uint8Array", "ArrayBuffer", "DataView", "Float32Array", "Object", "Temporal.PlainDate", "Temporal.Instant", "Temporal.Nothing", "", "__proto__"].map((tag) => () => tagged(tag, { a: 1 })),
  () => tagged("Array", { length: 2 ** 32 }), () => tagged("Array", { length: "many" }), () => tagged("Array", { length: -1 }), () => tagged(7),
  ...TRAPS.map((name) => () => new Proxy({ a: 1 }, traps(name))), ...TRAPS.map((name) => () => new Proxy([1], traps(name))),
  () => new Proxy({ a: 1 }, {}), () => new Proxy([1, 2], {}), () => new Proxy(new Map([["a", 1]]), {}), () => new Proxy(new Uint8Array(2), {}), () => new Proxy(new Date(0), {}),
  () => new Proxy(new LocalDate(2024, 1, 2), {}), () => new Proxy(new Vector(Float64Array.of(1)), {}), () => new Proxy(() => {}, {}),
  () => revoked({}), () => revoked([]), () => revoked(() => {}),
  () => new Proxy([], { get: (target, key) => (key === "length" ? 2 ** 32 : undefined) }), () => new Proxy([], { get: (target, key) => (key === "length" ? NaN : 1) }),
  () => new Proxy({}, { ownKeys: () => ["a", "b"], getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true, value: 1 }), get: () => 1 }),
  () => new Proxy({}, { ownKeys: () => ["a"], getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true, value: 1 }), get: () => undefined }),
  () => forged(LocalDate, {}), () => forged(LocalDate, { year: "x", month: 1, day: 1 }), () => forged(LocalDate, { year: 2024, month: 99, day: 1.5 }), () => forged(LocalDate, { year: Infinity, month: 1, day: 1 }),
  () => forged(LocalTime, { hour: NaN }), () => forged(ZonedTime, { hour: 1, minute: 1, second: 1, nanosecond: 1, offsetSeconds: "Z" }), () => forged(LocalDateTime, { year: 1e300, month: 1, day: 1, hour: 0, minute: 0, second: 0, nanosecond: 0 }),
  () => forged(ZonedDateTime, { year: 2024, month: 1, day: 1, hour: 0, minute: 0, second: 0, nanosecond: 0, offsetSeconds: 0, timeZone: 7 }), () => forged(ZonedDateTime, { year: 2024, month: 1, day: 1, hour: 0, minute: 0, second: 0, nanosecond: 0, offsetSeconds: {}, timeZone: "UTC" }),
  () => forged(ZonedDateTime, { year: 2024, month: 1, day: 1, hour: 0, minute: 0, second: 0, nanosecond: 0, offsetSeconds: 0, timeZone: "\ud800" }),
  () => forged(Duration, {}), () => forged(Duration, { months: 2 ** 70, days: 0, seconds: 0, nanoseconds: 0 }), () => forged(Duration, { months: 1n, days: 2n, seconds: 2n ** 80n, nanoseconds: 0 }),
  () => forged(Point, {}), () => forged(Point, { srid: "4326", x: "1", y: {} }), () => forged(Point, { srid: 1.5, x: 1, y: 2 }), () => forged(Vector, {}), () => forged(Vector, { type: "FLOAT64", values: [1] }), () => forged(Vector, { type: "nothing", values: Float64Array.of(1) }),
  () => forged(Uuid, {}), () => forged(Uuid, { bytes: [1, 2, 3] }), () => forged(Uuid, { bytes: "0123456789abcdef" }), () => forged(neo4j.Node, {}), () => forged(neo4j.Record ?? Map, {}),
  () => float(NaN),
];

/** { make }: makes it anew, for some can be looked at once only. */
export const hostile = (fc) =>
  fc.tuple(fc.nat(MADE.length - 1), fc.constantFrom("itself", "in a list", "in a map", "in a Map", "in a Set", "beside")).map(([which, where]) => ({
    make: () => {
      const value = MADE[which]();
      switch (where) {
        case "in a list": return [1, value];
        case "in a map": return { a: value };
        case "in a Map": return new Map([["a", value]]);
        case "in a Set": return new Set([value]);
        case "beside": return { a: 1, b: [value, value] };
        default: return value;
      }
    },
    toString: () => `${MADE[which]} ${where}`,
  }));

const MARKERS = [0x00, 0x7f, 0xff, 0xc0, 0xc1, 0xc2, 0xc3, 0xc6, 0xc8, 0xc9, 0xca, 0xcb, 0x80, 0x81, 0x82, 0x8f, 0x90, 0x91, 0x92, 0x93, 0xa0, 0xa1, 0xa2, 0xcc, 0xcd, 0xce, 0xd0, 0xd1, 0xd2, 0xd4, 0xd5, 0xd6, 0xd8, 0xd9, 0xda, 0xdc, 0xdd, 0xe0, 0xb1, 0xb2, 0xb3, 0xb4, 0xb8, 0xef];
const TAGS = [..."NRrPDTtIiFfdEXYV?"].map((tag) => tag.charCodeAt(0));

/** Values that are well-formed, as bytes: mostly alike, so that there are columns of one type. */
function wellFormed(fc) {
  const bytes = (...parts) => parts.flat(Infinity);
  const small = fc.integer({ min: -16, max: 127 }).map((value) => [value & 255]);
  const eight = fc.uint8Array({ minLength: 8, maxLength: 8 }).map((array) => [...array]);
  const text = fc.string({ unit: "binary", maxLength: 4 }).map((string) => {
    const utf8 = [...new TextEncoder().encode(string.replace(/\p{Surrogate}/gu, ""))];
    return utf8.length < 16 ? [0x80 + utf8.length, ...utf8] : [0xd0, utf8.length, ...utf8];
  });
  const structure = (tag, ...fields) => fc.tuple(...fields).map((fields) => bytes(0xb0 + fields.length, tag.charCodeAt(0), fields));
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: "small" }, fc.constantFrom([0xc0], [0xc2], [0xc3]), small, eight.map((each) => [0xcb, ...each]), eight.map((each) => [0xc1, ...each]), text,
      fc.array(tie("value"), { maxLength: 3 }).map((items) => bytes(0x90 + items.length, items)),
      fc.array(fc.tuple(text, tie("value")), { maxLength: 3 }).map((entries) => bytes(0xa0 + entries.length, entries)),
      structure("N", small, fc.constantFrom([0x90], [0x91, 0x81, 0x41]), fc.constantFrom([0xa0], [0xa1, 0x81, 0x6b, 1]), text),
      structure("R", small, small, small, text, fc.constant([0xa0]), text, text, text),
      structure("D", small), structure("t", small), structure("T", small, small), structure("d", eight.map(([a, b]) => [0xc9, a, b]), small), structure("I", small, small, small),
      structure("i", small, small, fc.constantFrom([0x83, 0x55, 0x54, 0x43], [0x82, 0x5a, 0x5a], [0x8d, ...new TextEncoder().encode("Europe/Berlin")])),
      structure("E", small, small, small, small), structure("X", small, eight.map((each) => [0xc1, ...each]), eight.map((each) => [0xc1, ...each])),
      structure("V", fc.constantFrom([0xcc, 1, 0xc8], [0xcc, 1, 0xc1]), eight.map((each) => [0xcc, 8, ...each])),
      fc.uint8Array({ minLength: 16, maxLength: 16 }).map((each) => [0xe0, ...each]),
    ),
  }));
  return value;
}

/** Some records of one column, as the bytes of their lists: well-formed, damaged, or nothing of the kind. */
export function records(fc) {
  const byte = fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constantFrom(...MARKERS), fc.constantFrom(...TAGS));
  const value = wellFormed(fc);
  const good = fc.oneof(fc.array(value, { minLength: 1, maxLength: 6 }), fc.tuple(value, fc.integer({ min: 1, max: 5 })).map(([one, count]) => Array(count).fill(one)));
  const damaged = fc.tuple(good, fc.nat(), byte, fc.constantFrom("set", "insert", "remove", "end")).map(([items, at, put, how]) => {
    const which = at % items.length;
    const bytes = [...items[which]];
    const place = at % bytes.length;
    if (how === "end") bytes.length = place;
    else bytes.splice(place, how === "insert" ? 0 : 1, ...(how === "remove" ? [] : [put]));
    return items.with ? items.with(which, bytes) : items.map((item, index) => (index === which ? bytes : item));
  });
  const any = fc.array(fc.array(byte, { maxLength: 40 }), { minLength: 1, maxLength: 3 });
  return fc.oneof(good, good, damaged, damaged, any).map((items) => items.map((item) => [0x91, ...item]));
}
