// What a session has under way, so that closing it can end that.

import { newError } from "./errors.js";

export class Work {
  #controllers = new Set();

  /** A signal for a piece of work, and what to call when the work is done. */
  begin() {
    const controller = new AbortController();
    this.#controllers.add(controller);
    return { signal: controller.signal, done: () => void this.#controllers.delete(controller) };
  }

  get isEmpty() {
    return this.#controllers.size === 0;
  }

  end() {
    const reason = newError("The session was closed while this was under way");
    for (const controller of this.#controllers) controller.abort(reason);
    this.#controllers.clear();
  }
}
