// `Result`: the records of one query, taken once, in the way the user chooses.

import { Decoder } from "../wire/decode.js";
import { encodeMap } from "../wire/encode.js";
import { callSite, entries, HALF, isWhole, kindOf, ResultConsumedError, threadOf, traced, usageError } from "./errors.js";
import { held, hold } from "./held.js";
import { Summary } from "./summary.js";

/** Query and parameters as they go to Rust, with what becomes of the answer. */
export function prepare(query, parameters, codec) {
  if (typeof query !== "string" || !query.trim()) {
    const got = typeof query === "string" ? "an empty one" : kindOf(query);
    // Official drivers take both in one object.
    const hint = got === "an object" ? ": pass its text and its parameters one after the other" : "";
    throw usageError("InvalidQuery", `A query is a string of Cypher, got ${got}${hint}`);
  }
  if (!isWhole(query)) throw usageError("InvalidQuery", `A query is a string of Cypher, got one with ${HALF}`);
  const described = { text: query, parameters: parameters ?? {} };
  return { query: described, parameters: codec.encode(parameters), decoder: codec.decoder() };
}

/** How values go to the server and what comes back: parameters become bytes, and what decodes a result is made. */
export const codecOf = (integers) => ({ encode: encodeMap, decoder: () => new Decoder(integers) });

/**
 * Starts a query in what is `owner`'s, a session or a transaction. What goes wrong at once surfaces where the result is
 * awaited, like what goes wrong later, and the owner hears of it, as perhaps nobody awaits the result. The tracker is the
 * session's, which is not forgotten as long as there is the result.
 */
export function run(owner, query, parameters, start) {
  const { codec, tracker } = owner;
  const origin = callSite();
  let described, handle;
  try {
    const prepared = prepare(query, parameters, codec);
    described = prepared.query;
    handle = start(prepared, origin);
  } catch (error) {
    handle = owner.handle.refuse(error);
  }
  return new Result({
    tracker,
    keys: () => traced(handle.keys(), origin),
    next: (whole) => traced(handle.next(whole), origin),
    columns: () => traced(handle.columns(), origin),
    consume: () => traced(handle.consume(), origin),
  }, described);
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

  constructor(handle, query) {
    hold(this, {
      handle,
      query,
      /** Records that have come, and the first of them that has not been handed out. */
      batch: [],
      at: 0,
      fetching: undefined,
      summary: undefined,
      takenBy: undefined,
      eager: undefined,
      /** Whoever wants all of it wants it in large pieces. */
      whole: false,
    });
  }

  get summary() {
    return held(this).summary;
  }

  keys() {
    return held(this).handle.keys();
  }

  /** A promise of all, so that a result can be awaited; asked again, the same one. */
  collect() {
    const state = held(this);
    return (state.eager ??= collect(state));
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

  [Symbol.asyncIterator]() {
    const state = held(this);
    take(state, FOR_AWAIT);
    const done = (value) => ({ done: true, value });
    const ready = () => (state.at < state.batch.length ? { done: false, value: state.batch[state.at++] } : undefined);
    const fetched = async () => {
      // Others may have waited for the same batch, and been first.
      for (let found; await fill(state); ) if ((found = ready())) return found;
      return done();
    };
    return {
      // Written by hand, for an async generator takes several turns for each record.
      next: () => {
        const found = ready();
        return found ? Promise.resolve(found) : fetched();
      },
      return: async (value) => {
        await consume(state);
        return done(value);
      },
      toArray: () => rest(state),
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  batches() {
    const state = held(this);
    // What peek() has seen has become records.
    if (state.batch.length || state.fetching) state.takenBy ??= "peek()";
    take(state, "batches()");
    let last = Promise.resolve();
    const next = async () => {
      const batch = state.summary ? undefined : await state.handle.columns();
      if (batch) return { done: false, value: batch };
      await end(state);
      return { done: true, value: undefined };
    };
    return {
      // One after the other, however many are asked for at once.
      next: () => (last = last.then(next)),
      return: async (value) => {
        await consume(state);
        return { done: true, value };
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  toReadableStream() {
    const state = held(this);
    take(state, "toReadableStream()");
    return new ReadableStream({
      // All that have come: nothing more is fetched until they have been read.
      pull: async (stream) => {
        if (!(await fill(state))) return stream.close();
        while (state.at < state.batch.length) stream.enqueue(state.batch[state.at++]);
      },
      cancel: async () => void (await consume(state)),
    }, { highWaterMark: 0 });
  }

  async peek() {
    const state = held(this);
    if (state.takenBy !== FOR_AWAIT) refuseIfTaken(state);
    return (await fill(state)) ? state.batch[state.at] : undefined;
  }

  async single() {
    const state = held(this);
    take(state, "single()");
    const record = (await fill(state)) ? state.batch[state.at++] : undefined;
    if (record && !(await fill(state))) return record;
    await consume(state);
    throw usageError("NotSingle", `Expected exactly one record, got ${record ? "more" : "none"}`);
  }

  /** The only record, or null. More of them are thrown away with a warning: asked again, there is none. */
  async singleOrNull() {
    const state = held(this);
    if (state.takenBy !== SINGLE_OR_NULL) take(state, SINGLE_OR_NULL);
    const record = (await fill(state)) ? state.batch[state.at++] : null;
    if (record && (await fill(state))) console.warn("neo4j-wasm: singleOrNull() expected at most one record, got more");
    await consume(state);
    return record;
  }

  async consume() {
    return consume(held(this));
  }
}

entries(Result);

function take(state, way) {
  refuseIfTaken(state);
  state.takenBy = way;
}

function refuseIfTaken({ takenBy }) {
  if (!takenBy) return;
  const message = `This result has been taken by ${takenBy} already; its records come only once`;
  throw new ResultConsumedError(message, { code: "ResultConsumed" });
}

async function collect(state) {
  take(state, EAGER);
  const records = await rest(state);
  return { keys: await state.handle.keys(), records, summary: state.summary };
}

async function rest(state) {
  state.whole = true;
  const batches = [];
  while (await fill(state)) {
    batches.push(state.at ? state.batch.slice(state.at) : state.batch);
    state.at = state.batch.length;
  }
  return joined(batches);
}

/** Whether there is a record to hand out, fetching as needed. */
async function fill(state) {
  while (state.at >= state.batch.length) {
    if (state.summary) return false;
    await (state.fetching ??= fetchBatch(state));
  }
  return true;
}

async function fetchBatch(state) {
  try {
    const batch = await state.handle.next(state.whole);
    if (!batch) return await end(state);
    state.batch = batch;
    state.at = 0;
  } finally {
    state.fetching = undefined;
  }
}

/** Always allowed: what has been taken stays taken, what has not is discarded. */
async function consume(state) {
  state.takenBy ??= "consume()";
  // The summary comes after what is on its way; if that fails, so does the next line.
  await state.fetching?.catch(() => {});
  return end(state);
}

async function end(state) {
  state.batch = [];
  state.at = 0;
  return (state.summary ??= new Summary(await state.handle.consume(), state.query));
}
