// How smoothly a page draws: what passes between two of its frames.

/** A page in the background draws nothing, and nobody waits for it: milliseconds. */
const PATIENCE = 500;

export class Frames {
  /** The longest gap so far, in milliseconds. */
  longest = 0;
  #last;
  #id;
  #onFrame;
  #forget = () => (this.#last = undefined);

  /** `onFrame(gap)` is called with each frame: the place to draw. */
  constructor(onFrame) {
    this.#onFrame = onFrame;
  }

  start() {
    // A page that nobody sees has no frames; the gap when it is seen again says nothing.
    document.addEventListener("visibilitychange", this.#forget);
    this.#last = performance.now();
    this.#next();
  }

  /** Stops after the frame that shows what came last: its gap counts too. */
  async stop() {
    await new Promise((resolve) => {
      requestAnimationFrame(resolve);
      setTimeout(resolve, PATIENCE);
    });
    cancelAnimationFrame(this.#id);
    document.removeEventListener("visibilitychange", this.#forget);
  }

  #next() {
    this.#id = requestAnimationFrame(() => {
      const now = performance.now();
      const gap = this.#last === undefined ? 0 : now - this.#last;
      this.#last = now;
      this.longest = Math.max(this.longest, gap);
      this.#onFrame(gap);
      this.#next();
    });
  }
}
