// Parameters as neo4j-driver sends them: numbers are FLOAT, `undefined` is left out, iterables are lists.

import { writeOwn } from "../wire/encode.js";
import { Packer } from "../wire/pack.js";
import * as ours from "../values/temporal.js";
import * as others from "../values/values.js";
import { newError, PROTOCOL_ERROR } from "./errors.js";
import { Integer, toNumber } from "./integer.js";

/** Rust allows a few more, and the values of structures count there. */
const MAX_DEPTH = 500;

export function encodeParameters(parameters) {
  const out = new Encoder();
  out.value(parameters);
  return out.packed();
}

const bigOf = (value) => (typeof value === "bigint" ? value : Integer.fromValue(value).toBigInt());
const clock = (value) => [value.hour, value.minute, value.second, value.nanosecond].map(toNumber);
const day = (value) => [value.year, value.month, value.day].map(toNumber);
const optional = (value) => (value === undefined || value === null ? undefined : toNumber(value));

/** Each class that can be sent as one of ours, by its brand: so those of other copies can be sent too. */
const STRUCTURES = {
  __isPoint__: ({ srid, x, y, z }) => new others.Point(toNumber(srid), x, y, z ?? undefined),
  __isDate__: (value) => new ours.LocalDate(...day(value)),
  __isDateTime__: (value) =>
    new ours.ZonedDateTime(...day(value), ...clock(value), optional(value.timeZoneOffsetSeconds), value.timeZoneId ?? undefined),
  __isLocalDateTime__: (value) => new ours.LocalDateTime(...day(value), ...clock(value)),
  __isTime__: (value) => new ours.ZonedTime(...clock(value), toNumber(value.timeZoneOffsetSeconds)),
  __isLocalTime__: (value) => new ours.LocalTime(...clock(value)),
  __isDuration__: ({ months, days, seconds, nanoseconds }) =>
    new ours.Duration(bigOf(months), bigOf(days), bigOf(seconds), toNumber(nanoseconds)),
  __isVector__: (value) => new others.Vector(value.asTypedArray()),
  __isUUID__: (value) => new others.Uuid(value.getTypedArray()),
};

const REFUSED = {
  __isNode__: "a Node", __isRelationship__: "a Relationship", __isUnboundRelationship__: "an UnboundRelationship",
  __isPath__: "a Path", __isPathSegment__: "a PathSegment", __isUnsupportedType__: "an UnsupportedType",
};

const ENTRIES = Object.entries(STRUCTURES);

class Encoder extends Packer {
  /** Keys and places on the way to the value. */
  #path = [];

  refuse(why) {
    const place = this.#path.map((key) => (typeof key === "number" ? `[${key}]` : `.${key}`)).join("");
    throw newError(`Query parameters${place.length > 200 ? ` ${place.slice(0, 200)}…` : place && ` ${place}`}: ${why}`, PROTOCOL_ERROR);
  }

  value(value) {
    switch (typeof value) {
      case "string": return this.string(value);
      case "number": return this.float(value);
      case "boolean": return this.byte(value ? 0xc3 : 0xc2);
      case "bigint": return this.integer(BigInt.asIntN(64, value));
      case "object": break;
      default: return this.refuse(`a ${typeof value} is no value of Cypher`);
    }
    if (value === null) return this.byte(0xc0);
    const prototype = Object.getPrototypeOf(value);
    if (prototype === Object.prototype || prototype === null) {
      if (value[Symbol.iterator] === undefined) return this.#map(value);
    } else if (Array.isArray(value)) {
      return this.#list(value);
    }
    return this.#instance(value);
  }

  #instance(value) {
    if (value.__isInteger__ === true) return this.#whole(value);
    if (value instanceof Int8Array) return this.blob(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
    for (const [brand, convert] of ENTRIES) if (value[brand] === true) return this.#structure(convert(value));
    for (const brand in REFUSED) if (value[brand] === true) this.refuse(`${REFUSED[brand]} cannot be sent: pass its id or its properties`);
    if (Object.prototype.toString.call(value) === "[object Date]") return this.#structure(ours.ZonedDateTime.from(value));
    if (typeof value[Symbol.iterator] === "function") return this.#list(this.#listed(value));
    // One of the native driver.
    if (writeOwn(this, value)) return undefined;
    return this.#map(value);
  }

  #whole({ low, high }) {
    if (high === low >> 31) this.integer(low);
    else this.integer((BigInt(high) << 32n) | BigInt(low >>> 0));
  }

  #structure(value) {
    writeOwn(this, value);
  }

  #listed(iterable) {
    try {
      return Array.from(iterable);
    } catch (error) {
      return this.refuse(`Cannot pack given iterable, ${error.message}: ${iterable}`);
    }
  }

  #enter(key) {
    if (this.#path.push(key) > MAX_DEPTH) this.refuse(`nested more than ${MAX_DEPTH} levels deep, or the value holds itself`);
  }

  #list(items) {
    const { length } = items;
    this.size(0x90, 0xd4, length);
    this.#enter(0);
    const last = this.#path.length - 1;
    for (let index = 0; index < length; index++) {
      this.#path[last] = index;
      this.value(items[index] === undefined ? null : items[index]);
    }
    this.#path.pop();
  }

  #map(map) {
    const keys = Object.keys(map);
    let count = 0;
    const values = new Array(keys.length);
    // Each is read once: a getter may give another the next time.
    for (let index = 0; index < keys.length; index++) if ((values[index] = map[keys[index]]) !== undefined) count++;
    this.size(0xa0, 0xd8, count);
    this.#enter("");
    const last = this.#path.length - 1;
    for (let index = 0; index < keys.length; index++) {
      if (values[index] === undefined) continue;
      this.#path[last] = keys[index];
      this.string(keys[index]);
      this.value(values[index]);
    }
    this.#path.pop();
  }
}
