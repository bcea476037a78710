// What a query gives, to all who ask for it: records go to those who observe when they come, the summary to everyone.

import { Summary } from "../driver/summary.js";
import { joined } from "../driver/result.js";
import { translated } from "./errors.js";
import { ResultSummary } from "./summary.js";

export class Stream {
  summary = null;
  error = null;
  /** The keys, once they are known, and the promise of them. */
  keys = null;
  #asked;
  #handle;
  #query;
  #context;
  #observers = [];
  #isPumping = false;
  #isCancelled = false;
  /** Goes on where nobody wanted more. */
  #wake;
  #settled;

  /**
   * `handle`: the started result of ours, or a promise of it. `context`: what integers are (`integer`), whether there is
   * routing, and who is told of the end.
   */
  constructor(handle, query, context) {
    this.#handle = handle;
    this.#query = query;
    this.#context = context;
  }

  isOpen() {
    return this.summary === null && this.error === null;
  }

  /**
   * An observer: of `onKeys`, `onRecords` (an array of them), `onCompleted` and `onError`. `wants` says whether it takes
   * more now; where it is missing, always. `isWhole`: it wants all there is.
   */
  subscribe(observer) {
    this.#observers.push(observer);
    if (this.isOpen()) {
      if (this.keys) this.#tellKeys(observer);
      void this.#pump();
      this.wake();
    } else {
      void Promise.resolve().then(() => this.#end(observer));
    }
  }

  async askKeys() {
    if (this.error) throw this.error;
    return this.keys ?? this.#askKeys();
  }

  /** No more records, but for those that are on their way to someone. */
  cancel() {
    this.#isCancelled = true;
    this.wake();
  }

  /** Once it is at its end, however it ends. */
  settled() {
    if (!this.isOpen()) return Promise.resolve();
    this.#settled ??= new Promise((resolve) => this.subscribe({ onCompleted: resolve, onError: resolve }));
    return this.#settled;
  }

  wake() {
    this.#wake?.();
    this.#wake = undefined;
  }

  #askKeys() {
    return (this.#asked ??= (async () => {
      try {
        return (this.keys = await (await this.#handle).keys());
      } catch (thrown) {
        throw this.#fail(thrown);
      }
    })());
  }

  #fail(thrown) {
    if (this.isOpen()) {
      this.error = translated(thrown, this.#context.isRouting);
      this.#context.onEnd?.(this);
    }
    return this.error;
  }

  async #pump() {
    if (this.#isPumping) return;
    this.#isPumping = true;
    try {
      await this.#askKeys();
      for (const observer of [...this.#observers]) this.#tellKeys(observer);
      await this.#records(await this.#handle);
    } catch (thrown) {
      this.#fail(thrown);
    }
    for (const observer of this.#observers.splice(0)) this.#end(observer);
  }

  async #records(handle) {
    while (!this.#isCancelled) {
      if (!this.#observers.some(({ wants, onRecords }) => (wants ? wants() : onRecords))) {
        // Those that ask for the end alone are told of it when the others have had all.
        if (this.#observers.every(({ wants }) => !wants)) break;
        await new Promise((resolve) => (this.#wake = resolve));
        continue;
      }
      const batch = await handle.next(this.#observers.some(({ isWhole }) => isWhole));
      if (!batch) break;
      for (const observer of [...this.#observers]) this.#tell(observer, () => observer.onRecords?.(batch));
    }
    const summary = new Summary(await handle.consume(), this.#query);
    this.summary = ResultSummary.of(this.#query, summary, this.#context.integer);
    this.#context.onEnd?.(this);
  }

  /** What an observer throws is its own error, and no other's. */
  #tell(observer, call) {
    try {
      call();
    } catch (thrown) {
      this.#observers = this.#observers.filter((each) => each !== observer);
      tellError(observer, thrown);
    }
  }

  #tellKeys(observer) {
    if (observer.hasKeys) return;
    observer.hasKeys = true;
    this.#tell(observer, () => observer.onKeys?.(this.keys));
  }

  #end(observer) {
    this.#observers = this.#observers.filter((each) => each !== observer);
    if (this.error) return tellError(observer, this.error);
    this.#tellKeys(observer);
    return this.#tell(observer, () => observer.onCompleted?.(this.summary));
  }
}

/** What it throws in turn nobody here can do anything about. */
function tellError(observer, error) {
  try {
    observer.onError(error);
  } catch (thrown) {
    queueMicrotask(() => {
      throw thrown;
    });
  }
}

/** All records of a stream from here on, and its summary. */
export function collected(stream) {
  return new Promise((resolve, reject) => {
    const batches = [];
    stream.subscribe({
      isWhole: true,
      onRecords: (batch) => batches.push(batch),
      onCompleted: (summary) => resolve({ records: joined(batches), summary }),
      onError: reject,
    });
  });
}
