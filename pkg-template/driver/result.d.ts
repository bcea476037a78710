// Results and records.

import type { Batch } from "../values/columns.js";
import type { Summary } from "./summary.js";

/** A row of which nothing is known: any key, any value. */
export interface Row {
  /** Any column. */
  [key: string]: any;
}

/** All of a result. */
export interface EagerResult<R extends object = Row> {
  /** The columns' names, in order. */
  readonly keys: string[];
  /** The rows. */
  readonly records: Record<R>[];
  /** What the server says about the query. */
  readonly summary: Summary;
}

/**
 * The records of a query. They come once: await the result, iterate over it, or ask for a single one, and a second way
 * of taking them is a ResultConsumedError. Awaiting it again is not: the answer is the same.
 */
export class Result<R extends object = Row> implements PromiseLike<EagerResult<R>>, AsyncIterable<Record<R>> {
  private constructor();
  /** As {@link Driver.thread}: cloning a result is an error. Await it, or clone its records. */
  readonly thread: symbol;
  /** The columns' names, in order, as soon as the server has said them. */
  keys(): Promise<string[]>;
  /**
   * The next record, which stays the next; `undefined` at the end.
   * @throws ResultConsumedError `ResultConsumed` when the records have been taken already, as all that takes them does
   */
  peek(): Promise<Record<R> | undefined>;
  /**
   * The only record.
   * @throws UsageError `NotSingle` when there are none or more
   * @example
   * const n: number = (await session.run<{ n: number }>("MATCH (x) RETURN count(x) AS n").single()).get("n");
   */
  single(): Promise<Record<R>>;
  /** The only record, or null where there is none. Where there are more, the first, and a warning on the console. */
  singleOrNull(): Promise<Record<R> | null>;
  /** All of it: what awaiting the result gives, by name. Unless `fetchSize` is set, it is asked for in larger numbers from there on. */
  collect(): Promise<EagerResult<R>>;
  /**
   * The records as columns, batch by batch: `fetchSize` of them, or unless that is set, 1,000 or more, as they come; fewer
   * where they are large (a megabyte and more). They are copied out of the driver's memory once, so that they are yours.
   * Leaving the loop discards the rest.
   *
   * @throws ResultConsumedError when the result has been taken, or looked into by `peek`
   * @example
   * let sum = 0;
   * const result = session.run<{ amount: number }>("MATCH (o:Order) RETURN o.amount AS amount");
   * for await (const { columns } of result.batches()) {
   *   const { values } = columns.amount;
   *   if (values instanceof Float64Array) for (const amount of values) sum += amount;
   * }
   */
  batches(): AsyncIterableIterator<Batch<R>>;
  /**
   * The records as a stream of the web platform. It fetches when it is read: what it has not handed on is never more than
   * two batches: `fetchSize` records each, or unless that is set, 1,000 or a megabyte, whichever is more. Cancelling it
   * discards the rest and gives the connection back; what goes wrong is the stream's error. Where the runtime transfers
   * streams, those on the other side get clones of records: `{ keys, values }`.
   *
   * @throws ResultConsumedError when the result has been taken
   * @example
   * const lines = new TransformStream<Record<{ name: string }>, string>({
   *   transform: (record, out) => out.enqueue(JSON.stringify(record) + "\n"),
   * });
   * const names = session.run<{ name: string }>("MATCH (p:Person) RETURN p.name AS name").toReadableStream();
   * const response = new Response(names.pipeThrough(lines).pipeThrough(new TextEncoderStream()));
   */
  toReadableStream(): ReadableStream<Record<R>>;
  /** Discards what has not been taken and waits for the summary. Always allowed, as often as one likes. */
  consume(): Promise<Summary>;
  /** Known when all records have been taken or discarded. */
  get summary(): Summary | undefined;
  /** A result can be awaited: it is the promise of all of it. */
  then<A = EagerResult<R>, B = never>(
    onFulfilled?: ((result: EagerResult<R>) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: any) => B | PromiseLike<B>) | null,
  ): Promise<A | B>;
  /** As that of a promise. */
  catch<B = never>(onRejected?: ((reason: any) => B | PromiseLike<B>) | null): Promise<EagerResult<R> | B>;
  /** As that of a promise. */
  finally(onFinally?: (() => void) | null): Promise<EagerResult<R>>;
  /** Record by record, never more than a few batches ahead. Leaving the loop discards the rest. */
  [Symbol.asyncIterator](): RecordIterator<R>;
}

/** Records one by one. */
export interface RecordIterator<R extends object = Row> extends AsyncIterableIterator<Record<R>> {
  /** All records that are left. They are asked for at once, whatever the fetch size. */
  toArray(): Promise<Record<R>[]>;
}

/**
 * The values of one row.
 *
 * A clone (`structuredClone`, `postMessage`) has lost the methods, and keeps `keys` and `values`; `toObject()` is what is
 * best sent. In JSON a record is an object in which an integer beyond ±(2^53 − 1) is text, and so nothing is rounded;
 * smaller ones are numbers, bigints too; bytes are base64; dates, times, durations and UUIDs are text. What is no finite
 * number is null, as JSON has it.
 *
 * @example
 * const query = "RETURN 'Ann' AS name, 4611686018427387904 AS id";
 * const { records } = await driver.executeQuery<{ name: string; id: bigint }>(query);
 * for (const record of records) {
 *   const [name, id] = record; // by position
 *   const plain = record.toObject(); // { name: "Ann", id: 4611686018427387904n }
 *   JSON.stringify(record); // {"name":"Ann","id":"4611686018427387904"}
 * }
 */
export class Record<R extends object = Row> implements Iterable<R[keyof R]> {
  private constructor();
  /** The columns' names, in order. All records of a result share them. */
  readonly keys: readonly string[];
  /** The values, in the order of the keys. */
  readonly values: readonly R[keyof R][];
  /** How many columns there are. */
  get length(): number;
  /** Whether there is a column of this name, or at this position. */
  has(key: string | number): boolean;
  /**
   * The value of a column, by name or by position from 0.
   * @throws UsageError `UnknownKey` for a column that is not there
   * @throws ProtocolError `UnknownTimeZone` for a value in a time zone that this runtime does not know
   */
  get<K extends keyof R & string>(key: K): R[K];
  /** By position, from 0. */
  get(index: number): R[keyof R];
  /** A plain object, in the order of the keys. */
  toObject(): R;
  /** What `JSON.stringify` takes: {@link Record.toObject}, with what JSON does not have as text. */
  toJSON(): { [K in keyof R]: any };
  /** The values, in the order of the keys. */
  [Symbol.iterator](): IterableIterator<R[keyof R]>;
}
