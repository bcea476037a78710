// Batches of columns: what `result.batches()` gives.

/** How a column's values lie in memory: Apache Arrow's types, and `values` for whatever fits none of them. */
export type ColumnType =
  | "null" | "bool" | "int8" | "int16" | "int32" | "int64" | "float32" | "float64" | "utf8" | "binary"
  | "fixedSizeBinary" | "date32" | "time64" | "timestamp" | "interval" | "list" | "struct" | "values";

/** What is known of a column without its values. */
export interface Field {
  readonly name: string;
  readonly type: ColumnType;
  /** Cypher's type: `"INTEGER"`, `"STRING"`, `"NODE"`, `"ZONED DATETIME"` and so on; `"ANY"` for `values`. */
  readonly cypher: string;
  /** Whether there is a null in this batch. */
  readonly nullable: boolean;
  /** Of temporal types: `"day"`, `"nanosecond"` or `"monthDayNano"`. */
  readonly unit?: string;
  /** Of a ZONED DATETIME column: a zone's name, or an offset such as `+01:00`; the values count from UTC. */
  readonly timeZone?: string;
  readonly children?: readonly Field[];
}

/** The buffers of a column. */
export type ColumnValues =
  | Uint8Array | Int8Array | Int16Array | Int32Array | BigInt64Array | Float32Array | Float64Array | readonly any[];

/**
 * One column of a batch, in the memory layout of Apache Arrow: its buffers are Arrow's, little-endian, and yours.
 *
 * | Cypher | `type` | `values` |
 * |---|---|---|
 * | INTEGER, FLOAT | `int64`, `float64` | BigInt64Array, Float64Array |
 * | BOOLEAN | `bool` | a bitmap, the lowest bit first |
 * | STRING | `utf8` | UTF-8, cut by `offsets` |
 * | bytes | `binary` | bytes, cut by `offsets` |
 * | LIST, VECTOR | `list` | none: `offsets` into the one child; a vector's child may also be of 8, 16 or 32 bits |
 * | MAP, NODE, RELATIONSHIP, POINT | `struct` | none: a child for each key or part |
 * | PATH | `struct` | none: lists of nodes, of relationships without ends, and of `indices`: a relationship, from 1, negative against its direction, then a node, from 0 |
 * | DATE | `date32` | Int32Array, days since 1970-01-01 |
 * | LOCAL TIME | `time64` | BigInt64Array, nanoseconds since midnight |
 * | LOCAL DATETIME | `timestamp` | BigInt64Array, nanoseconds since 1970-01-01T00:00 |
 * | ZONED DATETIME | `timestamp` | BigInt64Array, nanoseconds since 1970-01-01T00:00Z, and a `timeZone` for all |
 * | DURATION | `interval` | Int32Array, four to a value: months, days, nanoseconds in 64 bits |
 * | UUID | `fixedSizeBinary` | sixteen bytes each |
 * | only null | `null` | none |
 * | anything else | `values` | an array of what a record would give |
 *
 * A column is `values` as soon as one value does not fit the type of those before it: mixed types, dates beyond the
 * units (timestamps hold the years 1678 to 2261), several zones, more than 64 keys; never is a value changed.
 */
export class Column implements Iterable<any> {
  /** From a column that was cloned or sent, and lost its methods: `new Column(structuredClone(column))`. */
  constructor(parts: object);
  readonly name: string;
  readonly type: ColumnType;
  readonly cypher: string;
  readonly length: number;
  readonly nullCount: number;
  /** A bit for each value, the lowest first: 1 where it is not null. Absent where none is. */
  readonly validity?: Uint8Array;
  /** Where each value begins, and where the last one ends: one more than there are values. */
  readonly offsets?: Int32Array;
  readonly values?: ColumnValues;
  readonly children?: readonly Column[];
  readonly unit?: string;
  readonly timeZone?: string;
  /** Of a MAP column: whether a key may be missing from a map. A null in a child then says that it is. */
  readonly sparse?: boolean;
  /** Of an `int64` column: what `get` makes of its values, as the driver's `integers` has it. */
  readonly integers?: "auto" | "number" | "bigint";
  /**
   * What a record would have there, made now; `undefined` for an index that is not there.
   * @throws ProtocolError `UnknownTimeZone` for a value in a time zone that this runtime does not know
   */
  get(index: number): any;
  [Symbol.iterator](): IterableIterator<any>;
}

/** Records as columns. */
export class Batch<R extends object = { [key: string]: any }> {
  private constructor();
  /** How many records there are. */
  readonly length: number;
  /** The columns, by name, in order. */
  readonly columns: { readonly [K in keyof R]: Column };
  readonly schema: readonly Field[];
  /** The memory of all columns, to be transferred: `postMessage(batch.columns, batch.buffers)`. */
  get buffers(): ArrayBuffer[];
}
