// The suite's own time, in the place of the one by which the package goes.

const { time } = await import(new URL("core.js", import.meta.resolve("neo4j-wasm")));
const real = { ...time };

/** The time in milliseconds since 1970. */
export const now = () => time.date();

export class Clock {
  #now = real.now();
  #date = real.date();
  #timers = new Map();
  #ids = 0;

  install() {
    time.now = () => this.#now;
    time.date = () => this.#date;
    time.setTimeout = (run, delay = 0) => {
      const id = `mock ${this.#ids++}`;
      this.#timers.set(id, { due: this.#now + Number(delay), run });
      return id;
    };
    // Perhaps of one that was started before.
    time.clearTimeout = (timer) => void (this.#timers.delete(timer) || real.clearTimeout(timer));
  }

  /** Timers in the order they are due; each sees its own time, and what it leads to is done before the next. */
  async tick(milliseconds) {
    const end = this.#now + milliseconds;
    for (let next; (next = this.#next(end)); ) {
      this.#advance(next[1].due);
      this.#timers.delete(next[0]);
      next[1].run();
      await settled();
    }
    this.#advance(end);
    await settled();
  }

  #next(end) {
    const due = [...this.#timers].filter(([, timer]) => timer.due <= end);
    return due.sort(([, a], [, b]) => a.due - b.due)[0];
  }

  #advance(now) {
    this.#date += Math.max(0, now - this.#now);
    this.#now = Math.max(now, this.#now);
  }

  uninstall() {
    Object.assign(time, real);
    // What has been waiting on this clock goes on with the real one.
    for (const { due, run } of this.#timers.values()) real.setTimeout(run, Math.max(0, due - this.#now));
    this.#timers.clear();
  }
}

/** A turn of the event loop, by other means than a timer. */
function settled() {
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    port1.onmessage = () => resolve(port1.close());
    port2.postMessage(undefined);
  });
}
