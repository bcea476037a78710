// Graph, spatial and other values.
//
// Their fields are their own and plain: a clone (`structuredClone`, `postMessage`) has lost the methods, and keeps them all.

/** What a map holds: keys to values. */
export interface Properties {
  /** Any key. */
  [key: string]: any;
}

/** A `NODE` as it was when the query returned it. */
export class Node<P extends object = Properties> {
  /** Servers make nodes; this is for tests and clones. */
  constructor(elementId: string, labels: string[], properties: P);
  /** Its identity in its database, good within the transaction that returned it. */
  readonly elementId: string;
  /** Its labels, in no order that means anything. */
  readonly labels: string[];
  /** Its properties: keys to values. */
  readonly properties: P;
  /** Much as Cypher writes it: `(:Person {name: "Alice"})`. */
  toString(): string;
  /** Its fields, with what JSON does not have as text, as {@link Record} has it. */
  toJSON(): { elementId: string; labels: string[]; properties: { [K in keyof P]: any } };
}

/** A `RELATIONSHIP` as it was when the query returned it. */
export class Relationship<P extends object = Properties> {
  /** Servers make relationships; this is for tests and clones. */
  constructor(elementId: string, startNodeElementId: string, endNodeElementId: string, type: string, properties: P);
  /** Its identity in its database, good within the transaction that returned it. */
  readonly elementId: string;
  /** Where it starts: the {@link Node.elementId} of a node. */
  readonly startNodeElementId: string;
  /** Where it ends: the {@link Node.elementId} of a node. */
  readonly endNodeElementId: string;
  /** Its one type. */
  readonly type: string;
  /** Its properties: keys to values. */
  readonly properties: P;
  /** Much as Cypher writes it: `[:KNOWS {since: 2020}]`. */
  toString(): string;
  /** Its fields, with what JSON does not have as text, as {@link Record} has it. */
  toJSON(): { [name: string]: any };
}

/** One step of a {@link Path}. */
export interface Segment {
  /** Where the step starts, which need not be where the relationship starts. */
  readonly start: Node;
  /** What is walked along, in its direction or against it. */
  readonly relationship: Relationship;
  /** Where it ends. */
  readonly end: Node;
}

/** A `PATH`: a walk through the graph. A node met twice is the same object. */
export class Path {
  /** Servers make paths; this is for tests and clones. */
  constructor(start: Node, segments: Segment[]);
  /** Its first node. */
  readonly start: Node;
  /** Its last node, the first one in a path of one node. */
  readonly end: Node;
  /** The steps, in order; none in a path of one node. */
  readonly segments: Segment[];
  /** How many relationships are walked. */
  get length(): number;
  /** Much as Cypher writes it: `(:A)-[:KNOWS]->(:B)`. */
  toString(): string;
}

/**
 * A `POINT`.
 *
 * @example
 * new Point(4326, 12.99, 55.61) // WGS 84: longitude, latitude
 */
export class Point {
  /**
   * @param srid the coordinate system: 7203 and 9157 are Cartesian in two and three dimensions, 4326 and 4979 WGS 84
   * @throws UsageError `InvalidValue` for what is not a number
   */
  constructor(srid: number, x: number, y: number, z?: number | undefined);
  /** The coordinate system. */
  readonly srid: number;
  /** First coordinate, or longitude in degrees. */
  readonly x: number;
  /** Second coordinate, or latitude in degrees. */
  readonly y: number;
  /** Third coordinate, or height in metres; `undefined` in two dimensions. */
  readonly z: number | undefined;
  /** As Cypher writes it: `point({srid: 7203, x: 1, y: 2})`. */
  toString(): string;
}

/** The arrays a {@link Vector} can live in. */
export type VectorValues = Int8Array | Int16Array | Int32Array | BigInt64Array | Float32Array | Float64Array;

/**
 * A `VECTOR`: numbers of one type. Needs Bolt 6.0.
 *
 * @example
 * new Vector(Float32Array.of(0.1, 0.2)).type // "float32"
 */
export class Vector<V extends VectorValues = VectorValues> {
  /** The array is not copied. @throws UsageError `InvalidValue` for another kind of array */
  constructor(values: V);
  /** What the numbers are. */
  readonly type: "int8" | "int16" | "int32" | "int64" | "float32" | "float64";
  /** The numbers themselves. */
  readonly values: V;
  /** As Cypher writes it: `vector([1, 2], 2, INTEGER8)`. */
  toString(): string;
  /** For JSON, with integers beyond ±(2^53 − 1) as text. */
  toJSON(): { type: string; values: (number | string)[] };
}

/**
 * A `UUID`. Needs Bolt 6.1.
 *
 * @example
 * await driver.executeQuery("RETURN $id", { id: Uuid.from(crypto.randomUUID()) });
 */
export class Uuid {
  /** The bytes are not copied. @throws UsageError `InvalidValue` unless there are 16 */
  constructor(bytes: Uint8Array);
  /**
   * From its text, in upper or lower case.
   * @throws UsageError `InvalidValue` unless it is 32 hexadecimal digits in groups of 8-4-4-4-12
   */
  static from(text: string): Uuid;
  /** Sixteen, the most significant first. */
  readonly bytes: Uint8Array;
  /** 32 hexadecimal digits in groups: `550e8400-e29b-41d4-a716-446655440000`. */
  toString(): string;
  /** The same. */
  toJSON(): string;
}

/** Stands for a value that the server could not send over the negotiated version of Bolt. */
export class UnsupportedType {
  private constructor();
  /** The type's name, as the server calls it. */
  readonly name: string;
  /** The oldest version of Bolt that can carry it, such as `"6.1"`. */
  readonly minimumProtocolVersion: string;
  /** What the server has to say about it. */
  readonly message: string | undefined;
  /** Its name, and what it needs. */
  toString(): string;
}

/** A number that is sent as a `FLOAT` even if it is integral. */
export class Float {
  /** As {@link float}. @throws UsageError `InvalidValue` for what is not a number */
  constructor(value: number);
  /** The number. */
  readonly value: number;
  /** The number, where one is wanted: `float(1) + 1`. */
  valueOf(): number;
  /** The number, as text. */
  toString(): string;
  /** The number. */
  toJSON(): number;
}

/**
 * Sends a number as a `FLOAT`, where an integral one would be sent as an `INTEGER`.
 *
 * @throws UsageError `InvalidValue` for what is not a number
 * @example
 * await driver.executeQuery("RETURN $x / 2", { x: float(1) }) // 0.5, not 0
 */
export function float(value: number): Float;
