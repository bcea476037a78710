// Graph, spatial and other values.

/** What a map holds: keys to values. */
export interface Properties {
  [key: string]: any;
}

/** A `NODE` as it was when the query returned it. */
export class Node<P extends object = Properties> {
  constructor(elementId: string, labels: string[], properties: P);
  /** Its identity in its database, good within the transaction that returned it. */
  readonly elementId: string;
  readonly labels: string[];
  readonly properties: P;
  /** Much as Cypher writes it: `(:Person {name: "Alice"})`. */
  toString(): string;
}

/** A `RELATIONSHIP` as it was when the query returned it. */
export class Relationship<P extends object = Properties> {
  constructor(elementId: string, startNodeElementId: string, endNodeElementId: string, type: string, properties: P);
  /** Its identity in its database, good within the transaction that returned it. */
  readonly elementId: string;
  readonly startNodeElementId: string;
  readonly endNodeElementId: string;
  readonly type: string;
  readonly properties: P;
  toString(): string;
}

/** One step of a {@link Path}. */
export interface Segment {
  /** Where the step starts, which need not be where the relationship starts. */
  readonly start: Node;
  readonly relationship: Relationship;
  readonly end: Node;
}

/** A `PATH`: a walk through the graph. A node met twice is the same object. */
export class Path {
  constructor(start: Node, segments: Segment[]);
  readonly start: Node;
  readonly end: Node;
  /** The steps, in order; none in a path of one node. */
  readonly segments: Segment[];
  /** How many relationships are walked. */
  get length(): number;
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
  readonly srid: number;
  /** First coordinate, or longitude in degrees. */
  readonly x: number;
  /** Second coordinate, or latitude in degrees. */
  readonly y: number;
  /** Third coordinate, or height in metres; `undefined` in two dimensions. */
  readonly z: number | undefined;
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
  readonly type: "int8" | "int16" | "int32" | "int64" | "float32" | "float64";
  readonly values: V;
  /** As Cypher writes it: `vector([1, 2], 2, INTEGER8)`. */
  toString(): string;
  toJSON(): { type: string; values: (number | string)[] };
}

/** A `UUID`. Needs Bolt 6.1. */
export class Uuid {
  /** @throws UsageError `InvalidValue` unless there are 16 bytes */
  constructor(bytes: Uint8Array);
  /** @throws UsageError `InvalidValue` unless it is 32 hexadecimal digits in groups of 8-4-4-4-12 */
  static from(text: string): Uuid;
  /** Sixteen, the most significant first. */
  readonly bytes: Uint8Array;
  toString(): string;
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
  toString(): string;
}

/** A number that is sent as a `FLOAT` even if it is integral. */
export class Float {
  /** @throws UsageError `InvalidValue` for what is not a number */
  constructor(value: number);
  readonly value: number;
  valueOf(): number;
  toString(): string;
  toJSON(): number;
}

/**
 * Sends a number as a `FLOAT`, where an integral one would be sent as an `INTEGER`.
 *
 * @example
 * await driver.executeQuery("RETURN $x / 2", { x: float(1) }) // 0.5, not 0
 */
export function float(value: number): Float;
