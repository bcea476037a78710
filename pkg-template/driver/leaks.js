// Sessions that are forgotten while they hold a connection: it is taken back, with a warning.

import { unlessCrashed } from "../wire/gate.js";

/** To ask for a stack takes longer than all else here: the first few have one, and some more after a warning without. */
const FEW = 50;
let stacks = FEW;
const told = new Set();

/** Runtimes without it (older ones at the edge) end what was forgotten together with the request. */
const Registry = globalThis.FinalizationRegistry ?? class {
  register() {}
};

const forgotten = new Registry(({ driver, handle, stack = "" }) => {
  if (!unlessCrashed(() => handle.isOpen() && !driver.isClosed())) return;
  // A transaction is closed, a result consumed. Nobody is left to hear of an error.
  (handle.close?.() ?? handle.consume()).catch(() => {});
  if (!stack) stacks = FEW;
  // What lies beneath the caller may look different each time.
  const place = stack.split("\n", 3).join();
  if (told.has(place)) return;
  told.add(place);
  const what = handle.close ? "transaction" : "result";
  console.warn(
    `neo4j-wasm: a session was forgotten with an open ${what}; its connection has been taken back. Close sessions, or ` +
      `\`await using\` them. ${stack ? `The ${what} was begun here:\n${stack}` : "The next warning will say where."}`,
  );
});

/** What a session shares with its results and transactions: once nobody has any of them, nobody can end them any more. */
export class LeakTracker {
  #held;
  #driver;

  constructor(driver) {
    this.#driver = driver;
  }

  /** What the session has begun last: only that can hold a connection. Nothing kept here leads back to the session. */
  track(handle, origin) {
    const stack = stacks > 0 && stacks-- ? origin.stack?.replace(/^Error.*\n/, "") : undefined;
    if (this.#held) Object.assign(this.#held, { handle, stack });
    else forgotten.register(this, (this.#held = { driver: this.#driver, handle, stack }));
  }
}
