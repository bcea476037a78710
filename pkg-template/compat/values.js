// Points, vectors, UUIDs, and what a server could not send.

import { VECTORS } from "../values/values.js";
import { brand, checkNumeric, shown } from "./brand.js";
import { newError } from "./errors.js";

function checkNumber(value, name) {
  if (typeof value === "number") return value;
  throw new TypeError(`${name} expected to be a number but was: ${shown(value)}`);
}

const asFloat = (value) => (Number.isInteger(value) ? `${value}.0` : String(value));

export class Point {
  constructor(srid, x, y, z) {
    this.srid = checkNumeric(srid, "SRID");
    this.x = checkNumber(x, "X coordinate");
    this.y = checkNumber(y, "Y coordinate");
    this.z = z === null || z === undefined ? z : checkNumber(z, "Z coordinate");
    Object.freeze(this);
  }

  toString() {
    const { srid, x, y, z } = this;
    const named = Object.entries({ srid, x, y, ...(typeof z === "number" && !Number.isNaN(z) && { z }) });
    return `Point{${named.map(([name, value]) => `${name}=${asFloat(value)}`).join(", ")}}`;
  }
}

const kindOf = (value) => value?.constructor?.name ?? "undefined or type without constructor name";

export class Vector {
  constructor(typedArray) {
    const type = VECTORS.find(([, , Kind]) => typedArray instanceof Kind);
    if (!type) throw newError(`A vector is made of a signed integer or float TypedArray, got: ${kindOf(typedArray)}`);
    this._typedArray = typedArray;
    this._type = type[0].toUpperCase();
  }

  asTypedArray() {
    return this._typedArray;
  }

  getType() {
    return this._type;
  }

  toString() {
    const [, cypher] = VECTORS.find(([name]) => name.toUpperCase() === this._type);
    return `vector([${this._typedArray.join(", ")}], ${this._typedArray.length}, ${cypher} NOT NULL)`;
  }
}

export const vector = (typedArray) => new Vector(typedArray);

const UUID_TEXT = /^[\da-f]{8}(-?)[\da-f]{4}\1[\da-f]{4}\1[\da-f]{4}\1[\da-f]{12}$/i;

export class UUID {
  constructor(typedArray) {
    if (typedArray.length !== 16) throw newError(`A UUID has 16 bytes, got ${typedArray.length}`);
    this._typedArray = typedArray;
    Object.freeze(this);
  }

  getTypedArray() {
    return this._typedArray;
  }

  toString() {
    const digits = Array.from(this._typedArray, (byte) => byte.toString(16).padStart(2, "0")).join("");
    return digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  }

  static fromString(text) {
    if (!UUID_TEXT.test(text)) {
      throw newError(`A UUID is 32 hexadecimal digits, in groups of 8-4-4-4-12 or without dashes, got: ${text}`);
    }
    return new UUID(Uint8Array.from(text.replaceAll("-", "").match(/../g), (pair) => parseInt(pair, 16)));
  }
}

export function uuid(raw) {
  if (typeof raw === "string") return UUID.fromString(raw);
  if (raw instanceof Uint8Array) return new UUID(raw);
  throw newError(`A UUID is made of a Uint8Array or a string, got: ${kindOf(raw)}`);
}

export class UnsupportedType {
  constructor(name, minimumProtocolMajor, minimumProtocolMinor, message) {
    this.name = name;
    this.minimumProtocolVersion = `${minimumProtocolMajor}.${minimumProtocolMinor}`;
    this.message = message;
  }

  toString() {
    return `UnsupportedType<${this.name}>`;
  }
}

export const isPoint = brand(Point, "Point");
export const isVector = brand(Vector, "Vector");
export const isUUID = brand(UUID, "UUID");
export const isUnsupportedType = brand(UnsupportedType, "UnsupportedType");
