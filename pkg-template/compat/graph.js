// Nodes, relationships and paths.

import { brand } from "./brand.js";
import { jsonOf } from "./errors.js";
import { as } from "./mapping.js";

/** Properties behind labels or a type. */
function inside(properties) {
  const parts = Object.keys(properties).map((key) => `${key}:${jsonOf(properties[key])}`);
  return parts.length ? ` {${parts.join(",")}}` : "";
}

/** What is mapped to a class of the application's: the properties. */
function mapped(properties, constructorOrRules, rules) {
  return as({ get: (key) => properties[key] }, constructorOrRules, rules);
}

export class Node {
  constructor(identity, labels, properties, elementId) {
    this.identity = identity;
    this.labels = labels;
    this.properties = properties;
    this.elementId = elementId ?? identity.toString();
  }

  as(constructorOrRules, rules) {
    return mapped(this.properties, constructorOrRules, rules);
  }

  toString() {
    return `(${[this.elementId, ...this.labels].join(":")}${inside(this.properties)})`;
  }
}

export class Relationship {
  constructor(identity, start, end, type, properties, elementId, startNodeElementId, endNodeElementId) {
    this.identity = identity;
    this.start = start;
    this.end = end;
    this.type = type;
    this.properties = properties;
    this.elementId = elementId ?? identity.toString();
    this.startNodeElementId = startNodeElementId ?? start.toString();
    this.endNodeElementId = endNodeElementId ?? end.toString();
  }

  as(constructorOrRules, rules) {
    return mapped(this.properties, constructorOrRules, rules);
  }

  toString() {
    return `(${this.startNodeElementId})-[:${this.type}${inside(this.properties)}]->(${this.endNodeElementId})`;
  }
}

export class UnboundRelationship {
  constructor(identity, type, properties, elementId) {
    this.identity = identity;
    this.type = type;
    this.properties = properties;
    this.elementId = elementId ?? identity.toString();
  }

  bind(start, end) {
    return new Relationship(this.identity, start, end, this.type, this.properties, this.elementId);
  }

  bindTo(start, end) {
    const { identity, type, properties, elementId } = this;
    return new Relationship(
      identity, start.identity, end.identity, type, properties, elementId, start.elementId, end.elementId);
  }

  as(constructorOrRules, rules) {
    return mapped(this.properties, constructorOrRules, rules);
  }

  toString() {
    return `-[:${this.type}${inside(this.properties)}]->`;
  }
}

export class PathSegment {
  constructor(start, relationship, end) {
    this.start = start;
    this.relationship = relationship;
    this.end = end;
  }
}

export class Path {
  constructor(start, end, segments) {
    this.start = start;
    this.end = end;
    this.segments = segments;
    this.length = segments.length;
  }
}

export const isNode = brand(Node, "Node");
export const isRelationship = brand(Relationship, "Relationship");
export const isUnboundRelationship = brand(UnboundRelationship, "UnboundRelationship");
export const isPathSegment = brand(PathSegment, "PathSegment");
export const isPath = brand(Path, "Path");

/** A path by Bolt's list of steps: each says by which relationship, against its direction where negative, to which node. */
export function walk(nodes, relationships, steps) {
  const bound = [];
  const segments = [];
  let start = nodes[0];
  for (let at = 0; at < steps.length; at += 2) {
    const step = steps[at];
    const end = nodes[steps[at + 1]];
    const place = Math.abs(step) - 1;
    // A walk may take a relationship twice; its ends stay where they are.
    const relationship = (bound[place] ??= relationships[place].bindTo(...(step > 0 ? [start, end] : [end, start])));
    segments.push(new PathSegment(start, relationship, end));
    start = end;
  }
  return new Path(nodes[0], start, segments);
}
