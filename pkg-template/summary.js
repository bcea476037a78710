// What the server says about a query when it is done. Rust has made it of the server's words, with all fields there.

import { json } from "./values.js";

export class Counters {
  #updates;
  #systemUpdates;

  constructor({ containsUpdates, containsSystemUpdates, ...counts }) {
    this.#updates = containsUpdates;
    this.#systemUpdates = containsSystemUpdates;
    Object.assign(this, counts);
  }

  containsUpdates() {
    return this.#updates;
  }

  containsSystemUpdates() {
    return this.#systemUpdates;
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
