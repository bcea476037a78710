// What the server says about a query when it is done. Rust has made it of the server's words, with all fields there.

import { json } from "./values.js";

/** What the server says apart from the counts, and what no list of them shows. */
const UPDATES = Symbol();
const SYSTEM = Symbol();

export class Counters {
  constructor({ containsUpdates, containsSystemUpdates, ...counts }) {
    Object.assign(this, counts);
    Object.defineProperties(this, { [UPDATES]: { value: containsUpdates }, [SYSTEM]: { value: containsSystemUpdates } });
  }

  containsUpdates() {
    return this[UPDATES];
  }

  containsSystemUpdates() {
    return this[SYSTEM];
  }
}

export class Summary {
  constructor({ counters, ...rest }, query) {
    this.query = query;
    this.counters = new Counters(counters);
    Object.assign(this, rest);
  }

  toJSON() {
    return json({ ...this });
  }
}
