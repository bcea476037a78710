// `Result`: the records of one query, taken once, in the way the user chooses.

import { Decoder } from "./decode.js";
import { encodeMap } from "./encode.js";
import { kindOf, ResultConsumedError, threadOf, traced, usageError } from "./errors.js";
import { Summary } from "./summary.js";

/** Query and parameters as they go to Rust, with what becomes of the answer. */
export function prepare(query, parameters, integers) {
  if (typeof query !== "string" || !query.trim()) {
    const got = typeof query === "string" ? "an empty one" : kindOf(query);
    throw usageError("InvalidQuery", `A query is a string of Cypher, got ${got}`);
  }
  const described = { text: query, parameters: parameters ?? {} };
  return { query: described, parameters: encodeMap(parameters), decoder: new Decoder(integers) };
}

/**
 * Starts a query. What goes wrong at once surfaces where the result is awaited, like what goes wrong later. `tracker` is
 * the session's, which is not forgotten as long as there is the result.
 */
export function run(query, parameters, integers, tracker, start) {
  try {
    const prepared = prepare(query, parameters, integers);
    const origin = new Error();
    const handle = start(prepared, origin);
    return new Result({
      tracker,
      keys: () => traced(handle.keys(), origin),
      next: (whole) => traced(handle.next(whole), origin),
      columns: () => traced(handle.columns(), origin),
      consume: () => traced(handle.consume(), origin),
    }, prepared.query);
  } catch (error) {
    const fail = async () => {
      throw error;
    };
    return new Result({ keys: fail, next: fail, columns: fail, consume: fail });
  }
}

const THREAD = threadOf("result");
const EAGER = "await or collect()";
const FOR_AWAIT = "for await";
const SINGLE_OR_NULL = "singleOrNull()";

/** More arrays than one call takes would be too many arguments for the stack. */
const AT_ONCE = 1_000;

/** All records in one array. Not by `flat()`, which takes thirty times as long. */
export function joined(batches) {
  if (batches.length <= AT_ONCE) return [].concat(...batches);
  const groups = [];
  for (let at = 0; at < batches.length; at += AT_ONCE) groups.push([].concat(...batches.slice(at, at + AT_ONCE)));
  return joined(groups);
}

export class Result {
  thread = THREAD;
  #handle;
  #query;
  /** Records that have come, and the first of them that has not been handed out. */
  #batch = [];
  #at = 0;
  #fetching;
  #summary;
  #takenBy;
  #eager;
  /** Whoever wants all of it wants it in large pieces. */
  #whole = false;

  constructor(handle, query) {
    this.#handle = handle;
    this.#query = query;
  }

  get summary() {
    return this.#summary;
  }

  keys() {
    return this.#handle.keys();
  }

  /** A promise of all, so that a result can be awaited; asked again, the same one. */
  collect() {
    return (this.#eager ??= this.#collect());
  }

  then(onFulfilled, onRejected) {
    return this.collect().then(onFulfilled, onRejected);
  }

  catch(onRejected) {
    return this.collect().catch(onRejected);
  }

  finally(onFinally) {
    return this.collect().finally(onFinally);
  }

  async #collect() {
    this.#take(EAGER);
    const records = await this.#rest();
    return { keys: await this.keys(), records, summary: this.#summary };
  }

  async #rest() {
    this.#whole = true;
    const batches = [];
    while (await this.#fill()) {
      batches.push(this.#at ? this.#batch.slice(this.#at) : this.#batch);
      this.#at = this.#batch.length;
    }
    return joined(batches);
  }

  [Symbol.asyncIterator]() {
    this.#take(FOR_AWAIT);
    const done = (value) => ({ done: true, value });
    const ready = () => (this.#at < this.#batch.length ? { done: false, value: this.#batch[this.#at++] } : undefined);
    const fetched = async () => {
      // Others may have waited for the same batch, and been first.
      for (let found; await this.#fill(); ) if ((found = ready())) return found;
      return done();
    };
    return {
      // Written by hand, for an async generator takes several turns for each record.
      next: () => {
        const found = ready();
        return found ? Promise.resolve(found) : fetched();
      },
      return: async (value) => {
        await this.consume();
        return done(value);
      },
      toArray: () => this.#rest(),
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  batches() {
    // What peek() has seen has become records.
    if (this.#batch.length || this.#fetching) this.#takenBy ??= "peek()";
    this.#take("batches()");
    let last = Promise.resolve();
    const next = async () => {
      const batch = this.#summary ? undefined : await this.#handle.columns();
      if (batch) return { done: false, value: batch };
      await this.#end();
      return { done: true, value: undefined };
    };
    return {
      // One after the other, however many are asked for at once.
      next: () => (last = last.then(next)),
      return: async (value) => {
        await this.consume();
        return { done: true, value };
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  toReadableStream() {
    this.#take("toReadableStream()");
    return new ReadableStream({
      // All that have come: nothing more is fetched until they have been read.
      pull: async (stream) => {
        if (!(await this.#fill())) return stream.close();
        while (this.#at < this.#batch.length) stream.enqueue(this.#batch[this.#at++]);
      },
      cancel: async () => void (await this.consume()),
    }, { highWaterMark: 0 });
  }

  async peek() {
    if (this.#takenBy !== FOR_AWAIT) this.#refuseIfTaken();
    return (await this.#fill()) ? this.#batch[this.#at] : undefined;
  }

  async single() {
    this.#take("single()");
    const record = (await this.#fill()) ? this.#batch[this.#at++] : undefined;
    if (record && !(await this.#fill())) return record;
    await this.consume();
    throw usageError("NotSingle", `Expected exactly one record, got ${record ? "more" : "none"}`);
  }

  /** The only record, or null. More of them are thrown away with a warning: asked again, there is none. */
  async singleOrNull() {
    if (this.#takenBy !== SINGLE_OR_NULL) this.#take(SINGLE_OR_NULL);
    const record = (await this.#fill()) ? this.#batch[this.#at++] : null;
    if (record && (await this.#fill())) console.warn("neo4j-wasm: singleOrNull() expected at most one record, got more");
    await this.consume();
    return record;
  }

  /** Always allowed: what has been taken stays taken, what has not is discarded. */
  async consume() {
    this.#takenBy ??= "consume()";
    // The summary comes after what is on its way; if that fails, so does the next line.
    await this.#fetching?.catch(() => {});
    return this.#end();
  }

  #take(way) {
    this.#refuseIfTaken();
    this.#takenBy = way;
  }

  #refuseIfTaken() {
    if (!this.#takenBy) return;
    const message = `This result has been taken by ${this.#takenBy} already; its records come only once`;
    throw new ResultConsumedError(message, { code: "ResultConsumed" });
  }

  /** Whether there is a record to hand out, fetching as needed. */
  async #fill() {
    while (this.#at >= this.#batch.length) {
      if (this.#summary) return false;
      await (this.#fetching ??= this.#fetch());
    }
    return true;
  }

  async #fetch() {
    try {
      const batch = await this.#handle.next(this.#whole);
      if (!batch) return await this.#end();
      this.#batch = batch;
      this.#at = 0;
    } finally {
      this.#fetching = undefined;
    }
  }

  async #end() {
    this.#batch = [];
    this.#at = 0;
    return (this.#summary ??= new Summary(await this.#handle.consume(), this.#query));
  }
}
