// Nodes, relationships and paths in a table: chips that open to show what is in them.

import { h } from "../dom.js";
import { captionOf, hueOf } from "../graph/palette.js";
import { Node } from "../neo4j.js";

/** A chip; what it opens to is made when it is first opened, for a table holds thousands of closed ones. */
export function chip(entity, render) {
  const isNode = entity instanceof Node;
  const head = isNode ? nodeHead(entity) : h("summary", { class: "chip relationship" }, h("b", {}, entity.type));
  const opened = () => element.childElementCount > 1 || element.append(propertiesOf(entity, render));
  const element = h("details", { class: "v entity", ontoggle: opened }, head);
  return element;
}

function nodeHead(node) {
  const caption = captionOf({ properties: node.properties });
  const labels = node.labels.length ? node.labels.join(":") : "no label";
  return h("summary", { class: `chip node ${hueOf(node.labels[0])}` }, h("b", {}, labels), caption && h("span", {}, caption));
}

/** Properties as a list, the element id at its end: also what the picture shows of what is selected. */
export function propertiesOf(entity, render) {
  const entries = Object.entries(entity.properties).map(([key, value]) => [h("dt", {}, key), h("dd", {}, render(value, 1))]);
  return h(
    "dl",
    { class: "v-map properties" },
    entries,
    h("dt", { class: "quiet-key" }, "element id"),
    h("dd", { class: "quiet-key" }, entity.elementId),
  );
}

/** A walk: node, arrow with relationship, node; the arrow points as the relationship does. */
export function pathOf(path, render) {
  const parts = [chip(path.start, render)];
  for (const { start, relationship, end } of path.segments) {
    const forwards = relationship.startNodeElementId === start.elementId;
    const hop = [arrow(forwards ? "—" : "←"), chip(relationship, render), arrow(forwards ? "→" : "—")];
    parts.push(h("span", { class: "hop" }, hop), chip(end, render));
  }
  return h("span", { class: "v v-path", title: `PATH of length ${path.segments.length}` }, parts);
}

const arrow = (sign) => h("span", { class: "arrow" }, sign);
