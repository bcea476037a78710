// Reactive sessions, by the library rxjs, which only who uses them needs.

import { newError } from "./errors.js";
import { held, hold } from "../driver/held.js";
import { host } from "./host.js";

function rxjs() {
  try {
    const found = host.rxjs?.();
    if (found) return found;
  } catch {
    // It is not installed; what to do is the same.
  }
  throw newError('rxSession needs rxjs: install it, on pages call neo4j.useRx(await import("rxjs"))');
}

/** The library, from the application. */
export function useRx(library) {
  host.rxjs = () => library;
}

/** An observable of what a promise gives, asked for anew by each subscriber. */
const once = (promise) => rxjs().defer(() => rxjs().from(promise()));

/** The same without a value. */
const done = (promise) => rxjs().defer(() => rxjs().from(promise()).pipe(rxjs().ignoreElements()));

export class RxResult {
  /** `run`: starts the query, once. */
  constructor(run) {
    let result;
    hold(this, { start: () => (result ??= run()), isTaken: false, isPaused: false, wake: undefined, summary: new (rxjs().ReplaySubject)(1) });
  }

  keys() {
    return once(async () => held(this).start().keys());
  }

  /** Once: records are not kept. */
  records() {
    const state = held(this);
    return new (rxjs().Observable)((observer) => {
      if (state.isTaken) {
        observer.error(newError("Streaming has already started, and records come only once"));
        return undefined;
      }
      state.isTaken = true;
      let isOver = false;
      void stream(state, observer, () => isOver);
      return () => {
        isOver = true;
        state.start()._cancel();
        wake(state);
      };
    });
  }

  consume() {
    const state = held(this);
    return rxjs().defer(() => {
      if (!state.isTaken) {
        state.isTaken = true;
        void finish(state);
      }
      return state.summary;
    });
  }

  pause() {
    held(this).isPaused = true;
  }

  async resume() {
    const state = held(this);
    state.isPaused = false;
    wake(state);
  }

  /** One record, and no more. */
  async push() {
    const state = held(this);
    state.isPaused = true;
    wake(state);
  }
}

function wake(state) {
  state.wake?.();
  state.wake = undefined;
}

async function finish(state, error) {
  try {
    if (error) throw error;
    state.summary.next(await state.start().summary());
    state.summary.complete();
  } catch (thrown) {
    state.summary.error(thrown);
  }
}

async function stream(state, observer, isOver) {
  try {
    const iterator = state.start()[Symbol.asyncIterator]();
    while (!isOver()) {
      if (state.isPaused) await new Promise((resolve) => (state.wake = resolve));
      const { done: isDone, value } = await iterator.next();
      if (isDone) break;
      observer.next(value);
    }
    observer.complete();
    await finish(state);
  } catch (thrown) {
    observer.error(thrown);
    await finish(state, thrown);
  }
}

export class RxManagedTransaction {
  constructor(transaction) {
    hold(this, transaction);
  }

  run(query, parameters) {
    return new RxResult(() => held(this).run(query, parameters));
  }
}

export class RxTransaction extends RxManagedTransaction {
  isOpen() {
    return held(this).isOpen();
  }

  commit() {
    return done(() => held(this).commit());
  }

  rollback() {
    return done(() => held(this).rollback());
  }

  close() {
    return done(() => held(this).close());
  }
}

export class RxSession {
  constructor(session) {
    rxjs();
    hold(this, session);
  }

  run(query, parameters, transactionConfig) {
    return new RxResult(() => held(this).run(query, parameters, transactionConfig));
  }

  beginTransaction(transactionConfig) {
    return once(async () => new RxTransaction(await held(this).beginTransaction(transactionConfig)));
  }

  executeRead(work, transactionConfig) {
    return execute(held(this), "executeRead", work, transactionConfig);
  }

  executeWrite(work, transactionConfig) {
    return execute(held(this), "executeWrite", work, transactionConfig);
  }

  readTransaction(work, transactionConfig) {
    return this.executeRead(work, transactionConfig);
  }

  writeTransaction(work, transactionConfig) {
    return this.executeWrite(work, transactionConfig);
  }

  lastBookmarks() {
    return held(this).lastBookmarks();
  }

  lastBookmark() {
    return this.lastBookmarks();
  }

  close() {
    return done(() => held(this).close());
  }
}

/** What the work emits in the try that was committed. */
function execute(session, name, work, transactionConfig) {
  const { defer, from, lastValueFrom, mergeMap, toArray } = rxjs();
  return defer(() =>
    from(session[name]((transaction) =>
      lastValueFrom(work(new RxManagedTransaction(transaction)).pipe(toArray())), transactionConfig)),
  ).pipe(mergeMap((values) => from(values)));
}
