// `Session`: work that belongs together.

import { held, hold } from "../driver/held.js";
import { time } from "../wire/gate.js";
import { newError, translated } from "./errors.js";
import { queryOf, transactionOptions } from "./query.js";
import { Result } from "./result.js";
import { Stream } from "./stream.js";
import { giveUp, isUnderWay, ManagedTransaction, TransactionPromise, windUp } from "./transaction.js";
import { Work } from "./work.js";

/** Milliseconds that closing a session leaves to queries that nobody waits for: most are done by then. */
const GRACE = 100;

const CLOSED = "Cannot run query in a closed session: create a new one";

export class Session {
  /** `open`: makes the session of ours. `context`: what its results need to know of the driver. */
  constructor(open, context) {
    const state = { context, work: new Work(), streams: new Set(), bookmarks: [], isOpen: true, transaction: undefined };
    try {
      state.session = open();
    } catch (thrown) {
      // A driver that has been closed gives sessions still; what they are asked for fails.
      if (thrown.code !== "DriverClosed") throw translated(thrown);
      state.refusal = translated(thrown);
    }
    hold(this, state);
  }

  run(query, parameters, transactionConfig, rules) {
    const state = held(this);
    const checked = queryOf(query, parameters, rules);
    const options = transactionOptions(transactionConfig);
    const stream = begin(state, checked, options);
    state.context.asked(checked.text);
    return new Result(stream);
  }

  beginTransaction(transactionConfig) {
    const state = held(this);
    const options = transactionOptions(transactionConfig);
    if (!state.isOpen) throw newError(CLOSED);
    if (state.transaction && isUnderWay(state.transaction)) {
      throw newError("This session has a transaction open: run the query in that, end it, or use another session");
    }
    return new TransactionPromise((state.transaction = transactionState(state, options)));
  }

  executeRead(work, transactionConfig) {
    return execute(held(this), "executeRead", work, transactionOptions(transactionConfig));
  }

  executeWrite(work, transactionConfig) {
    return execute(held(this), "executeWrite", work, transactionOptions(transactionConfig));
  }

  /** What older programs call. */
  readTransaction(work, transactionConfig) {
    return this.executeRead(work, transactionConfig);
  }

  /** What older programs call. */
  writeTransaction(work, transactionConfig) {
    return this.executeWrite(work, transactionConfig);
  }

  /** The same array as long as nothing has changed. */
  lastBookmarks() {
    const state = held(this);
    const known = state.bookmarks, now = state.session?.lastBookmarks() ?? [];
    if (known.length !== now.length || now.some((each, index) => each !== known[index])) state.bookmarks = now;
    return state.bookmarks;
  }

  /** What older programs call. */
  lastBookmark() {
    return this.lastBookmarks();
  }

  async close() {
    const state = held(this);
    if (!state.isOpen) return;
    state.isOpen = false;
    if (!state.session) return;
    for (const stream of state.streams) stream.cancel();
    // Transactions are undone in any case: nobody need wait for what they are at.
    if (state.isManaged || (state.transaction && isUnderWay(state.transaction))) state.work.end();
    const timer = state.work.isEmpty ? undefined : time.setTimeout(() => state.work.end(), GRACE);
    await state.session.close().catch((thrown) => warnOf(state, thrown));
    time.clearTimeout(timer);
    await windUp([...state.streams]);
  }

  [Symbol.asyncDispose ?? Symbol.for("Symbol.asyncDispose")]() {
    return this.close();
  }
}

/** A query that failed and that nobody has asked for: official drivers never tell. */
function warnOf({ context }, thrown) {
  const error = translated(thrown);
  if (error.code === "N/A") return;
  context.log("error", error.message);
  context.warn(`nobody has awaited a query that failed: ${error.message}`, error.code);
}

function refused(state) {
  if (state.refusal) return state.refusal;
  return state.isOpen ? undefined : newError(CLOSED);
}

function begin(state, query, options) {
  const refusal = refused(state);
  const { signal, done } = state.work.begin();
  const start = () => held(state.session.run(query.text, query.parameters, { ...options, signal })).handle;
  const started = refusal ? Promise.reject(refusal) : afterFailed(state, start);
  // Whoever asks for the result is told.
  if (started instanceof Promise) started.catch(() => {});
  const onEnd = (ended) => {
    done();
    state.streams.delete(ended);
  };
  const stream = new Stream(started, query, { ...state.context, onEnd });
  state.streams.add(stream);
  return stream;
}

/** A transaction that has failed is no longer in the way of what comes next. */
function afterFailed(state, start) {
  const last = state.transaction;
  if (!last || last.ended || isUnderWay(last)) return start();
  state.transaction = undefined;
  return giveUp(last).then(start);
}

function transactionState(state, options) {
  const { signal, done } = state.work.begin();
  const refusal = refused(state);
  const start = () => state.session.beginTransaction({ ...options, signal });
  const begun = refusal ? Promise.reject(refusal) : Promise.resolve(afterFailed(state, start));
  const transaction = { begun, streams: [], signal, done, context: state.context };
  begun.then(
    (opened) => (transaction.transaction = opened),
    (thrown) => {
      transaction.failed = thrown;
      done();
    },
  );
  return transaction;
}

async function execute(state, name, work, options) {
  const refusal = refused(state);
  if (refusal) throw refusal;
  await afterFailed(state, () => {});
  const { signal, done } = state.work.begin();
  const attempt = async (transaction) => {
    const managed = new ManagedTransaction(transaction, state.context);
    const result = await work(managed);
    await windUp(held(managed).streams);
    return result;
  };
  state.isManaged = true;
  try {
    return await state.session[name](typeof work === "function" ? attempt : work, { ...options, signal });
  } catch (thrown) {
    // What went wrong inside, and was caught there, is what has gone wrong.
    const isCause = thrown?.code === "TransactionFailed" && thrown.cause;
    throw translated(isCause ? thrown.cause : thrown, state.context.isRouting);
  } finally {
    state.isManaged = false;
    done();
  }
}
