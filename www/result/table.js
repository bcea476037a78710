// The table of records: filled while they stream in, a frame at a time, and bounded.

import { count, h } from "../dom.js";
import { render } from "./value.js";

/** More rows than this help nobody, and cost memory. */
export const ROWS_SHOWN = 1_000;

export class Table {
  #panel;
  #body;
  #waiting = [];
  #frame;
  #shown = 0;
  #foot;
  #numeric;

  constructor(panel) {
    this.#panel = panel;
  }

  begin(keys) {
    this.clear();
    this.#body = h("tbody");
    this.#foot = h("p", { class: "table-foot" });
    const columns = keys.map((key) => h("th", { scope: "col" }, key));
    const head = h("thead", {}, h("tr", {}, h("th", { scope: "col", class: "index" }, h("span", { class: "visually-hidden" }, "Row")), columns));
    const scroller = h(
      "div",
      { class: "scroller", tabindex: "0", role: "region", "aria-label": "Rows" },
      h("table", {}, head, this.#body),
    );
    this.#panel.replaceChildren(scroller, this.#foot);
  }

  /** Takes the values of a row, in the order of the keys. Beyond `ROWS_SHOWN` they are let go. */
  add(values) {
    if (this.#shown >= ROWS_SHOWN) return;
    this.#shown++;
    this.#waiting.push(values);
    this.#frame ??= requestAnimationFrame(() => this.#flush());
  }

  /** `total`: how many rows there were. `complete`: whether that is all of them. */
  end(keys, total, complete) {
    this.#flush();
    if (total > this.#shown) {
      this.#foot.textContent = `The first ${count(this.#shown, "row")} of ${total.toLocaleString("en")}${complete ? "" : " or more"}. All were read, only these are kept.`;
    } else if (total === 0 && complete) {
      const nothing = keys.length ? "No rows match." : "The query returns no columns. The summary says what it did.";
      this.#panel.replaceChildren(h("p", { class: "empty" }, nothing));
    } else if (!complete) {
      this.#foot.textContent = `Stopped after ${count(total, "row")}; there may be more.`;
    }
  }

  clear() {
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
    this.#frame = undefined;
    this.#waiting = [];
    this.#shown = 0;
    this.#numeric = undefined;
    this.#panel.replaceChildren();
  }

  #flush() {
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
    this.#frame = undefined;
    if (!this.#waiting.length) return;
    this.#numeric ??= this.#findNumeric();
    let index = this.#body.childElementCount;
    this.#body.append(...this.#waiting.splice(0).map((values) => row(values, ++index, this.#numeric)));
  }

  /** Which columns to align as numbers: as far as the first rows tell. */
  #findNumeric() {
    const heads = this.#panel.querySelectorAll("th:not(.index)");
    return this.#waiting[0].map((_, column) => {
      const kinds = new Set(this.#waiting.map((values) => (values[column] === null ? "null" : typeof values[column])));
      kinds.delete("null");
      const numeric = kinds.size > 0 && [...kinds].every((kind) => kind === "number" || kind === "bigint");
      heads[column].classList.toggle("right", numeric);
      return numeric;
    });
  }
}

function row(values, index, numeric) {
  const cells = values.map((value, column) => h("td", { class: numeric[column] && "right" }, render(value)));
  return h("tr", {}, h("th", { scope: "row", class: "index" }, String(index)), cells);
}
