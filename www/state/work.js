// Work under way, as a list: what it is, how it goes, and a button that aborts it.

import { duration, h } from "../dom.js";

/** What has ended stays in sight for so many entries. */
const SHOWN = 10;

export class Work {
  #list;
  #running = new Map();
  #on;

  /** `on`: `change()` when anything begins, goes on or ends; `told(text)` and `failed(error)` when it ends. */
  constructor(list, on) {
    this.#list = list;
    this.#on = on;
  }

  get running() {
    return this.#running.size;
  }

  /**
   * Starts `job({ signal, say })`: `say` words how it goes. What the job returns is told when it is done. `starter`, a button, gets
   * the focus back when the button that aborts goes.
   */
  async start(title, starter, job) {
    const abort = new AbortController();
    const began = performance.now();
    const how = h("span", { class: "how" }, "waits for a connection");
    const button = h("button", { type: "button", class: "quiet", "aria-label": `Abort: ${title}`, onclick: () => abort.abort() }, "Abort");
    const item = h("li", {}, h("b", {}, title), how, button);
    this.#list.prepend(item);
    this.#list.parentElement.hidden = false;
    this.#running.set(item, abort);
    const say = (text) => {
      how.textContent = text;
      this.#on.change();
    };
    const doing = job({ signal: abort.signal, say });
    // Now the pool has heard of it.
    this.#on.change();
    const ended = await outcome(doing, abort.signal, () => performance.now() - began);
    this.#running.delete(item);
    if (document.activeElement === button) starter.focus();
    button.remove();
    this.#trim();
    say(ended.text);
    this.#on.told(`${title}: ${ended.text}.`);
    if (ended.error) this.#on.failed(ended.error);
  }

  abortAll() {
    for (const abort of this.#running.values()) abort.abort();
  }

  clear() {
    this.abortAll();
    this.#list.replaceChildren();
    this.#list.parentElement.hidden = true;
  }

  #trim() {
    const ended = [...this.#list.children].filter((item) => !this.#running.has(item));
    for (const item of ended.slice(SHOWN)) item.remove();
  }
}

/** Resolves, never rejects: how it ended in words, and the error if it failed. */
async function outcome(doing, signal, elapsed) {
  try {
    const done = await doing;
    return { text: done ?? `done in ${duration(elapsed())}` };
  } catch (error) {
    if (error === signal.reason) return { text: `aborted after ${duration(elapsed())}` };
    return { text: `failed after ${duration(elapsed())}`, error };
  }
}
