// `Record`: the values of one row.

import { newError } from "./errors.js";
import { as } from "./mapping.js";

export function lookupOf(keys) {
  const lookup = Object.create(null);
  for (let index = 0; index < keys.length; index++) lookup[keys[index]] = index;
  return lookup;
}

export class Record {
  constructor(keys, fields, fieldLookup) {
    this.keys = keys;
    this.length = keys.length;
    this._fields = fields;
    this._fieldLookup = fieldLookup ?? lookupOf(keys);
  }

  forEach(visitor) {
    for (const [key, value] of this.entries()) visitor(value, key, this);
  }

  map(visitor) {
    return Array.from(this.entries(), ([key, value]) => visitor(value, key, this));
  }

  as(constructorOrRules, rules) {
    return as(this, constructorOrRules, rules);
  }

  *entries() {
    for (let index = 0; index < this.keys.length; index++) yield [this.keys[index], this._fields[index]];
  }

  *values() {
    for (let index = 0; index < this.keys.length; index++) yield this._fields[index];
  }

  [Symbol.iterator]() {
    return this.values();
  }

  toObject() {
    const object = {};
    for (let index = 0; index < this.keys.length; index++) {
      const key = this.keys[index], value = this._fields[index];
      if (key === "__proto__") Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
      else object[key] = value;
    }
    return object;
  }

  get(key) {
    const index = typeof key === "number" ? key : this._fieldLookup[key];
    if (index === undefined) {
      throw newError(
        `This record has no field with key '${String(key)}', available keys are: [${this.keys}].`);
    }
    if (!(index >= 0 && index < this._fields.length)) {
      throw newError(
        `This record has no field with index '${index}'. Remember that indexes start at \`0\`, ` +
        "and make sure your query returns records in the shape you meant it to.");
    }
    return this._fields[index];
  }

  has(key) {
    if (typeof key === "number") return key >= 0 && key < this._fields.length;
    return this._fieldLookup[key] !== undefined;
  }
}
