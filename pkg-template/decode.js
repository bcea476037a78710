// From the tape to values: what Rust has read from a batch of records becomes JavaScript in one pass.
//
// Hot code. The state is kept in variables of the module: decoding is synchronous and calls no user code.

import { ProtocolError } from "./errors.js";
import { Record, Shape, set } from "./record.js";
import {
  Duration, fromLocal, inZone, LocalDate, localInstant, LocalDateTime, LocalTime, ZonedDateTime, zonedDateTime,
  ZonedTime,
} from "./temporal.js";
import { Node, Path, Point, Relationship, UnsupportedType, Uuid, Vector, VECTORS } from "./values.js";

const FLOAT = 5;
const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

let memory;
// The four areas of the tape, and how far each has been read.
let tape, num, text, blob;
let word = 0, number = 0, unit = 0, byte = 0;
/** The result's names, and the number of the one that needs care. */
let names, proto;
let integers = "auto";
/** Why the value being read cannot be had, if so. */
let unreadable;

/** The memory in which Rust writes its tapes. Its buffer is another one whenever it has grown. */
export function useMemory(wasmMemory) {
  memory = wasmMemory;
}

/** One for each result: names are numbered over all its batches. */
export class Decoder {
  #names = [];
  #proto = -1;
  #integers;
  #shape;

  constructor(integers) {
    this.#integers = integers;
  }

  keys(keys) {
    this.#shape = new Shape(keys);
  }

  batch(rows, columns, ...areas) {
    this.#start(areas);
    const shape = this.#shape;
    const records = new Array(rows);
    for (let row = 0; row < rows; row++) {
      const values = new Array(columns);
      for (let column = 0; column < columns; column++) {
        values[column] = value();
        if (unreadable) refuse(values, column);
      }
      records[row] = new Record(shape, values);
    }
    return this.#end(records);
  }

  /** Every value on the tape. */
  values(...areas) {
    this.#start(areas);
    const values = [];
    while (word < tape.length) values.push(value());
    return this.#end(values);
  }

  #start([tapeAt, tapeLength, numAt, numLength, textAt, textLength, blobAt, blobLength]) {
    const { buffer } = memory;
    tape = new Uint32Array(buffer, tapeAt, tapeLength);
    num = new Float64Array(buffer, numAt, numLength);
    text = utf8.decode(new Uint8Array(buffer, textAt, textLength));
    blob = new Uint8Array(buffer, blobAt, blobLength);
    word = number = unit = byte = 0;
    unreadable = undefined;
    integers = this.#integers;
    names = this.#names;
    proto = this.#proto;
    for (let count = tape[word++]; count > 0; count--) {
      const name = string(tape[word++]);
      if (name === "__proto__") proto = this.#proto = names.length;
      // Taken as a key once, so that the engine knows it as one from here on. That costs microseconds: a result with
      // more names than this has them as data, and few come twice.
      names.push(names.length < 256 ? Object.keys({ [name]: 0 })[0] : name);
    }
  }

  #end(result) {
    // The text would be kept alive until the next batch.
    tape = num = blob = names = undefined;
    text = "";
    return result;
  }
}

/** Makes reading one place of a record throw, at no cost to all others. */
function refuse(values, column) {
  const error = unreadable;
  unreadable = undefined;
  Object.defineProperty(values, column, { enumerable: true, get: () => { throw error; } });
}

function value() {
  const head = tape[word++];
  const short = head >>> 8;
  const arg = short === 0xffffff ? tape[word++] : short;
  switch (head & 0xff) {
    case 0: return null;
    case 1: return false;
    case 2: return true;
    case 3: return integers === "bigint" ? BigInt(num[number++]) : num[number++];
    case 4: return bigint();
    case FLOAT: return num[number++];
    case 6: return string(arg);
    case 7: return bytes(arg);
    case 8: return list(arg);
    case 9: return map(arg);
    case 10: return node(arg);
    case 11: return new Relationship(value(), value(), value(), names[tape[word++]], value());
    case 12: return path(arg);
    default: return rare(head & 0xff, arg);
  }
}

/** The rest, out of the way of what fills most results. */
function rare(op, arg) {
  switch (op) {
    case 13: return new LocalDate(next(), next(), next());
    case 14: return new ZonedTime(next(), next(), next(), next(), next());
    case 15: return new LocalTime(next(), next(), next(), next());
    case 16: return localDateTime();
    case 17: return new ZonedDateTime(next(), next(), next(), next(), next(), next(), next(), next());
    case 18: return inNamedZone(inZone);
    case 19: return inNamedZone(fromLocal);
    case 20: return new Duration(part(), part(), part(), next());
    case 21: return new Point(next(), next(), next(), arg === 3 ? next() : undefined);
    case 22: return vector(VECTORS[arg][2]);
    case 23: return new Uuid(bytes(16));
    case 24: return new UnsupportedType(value(), `${next()}.${next()}`, value() ?? undefined);
    default: throw new ProtocolError(`A tape holds no value of kind ${op}`);
  }
}

const next = () => num[number++];

const localDateTime = () => new LocalDateTime(next(), next(), next(), next(), next(), next(), next());

function string(length) {
  unit += length;
  return text.slice(unit - length, unit);
}

function bytes(length) {
  byte += length;
  return blob.slice(byte - length, byte);
}

function bigint() {
  const low = tape[word++];
  const whole = (BigInt(tape[word++] | 0) << 32n) | BigInt(low);
  return integers === "number" ? Number(whole) : whole;
}

/** A part of a duration: a number where it is safe, whatever the user wants integers to be. */
function part() {
  const wanted = integers;
  integers = "auto";
  const result = value();
  integers = wanted;
  return result;
}

function list(length) {
  // Floats in a row get a loop of their own, so that the engine sees an array of nothing but floats.
  if (length > 0 && tape[word] === FLOAT) return floats(length);
  const items = new Array(length);
  for (let index = 0; index < length; index++) items[index] = value();
  return items;
}

function floats(length) {
  const items = new Array(length);
  let index = 0;
  for (; index < length && tape[word] === FLOAT; index++, word++) items[index] = num[number++];
  for (; index < length; index++) items[index] = value();
  return items;
}

function map(size) {
  const object = {};
  for (; size > 0; size--) {
    const name = tape[word++];
    if (name === proto) set(object, "__proto__", value());
    else object[names[name]] = value();
  }
  return object;
}

function node(size) {
  const elementId = value();
  const labels = new Array(size);
  for (let index = 0; index < size; index++) labels[index] = names[tape[word++]];
  return new Node(elementId, labels, value());
}

function path(steps) {
  const nodes = new Array(tape[word++]);
  const relationships = new Array(tape[word++]);
  for (let index = 0; index < nodes.length; index++) nodes[index] = value();
  for (let index = 0; index < relationships.length; index++) relationships[index] = value();
  const segments = [];
  for (let start = nodes[0]; steps > 0; steps--) {
    const relationship = relationships[tape[word++]];
    const end = nodes[tape[word++]];
    segments.push({ start, relationship, end });
    start = end;
  }
  return new Path(nodes[0], segments);
}

function inNamedZone(find) {
  const local = localDateTime();
  const zone = names[tape[word++]];
  const [days, second] = localInstant(local);
  const parts = find(zone, days, second, local.nanosecond);
  if (parts) return zonedDateTime(parts);
  const message = `This runtime knows no time zone "${zone}", which the value ${local} is in`;
  unreadable ??= new ProtocolError(message, { code: "UnknownTimeZone" });
  return null;
}

function vector(Kind) {
  const data = bytes(tape[word++]);
  return new Vector(new Kind(data.buffer, 0, data.length / Kind.BYTES_PER_ELEMENT));
}
