// `Record`: the values of one row, by key or by position.

import { shown, usageError } from "./errors.js";
import { json } from "./values.js";

/** By this the keys of a result lead to their places. */
const PLACES = Symbol();

/** Makes names the keys that all records of a result share. */
export function keyed(names) {
  const value = new Map(names.map((name, index) => [name, index]));
  return Object.freeze(Object.defineProperty(names, PLACES, { value }));
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
    return this.#indexOf(key) !== undefined;
  }

  get(key) {
    const index = this.#indexOf(key);
    if (index !== undefined) return this.values[index];
    const keys = this.keys.map(shown).join(", ") || "none";
    throw usageError("UnknownKey", `There is no ${shown(key)} in this record; its keys are ${keys}`);
  }

  #indexOf(key) {
    if (typeof key === "number") return Number.isInteger(key) && key >= 0 && key < this.length ? key : undefined;
    return this.keys[PLACES].get(key);
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
