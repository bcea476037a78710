// `Session`: work that belongs together, one piece after the other, each seeing what those before it wrote.

import { checkOptions } from "./config.js";
import { callSite, entries, kindOf, threadOf, traced, usageError } from "./errors.js";
import { asking } from "../wire/gate.js";
import { held, hold } from "./held.js";
import { LeakTracker } from "./leaks.js";
import { run } from "./result.js";
import { ManagedTransaction, Transaction } from "./transaction.js";

const THREAD = threadOf("session");

export class Session {
  thread = THREAD;
  /** `isAsking`: whether its work may lead to functions of the application. */
  constructor(handle, codec, driver, isAsking) {
    hold(this, { handle, codec, tracker: new LeakTracker(driver), isAsking });
  }

  run(query, parameters, given) {
    const owner = held(this);
    return run(owner, query, parameters, (prepared, origin) => {
      const { options, signal } = checkOptions("transaction", given);
      const start = () => owner.handle.run(query, prepared.parameters, options, prepared.decoder, signal);
      const result = asking(owner.isAsking, start);
      owner.tracker.track(result, origin);
      return result;
    });
  }

  async beginTransaction(given) {
    const { options, signal } = checkOptions("transaction", given);
    const { handle, codec, tracker, isAsking } = held(this);
    const origin = callSite();
    const begun = await traced(asking(isAsking, () => handle.beginTransaction(options, signal)), origin);
    tracker.track(begun, origin);
    return new Transaction(begun, codec, tracker, isAsking);
  }

  executeRead(work, options) {
    return execute(held(this), true, work, options);
  }

  executeWrite(work, options) {
    return execute(held(this), false, work, options);
  }

  lastBookmarks() {
    return held(this).handle.lastBookmarks();
  }

  isOpen() {
    return held(this).handle.isOpen();
  }

  async close() {
    const { handle, isAsking } = held(this);
    await traced(asking(isAsking, () => handle.close()));
  }

  [Symbol.asyncDispose ?? Symbol.for("Symbol.asyncDispose")]() {
    return this.close();
  }
}

entries(Session);

async function execute({ handle, codec, isAsking }, read, work, given) {
  if (typeof work !== "function") {
    throw usageError("InvalidWork", `A managed transaction takes a function of a transaction, got ${kindOf(work)}`);
  }
  const { options, signal } = checkOptions("transaction", given);
  const attempt = async (transaction) => work(new ManagedTransaction(transaction, codec, undefined, isAsking));
  return traced(asking(true, () => handle.execute(read, attempt, options, signal)));
}
