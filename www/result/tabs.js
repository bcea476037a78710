// Tabs as the ARIA practices have them: one stop for the Tab key, arrows, Home and End within.

export class Tabs {
  #tabs;
  #onPick;

  /** `onPick(name)` is called when the user picks a tab; names are what follows `tab-` in the ids. */
  constructor(list, onPick) {
    this.#tabs = [...list.querySelectorAll('[role="tab"]')];
    this.#onPick = onPick;
    for (const tab of this.#tabs) tab.addEventListener("click", () => this.#pick(tab));
    list.addEventListener("keydown", (event) => this.#move(event));
    this.show(nameOf(this.#tabs[0]));
  }

  get shown() {
    return nameOf(this.#tabs.find((tab) => tab.getAttribute("aria-selected") === "true"));
  }

  show(name) {
    for (const tab of this.#tabs) {
      const selected = nameOf(tab) === name;
      tab.setAttribute("aria-selected", selected);
      tab.tabIndex = selected ? 0 : -1;
      panelOf(tab).hidden = !selected;
    }
  }

  /** A short remark beside a tab's name, such as a number of rows. */
  note(name, text) {
    const tab = this.#tabs.find((tab) => nameOf(tab) === name);
    tab.querySelector("span")?.remove();
    if (!text) return;
    const span = document.createElement("span");
    span.textContent = text;
    tab.append(" ", span);
  }

  #move(event) {
    const last = this.#tabs.length - 1;
    const at = this.#tabs.indexOf(event.target);
    const to = { ArrowLeft: at ? at - 1 : last, ArrowRight: at < last ? at + 1 : 0, Home: 0, End: last }[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    this.#pick(this.#tabs[to]);
    this.#tabs[to].focus();
  }

  #pick(tab) {
    this.show(nameOf(tab));
    this.#onPick(nameOf(tab));
  }
}

const nameOf = (tab) => tab.id.replace("tab-", "");
const panelOf = (tab) => document.getElementById(tab.getAttribute("aria-controls"));
