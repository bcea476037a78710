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

/** What the server measures of an operator, and what stands in where it says nothing. */
const MEASURED = {
  dbHits: 0, rows: 0, pageCacheHits: null, pageCacheMisses: null, pageCacheHitRatio: null, time: null,
};

/**
 * The tree of operators, in the server's words, of which each says how many of the next ones feed it. By a loop: it may be
 * very deep.
 */
function tree(operators, measured) {
  const trees = [];
  for (const { operatorType = "", identifiers = [], args = {}, children, ...said } of operators.reverse()) {
    const operator = { operatorType, identifiers, arguments: args, children: [] };
    while (operator.children.length < children) operator.children.push(trees.pop());
    if (measured) for (const name in MEASURED) operator[name] = said[name] ?? MEASURED[name];
    trees.push(operator);
  }
  return trees[0];
}

export class Summary {
  constructor({ counters, ...rest }, query) {
    this.query = query;
    this.counters = new Counters(counters);
    Object.assign(this, rest);
    this.plan &&= tree(this.plan);
    this.profile &&= tree(this.profile, true);
  }

  toJSON() {
    return json({ ...this });
  }
}
