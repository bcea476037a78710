// From the tape to values: what Rust has found in a batch of records becomes JavaScript in one pass.
//
// Hot code. The state is kept in variables of the module: decoding is synchronous and calls no user code. Loops that
// most values pass through keep a part of it in variables of their own meanwhile.

import { clock, dateFromDays, dateTime, modulo, shift } from "../values/calendar.js";
import { Batch, readColumns } from "../values/columns.js";
import { ProtocolError } from "../driver/errors.js";
import { keyed, Record, set } from "../values/record.js";
import {
  Duration, fromLocal, inZone, LocalDate, LocalDateTime, LocalTime, ZonedDateTime, zonedDateTime, ZonedTime,
} from "../values/temporal.js";
import { Node, Point, Relationship, UnsupportedType, Uuid, Vector, VECTORS, walk } from "../values/values.js";

// The ops of the tape, as src/bolt/packstream/tape.rs has them.
const NULL = 0, FALSE = 1, TRUE = 2, SMALL = 3, INTEGER = 4, FLOAT = 5, ASCII = 6, WIDE = 7, BYTES = 8, LIST = 9;
const FLOATS = 10, MAP = 11, STRUCTURE = 12, UUID = 13, ASCII_PIECE = 14, WIDE_PIECE = 15, LONG = 16;
const LARGE = 0xffffff;
const NEW = 0, UNKEPT = 1, FIRST = 2;

const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });
const utf16 = new TextDecoder("utf-16le", { ignoreBOM: true });

let memory;
/** The bytes of the batch: all of memory, read from here on. */
let view, base;
/** The tape, and how far it has been read. */
let tape, word = 0;
// The text of each kind: the current piece, how far it has been read, and where in memory the next one is.
let ascii, asciiUnit = 0, asciiNext;
let wide, wideUnit = 0, wideNext;
/** The result's names, and the one that needs care. */
let names;
let integers = "auto";
/** What becomes of small and of large integers, where that is not a number; undefined where it is. */
let small, large;
/** What a layer above makes of values in its own way, if there is one. */
let own;
/** Why the value being read cannot be had, if so. */
let unreadable;

/** The memory in which Rust writes its tapes. Its buffer is another one whenever it has grown. */
export function useMemory(wasmMemory) {
  memory = wasmMemory;
}

/**
 * One for each result: names are numbered over all its batches. `layer` is for one that has values of its own: `small` and
 * `large` make integers (each may be missing), `bytes`, `uuid`, `node`, `relationship`, `unbound` and `path` make what they
 * are named after, `value` makes its own of each other structure of ours, and `keys` and `record` make records.
 */
export class Decoder {
  #names = [];
  #integers;
  #layer;
  #keys;

  constructor(integers, layer) {
    this.#integers = integers;
    this.#layer = layer;
  }

  /** Whether numeric ids are wanted. Rust asks. */
  get ids() {
    return Boolean(this.#layer);
  }

  keys(keys) {
    this.#keys = this.#layer ? this.#layer.keys(keys) : keyed(keys);
  }

  batch(rows, columns, areas) {
    this.#start(areas);
    const keys = this.#keys;
    const records = new Array(rows);
    const record = own ? own.record : plainRecord;
    for (let row = 0; row < rows; row++) records[row] = record(keys, fill(new Array(columns), columns, true));
    return this.#end(records);
  }

  /** The same as columns: each of them an array of values, where it is on the tape. */
  columns(rows, places, areas) {
    // Names are those of one batch here.
    this.#names = [];
    this.#start(areas);
    const keys = this.#keys;
    const columns = readColumns(memory.buffer, places, keys, this.#integers);
    const mixed = columns.filter((column) => column.type === "values").map((column) => column.values);
    if (mixed.length) {
      for (let row = 0; row < rows; row++) {
        for (const values of mixed) fillOne(values, row);
      }
    }
    return this.#end(new Batch(rows, keys, columns));
  }

  /** The one value on the tape. */
  value(areas) {
    this.#start(areas);
    return this.#end(value());
  }

  #start(areas) {
    const { buffer } = memory;
    const [bytesAt, tapeAt, tapeLength, asciiAt, wideAt] = new Uint32Array(buffer, areas, 5);
    view = new DataView(buffer);
    base = bytesAt;
    tape = new Int32Array(buffer, tapeAt, tapeLength);
    asciiNext = asciiAt;
    wideNext = wideAt;
    word = 0;
    unreadable = undefined;
    integers = this.#integers;
    own = this.#layer;
    small = own ? own.small : integers === "bigint" ? BigInt : undefined;
    large = own?.large;
    names = this.#names;
  }

  #end(result) {
    // They would be kept alive until the next batch.
    view = tape = names = own = undefined;
    ascii = wide = "";
    return result;
  }
}

const plainRecord = (keys, values) => new Record(keys, values);

function asciiPiece() {
  const size = tape[word++];
  ascii = utf8.decode(new Uint8Array(memory.buffer, asciiNext, size));
  asciiNext += size;
  asciiUnit = 0;
}

function widePiece() {
  const size = 2 * tape[word++];
  wide = utf16.decode(new Uint8Array(memory.buffer, wideNext, size));
  wideNext += size;
  wideUnit = 0;
}

/** Reads values into an array; the `top` ones are those of a record. */
function fill(items, count, top) {
  const words = tape;
  let at = word, text = ascii, from = asciiUnit;
  for (let index = 0; index < count; index++) {
    const head = words[at];
    switch (head & 0xff) {
      case NULL:
        at++;
        items[index] = null;
        continue;
      case FALSE:
        at++;
        items[index] = false;
        continue;
      case TRUE:
        at++;
        items[index] = true;
        continue;
      case SMALL:
        at++;
        items[index] = small ? small(head >> 8) : head >> 8;
        continue;
      case FLOAT:
        items[index] = view.getFloat64(base + words[at + 1]);
        at += 2;
        continue;
      case ASCII: {
        const length = head >>> 8;
        if (length === LARGE) break;
        at++;
        items[index] = text.slice(from, from += length);
        continue;
      }
    }
    word = at;
    asciiUnit = from;
    items[index] = value();
    at = word;
    text = ascii;
    from = asciiUnit;
    if (top && unreadable) refuse(items, index);
  }
  word = at;
  asciiUnit = from;
  return items;
}

function fillOne(values, row) {
  values[row] = value();
  if (unreadable) refuse(values, row);
}

/** Makes reading one place of a record throw, at no cost to all others. */
function refuse(values, column) {
  const error = unreadable;
  unreadable = undefined;
  Object.defineProperty(values, column, { enumerable: true, get: () => { throw error; } });
}

function value() {
  const head = tape[word++];
  // Its 24 bits are no length: all of them may be set.
  if ((head & 0xff) === SMALL) return small ? small(head >> 8) : head >> 8;
  const short = head >>> 8;
  const size = short === LARGE ? tape[word++] : short;
  switch (head & 0xff) {
    case NULL: return null;
    case FALSE: return false;
    case TRUE: return true;
    case INTEGER: return integer(size);
    case FLOAT: return view.getFloat64(place());
    case ASCII: return ascii.slice(asciiUnit, asciiUnit += size);
    case WIDE: return wide.slice(wideUnit, wideUnit += size);
    case BYTES: return bytes(size);
    case LIST: return fill(new Array(size), size, false);
    case FLOATS: return floats(size);
    case MAP: return map(size);
    case STRUCTURE: return own ? own.value(structure(size & 0xff, size >>> 8)) : structure(size & 0xff, size >>> 8);
    case UUID: return own ? own.uuid(bytesAt(16)) : new Uuid(bytesAt(16));
    case LONG: return utf8.decode(new Uint8Array(memory.buffer, place(), size));
    case ASCII_PIECE: return asciiPiece(), value();
    case WIDE_PIECE: return widePiece(), value();
    default: throw new ProtocolError(`A tape holds no value of kind ${head & 0xff}`);
  }
}

const place = () => base + tape[word++];

/** Of 4 or 8 bytes. */
function integer(width) {
  const at = place();
  const low = view.getUint32(at + width - 4);
  const high = view.getInt32(at) >> (width === 4 ? 31 : 0);
  if (large) return large(low | 0, high);
  // Safe from -(2 ** 53) + 1 to 2 ** 53 - 1.
  const safe = high >= -0x200000 && high < 0x200000 && !(high === -0x200000 && low === 0);
  if (integers !== "bigint" && (safe || integers === "number")) return high * 0x100000000 + low;
  return (BigInt(high) << 32n) | BigInt(low);
}

function bytesAt(length) {
  const at = place();
  return new Uint8Array(memory.buffer.slice(at, at + length));
}

const bytes = (length) => (own ? own.bytes(bytesAt(length)) : bytesAt(length));

function floats(length) {
  const items = new Array(length);
  let at = place() + 1;
  for (let index = 0; index < length; index++, at += 9) items[index] = view.getFloat64(at);
  return items;
}

function name() {
  const number = tape[word++];
  if (number >= FIRST) return names[number - FIRST];
  const text = value();
  if (number === UNKEPT) return text;
  // Taken as a key once, so that the engine knows it as one from here on.
  const [known] = Object.keys({ [text]: 0 });
  names.push(known);
  return known;
}

function map(size) {
  const object = {};
  for (; size > 0; size--) {
    const key = name();
    if (key === "__proto__") set(object, key, value());
    else object[key] = value();
  }
  return object;
}

/** What each structure is made of, by its tag: in the order in which Bolt has its fields, but for numbers of no use. */
function structure(tag, fields) {
  switch (tag) {
    case 0x4e: return node(fields === 3);
    case 0x52: return relationship(fields === 5);
    case 0x72: return boundLater(fields === 3);
    case 0x50: return path();
    case 0x44: return new LocalDate(...dateFromDays(plain()));
    case 0x74: return new LocalTime(...clock(plain()));
    case 0x54: return new ZonedTime(...clock(plain()), plain());
    case 0x64: return new LocalDateTime(...dateTime(...instant(), plain()));
    case 0x49: return withOffset(...instant(), plain(), plain(), 1);
    case 0x46: return withOffset(...instant(), plain(), plain(), 0);
    case 0x69: return inNamedZone(inZone, ...instant(), plain(), name());
    case 0x66: return inNamedZone(fromLocal, ...instant(), plain(), name());
    case 0x45: return new Duration(plain(), plain(), plain(), plain());
    case 0x58: return new Point(plain(), value(), value());
    case 0x59: return new Point(plain(), value(), value(), value());
    case 0x56: return vector();
    case 0x3f: return unsupported(value(), plain(), plain(), value());
    default: throw new ProtocolError(`A tape holds no structure ${tag}`);
  }
}

/** A value whose integers are numbers where they are safe, whatever the user wants them to be. */
function plain() {
  if (integers === "auto" && !small && !large) return value();
  const wanted = [integers, small, large];
  integers = "auto";
  small = large = undefined;
  const result = value();
  [integers, small, large] = wanted;
  return result;
}

/** A numeric id: it stands for the element id where the server has none. Else it is on the tape for a layer only. */
const numericId = (old) => (own ? value() : old ? String(plain()) : undefined);

function node(old) {
  const id = numericId(old);
  const head = tape[word++] >>> 8;
  const labels = new Array(head === LARGE ? tape[word++] : head);
  for (let index = 0; index < labels.length; index++) labels[index] = name();
  const properties = value();
  if (own) return own.node(id, labels, properties, old ? undefined : value());
  return new Node(old ? id : value(), labels, properties);
}

function relationship(old) {
  const id = numericId(old), start = numericId(old), end = numericId(old);
  const type = name();
  const properties = value();
  if (old && !own) return new Relationship(id, start, end, type, properties);
  // Those of the relationship, its start and its end.
  const element = () => (old ? undefined : value());
  if (own) return own.relationship(id, start, end, type, properties, element(), element(), element());
  return new Relationship(element(), element(), element(), type, properties);
}

/** A relationship of a path, which says elsewhere what nodes it joins. */
function boundLater(old) {
  const id = numericId(old);
  const type = name();
  const properties = value();
  if (own) return own.unbound(id, type, properties, old ? undefined : value());
  return new Relationship(old ? id : value(), undefined, undefined, type, properties);
}

const path = () => (own ? own.path(value(), value(), plain()) : walk(value(), value(), plain()));

/** [days since 1970-01-01, second of the day] */
function instant() {
  const seconds = plain();
  const second = typeof seconds === "bigint" ? modulo(Number(seconds % 86_400n), 86_400) : modulo(seconds, 86_400);
  const days = typeof seconds === "bigint" ? Number((seconds - BigInt(second)) / 86_400n) : (seconds - second) / 86_400;
  return [days, second];
}

/** `utc`: 1 where the instant is one in UTC, 0 where it is one on the zone's own clock. */
function withOffset(days, second, nanosecond, offset, utc) {
  return new ZonedDateTime(...dateTime(...shift(days, second, offset * utc), nanosecond), offset);
}

function inNamedZone(find, days, second, nanosecond, zone) {
  const parts = find(zone, days, second, nanosecond);
  if (parts) return zonedDateTime(parts);
  const local = new LocalDateTime(...dateTime(days, second, nanosecond));
  const message = `This runtime knows no time zone "${zone}", which the value ${local} is in`;
  unreadable ??= new ProtocolError(message, { code: "UnknownTimeZone" });
  return null;
}

function vector() {
  // Bytes, whatever a layer makes of them.
  const kind = value()[0] & 0xff;
  const size = tape[word] >>> 8 === LARGE ? tape[++word] : tape[word] >>> 8;
  word++;
  const Kind = VECTORS.find((type) => type[3] === kind)[2];
  const read = DataView.prototype[`get${Kind.name.slice(0, -5)}`];
  const values = new Kind(size / Kind.BYTES_PER_ELEMENT);
  const at = place();
  for (let index = 0; index < values.length; index++) values[index] = read.call(view, at + index * Kind.BYTES_PER_ELEMENT);
  return new Vector(values);
}

function unsupported(name, major, minor, { message }) {
  return new UnsupportedType(name, `${major}.${minor}`, typeof message === "string" ? message : undefined);
}
