// The declarations of `neo4j-wasm`: drivers, sessions and transactions. All else stands beside this.

/// <reference lib="esnext.disposable" />

import type {
  AccessMode, Config, ConnectivityConfig, ExecuteQueryConfig, RoutingTableConfig, SessionConfig, SignalOptions,
  TransactionConfig, UpdateRoutingTableConfig, VerifyAuthenticationConfig,
} from "../driver/config.js";
import type { BookmarkManager } from "../driver/managers.js";
import type { EagerResult, Result, Row } from "../driver/result.js";
import type { ServerInfo } from "../driver/summary.js";

export * from "../driver/auth.js";
export * from "../values/columns.js";
export * from "../driver/config.js";
export * from "../driver/errors.js";
export * from "../driver/managers.js";
export * from "../driver/result.js";
export * from "../driver/summary.js";
export * from "../values/temporal.js";
export * from "../values/values.js";

/** All exports in one object. */
declare const neo4j: Omit<typeof import("./index.js"), "default">;
export default neo4j;

/**
 * Names to values. A value that means nothing in Cypher is a UsageError `InvalidParameter` that says where it stands.
 *
 * | JavaScript | Cypher |
 * |---|---|
 * | `null` | null; `undefined` is an error |
 * | boolean, string | BOOLEAN, STRING |
 * | number | INTEGER where it is integral and safe, else FLOAT; `float(2)` is a FLOAT |
 * | bigint | INTEGER; beyond 64 bits an error |
 * | array, `Set` | LIST |
 * | typed array, but for `Uint8Array` | LIST of INTEGER or, of a `Float32Array` or `Float64Array`, of FLOAT |
 * | `Uint8Array`, `ArrayBuffer`, `DataView` | bytes |
 * | plain object, `Map` of strings | MAP |
 * | `Date`, `Temporal.Instant` | ZONED DATETIME in UTC |
 * | `Temporal.ZonedDateTime`, {@link ZonedDateTime} | ZONED DATETIME |
 * | `Temporal.PlainDate`, {@link LocalDate} | DATE, whatever the calendar |
 * | `Temporal.PlainTime`, {@link LocalTime} | LOCAL TIME |
 * | {@link ZonedTime} | ZONED TIME |
 * | `Temporal.PlainDateTime`, {@link LocalDateTime} | LOCAL DATETIME, whatever the calendar |
 * | `Temporal.Duration`, {@link Duration} | DURATION; weeks are 7 days, years 12 months |
 * | {@link Point}, {@link Vector}, {@link Uuid} | POINT, VECTOR, UUID |
 *
 * Nodes, relationships, paths and records are no parameters: pass their element ids or their properties.
 */
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
   * const { records } = await driver.executeQuery<{ one: number }>("RETURN 1 AS one");
   * for (const record of records) console.log(record.get("one")); // 1
   * await driver.close();
   */
  driver(uri: string | URL, config?: Config): Driver;
};

/**
 * The one object of an application that knows the database. Holds connections to it; close it at the end.
 *
 * @example
 * await using driver = new Driver("neo4j://localhost", { auth: ["neo4j", "password"] }); // closed where the block ends
 * await driver.verifyConnectivity();
 */
export class Driver implements AsyncDisposable {
  /**
   * The same as `GraphDatabase.driver`: an instance of the subclass for the scheme.
   * @throws ConfigurationError for a wrong URI, an unknown key, or a value of the wrong kind
   */
  constructor(uri: string | URL, config?: Config);
  /** A driver belongs to the page or worker that made it: because of this, cloning it (`postMessage`) is an error. */
  readonly thread: symbol;
  /**
   * Starts a session: cheap, for work that belongs together.
   *
   * Close it: a session that is forgotten with a result or a transaction open keeps its connection until it is
   * collected as garbage. Then the connection is taken back, and a warning on the console says where the work was begun.
   *
   * @throws UsageError `DriverClosed` when the driver is closed
   * @throws ConfigurationError for an unknown option, or a value of the wrong kind
   * @example
   * await using session = driver.session({ accessMode: READ, database: "neo4j" });
   * for await (const record of session.run("MATCH (p:Person) RETURN p.name AS name")) console.log(record.get("name"));
   */
  session(config?: SessionConfig): Session;
  /** The same, with the access mode apart. */
  session(accessMode: AccessMode | undefined, config?: SessionConfig): Session;
  /**
   * Runs one query in a transaction of its own and fetches all records; tried again when that can help.
   *
   * With `accessMode: READ` it takes one round trip to the server, which commits by itself (an auto-commit transaction).
   * Otherwise it takes two: what may write is not told to commit before its result has come, or a lost connection would
   * always leave open whether it did.
   *
   * @throws ConfigurationError for an unknown option, or a value of the wrong kind
   * @throws UsageError `InvalidQuery`, `InvalidParameter`, or `DriverClosed`
   * @throws ServerError for what the server refuses; AuthError, ConnectionError, TimeoutError for why it was not reached
   * @throws CommitUncertainError when the connection is lost during the commit
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
  /**
   * Connects, and says to what. Rejects when a query would find no server either.
   *
   * @throws ConnectionError whose `code` says what is in the way
   * @throws AuthError for a wrong password
   * @throws TimeoutError
   * @example
   * const { agent, protocolVersion } = await driver.verifyConnectivity(); // "Neo4j/5.26.0", "5.8"
   */
  verifyConnectivity(config?: ConnectivityConfig): Promise<ServerInfo>;
  /** The same as `verifyConnectivity`. */
  getServerInfo(config?: ConnectivityConfig): Promise<ServerInfo>;
  /** Keeps the bookmarks of `executeQuery`: a session that is given it sees what those queries did. */
  get executeQueryBookmarkManager(): BookmarkManager;
  /**
   * Whether a token is good: logs in with it. Other work is not disturbed.
   * @throws ConfigurationError before Bolt 5.1 (Neo4j 5.5)
   * @throws ConnectionError or TimeoutError when no server can be asked
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
   * @throws ConnectionError `NoRouterAvailable` when no member of the cluster answers
   */
  updateRoutingTable(config?: UpdateRoutingTableConfig): Promise<RoutingTable>;
  /**
   * How many connections there are to each server, now. Costs nothing but the call; nothing is sent.
   *
   * @example
   * for (const { address, inUse, idle, waiting } of driver.metrics()) {
   *   console.log(`${address}: ${inUse} at work, ${idle} idle, ${waiting} calls wait`);
   * }
   */
  metrics(): ServerMetrics[];
  /** Whether the driver is closed. */
  closed(): boolean;
  /** Closes every connection at once; work that is under way fails. Closing again does nothing. */
  close(): Promise<void>;
  /** Closes: `await using driver = …`. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** For `bolt:` URIs: connects to exactly that host and port. */
export class DirectDriver extends Driver {}

/** For `neo4j:` URIs: reads go to readers, writes to the leader. */
export class RoutingDriver extends Driver {}

/** What a driver knows of the servers that work for a database, as "host:port". */
export interface RoutingTable {
  /** The database's name; null for a home database whose name the server does not say. */
  readonly database: string | null;
  /** Milliseconds for which this still holds. */
  readonly ttl: number;
  /** Those that can be asked for the next table. */
  readonly routers: string[];
  /** Those for work that only reads. */
  readonly readers: string[];
  /** Those for all other work: the leader, or none during an election. */
  readonly writers: string[];
}

/** The connections to one server. */
export interface ServerMetrics {
  /** The server, as "host:port". */
  readonly address: string;
  /** Connections lent to sessions and queries. */
  readonly inUse: number;
  /** Open connections that nobody uses. */
  readonly idle: number;
  /** Connections that are being opened and authenticated. */
  readonly opening: number;
  /** Calls that wait for a connection, since `maxConnectionPoolSize` are in use or being opened. */
  readonly waiting: number;
}

/** Work that belongs together, one piece after the other: each sees what those before it wrote. */
export class Session implements AsyncDisposable {
  private constructor();
  /** As {@link Driver.thread}: cloning a session is an error. */
  readonly thread: symbol;
  /**
   * Runs a query in a transaction of its own that is never tried again. It starts at once; what goes wrong surfaces
   * where the result is awaited.
   *
   * @throws ConfigurationError for an unknown option, or a value of the wrong kind; like all that follow, when awaited
   * @throws UsageError `InvalidQuery`, `InvalidParameter`, `SessionClosed`, or `DriverClosed`
   * @throws TransactionError `TransactionOpen` while there is a transaction open
   * @throws ServerError for what the server refuses; AuthError, ConnectionError, TimeoutError for why it was not reached
   * @example
   * let sum = 0;
   * for await (const record of session.run<{ i: number }>("UNWIND range(1, $n) AS i RETURN i", { n: 1e6 })) {
   *   sum += record.get("i");
   * }
   */
  run<R extends object = Row>(query: string, parameters?: Parameters, config?: TransactionConfig): Result<R>;
  /**
   * Starts a transaction that you commit. Only one at a time.
   *
   * @throws UsageError `SessionClosed` or `DriverClosed`
   * @throws TransactionError `TransactionOpen` while there is another open
   * @throws ServerError, AuthError, ConnectionError, TimeoutError
   * @example
   * await using tx = await session.beginTransaction({ timeout: 5_000 }); // rolled back unless committed
   * await tx.run("CREATE (:Person {name: $name})", { name: "Ann" });
   * await tx.commit();
   */
  beginTransaction(config?: TransactionConfig): Promise<Transaction>;
  /**
   * Does `work` in a transaction on a server for reads, commits it, and returns what `work` returned. When that can
   * help, all of it is done again, for as long as `maxRetryTime` allows: `work` should have no other effects. A result
   * that `work` returns is awaited.
   *
   * @throws What `work` throws, after a rollback, and all that {@link Session.run} does
   * @throws TransactionError `TransactionFailed` when a query went wrong and `work` did not throw, see `cause`
   * @throws UsageError `InvalidWork` for what is no function
   * @throws CommitUncertainError when the connection is lost during the commit: it is not tried again
   * @example
   * const { records } = await session.executeRead((tx) => tx.run<{ n: number }>("MATCH (n) RETURN count(n) AS n"));
   * const n: number | undefined = records[0]?.get("n");
   */
  executeRead<T>(work: (tx: ManagedTransaction) => T, config?: TransactionConfig): Promise<Awaited<T>>;
  /** The same on a server for writes. */
  executeWrite<T>(work: (tx: ManagedTransaction) => T, config?: TransactionConfig): Promise<Awaited<T>>;
  /** What stands for the work done so far: for the `bookmarks` of another session. */
  lastBookmarks(): string[];
  /** Whether it has not been closed. */
  isOpen(): boolean;
  /**
   * Ends the session, once what was started before is done; an open transaction is rolled back. Closing again does
   * nothing. It takes as long as a query that is under way does: the query's own signal ends that, or closing the driver.
   * The end of a transaction is waited for no longer than {@link Config.connectionTimeout}.
   * @throws What went wrong first with a query of {@link Session.run} whose result nobody has awaited, be it that the query was
   * refused, that it failed, or that its connection was lost. The session is closed all the same.
   */
  close(): Promise<void>;
  /** Closes: `await using session = …`. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** A transaction that the driver commits, and tries again when that can help. */
export class ManagedTransaction {
  protected constructor();
  /** As {@link Driver.thread}: cloning a transaction is an error. */
  readonly thread: symbol;
  /**
   * Runs a query. It starts at once; what goes wrong surfaces where the result is awaited, and ends the transaction: also
   * where nobody awaits the result, and where the query was refused before it was sent. Then the commit is refused with
   * that as the cause.
   *
   * @throws TransactionError `TransactionEnded` or `TransactionFailed`; otherwise as {@link Session.run}
   * @example
   * const name: string = await session.executeRead(async (tx) => {
   *   const record = await tx.run<{ name: string }>("MATCH (p:Person) RETURN p.name AS name LIMIT 1").single();
   *   return record.get("name");
   * });
   */
  run<R extends object = Row>(query: string, parameters?: Parameters, options?: SignalOptions): Result<R>;
  /** Whether it has neither ended nor failed. */
  isOpen(): boolean;
}

/** A transaction that you commit. */
export class Transaction extends ManagedTransaction implements AsyncDisposable {
  /**
   * Makes what was done permanent.
   * @throws TransactionError `TransactionFailed` when something went wrong with one of its queries, see `cause`
   * @throws CommitUncertainError when the connection is lost meanwhile: it may have happened or not
   * @throws TransactionError `TransactionEnded`
   * @throws ServerError when the server refuses, as for a constraint that is checked at the end
   */
  commit(options?: SignalOptions): Promise<void>;
  /**
   * Undoes what was done.
   * @throws TransactionError `TransactionEnded`
   */
  rollback(options?: SignalOptions): Promise<void>;
  /** Rolls back unless it is committed. Waits for the server no longer than {@link Config.connectionTimeout}. */
  close(): Promise<void>;
  /** Closes: `await using tx = …` rolls back unless it is committed. */
  [Symbol.asyncDispose](): Promise<void>;
}
