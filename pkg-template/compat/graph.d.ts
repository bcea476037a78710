// Nodes, relationships and paths.

import type { Integer, NumberOrInteger } from "./integer.js";
import type { GenericConstructor, Rules } from "./mapping.js";

/** Names to values. */
export interface Properties {
  [key: string]: any;
}

export class Node<
  T extends NumberOrInteger = Integer, P extends Properties = Properties, Label extends string = string,
> {
  constructor(identity: T, labels: Label[], properties: P, elementId?: string);
  /** The numeric id. Neo4j may give it to another node later, and will not have any in future: use {@link elementId}. */
  identity: T;
  labels: Label[];
  properties: P;
  elementId: string;
  /** The properties as an instance of a class, or by rules. */
  as<O extends {} = Object>(rules: Rules): O;
  as<O extends {} = Object>(genericConstructor: GenericConstructor<O>, rules?: Rules): O;
  toString(): string;
}
export function isNode<
  T extends NumberOrInteger = Integer, P extends Properties = Properties, Label extends string = string,
>(obj: unknown): obj is Node<T, P, Label>;

export class Relationship<
  T extends NumberOrInteger = Integer, P extends Properties = Properties, Type extends string = string,
> {
  constructor(
    identity: T, start: T, end: T, type: Type, properties: P, elementId?: string, startNodeElementId?: string,
    endNodeElementId?: string,
  );
  /** The numeric id: see {@link Node.identity}. */
  identity: T;
  /** The numeric id of the node where it starts. */
  start: T;
  /** The numeric id of the node where it ends. */
  end: T;
  type: Type;
  properties: P;
  elementId: string;
  startNodeElementId: string;
  endNodeElementId: string;
  /** The properties as an instance of a class, or by rules. */
  as<O extends {} = Object>(rules: Rules): O;
  as<O extends {} = Object>(genericConstructor: GenericConstructor<O>, rules?: Rules): O;
  toString(): string;
}
export function isRelationship<
  T extends NumberOrInteger = Integer, P extends Properties = Properties, Type extends string = string,
>(obj: unknown): obj is Relationship<T, P, Type>;

/** A relationship that does not know what it joins. */
export class UnboundRelationship<
  T extends NumberOrInteger = Integer, P extends Properties = Properties, Type extends string = string,
> {
  constructor(identity: T, type: Type, properties: any, elementId?: string);
  identity: T;
  type: Type;
  properties: P;
  elementId: string;
  bind(start: T, end: T): Relationship<T>;
  bindTo(start: Node<T>, end: Node<T>): Relationship<T>;
  as<O extends {} = Object>(rules: Rules): O;
  as<O extends {} = Object>(genericConstructor: GenericConstructor<O>, rules?: Rules): O;
  toString(): string;
}
export function isUnboundRelationship<
  T extends NumberOrInteger = Integer, P extends Properties = Properties, Type extends string = string,
>(obj: unknown): obj is UnboundRelationship<T, P, Type>;

/** One step of a path. */
export class PathSegment<T extends NumberOrInteger = Integer> {
  constructor(start: Node<T>, rel: Relationship<T>, end: Node<T>);
  start: Node<T>;
  relationship: Relationship<T>;
  end: Node<T>;
}
export function isPathSegment<T extends NumberOrInteger = Integer>(obj: unknown): obj is PathSegment<T>;

export class Path<T extends NumberOrInteger = Integer> {
  constructor(start: Node<T>, end: Node<T>, segments: Array<PathSegment<T>>);
  start: Node<T>;
  end: Node<T>;
  segments: Array<PathSegment<T>>;
  length: number;
}
export function isPath<T extends NumberOrInteger = Integer>(obj: unknown): obj is Path<T>;
