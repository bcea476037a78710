// The declarations of `neo4j-wasm`: drivers, sessions, transactions and results. Values and options stand beside this.

/// <reference lib="esnext.disposable" />

import type { Batch } from "./columns.js";
import type {
  AccessMode, Config, ConnectivityConfig, ExecuteQueryConfig, RoutingTableConfig, SessionConfig, SignalOptions,
  TransactionConfig, UpdateRoutingTableConfig, VerifyAuthenticationConfig,
} from "./config.js";
import type { BookmarkManager } from "./managers.js";
import type { ServerInfo, Summary } from "./summary.js";

export * from "./auth.js";
export * from "./columns.js";
export * from "./config.js";
export * from "./errors.js";
export * from "./managers.js";
export * from "./summary.js";
export * from "./temporal.js";
export * from "./values.js";

/** All exports in one object. */
declare const neo4j: Omit<typeof import("./index.js"), "default">;
export default neo4j;

/** A row of which nothing is known: any key, any value. */
export interface Row {
  [key: string]: any;
}

/** Names to values. A value that means nothing in Cypher is an error that says where it stands. */
export type Parameters = { readonly [name: string]: any } | ReadonlyMap<string, any> | null | undefined;

/** Makes drivers. */
export const GraphDatabase: {
  /**
   * Makes a driver: a {@link DirectDriver} for `bolt:` URIs, a {@link RoutingDriver} for `neo4j:` URIs; with `+s`
   * after the scheme, connections use TLS, with `+ssc` they do and trust any certificate. Checks everything, opens
   * nothing.
   *
   * @throws ConfigurationError for a wrong URI, an unknown key, or a value of the wrong kind
   * @example
   * const driver = GraphDatabase.driver("neo4j://localhost", { auth: ["neo4j", "password"] });
   * const { records } = await driver.executeQuery("RETURN 1 AS one");
   * for (const record of records) record.get("one"); // 1
   * await driver.close();
   */
  driver(uri: string | URL, config?: Config): Driver;
};

/** The one object of an application that knows the database. Holds connections to it; close it at the end. */
export class Driver implements AsyncDisposable {
  /** The same as `GraphDatabase.driver`: an instance of the subclass for the scheme. */
  constructor(uri: string | URL, config?: Config);
  /** A driver belongs to the page or worker that made it: because of this, cloning it (`postMessage`) is an error. */
  readonly thread: symbol;
  /**
   * Starts a session: cheap, for work that belongs together.
   * @throws UsageError when the driver is closed
   */
  session(config?: SessionConfig): Session;
  session(accessMode: AccessMode | undefined, config?: SessionConfig): Session;
  /**
   * Runs one query in a transaction of its own and fetches all records; tried again when that can help.
   *
   * With `accessMode: READ` it takes one round trip to the server, otherwise two: what may write is not told to commit
   * before its result has come, or a lost connection would always leave open whether it did.
   *
   * @example
   * const { records } = await driver.executeQuery<{ name: string }>(
   *   "MATCH (p:Person) WHERE p.age > $age RETURN p.name AS name", { age: 30 }, { accessMode: READ });
   * for (const record of records) console.log(record.get("name"));
   */
  executeQuery<R extends object = Row>(
    query: string,
    parameters?: Parameters,
    config?: ExecuteQueryConfig,
  ): Promise<EagerResult<R>>;
  /** Connects, and says to what. Rejects when a query would find no server either. */
  verifyConnectivity(config?: ConnectivityConfig): Promise<ServerInfo>;
  /** The same as `verifyConnectivity`. */
  getServerInfo(config?: ConnectivityConfig): Promise<ServerInfo>;
  /** Keeps the bookmarks of `executeQuery`: a session that is given it sees what those queries did. */
  get executeQueryBookmarkManager(): BookmarkManager;
  /**
   * Whether a token is good: logs in with it. Other work is not disturbed.
   * @throws ConfigurationError before Bolt 5.1 (Neo4j 5.5)
   */
  verifyAuthentication(config?: VerifyAuthenticationConfig): Promise<boolean>;
  /** Whether sessions can authenticate as someone else: the server speaks Bolt 5.1 (Neo4j 5.5) or later. */
  supportsSessionAuth(options?: SignalOptions): Promise<boolean>;
  /** Always true, once a server has answered: every one that this driver can talk to has several databases. */
  supportsMultiDb(options?: SignalOptions): Promise<boolean>;
  /** Always true, once a server has answered. */
  supportsUserImpersonation(options?: SignalOptions): Promise<boolean>;
  /** Whether connections use TLS. */
  isEncrypted(): boolean;
  /** What is known of the servers that work for a database; undefined where nothing is, and always without routing. */
  routingTable(config?: RoutingTableConfig): RoutingTable | undefined;
  /**
   * Asks the cluster for the servers that work for a database. Work needs no such call: it asks where that is due.
   * @throws UsageError `NoRoutingTable` for a {@link DirectDriver}
   */
  updateRoutingTable(config?: UpdateRoutingTableConfig): Promise<RoutingTable>;
  /** The connections to each server. */
  metrics(): ServerMetrics[];
  /** Whether the driver is closed. */
  closed(): boolean;
  /** Closes every connection at once; work that is under way fails. Closing again does nothing. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** For `bolt:` URIs: connects to exactly that host and port. */
export class DirectDriver extends Driver {}

/** For `neo4j:` URIs: reads go to readers, writes to the leader. */
export class RoutingDriver extends Driver {}

/** What a driver knows of the servers that work for a database, as "host:port". */
export interface RoutingTable {
  readonly database: string | null;
  /** Milliseconds for which this still holds. */
  readonly ttl: number;
  readonly routers: string[];
  readonly readers: string[];
  readonly writers: string[];
}

/** The connections to one server. */
export interface ServerMetrics {
  readonly address: string;
  readonly inUse: number;
  readonly idle: number;
  readonly opening: number;
  /** Calls that wait for a connection. */
  readonly waiting: number;
}

/** Work that belongs together, one piece after the other: each sees what those before it wrote. */
export class Session implements AsyncDisposable {
  private constructor();
  /**
   * Runs a query in a transaction of its own that is never tried again. It starts at once; what goes wrong surfaces
   * where the result is awaited.
   *
   * @example
   * for await (const record of session.run("UNWIND range(1, $n) AS i RETURN i", { n: 1e6 })) use(record.get("i"));
   */
  run<R extends object = Row>(query: string, parameters?: Parameters, config?: TransactionConfig): Result<R>;
  /** Starts a transaction that you commit. Only one at a time. */
  beginTransaction(config?: TransactionConfig): Promise<Transaction>;
  /**
   * Does `work` in a transaction on a server for reads, commits it, and returns what `work` returned. When that can
   * help, all of it is done again: `work` should have no other effects. A result that `work` returns is awaited.
   *
   * @example
   * const { records } = await session.executeRead((tx) => tx.run("MATCH (n) RETURN count(n) AS n"));
   */
  executeRead<T>(work: (tx: ManagedTransaction) => T, config?: TransactionConfig): Promise<Awaited<T>>;
  /** The same on a server for writes. */
  executeWrite<T>(work: (tx: ManagedTransaction) => T, config?: TransactionConfig): Promise<Awaited<T>>;
  /** What stands for the work done so far: for the `bookmarks` of another session. */
  lastBookmarks(): string[];
  isOpen(): boolean;
  /** Ends the session; an open transaction is rolled back. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** A transaction that the driver commits, and tries again when that can help. */
export class ManagedTransaction {
  protected constructor();
  /** Runs a query. It starts at once; what goes wrong surfaces where the result is awaited. */
  run<R extends object = Row>(query: string, parameters?: Parameters, options?: SignalOptions): Result<R>;
  isOpen(): boolean;
}

/** A transaction that you commit. */
export class Transaction extends ManagedTransaction implements AsyncDisposable {
  /** @throws CommitUncertainError when the connection is lost meanwhile: it may have happened or not */
  commit(options?: SignalOptions): Promise<void>;
  rollback(options?: SignalOptions): Promise<void>;
  /** Rolls back unless it is committed. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** All of a result. */
export interface EagerResult<R extends object = Row> {
  /** The columns' names, in order. */
  readonly keys: string[];
  readonly records: Record<R>[];
  readonly summary: Summary;
}

/**
 * The records of a query. They come once: await the result, iterate over it, or ask for a single one, and a second way
 * of taking them is a ResultConsumedError. Awaiting it again is not: the answer is the same.
 */
export class Result<R extends object = Row> implements PromiseLike<EagerResult<R>>, AsyncIterable<Record<R>> {
  private constructor();
  /** The columns' names, in order, as soon as the server has said them. */
  keys(): Promise<string[]>;
  /** The next record, which stays the next; `undefined` at the end. */
  peek(): Promise<Record<R> | undefined>;
  /** The only record. @throws UsageError `NotSingle` when there are none or more */
  single(): Promise<Record<R>>;
  /** The only record, or null where there is none. Where there are more, the first, and a warning on the console. */
  singleOrNull(): Promise<Record<R> | null>;
  /** All of it: what awaiting the result gives, by name. What is left is asked for at once, whatever the fetch size. */
  collect(): Promise<EagerResult<R>>;
  /**
   * The records as columns, batch by batch: as many as are fetched at a time (`fetchSize`, 1,000 unless set), copied out
   * of the driver's memory once, so that they are yours. Leaving the loop discards the rest.
   *
   * @throws ResultConsumedError when the result has been taken, or looked into by `peek`
   * @example
   * let sum = 0;
   * for await (const { columns } of session.run<{ amount: number }>("MATCH (o:Order) RETURN o.amount AS amount").batches()) {
   *   for (const amount of columns.amount.values ?? []) sum += amount; // a Float64Array
   * }
   */
  batches(): AsyncIterableIterator<Batch<R>>;
  /** Discards what has not been taken and waits for the summary. */
  consume(): Promise<Summary>;
  /** Known when all records have been taken or discarded. */
  get summary(): Summary | undefined;
  then<A = EagerResult<R>, B = never>(
    onFulfilled?: ((result: EagerResult<R>) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: any) => B | PromiseLike<B>) | null,
  ): Promise<A | B>;
  catch<B = never>(onRejected?: ((reason: any) => B | PromiseLike<B>) | null): Promise<EagerResult<R> | B>;
  finally(onFinally?: (() => void) | null): Promise<EagerResult<R>>;
  /** Record by record, never more than a few batches ahead. Leaving the loop discards the rest. */
  [Symbol.asyncIterator](): RecordIterator<R>;
}

/** Records one by one. */
export interface RecordIterator<R extends object = Row> extends AsyncIterableIterator<Record<R>> {
  /** All records that are left. They are asked for at once, whatever the fetch size. */
  toArray(): Promise<Record<R>[]>;
}

/** The values of one row. */
export class Record<R extends object = Row> implements Iterable<R[keyof R]> {
  private constructor();
  /** The columns' names, in order. */
  get keys(): readonly string[];
  get length(): number;
  has(key: string | number): boolean;
  /**
   * The value of a column, by name or by position from 0.
   * @throws UsageError `UnknownKey` for a column that is not there
   * @throws ProtocolError `UnknownTimeZone` for a value in a time zone that this runtime does not know
   */
  get<K extends keyof R & string>(key: K): R[K];
  get(index: number): R[keyof R];
  /** A plain object, in the order of the keys. */
  toObject(): R;
  toJSON(): R;
  [Symbol.iterator](): IterableIterator<R[keyof R]>;
}
