// Batches of columns: typed arrays in the memory layout of Apache Arrow, copied out of the wasm's memory once.

import { clock, dateFromDays, dateTime } from "./calendar.js";
import { ProtocolError } from "../driver/errors.js";
import { set } from "./record.js";
import { Duration, inZone, LocalDate, LocalDateTime, LocalTime, zonedDateTime } from "./temporal.js";
import { json, Node, Point, Relationship, Uuid, Vector, walk } from "./values.js";

/** What a column can hold, as src/bolt/packstream/columns.rs numbers it: Arrow's type, Cypher's, the array of values. */
const KINDS = [
  ["null", "NULL"],
  ["bool", "BOOLEAN", Uint8Array],
  ["utf8", "STRING", Uint8Array],
  ["binary", "BYTES", Uint8Array],
  ["list", "LIST"],
  ["list", "VECTOR"],
  ["struct", "MAP"],
  ["struct", "NODE"],
  ["struct", "RELATIONSHIP"],
  ["struct", "POINT"],
  ["int64", "INTEGER", BigInt64Array],
  ["float64", "FLOAT", Float64Array],
  ["date32", "DATE", Int32Array],
  ["time64", "LOCAL TIME", BigInt64Array],
  ["timestamp", "LOCAL DATETIME", BigInt64Array],
  ["timestamp", "ZONED DATETIME", BigInt64Array],
  ["interval", "DURATION", Int32Array],
  ["fixedSizeBinary", "UUID", Uint8Array],
  ["int8", "INTEGER8", Int8Array],
  ["int16", "INTEGER16", Int16Array],
  ["int32", "INTEGER32", Int32Array],
  ["float32", "FLOAT32", Float32Array],
  ["values", "ANY"],
  ["struct", "PATH"],
  ["struct", "UNBOUND RELATIONSHIP"],
];

const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });
const DAY = 86_400_000_000_000n;

/** All text of a column at once, where it is ASCII: then a text stands in it where its bytes stand. Made when asked for. */
const TEXT = Symbol();

function ascii(bytes) {
  const text = utf8.decode(bytes);
  return text.length === bytes.length ? text : null;
}

function once(make) {
  let made;
  return () => (made === undefined ? (made = make()) : made);
}

export class Column {
  constructor(parts) {
    Object.assign(this, parts);
    this.children &&= this.children.map((child) => (child instanceof Column ? child : new Column(child)));
    // No getter: engines keep what has one of its own until they collect all garbage. Configurable, for what wraps objects.
    const text = { value: once(() => ascii(this.values)), configurable: true };
    if (this.cypher === "STRING") Object.defineProperty(this, TEXT, text);
  }

  get(index) {
    if (!(index >= 0 && index < this.length)) return undefined;
    const { validity } = this;
    if (this.type === "null" || (validity && !(validity[index >> 3] & (1 << (index & 7))))) return null;
    const value = this.values?.[index];
    switch (this.cypher) {
      case "BOOLEAN": return (this.values[index >> 3] & (1 << (index & 7))) !== 0;
      case "STRING": return string(this, this.offsets[index], this.offsets[index + 1]);
      case "BYTES": return this.values.slice(this.offsets[index], this.offsets[index + 1]);
      case "LIST": return list(this, this.offsets[index], this.offsets[index + 1]);
      case "VECTOR": return new Vector(this.children[0].values.slice(this.offsets[index], this.offsets[index + 1]));
      case "MAP": return map(this, index);
      case "NODE": {
        const [labels, properties, id] = members(this, index);
        return new Node(id, labels, properties);
      }
      case "RELATIONSHIP": {
        const [type, properties, id, start, end] = members(this, index);
        return new Relationship(id, start, end, type, properties);
      }
      case "UNBOUND RELATIONSHIP": {
        const [type, properties, id] = members(this, index);
        return new Relationship(id, undefined, undefined, type, properties);
      }
      case "PATH": {
        const [nodes, relationships, steps] = members(this, index);
        return walk(nodes, relationships, steps.map(Number));
      }
      case "POINT": {
        const [srid, ...place] = members(this, index);
        return new Point(Number(srid), ...place);
      }
      case "INTEGER": return whole(value, this.integers);
      case "DATE": return new LocalDate(...dateFromDays(value));
      case "LOCAL TIME": return new LocalTime(...clock(Number(value)));
      case "LOCAL DATETIME": {
        const [days, nanoseconds] = instant(value);
        return new LocalDateTime(...dateFromDays(days), ...clock(nanoseconds));
      }
      case "ZONED DATETIME": return inItsZone(value, this.timeZone);
      case "DURATION": return duration(this.values.subarray(4 * index, 4 * index + 4));
      case "UUID": return new Uuid(this.values.slice(16 * index, 16 * index + 16));
      default: return value;
    }
  }

  *[Symbol.iterator]() {
    for (let index = 0; index < this.length; index++) yield this.get(index);
  }

  toJSON() {
    return json([...this]);
  }
}

function string({ values, [TEXT]: text }, from, to) {
  const whole = text();
  return whole === null ? utf8.decode(values.subarray(from, to)) : whole.slice(from, to);
}

function list({ children: [child] }, from, to) {
  return Array.from({ length: to - from }, (_, index) => child.get(from + index));
}

function map({ children, sparse }, index) {
  const object = {};
  for (const child of children) {
    const value = child.get(index);
    // Maps that lack a key have no key whose value is null.
    if (value !== null || !sparse) set(object, child.name, value);
  }
  return object;
}

const members = ({ children }, index) => children.map((child) => child.get(index));

export class Batch {
  constructor(length, keys, columns) {
    this.length = length;
    this.columns = {};
    columns.forEach((column, index) => set(this.columns, keys[index], column));
    this.schema = columns.map(field);
  }

  get buffers() {
    const found = new Set();
    const collect = ({ validity, offsets, values, children = [] }) => {
      for (const array of [validity, offsets, values]) if (ArrayBuffer.isView(array)) found.add(array.buffer);
      children.forEach(collect);
    };
    Object.values(this.columns).forEach(collect);
    return [...found];
  }
}

/** What is known of a column without its values. */
function field({ name, type, cypher, unit, timeZone, nullCount, children }) {
  const rest = { nullable: nullCount > 0, unit, timeZone, children: children?.map(field) };
  return { name, type, cypher, ...Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined)) };
}

function whole(value, integers) {
  if (integers === "bigint") return value;
  const number = Number(value);
  return integers === "number" || Number.isSafeInteger(number) ? number : value;
}

/** [days since 1970-01-01, nanosecond of the day] */
function instant(nanoseconds) {
  const ofDay = ((nanoseconds % DAY) + DAY) % DAY;
  return [Number((nanoseconds - ofDay) / DAY), Number(ofDay)];
}

function inItsZone(value, timeZone) {
  const [days, nanoseconds] = instant(value);
  const [, sign, hours, minutes] = /^([+-])(\d\d):(\d\d)$/.exec(timeZone) ?? [];
  const zone = sign ? Number(`${sign}1`) * (hours * 3_600 + minutes * 60) : timeZone;
  const parts = inZone(zone, days, Math.floor(nanoseconds / 1e9), nanoseconds % 1e9);
  if (parts) return zonedDateTime(parts);
  const local = new LocalDateTime(...dateTime(days, 0, nanoseconds));
  const message = `This runtime knows no time zone "${timeZone}", which the value ${local} is in`;
  throw new ProtocolError(message, { code: "UnknownTimeZone" });
}

function duration([months, days, low, high]) {
  const total = (BigInt(high) << 32n) | BigInt(low >>> 0);
  const nanoseconds = ((total % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n;
  return new Duration(months, days, whole((total - nanoseconds) / 1_000_000_000n), Number(nanoseconds));
}

const UNITS = { time64: "nanosecond", timestamp: "nanosecond", date32: "day", interval: "monthDayNano" };

/** A buffer from here on has a memory of its own; smaller ones of a batch share one. */
const LARGE = 4_096;

/** Reads what Rust says of the columns, and copies their buffers. */
export function readColumns(memory, places, keys, integers) {
  const words = new Uint32Array(memory, places);
  const copies = [];
  let at = 0, size = 0;
  /** A buffer to be copied: a large one at once, the others all together, each at a multiple of eight bytes. */
  const buffer = (Kind, parts, name) => {
    const [from, length] = [words[at++], words[at++]];
    if (!Kind) return;
    if (length >= LARGE) {
      parts[name] = new Kind(memory.slice(from, from + length));
      return;
    }
    copies.push([from, length, size, Kind, parts, name]);
    size = (size + length + 7) & ~7;
  };
  const text = () => {
    const [from, length] = [words[at++], words[at++]];
    return length ? utf8.decode(new Uint8Array(memory, from, length)) : "";
  };
  const read = (key) => {
    const [type, cypher, Kind] = KINDS[words[at++]];
    const parts = { name: key, type, cypher, length: words[at++], nullCount: words[at++] };
    const sparse = words[at++] === 1;
    const count = words[at++];
    const is64 = Kind?.BYTES_PER_ELEMENT === 8;
    buffer(words[at + 1] ? Int32Array : undefined, parts, "offsets");
    // A column of nothing but nulls has no buffer at all.
    buffer(words[at + 1] && parts.nullCount && type !== "null" ? Uint8Array : undefined, parts, "validity");
    buffer(is64 ? undefined : Kind, parts, "values");
    const [name, zone] = [text(), text()];
    buffer(is64 ? Kind : undefined, parts, "values");
    parts.name ??= name;
    if (zone) parts.timeZone = zone;
    if (UNITS[type]) parts.unit = UNITS[type];
    if (type === "int64") parts.integers = integers;
    if (type === "values") parts.values = new Array(parts.length);
    if (cypher === "MAP") parts.sparse = sparse;
    if (type === "struct" || type === "list") parts.children = Array.from({ length: count }, () => read());
    return parts;
  };
  const columns = keys.map((key) => read(key));
  const shared = new Uint8Array(size);
  const theirs = new Uint8Array(memory);
  for (const [from, length, to, Kind, parts, name] of copies) {
    shared.set(theirs.subarray(from, from + length), to);
    parts[name] = new Kind(shared.buffer, to, length / Kind.BYTES_PER_ELEMENT);
  }
  return columns.map((parts) => new Column(parts));
}
