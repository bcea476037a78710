// The graph panel: the picture, its legend and buttons, and the properties of what is selected.

import { count, h } from "../dom.js";
import { propertiesOf } from "../result/entity.js";
import { render } from "../result/value.js";
import { placesOf } from "./geography.js";
import { NODES_SHOWN } from "./model.js";
import { hueOf } from "./palette.js";
import { Picture } from "./picture.js";

export class GraphPanel {
  #panel;
  #model;
  #picture;

  constructor(panel) {
    this.#panel = panel;
  }

  /** Takes a model; nothing is drawn before the panel is seen. */
  set(model) {
    this.#picture?.stop();
    this.#picture = undefined;
    this.#model = model;
    this.#panel.replaceChildren();
  }

  /** To be called whenever the panel comes into view. */
  show() {
    if (this.#picture || !this.#model) return;
    if (!this.#model.nodes.size) {
      const hint = "There is nothing to draw: the result has no nodes. Return nodes, relationships or paths to see them here.";
      this.#panel.replaceChildren(h("p", { class: "empty" }, hint));
      return;
    }
    const details = h("aside", { class: "details", "aria-live": "polite", "aria-label": "Selected" });
    this.#picture = new Picture(this.#model, (item) => this.#describe(details, item));
    const stage = h("div", { class: "stage" }, this.#picture.element, this.#buttons(), details);
    this.#panel.replaceChildren(this.#legend(), stage);
    this.#describe(details, undefined);
    this.#picture.start();
  }

  #legend() {
    const { labels, types } = this.#model.census();
    const label = ([name, number]) =>
      h("li", { class: `key ${hueOf(name)}` }, h("i", { "aria-hidden": "true" }), name ?? "not in the result", h("small", {}, String(number)));
    const type = ([name, number]) => h("li", { class: "key relationship" }, h("i", { "aria-hidden": "true" }), name, h("small", {}, String(number)));
    return h(
      "div",
      { class: "legend" },
      h("ul", { "aria-label": "Labels" }, labels.map(label)),
      types.length > 0 && h("ul", { "aria-label": "Relationship types" }, types.map(type)),
      this.#model.truncated && h("p", { class: "small" }, `Only ${count(NODES_SHOWN, "node")} are drawn; there are more.`),
    );
  }

  #buttons() {
    const picture = this.#picture;
    const places = placesOf(this.#model.nodes.values());
    const button = (sign, title, act) => h("button", { type: "button", title, "aria-label": title, onclick: act }, sign);
    const byPlace = button("Map", "Arrange by place", () => {
      const on = byPlace.getAttribute("aria-pressed") !== "true";
      byPlace.setAttribute("aria-pressed", on);
      picture.arrange(on ? places : undefined);
    });
    byPlace.setAttribute("aria-pressed", "false");
    return h(
      "div",
      { class: "tools", role: "group", "aria-label": "View" },
      button("+", "Zoom in", () => picture.zoomBy(1.3)),
      button("−", "Zoom out", () => picture.zoomBy(1 / 1.3)),
      button("Fit", "Show all", () => picture.showAll()),
      places && byPlace,
    );
  }

  #describe(details, item) {
    details.hidden = !item;
    if (!item) return details.replaceChildren();
    const { entity } = item;
    const close = h("button", { type: "button", class: "quiet", "aria-label": "Close", onclick: () => this.#picture.select(undefined) }, "×");
    if (!entity) return details.replaceChildren(close, h("p", {}, "The result has a relationship of this node, not the node itself."));
    const names = entity.labels ?? [entity.type];
    const chips = names.map((name) => h("span", { class: entity.labels ? `chip node ${hueOf(name)}` : "chip relationship" }, h("b", {}, name)));
    details.replaceChildren(h("p", { class: "details-head" }, chips, close), propertiesOf(entity, render));
  }
}
