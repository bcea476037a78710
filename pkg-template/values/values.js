// Graph, spatial and other values that have no class in JavaScript.

import { checkInteger, invalid } from "./temporal.js";
import { isOf, isPlain, shown } from "../driver/errors.js";

/**
 * A value for JSON, which has neither bigints nor bytes: integers that a number cannot hold become text, bytes become
 * base64. Instances of classes say themselves what they become.
 */
export function json(value) {
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (isOf(Uint8Array, value)) return btoa(Array.from(value, (byte) => String.fromCharCode(byte)).join(""));
  if (Array.isArray(value) || ArrayBuffer.isView(value)) return Array.from(value, json);
  if (!isPlain(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, json(inner)]));
}

/** A value much as Cypher would write it. */
function text(value) {
  if (typeof value === "string") return JSON.stringify(value);
  if (ArrayBuffer.isView(value)) return `bytes[${value.length}]`;
  if (Array.isArray(value)) return `[${value.map(text).join(", ")}]`;
  return isPlain(value) ? properties(value) : String(value);
}

const properties = (map) => `{${Object.entries(map).map(([key, value]) => `${key}: ${text(value)}`).join(", ")}}`;

/** Labels or a type, and the properties if there are any. */
const inside = (names, map) =>
  names.map((name) => `:${name}`).join("") + (Object.keys(map).length ? ` ${properties(map)}` : "");

export class Node {
  constructor(elementId, labels, properties) {
    this.elementId = elementId;
    this.labels = labels;
    this.properties = properties;
  }

  toString() {
    return `(${inside(this.labels, this.properties)})`;
  }

  toJSON() {
    return json({ ...this });
  }
}

export class Relationship {
  constructor(elementId, startNodeElementId, endNodeElementId, type, properties) {
    this.elementId = elementId;
    this.startNodeElementId = startNodeElementId;
    this.endNodeElementId = endNodeElementId;
    this.type = type;
    this.properties = properties;
  }

  toString() {
    return `[${inside([this.type], this.properties)}]`;
  }

  toJSON() {
    return json({ ...this });
  }
}

export class Path {
  constructor(start, segments) {
    this.start = start;
    this.end = segments.length ? segments[segments.length - 1].end : start;
    this.segments = segments;
  }

  /** How many relationships are walked. */
  get length() {
    return this.segments.length;
  }

  toString() {
    const steps = this.segments.map(({ start, relationship, end }) => {
      const backwards = relationship.startNodeElementId !== start.elementId;
      return `${backwards ? "<" : ""}-${relationship}-${backwards ? "" : ">"}${end}`;
    });
    return this.start + steps.join("");
  }
}

/** A path of nodes and relationships that do not know what they join, by Bolt's list of steps. */
export function walk(nodes, relationships, steps) {
  const segments = [];
  for (let index = 0, start = nodes[0]; index < steps.length; index += 2) {
    const step = steps[index];
    const end = nodes[steps[index + 1]];
    const relationship = relationships[Math.abs(step) - 1];
    // A walk may take a relationship twice; its ends stay where they are.
    if (relationship.startNodeElementId === undefined) {
      relationship.startNodeElementId = (step > 0 ? start : end).elementId;
      relationship.endNodeElementId = (step > 0 ? end : start).elementId;
    }
    segments.push({ start, relationship, end });
    start = end;
  }
  return new Path(nodes[0], segments);
}

function checkNumber(value, name) {
  if (typeof value !== "number") throw invalid(`${name} takes a number, got ${shown(value)}`);
}

export class Point {
  constructor(srid, x, y, z) {
    checkInteger(srid, "srid", 0, Number.MAX_SAFE_INTEGER);
    checkNumber(x, "x");
    checkNumber(y, "y");
    if (z !== undefined) checkNumber(z, "z");
    this.srid = srid;
    this.x = x;
    this.y = y;
    this.z = z;
  }

  toString() {
    const { srid, x, y, z } = this;
    return `point(${properties(z === undefined ? { srid, x, y } : { srid, x, y, z })})`;
  }
}

/** Each type of vector: our name, Cypher's, the array it lives in, PackStream's marker. In the order of the tape. */
export const VECTORS = [
  ["int8", "INTEGER8", Int8Array, 0xc8],
  ["int16", "INTEGER16", Int16Array, 0xc9],
  ["int32", "INTEGER32", Int32Array, 0xca],
  ["int64", "INTEGER", BigInt64Array, 0xcb],
  ["float32", "FLOAT32", Float32Array, 0xc6],
  ["float64", "FLOAT", Float64Array, 0xc1],
];

export const vectorType = (name) => VECTORS.find((type) => type[0] === name);

export class Vector {
  constructor(values) {
    const type = VECTORS.find(([, , Kind]) => isOf(Kind, values));
    if (!type) {
      const names = VECTORS.map(([, , Kind]) => Kind.name).join(", ");
      throw invalid(`A Vector is made from one of ${names}, got ${shown(values)}`);
    }
    this.type = type[0];
    this.values = values;
  }

  toString() {
    return `vector([${this.values.join(", ")}], ${this.values.length}, ${vectorType(this.type)[1]})`;
  }

  toJSON() {
    return { type: this.type, values: Array.from(this.values, json) };
  }
}

export class Uuid {
  constructor(bytes) {
    if (!isOf(Uint8Array, bytes) || bytes.length !== 16) {
      throw invalid(`A Uuid is made from a Uint8Array of 16 bytes, got ${shown(bytes)}`);
    }
    this.bytes = bytes;
  }

  static from(text) {
    if (!/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(text)) {
      throw invalid(`Uuid.from takes 32 hexadecimal digits in groups of 8-4-4-4-12, got ${shown(text)}`);
    }
    const pairs = text.replaceAll("-", "").match(/../g);
    return new Uuid(Uint8Array.from(pairs, (pair) => parseInt(pair, 16)));
  }

  toString() {
    const digits = Array.from(this.bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
    return digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  }

  toJSON() {
    return this.toString();
  }
}

export class UnsupportedType {
  constructor(name, minimumProtocolVersion, message) {
    this.name = name;
    this.minimumProtocolVersion = minimumProtocolVersion;
    this.message = message;
  }

  toString() {
    return `${this.name} (needs Bolt ${this.minimumProtocolVersion})`;
  }
}

export class Float {
  constructor(value) {
    checkNumber(value, "float");
    this.value = value;
  }

  valueOf() {
    return this.value;
  }

  toString() {
    return String(this.value);
  }

  toJSON() {
    return this.value;
  }
}

export const float = (value) => new Float(value);
