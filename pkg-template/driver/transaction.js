// Transactions: `ManagedTransaction` inside executeRead and executeWrite, `Transaction` where the user commits.

import { checkOptions } from "./config.js";
import { entries, threadOf, traced } from "./errors.js";
import { asking } from "../wire/gate.js";
import { held, hold } from "./held.js";
import { run } from "./result.js";

const THREAD = threadOf("transaction");

export class ManagedTransaction {
  thread = THREAD;

  /** The tracker is the session's, and not there where the driver ends the transaction. */
  constructor(handle, codec, tracker, isAsking) {
    hold(this, { handle, codec, tracker, isAsking });
  }

  run(query, parameters, options) {
    const owner = held(this);
    return run(owner, query, parameters, (prepared) => {
      const { signal } = checkOptions("signal", options);
      return asking(owner.isAsking, () => owner.handle.run(query, prepared.parameters, prepared.decoder, signal));
    });
  }

  isOpen() {
    return held(this).handle.isOpen();
  }
}

export class Transaction extends ManagedTransaction {
  async commit(options) {
    await end(this, (handle) => handle.commit(checkOptions("signal", options).signal));
  }

  async rollback(options) {
    await end(this, (handle) => handle.rollback(checkOptions("signal", options).signal));
  }

  /** Rolls back what is still open. */
  async close() {
    await end(this, (handle) => handle.close());
  }

  [Symbol.asyncDispose ?? Symbol.for("Symbol.asyncDispose")]() {
    return this.close();
  }
}

function end(transaction, call) {
  const { handle, isAsking } = held(transaction);
  return traced(asking(isAsking, () => call(handle)));
}

entries(ManagedTransaction);
entries(Transaction);
