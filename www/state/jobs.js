// What one can have the driver do. Each job takes a connection and gives it back, whatever happens.

import { duration } from "../dom.js";

const SHORT = "RETURN 1";
const ENDLESS = "UNWIND range(1, 1000000) AS a UNWIND range(1, 1000000) AS b WITH a WHERE a < 0 RETURN a";
const FAILING = "RETURN 1 / 0";
const MANY = 20;
/** Milliseconds between two of what goes on and on. */
const STEADY = 200;

/** Transactions that are held open, the oldest first: calling one gives its connection back. */
const held = new Set();

export const heldNow = () => held.size;

export function giveOneBack() {
  const [oldest] = held;
  oldest?.();
}

const run = (driver, where, query, signal) => driver.executeQuery(query, {}, { ...where, accessMode: "READ", signal });

/** By the ids of their buttons. */
export const JOBS = {
  async short({ driver, where, signal }) {
    await run(driver, where, SHORT, signal);
  },

  async many({ driver, where, signal, say }) {
    let done = 0;
    const one = async () => {
      await run(driver, where, SHORT, signal);
      say(`${++done} of ${MANY} done`);
    };
    const began = performance.now();
    await Promise.all(Array.from({ length: MANY }, one));
    return `all ${MANY} done in ${duration(performance.now() - began)}`;
  },

  /** One of each at a time, until it is aborted: to see where they go. */
  async steady({ driver, where, signal, say }) {
    for (let done = 1; ; done++) {
      const one = (accessMode) => driver.executeQuery(SHORT, {}, { ...where, accessMode, signal });
      const [written, read] = await Promise.all([one("WRITE"), one("READ")]);
      say(`${done} done; writes go to ${written.summary.server.address}, reads to ${read.summary.server.address}`);
      await new Promise((resolve) => setTimeout(resolve, STEADY));
    }
  },

  async hold({ driver, where, signal, say }) {
    const session = driver.session({ ...where, accessMode: "READ" });
    try {
      const transaction = await session.beginTransaction({ signal });
      say("holds a connection");
      await given(signal, () => say("holds a connection"));
      await transaction.commit();
      return "gave its connection back";
    } finally {
      // Rolls back what is still open.
      await session.close();
    }
  },

  async endless({ driver, where, signal, say }) {
    const session = driver.session({ ...where, accessMode: "READ" });
    try {
      const result = session.run(ENDLESS, {}, { signal });
      await result.keys();
      say("runs until it is aborted");
      await result;
    } finally {
      await session.close();
    }
  },

  async failing({ driver, where, signal }) {
    await run(driver, where, FAILING, signal);
  },
};

/** Resolves when a transaction's connection is wanted back, rejects when it is aborted. */
async function given(signal, changed) {
  let end;
  try {
    await new Promise((resolve, reject) => {
      end = resolve;
      held.add(end);
      changed();
      signal.addEventListener("abort", () => reject(signal.reason));
      if (signal.aborted) reject(signal.reason);
    });
  } finally {
    held.delete(end);
  }
}
