// What the server says about a query when it is done, made of its own words. The same rules are in
// src/driver/summary.rs and plan.rs, and tests/package/summaries.js holds both to them.

import { list, map, number, text, truth, whole } from "./said.js";
import { remarks } from "./status.js";
import { json } from "../values/values.js";

/** What the server says apart from the counts, and what no list of them shows. */
const UPDATES = Symbol();
const SYSTEM = Symbol();

const COUNTERS = [
  "nodesCreated", "nodesDeleted", "relationshipsCreated", "relationshipsDeleted", "propertiesSet", "labelsAdded",
  "labelsRemoved", "indexesAdded", "indexesRemoved", "constraintsAdded", "constraintsRemoved", "systemUpdates",
];

export class Counters {
  constructor(stats) {
    for (const name of COUNTERS) {
      this[name] = whole(stats[name.replace(/[A-Z]/, (letter) => `-${letter.toLowerCase()}`)]) ?? 0;
    }
    const { systemUpdates, ...counts } = this;
    const updates = truth(stats["contains-updates"]) ?? Object.values(counts).some((count) => count > 0);
    const system = truth(stats["contains-system-updates"]) ?? systemUpdates > 0;
    Object.defineProperties(this, { [UPDATES]: { value: updates }, [SYSTEM]: { value: system } });
  }

  containsUpdates() {
    return this[UPDATES];
  }

  containsSystemUpdates() {
    return this[SYSTEM];
  }
}

/** What the server measures of an operator, of what kind that is, and what stands in where it says nothing. */
const MEASURED = {
  dbHits: [whole, 0], rows: [whole, 0], pageCacheHits: [whole, null], pageCacheMisses: [whole, null],
  pageCacheHitRatio: [number, null], time: [whole, null],
};

/**
 * The tree of operators, in the server's words, of which each says how many of the next ones feed it; null where there
 * is none. By a loop: it may be very deep.
 */
function tree(operators, measured) {
  const trees = [];
  for (const said of (list(operators) ?? []).filter(map).reverse()) {
    const operator = {
      operatorType: text(said.operatorType) ?? "",
      identifiers: (list(said.identifiers) ?? []).filter((each) => text(each) !== undefined),
      arguments: map(said.args) ?? {},
      children: [],
    };
    while (trees.length && operator.children.length < whole(said.children)) operator.children.push(trees.pop());
    if (measured) for (const name in MEASURED) operator[name] = MEASURED[name][0](said[name]) ?? MEASURED[name][1];
    trees.push(operator);
  }
  return trees.pop() ?? null;
}

/** Milliseconds. */
const time = (value) => (whole(value) >= 0 ? value : null);

export class Summary {
  /** `said`: the metadata of the end; `first`: how long it took to the first record. */
  constructor({ said, first, server, hasColumns, hadRecords }, query) {
    this.query = query;
    this.queryType = text(said.type) ?? null;
    this.counters = new Counters(map(said.stats) ?? {});
    this.plan = tree(said.plan) ?? tree(said.profile);
    this.profile = tree(said.profile, true);
    Object.assign(this, remarks(said, hasColumns, hadRecords));
    this.resultAvailableAfter = time(first);
    this.resultConsumedAfter = time(said.t_last);
    this.server = server;
    this.database = text(said.db) ?? null;
    this.omitted = list(said.omitted) ?? [];
  }

  toJSON() {
    return json({ ...this });
  }
}
