// Transactions: `Transaction` and, before it is awaited, `TransactionPromise`; `ManagedTransaction` inside functions.

import { held, hold } from "../driver/held.js";
import { newError, orTranslated, translated } from "./errors.js";
import { queryOf } from "./query.js";
import { Result } from "./result.js";
import { Stream } from "./stream.js";

/** A query in a transaction of ours; `begun` is that, or a promise of it. */
function runIn(begun, query, context, signal) {
  context.asked(query.text);
  const start = (transaction) => held(transaction.run(query.text, query.parameters, { signal })).handle;
  if (!(begun instanceof Promise)) return new Stream(start(begun), query, context);
  const started = begun.then(start);
  // Whoever asks for the result is told.
  started.catch(() => {});
  return new Stream(started, query, context);
}

export class ManagedTransaction {
  constructor(transaction, context) {
    hold(this, { transaction, context, streams: [] });
  }

  run(query, parameters, rules) {
    const { transaction, context, streams } = held(this);
    const stream = runIn(transaction, queryOf(query, parameters, rules), context);
    streams.push(stream);
    return new Result(stream);
  }
}

/** What is left unread is given up: so that results have a summary, as those of a transaction that was committed. */
export async function windUp(streams) {
  for (const stream of streams) stream.cancel();
  await Promise.all(streams.filter((stream) => stream.isOpen()).map((stream) => stream.settled()));
}

export class Transaction {
  /** `state`: shared by the promise of a transaction and what it comes to. */
  constructor(state) {
    hold(this, state);
  }

  run(query, parameters, rules) {
    const state = held(this);
    const checked = queryOf(query, parameters, rules);
    const over = !isUnderWay(state) && !(state.failed instanceof Error) && refusalOf("run query in", state);
    const stream = runIn(over ? Promise.reject(over) : state.transaction ?? state.begun, checked, state.context, state.signal);
    state.streams.push(stream);
    return new Result(stream);
  }

  commit() {
    return end(held(this), "committed", "commit");
  }

  rollback() {
    return end(held(this), "rolled back", "rollback");
  }

  isOpen() {
    return isUnderWay(held(this));
  }

  async close() {
    const state = held(this);
    if (isUnderWay(state)) await this.rollback();
    else if (state.ended) await state.ending?.catch(() => {});
    else await giveUp(state);
  }

  [Symbol.asyncDispose ?? Symbol.for("Symbol.asyncDispose")]() {
    return this.close();
  }
}

/** Whether a transaction has neither ended nor failed. */
export const isUnderWay = ({ ended, failed, transaction }) => !ended && !failed && (transaction?.isOpen() ?? true);

/** What has failed is over for the server too; a session may go on then, and so may its connection. */
export async function giveUp(state) {
  state.failed ??= true;
  state.done();
  await state.transaction?.close().catch(() => {});
}

const refusalOf = (call, { ended }, cause) => newError(
  `Cannot ${call} this transaction, because it ${ended ? `has already been ${ended}` : "was rolled back on account of an error"}.`,
  undefined, cause);

async function end(state, ended, call) {
  if (state.ended) throw refusalOf(call, state);
  if (!isUnderWay(state)) {
    await giveUp(state);
    if (call === "commit") throw refusalOf(call, state);
    return undefined;
  }
  state.ended = ended;
  return (state.ending = orTranslated(finish(state, call), state.context.isRouting).finally(state.done));
}

async function finish(state, call) {
  let transaction;
  try {
    transaction = await state.begun;
  } catch (thrown) {
    if (call === "rollback") return;
    throw refusalOf(call, {}, translated(thrown));
  }
  await windUp(state.streams);
  try {
    if (call === "commit") await transaction.commit();
    else await transaction.close();
  } catch (thrown) {
    // A failure that comes to light here is told as it is.
    throw thrown.code === "TransactionFailed" && thrown.cause ? thrown.cause : thrown;
  }
}

/** A transaction that can be used at once, and awaited. */
export class TransactionPromise extends Transaction {
  get [Symbol.toStringTag]() {
    return "TransactionPromise";
  }

  then(onFulfilled, onRejected) {
    return whole(held(this)).then(onFulfilled, onRejected);
  }

  catch(onRejected) {
    return whole(held(this)).catch(onRejected);
  }

  finally(onFinally) {
    return whole(held(this)).finally(onFinally);
  }
}

/** The transaction once it has begun: one that is no promise any more. */
const whole = (state) =>
  (state.whole ??= orTranslated(state.begun, state.context.isRouting).then(() => new Transaction(state)));
