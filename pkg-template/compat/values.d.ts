// Points, vectors, UUIDs, and what a server could not send.

import type { Integer, NumberOrInteger } from "./integer.js";

/** A point; frozen. */
export class Point<T extends NumberOrInteger = Integer> {
  constructor(srid: T, x: number, y: number, z?: number);
  readonly srid: T;
  readonly x: number;
  readonly y: number;
  readonly z: number | undefined;
  toString(): string;
}
export function isPoint<T extends NumberOrInteger = Integer>(obj: unknown): obj is Point<T>;

export type VectorType = "INT8" | "INT16" | "INT32" | "INT64" | "FLOAT32" | "FLOAT64";
type Numbers = Float32Array | Float64Array | Int8Array | Int16Array | Int32Array | BigInt64Array;

/** A vector: numbers of one type. Needs Bolt 6.0. */
export class Vector<K extends Numbers> {
  constructor(typedArray: K);
  asTypedArray(): K;
  getType(): VectorType;
  toString(): string;
}
/** @throws Neo4jError for what is none of these arrays */
export function vector<K extends Numbers>(typedArray: K): Vector<K>;
export function isVector<K extends Numbers>(obj: any): obj is Vector<K>;

/** A UUID: 16 bytes. Needs Bolt 6.1. */
export class UUID {
  constructor(typedArray: Uint8Array);
  getTypedArray(): Uint8Array;
  toString(): string;
  static fromString(uuidString: string): UUID;
}
export function uuid(rawUUID: Uint8Array | string): UUID;
export function isUUID(obj: any): obj is UUID;

/** Stands for a value of a type that the agreed version of Bolt does not have. */
export class UnsupportedType {
  constructor(name: string, minimumProtocolMajor: number, minimumProtocolMinor: number, message: string | undefined);
  name: string;
  minimumProtocolVersion: string;
  message: string | undefined;
  toString(): string;
}
export function isUnsupportedType(obj: any): obj is UnsupportedType;
