// `Session`: work that belongs together, one piece after the other, each seeing what those before it wrote.

import { checkOptions, packed } from "./config.js";
import { kindOf, threadOf, traced, usageError } from "./errors.js";
import { LeakTracker } from "./leaks.js";
import { run } from "./result.js";
import { ManagedTransaction, Transaction } from "./transaction.js";

const THREAD = threadOf("session");

export class Session {
  thread = THREAD;
  #handle;
  #integers;
  #tracker;

  constructor(handle, integers, driver) {
    this.#handle = handle;
    this.#integers = integers;
    this.#tracker = new LeakTracker(driver);
  }

  run(query, parameters, given) {
    return run(query, parameters, this.#integers, this.#tracker, (prepared, origin) => {
      const { options, signal } = checkOptions("transaction", given);
      const handle = this.#handle.run(query, prepared.parameters, packed(options), prepared.decoder, signal);
      this.#tracker.track(handle, origin);
      return handle;
    });
  }

  async beginTransaction(given) {
    const { options, signal } = checkOptions("transaction", given);
    const origin = new Error();
    const begun = await traced(this.#handle.beginTransaction(packed(options), signal), origin);
    this.#tracker.track(begun, origin);
    return new Transaction(begun, this.#integers, this.#tracker);
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
