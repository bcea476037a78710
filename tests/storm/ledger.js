// The ledger: what was begun, how it ended, and what may therefore be in the database. Kept in memory and written to a file
// when the program ends, for `verify.mjs`.

import { AsyncLocalStorage } from "node:async_hooks";
import { writeFileSync } from "node:fs";
import { Neo4jError } from "neo4j-wasm";

/** How a write stands, by its id: a byte each. */
export const STATE = {
  /** It writes nothing. */
  none: 0,
  /** It may be there or not. */
  open: 1,
  /** It resolved: it is there, once. */
  done: 2,
  /** It was rolled back: it is not there. */
  undone: 3,
};

/**
 * No operation takes longer until something comes of it, whatever happens to its connections: all limits of its driver are
 * well below.
 */
const BOUND = 90_000;
/** So many findings are told in full: the first of its kind, numbers aside. */
const TOLD = 40;

/** What a user's function throws on purpose. */
export class Planned extends Error {}

/** A value that is not what it should be. */
export class Wrong extends Error {}

/** Whose operation is under way: functions that the driver calls must find themselves in it. */
const current = new AsyncLocalStorage();

/** Of a long result there is something more: thousands of round trips take what they take on a busy machine. */
export const heard = () => (current.getStore().heard = Date.now());

/** What to say of the operation where it hangs. */
export const about = (text) => void current.getStore().about.push(text);

export class Ledger {
  counts = { hung: 0, wrong: 0, leaked: 0, uncaught: 0 };
  operations = 0;
  succeeded = 0;
  errors = {};
  /** A message of each. */
  examples = {};
  kinds = {};
  #first;
  #states = new Uint8Array(1 << 16);
  #next = 0;
  #open = new Set();
  #told = new Set();
  #watch;

  constructor(first) {
    this.#first = first;
    this.#watch = setInterval(() => this.#giveUp(), 1_000);
  }

  /**
   * Runs `work(operation)`, and resolves when it has settled or should have. Never rejects. What the operation has: its `id`,
   * `mark(state)` of what it writes, `aborts(signal)` for a signal that may fire, `called()` for functions that the driver calls.
   */
  async run(kind, work) {
    const operation = { kind, at: this.#next++, heard: Date.now(), about: [], signal: undefined };
    this.#open.add(operation);
    const tools = {
      id: this.#first + operation.at,
      mark: (state) => this.#mark(operation.at, state),
      aborts: (signal) => (operation.signal = signal),
      called: () => this.#inContext(operation),
    };
    const over = new Promise((resolve) => (operation.hangs = resolve));
    await Promise.race([this.#settle(operation, work, tools), over]);
    this.#open.delete(operation);
    this.operations++;
    this.kinds[kind] = (this.kinds[kind] ?? 0) + 1;
  }

  async #settle(operation, work, tools) {
    try {
      await current.run(operation, work, tools);
      this.succeeded++;
    } catch (error) {
      this.#refused(operation, error);
    }
  }

  /** Every error is ours, planned, or the reason of a signal. */
  #refused({ kind, signal }, error) {
    if (error instanceof Wrong) return this.find("wrong", `${kind}: ${error.message}`);
    const isReason = signal?.aborted && error === signal.reason;
    const isOurs = error instanceof Neo4jError && error.code;
    const name = isReason ? "(aborted)" : error instanceof Planned ? "(planned)" : isOurs ? `${error.name} ${error.code}` : "foreign";
    this.errors[name] = (this.errors[name] ?? 0) + 1;
    if (isOurs) this.examples[name] ??= error.message;
    if (name === "foreign") this.find("wrong", `${kind} ended with what is no error of ours: ${error?.stack ?? String(error)}`);
    // A loop over a driver that refuses at once must leave room for others.
    return new Promise((resolve) => setTimeout(resolve, 1));
  }

  #inContext(operation) {
    const store = current.getStore();
    if (store !== operation) this.find("wrong", `a function of ${operation.kind} was called in the context of ${store?.kind ?? "nobody"}`);
  }

  #mark(at, state) {
    if (at >= this.#states.length) {
      const more = new Uint8Array(this.#states.length * 2);
      more.set(this.#states);
      this.#states = more;
    }
    this.#states[at] = state;
  }

  #giveUp() {
    const before = Date.now() - BOUND;
    for (const operation of this.#open) {
      if (operation.heard > before) continue;
      this.#open.delete(operation);
      this.find("hung", `${operation.kind} (${operation.about.join(", ")}) has not settled, nor anything come of it, within ${BOUND / 1_000} s`);
      operation.hangs();
    }
  }

  /** Notes that something is as it must not be. */
  find(what, text) {
    this.counts[what]++;
    const kind = `${what} ${text.replace(/\d+/g, "")}`;
    if (this.#told.has(kind) || this.#told.size === TOLD) return;
    this.#told.add(kind);
    say({ finding: what, text });
  }

  get pending() {
    return this.#open.size;
  }

  close(file) {
    clearInterval(this.#watch);
    writeFileSync(file, this.#states.subarray(0, this.#next));
  }
}

/** A line to whoever started us. */
export const say = (what) => process.stdout.write(`@storm ${JSON.stringify(what)}\n`);
