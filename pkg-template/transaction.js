// Transactions: `ManagedTransaction` inside executeRead and executeWrite, `Transaction` where the user commits.

import { checkOptions } from "./config.js";
import { threadOf, traced } from "./errors.js";
import { run } from "./result.js";

const THREAD = threadOf("transaction");

export class ManagedTransaction {
  thread = THREAD;
  #handle;
  #integers;
  /** The session's, unless the driver ends the transaction. */
  #tracker;

  constructor(handle, integers, tracker) {
    this.#handle = handle;
    this.#integers = integers;
    this.#tracker = tracker;
  }

  run(query, parameters, options) {
    return run(query, parameters, this.#integers, this.#tracker, (prepared) => {
      const { signal } = checkOptions("signal", options);
      return this.#handle.run(query, prepared.parameters, prepared.decoder, signal);
    });
  }

  isOpen() {
    return this.#handle.isOpen();
  }
}

export class Transaction extends ManagedTransaction {
  #handle;

  constructor(handle, integers, tracker) {
    super(handle, integers, tracker);
    this.#handle = handle;
  }

  async commit(options) {
    await traced(this.#handle.commit(checkOptions("signal", options).signal), new Error());
  }

  async rollback(options) {
    await traced(this.#handle.rollback(checkOptions("signal", options).signal), new Error());
  }

  /** Rolls back what is still open. */
  async close() {
    await traced(this.#handle.close(), new Error());
  }

  [Symbol.asyncDispose ?? Symbol.for("Symbol.asyncDispose")]() {
    return this.close();
  }
}
