// `Record`: the values of one row, by key or by position.

import { shown, usageError, within } from "../driver/errors.js";
import { json } from "./values.js";

/** By this the keys of a result lead to their places. */
const PLACES = Symbol();

/**
 * Makes names the keys that all records of a result share. What leads to their places is a function, and behind a getter:
 * so it may be had through any proxy of the keys.
 */
export function keyed(names) {
  const places = new Map(names.map((name, index) => [name, index]));
  const place = (name) => places.get(name);
  return Object.freeze(Object.defineProperty(names, PLACES, { get: () => place }));
}

/** Where a value stands, if there is one. A copy of a record may have lost its keys' places. */
function indexOf({ keys, values }, key) {
  if (typeof key === "number") return Number.isInteger(key) && key >= 0 && key < values.length ? key : undefined;
  if (!keys[PLACES]) return keys.includes(key) ? keys.indexOf(key) : undefined;
  return keys[PLACES](key);
}

/** Sets an own property whatever its name: plain assignment to `__proto__` would set the prototype. */
export function set(object, key, value) {
  if (key !== "__proto__") object[key] = value;
  else Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
}

/** Its fields are its own and plain: they are what is left of it where it is cloned or sent to a worker. */
export class Record {
  constructor(keys, values) {
    this.keys = keys;
    this.values = values;
  }

  get length() {
    return this.values.length;
  }

  has(key) {
    return indexOf(this, key) !== undefined;
  }

  get(key) {
    const index = indexOf(this, key);
    if (index !== undefined) return this.values[index];
    const more = this.keys.length > 20 ? ", …" : "";
    const keys = this.keys.slice(0, 20).map(shown).join(", ") + more || "none";
    // Not in tail position: its frame is what is left out.
    within(Record.prototype.get, () => {
      throw usageError("UnknownKey", `There is no ${shown(key)} in this record; its keys are ${keys}`);
    });
  }

  toObject() {
    const object = {};
    for (let index = 0; index < this.length; index++) set(object, this.keys[index], this.values[index]);
    return object;
  }

  toJSON() {
    return json(this.toObject());
  }

  [Symbol.iterator]() {
    return this.values.values();
  }

  /** What `console.log` shows in Node. */
  [Symbol.for("nodejs.util.inspect.custom")]() {
    return this.toObject();
  }
}
