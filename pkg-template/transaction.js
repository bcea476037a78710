// Transactions: `ManagedTransaction` inside executeRead and executeWrite, `Transaction` where the user commits.

import { checkOptions } from "./config.js";
import { traced } from "./errors.js";
import { run } from "./result.js";

export class ManagedTransaction {
  #handle;
  #integers;

  constructor(handle, integers) {
    this.#handle = handle;
    this.#integers = integers;
  }

  run(query, parameters, options) {
    return run(query, parameters, this.#integers, (prepared) => {
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

  constructor(handle, integers) {
    super(handle, integers);
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
