// The suite's own time: `performance.now`, `Date.now` and the timers, which the driver looks up at each call.

const { setTimeout: realSetTimeout, clearTimeout: realClearTimeout } = globalThis;
const real = { now: performance.now.bind(performance), date: Date.now };

export class Clock {
  #now = real.now();
  #date = real.date();
  #timers = new Map();
  #ids = 0;

  install() {
    performance.now = () => this.#now;
    Date.now = () => this.#date;
    globalThis.setTimeout = (handler, delay = 0, ...given) => {
      const id = `mock ${this.#ids++}`;
      this.#timers.set(id, { due: this.#now + Number(delay), run: () => handler(...given) });
      return { id, ref() {}, unref() {} };
    };
    globalThis.clearTimeout = (timer) => {
      if (!this.#timers.delete(timer?.id)) realClearTimeout(timer);
    };
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
    delete performance.now;
    Date.now = real.date;
    globalThis.setTimeout = realSetTimeout;
    globalThis.clearTimeout = realClearTimeout;
    // What has been waiting on this clock goes on with the real one.
    for (const { due, run } of this.#timers.values()) realSetTimeout(run, Math.max(0, due - this.#now));
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
