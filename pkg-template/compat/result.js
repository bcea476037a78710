// `Result`: lazy, to be awaited, iterated, subscribed to, or asked for its keys and its summary alone.

import { held, hold } from "../driver/held.js";
import { newError } from "./errors.js";
import { collected } from "./stream.js";

export class Result {
  constructor(stream) {
    hold(this, { stream, promise: undefined, map: undefined });
  }

  get [Symbol.toStringTag]() {
    return "Result";
  }

  /** The records as instances of a class of the application's. */
  as(constructorOrRules, rules) {
    const state = held(this);
    if (state.promise) throw newError("Cannot call .as() on a Result that is being consumed");
    state.map = (record) => record.as(constructorOrRules, rules);
    return this;
  }

  keys() {
    return held(this).stream.askKeys();
  }

  summary() {
    const { stream } = held(this);
    if (stream.summary) return Promise.resolve(stream.summary);
    if (stream.error) return Promise.reject(stream.error);
    return new Promise((resolve, reject) => {
      stream.cancel();
      stream.subscribe({ onCompleted: resolve, onError: reject });
    });
  }

  then(onFulfilled, onRejected) {
    return all(held(this)).then(onFulfilled, onRejected);
  }

  catch(onRejected) {
    return all(held(this)).catch(onRejected);
  }

  finally(onFinally) {
    return all(held(this)).finally(onFinally);
  }

  subscribe(observer) {
    const { stream, map } = held(this);
    stream.subscribe({
      onKeys: (keys) => observer.onKeys?.(keys),
      onRecords(records) {
        for (const record of records) observer.onNext?.(map ? map(record) : record);
      },
      onCompleted: (summary) => observer.onCompleted?.(summary),
      onError(error) {
        if (observer.onError) observer.onError(error);
        else console.log(`Uncaught error when processing result: ${error}`);
      },
    });
  }

  isOpen() {
    return held(this).stream.isOpen();
  }

  /** What older programs, and reactive ones, call to have no more records. */
  _cancel() {
    held(this).stream.cancel();
  }

  [Symbol.asyncIterator]() {
    const { stream, map } = held(this);
    return stream.isOpen() ? iterator(stream, map) : consumed();
  }
}

function all(state) {
  return (state.promise ??= collected(state.stream).then(({ records, summary }) =>
    ({ records: state.map ? records.map(state.map) : records, summary })));
}

function consumed() {
  const refuse = () => Promise.reject(newError("Result is already consumed"));
  return { next: refuse, peek: refuse };
}

/** Takes what it is asked for; each iterator has its own place. */
function iterator(stream, map) {
  let batches = [], at = 0;
  let ending, isSubscribed = false;
  /** Those who wait for more, in their order. */
  let waiting = [];
  const wake = () => {
    for (const resolve of waiting.splice(0)) resolve();
  };
  const subscribe = () => {
    isSubscribed = true;
    stream.subscribe({
      wants: () => waiting.length > 0,
      onRecords(batch) {
        batches.push(batch);
        wake();
      },
      onCompleted(summary) {
        ending = { done: true, value: summary };
        wake();
      },
      onError(error) {
        ending = { error };
        wake();
      },
    });
  };
  const fill = async () => {
    for (;;) {
      while (batches.length && at >= batches[0].length) {
        batches.shift();
        at = 0;
      }
      if (batches.length) return true;
      if (ending) return false;
      const more = new Promise((resolve) => waiting.push(resolve));
      if (isSubscribed) stream.wake();
      else subscribe();
      await more;
    }
  };
  const end = () => {
    if (ending.error) throw ending.error;
    return ending;
  };
  const look = async (isTaken) => ((await fill()) ? here(isTaken) : end());
  const here = (isTaken) => {
    const record = batches[0][isTaken ? at++ : at];
    return { done: false, value: map ? map(record) : record };
  };
  return {
    next: () => (at < batches[0]?.length && !map ? Promise.resolve(here(true)) : look(true)),
    peek: () => look(false),
    async return(value) {
      if (!ending) {
        stream.cancel();
        if (!isSubscribed) subscribe();
        while (!ending) {
          await new Promise((resolve) => {
            waiting.push(resolve);
            stream.wake();
          });
        }
      }
      batches = [];
      const { value: summary } = end();
      return { done: true, value: value ?? summary };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
