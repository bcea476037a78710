// The query editor: a textarea over a coloured copy of its text. The copy gives it its height and carries the mark of an
// error; the textarea does all the rest as browsers do.

import { tokens } from "./cypher.js";
import { h } from "./dom.js";

/** Beyond it, colours would cost more than they help. */
const LONGEST_COLOURED = 20_000;

export class Editor {
  #area;
  #backdrop;
  #mark;

  /** `onRun` for Ctrl+Enter or Cmd+Enter, `onCancel` for Escape. */
  constructor(box, { onRun, onCancel }) {
    this.#area = box.querySelector("textarea");
    this.#backdrop = box.querySelector(".backdrop");
    this.#area.addEventListener("input", () => {
      // What was wrong is being mended: a mark that stays would lie.
      this.mark(undefined);
    });
    this.#area.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        onRun();
      } else if (event.key === "Escape") {
        onCancel();
      }
    });
    this.#paint();
  }

  get text() {
    return this.#area.value;
  }

  /** Replaces the text, in a way that undo brings back, and leaves the focus where it is. */
  replace(text) {
    const focused = document.activeElement;
    if (!this.focus()) {
      this.#area.value = text;
    } else {
      this.#area.select();
      // Deprecated, and the only way there is.
      if (!document.execCommand("insertText", false, text) || this.text !== text) this.#area.value = text;
      this.#area.setSelectionRange(0, 0);
      focused?.focus();
    }
    this.mark(undefined);
  }

  /** Goes there, unless that would raise a keyboard over the page; whether it did. */
  focus() {
    if (matchMedia("(pointer: coarse)").matches) return false;
    this.#area.focus();
    return true;
  }

  /** Marks a place as wrong; nothing takes the mark away. */
  mark(place) {
    this.#mark = place;
    if (place) this.#area.setAttribute("aria-invalid", "true");
    else this.#area.removeAttribute("aria-invalid");
    this.#paint();
  }

  select({ start, end }) {
    this.#area.focus();
    this.#area.setSelectionRange(start, end);
  }

  #paint() {
    const { text } = this;
    const pieces = text.length > LONGEST_COLOURED ? [{ text, start: 0 }] : tokens(text);
    this.#backdrop.replaceChildren(
      ...pieces.flatMap(({ kind, text, start }) => {
        const parts = split(text, start, this.#mark);
        return parts.map(({ text, marked }) => {
          if (!kind && !marked) return text;
          return h("span", { class: [kind && `cy-${kind}`, marked && "wrong"].filter(Boolean).join(" ") }, text);
        });
      }),
      // The last line has a height even when it is empty.
      "\u200b",
    );
  }
}

/** A piece of text in up to three parts: before, in, and after the mark. */
function split(text, start, mark) {
  if (!mark || mark.end <= start || mark.start >= start + text.length) return [{ text }];
  const from = Math.max(mark.start - start, 0);
  const to = Math.min(mark.end - start, text.length);
  const parts = [{ text: text.slice(0, from) }, { text: text.slice(from, to), marked: true }, { text: text.slice(to) }];
  return parts.filter(({ text }) => text);
}
