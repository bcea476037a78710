// Sessions and transactions.

/// <reference lib="esnext.disposable" />

import type { AuthToken, BookmarkManager, Query, SessionMode } from "./config.js";
import type { NumberOrInteger } from "./integer.js";
import type { Rules } from "./mapping.js";
import type { RecordShape } from "./record.js";
import type { Result } from "./result.js";
import type { NotificationFilter } from "./summary.js";

/** What holds for one transaction. */
export interface TransactionConfig {
  /** Milliseconds after which the server ends it; 0 for never. */
  timeout?: NumberOrInteger;
  metadata?: object;
}

/** What holds for all work of a session. */
export interface SessionConfig {
  defaultAccessMode?: SessionMode;
  bookmarks?: string | string[];
  database?: string;
  impersonatedUser?: string;
  fetchSize?: number;
  bookmarkManager?: BookmarkManager;
  notificationFilter?: NotificationFilter;
  auth?: AuthToken;
  /** Has no effect: what is run by `session.run` is never run again. */
  disableAutoCommitRetries?: boolean;
}

/** A transaction that the driver commits, and tries again when that can help. */
export class ManagedTransaction {
  private constructor();
  /** @throws TypeError for what is no query, or no parameters */
  run<R extends RecordShape = RecordShape>(query: Query, parameters?: any, parameterRules?: Rules): Result<R>;
}

/** A transaction that you commit. */
export class Transaction {
  protected constructor();
  /** @throws TypeError for what is no query, or no parameters */
  run<R extends RecordShape = RecordShape>(query: Query, parameters?: any, parameterRules?: Rules): Result<R>;
  commit(): Promise<void>;
  rollback(): Promise<void>;
  /** Whether it has neither ended nor failed. */
  isOpen(): boolean;
  /** Rolls back what is still open. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** A transaction that can be used at once, and awaited for whether it has begun. */
export class TransactionPromise extends Transaction implements Promise<Transaction> {
  readonly [Symbol.toStringTag]: string;
  then<TResult1 = Transaction, TResult2 = never>(
    onfulfilled?: ((value: Transaction) => TResult1 | PromiseLike<TResult1>) | null,
    onrejected?: ((reason: any) => TResult2 | PromiseLike<TResult2>) | null,
  ): Promise<TResult1 | TResult2>;
  catch<TResult = never>(onrejected?: ((reason: any) => TResult | PromiseLike<TResult>) | null): Promise<any>;
  finally(onfinally?: (() => void) | null): Promise<Transaction>;
}

export type ManagedTransactionWork<T> = (tx: ManagedTransaction) => Promise<T> | T;

/** Work that belongs together, one piece after the other. */
export class Session {
  private constructor();
  /**
   * Runs a query in a transaction of its own.
   * @throws TypeError for what is no query, no parameters, or no options
   */
  run<R extends RecordShape = RecordShape>(
    query: Query, parameters?: any, transactionConfig?: TransactionConfig, parameterRules?: Rules,
  ): Result<R>;
  /** @throws Neo4jError when the session is closed, or has a transaction open */
  beginTransaction(transactionConfig?: TransactionConfig): TransactionPromise;
  /** The same array as long as nothing has changed. */
  lastBookmarks(): string[];
  executeRead<T>(transactionWork: ManagedTransactionWork<T>, transactionConfig?: TransactionConfig): Promise<T>;
  /**
   * A failure of a query that the work has caught is what it rejects with: nothing was committed.
   */
  executeWrite<T>(transactionWork: ManagedTransactionWork<T>, transactionConfig?: TransactionConfig): Promise<T>;
  /** What older programs call. */
  readTransaction<T>(transactionWork: (tx: any) => Promise<T> | T, transactionConfig?: TransactionConfig): Promise<T>;
  /** What older programs call. */
  writeTransaction<T>(transactionWork: (tx: any) => Promise<T> | T, transactionConfig?: TransactionConfig): Promise<T>;
  /** What older programs call. */
  lastBookmark(): string[];
  /** Ends what is under way, and the session. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}
