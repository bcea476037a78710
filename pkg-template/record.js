// `Record`: the values of one row, by key or by position.

import { shown, usageError } from "./errors.js";

/** What all records of a result share. */
export class Shape {
  constructor(keys) {
    this.keys = Object.freeze(keys);
    this.index = new Map(keys.map((key, index) => [key, index]));
  }
}

/** Sets an own property whatever its name: plain assignment to `__proto__` would set the prototype. */
export function set(object, key, value) {
  if (key !== "__proto__") object[key] = value;
  else Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
}

export class Record {
  #shape;
  #values;

  constructor(shape, values) {
    this.#shape = shape;
    this.#values = values;
  }

  get keys() {
    return this.#shape.keys;
  }

  get length() {
    return this.#values.length;
  }

  has(key) {
    return this.#indexOf(key) !== undefined;
  }

  get(key) {
    const index = this.#indexOf(key);
    if (index !== undefined) return this.#values[index];
    const keys = this.keys.map(shown).join(", ") || "none";
    throw usageError("UnknownKey", `There is no ${shown(key)} in this record; its keys are ${keys}`);
  }

  #indexOf(key) {
    if (typeof key === "number") return Number.isInteger(key) && key >= 0 && key < this.length ? key : undefined;
    return this.#shape.index.get(key);
  }

  toObject() {
    const object = {};
    for (let index = 0; index < this.length; index++) set(object, this.keys[index], this.#values[index]);
    return object;
  }

  toJSON() {
    return this.toObject();
  }

  [Symbol.iterator]() {
    return this.#values.values();
  }

  /** What `console.log` shows in Node. */
  [Symbol.for("nodejs.util.inspect.custom")]() {
    return this.toObject();
  }
}
