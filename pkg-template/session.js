// `Session`: work that belongs together, one piece after the other, each seeing what those before it wrote.

import { checkOptions, packed } from "./config.js";
import { kindOf, traced, usageError } from "./errors.js";
import { run } from "./result.js";
import { ManagedTransaction, Transaction } from "./transaction.js";

export class Session {
  #handle;
  #integers;

  constructor(handle, integers) {
    this.#handle = handle;
    this.#integers = integers;
  }

  run(query, parameters, given) {
    return run(query, parameters, this.#integers, (prepared) => {
      const { options, signal } = checkOptions("transaction", given);
      return this.#handle.run(query, prepared.parameters, packed(options), prepared.decoder, signal);
    });
  }

  async beginTransaction(given) {
    const { options, signal } = checkOptions("transaction", given);
    const begun = await traced(this.#handle.beginTransaction(packed(options), signal), new Error());
    return new Transaction(begun, this.#integers);
  }

  executeRead(work, options) {
    return this.#execute(true, work, options);
  }

  executeWrite(work, options) {
    return this.#execute(false, work, options);
  }

  async #execute(read, work, given) {
    if (typeof work !== "function") {
      throw usageError("InvalidWork", `A managed transaction takes a function of a transaction, got ${kindOf(work)}`);
    }
    const { options, signal } = checkOptions("transaction", given);
    const attempt = async (handle) => work(new ManagedTransaction(handle, this.#integers));
    return traced(this.#handle.execute(read, attempt, packed(options), signal), new Error());
  }

  lastBookmarks() {
    return this.#handle.lastBookmarks();
  }

  isOpen() {
    return this.#handle.isOpen();
  }

  async close() {
    await traced(this.#handle.close(), new Error());
  }

  [Symbol.asyncDispose ?? Symbol.for("Symbol.asyncDispose")]() {
    return this.close();
  }
}
