// Batches of columns: what `result.batches()` gives.

/** How a column's values lie in memory: Apache Arrow's types, and `values` for whatever fits none of them. */
export type ColumnType =
  | "null" | "bool" | "int8" | "int16" | "int32" | "int64" | "float32" | "float64" | "utf8" | "binary"
  | "fixedSizeBinary" | "date32" | "time64" | "timestamp" | "interval" | "list" | "struct" | "values";

/** What is known of a column without its values. */
export interface Field {
  /** The column's key, or the name of a part. */
  readonly name: string;
  /** How the values lie in memory. */
  readonly type: ColumnType;
  /** Cypher's type: `"INTEGER"`, `"STRING"`, `"NODE"`, `"ZONED DATETIME"` and so on; `"ANY"` for `values`. */
  readonly cypher: string;
  /** Whether there is a null in this batch. */
  readonly nullable: boolean;
  /** Of temporal types: `"day"`, `"nanosecond"` or `"monthDayNano"`. */
  readonly unit?: string;
  /** Of a ZONED DATETIME column: a zone's name, or an offset such as `+01:00`; the values count from UTC. */
  readonly timeZone?: string;
  /** Of lists and structures: what is known of their parts. */
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
 *
 * @example
 * for await (const { columns } of session.run<{ name: string | null }>("MATCH (n) RETURN n.name AS name").batches()) {
 *   const { type, values, offsets, validity } = columns.name; // "utf8", the bytes, where each name begins, the nulls
 *   const first: string | null | undefined = columns.name.get(0); // or as a record has it
 * }
 */
export class Column<T = any> implements Iterable<T> {
  /** From a column that was cloned or sent, and lost its methods: `new Column(structuredClone(column))`. */
  constructor(parts: object);
  /** The column's key, or the name of a part. */
  readonly name: string;
  /** How the values lie in memory. */
  readonly type: ColumnType;
  /** Cypher's type, as {@link Field.cypher}. */
  readonly cypher: string;
  /** How many values there are, nulls included. */
  readonly length: number;
  /** How many of them are null. */
  readonly nullCount: number;
  /** A bit for each value, the lowest first: 1 where it is not null. Absent where none is. */
  readonly validity?: Uint8Array;
  /** Where each value begins, and where the last one ends: one more than there are values. */
  readonly offsets?: Int32Array;
  /** The values themselves: what kind of array, the table above says. What stands in the place of a null means nothing. */
  readonly values?: ColumnValues;
  /** Of lists and structures: their parts. */
  readonly children?: readonly Column[];
  /** As {@link Field.unit}. */
  readonly unit?: string;
  /** As {@link Field.timeZone}. */
  readonly timeZone?: string;
  /** Of a MAP column: whether a key may be missing from a map. A null in a child then says that it is. */
  readonly sparse?: boolean;
  /** Of an `int64` column: what `get` makes of its values, as the driver's `integers` has it. */
  readonly integers?: "auto" | "number" | "bigint";
  /**
   * What a record would have there, made now; `undefined` for an index that is not there.
   * @throws ProtocolError `UnknownTimeZone` for a value in a time zone that this runtime does not know
   */
  get(index: number): T | undefined;
  /** The values, as records would have them. */
  toJSON(): any[];
  /** The values, as records would have them, each made when it is reached. */
  [Symbol.iterator](): IterableIterator<T>;
}

/**
 * Records as columns. A clone has all but `buffers`, and its columns lack their methods.
 *
 * @example
 * const worker = new Worker("sum.js");
 * for await (const { columns, buffers } of session.run("MATCH (o:Order) RETURN o.amount AS amount").batches()) {
 *   worker.postMessage(columns, buffers); // nothing is copied; there: new Column(event.data.amount)
 * }
 */
export class Batch<R extends object = { [key: string]: any }> {
  private constructor();
  /** How many records there are. */
  readonly length: number;
  /** The columns, by name, in order. */
  readonly columns: { readonly [K in keyof R]: Column<R[K]> };
  /** What is known of the columns without their values. */
  readonly schema: readonly Field[];
  /** The memory of all columns, to be transferred: `postMessage(batch.columns, batch.buffers)`. */
  get buffers(): ArrayBuffer[];
}
