// The graph within a result: nodes and relationships found anywhere in its values, each once, up to a bound.

import { Node, Path, Relationship } from "../neo4j.js";

/** More than this is no picture any more, and the simulation looks at every pair. */
export const NODES_SHOWN = 400;
const RELATIONSHIPS_SHOWN = 1_200;

export class GraphModel {
  /** By element id: `{ id, entity, degree, x, y }`; `entity` is undefined for the end of a relationship that came alone. */
  nodes = new Map();
  /** By element id: `{ id, entity, source, target }`. */
  links = new Map();
  /** Whether there was more than is kept. */
  truncated = false;

  /** Looks for nodes and relationships in a value, however deep. */
  add(value) {
    if (typeof value !== "object" || value === null) return;
    if (value instanceof Node) this.#addNode(value.elementId, value);
    else if (value instanceof Relationship) this.#addLink(value);
    else if (value instanceof Path) {
      this.#addNode(value.start.elementId, value.start);
      for (const { relationship, end } of value.segments) {
        this.#addNode(end.elementId, end);
        this.#addLink(relationship);
      }
    } else if (Array.isArray(value)) {
      for (const item of value) this.add(item);
    } else if (Object.getPrototypeOf(value) === Object.prototype) {
      for (const item of Object.values(value)) this.add(item);
    }
  }

  #addNode(id, entity) {
    const known = this.nodes.get(id);
    if (known) {
      known.entity ??= entity;
      return known;
    }
    if (this.nodes.size >= NODES_SHOWN) {
      this.truncated = true;
      return undefined;
    }
    const node = { id, entity, degree: 0, x: 0, y: 0, vx: 0, vy: 0 };
    this.nodes.set(id, node);
    return node;
  }

  #addLink(entity) {
    if (this.links.has(entity.elementId)) return;
    if (this.links.size >= RELATIONSHIPS_SHOWN) {
      this.truncated = true;
      return;
    }
    // Its ends may come later in the result, or never: then they are drawn as what they are, unknown.
    const source = this.#addNode(entity.startNodeElementId, undefined);
    const target = this.#addNode(entity.endNodeElementId, undefined);
    if (!source || !target) return;
    source.degree++;
    target.degree++;
    this.links.set(entity.elementId, { id: entity.elementId, entity, source, target });
  }

  /** How many nodes have each label and how many relationships each type, the most frequent first. */
  census() {
    const labels = new Map();
    const types = new Map();
    const add = (map, key) => map.set(key, (map.get(key) ?? 0) + 1);
    for (const { entity } of this.nodes.values()) add(labels, entity?.labels[0]);
    for (const { entity } of this.links.values()) add(types, entity.type);
    const sorted = (map) => [...map].sort(([, a], [, b]) => b - a);
    return { labels: sorted(labels), types: sorted(types) };
  }
}
