// Reactive sessions. They need the package rxjs, an optional peer.

// @ts-ignore: where it is not installed, nobody uses these.
import type { Observable } from "rxjs";
import type { Parameters } from "./config.js";
import type { Record } from "./record.js";
import type { TransactionConfig } from "./session.js";
import type { ResultSummary } from "./summary.js";

/** Gives the library, where there is no `require`: on pages. */
export function useRx(library: any): void;

export class RxResult {
  private constructor();
  keys: () => Observable<string[]>;
  /** Once. */
  records: () => Observable<Record>;
  consume: () => Observable<ResultSummary>;
  pause: () => void;
  resume: () => Promise<void>;
  push: () => Promise<void>;
}

export class RxManagedTransaction {
  private constructor();
  run: (query: string, parameters?: Parameters) => RxResult;
}

export class RxTransaction {
  private constructor();
  run: (query: string, parameters?: Parameters) => RxResult;
  isOpen: () => boolean;
  commit: () => Observable<any>;
  rollback: () => Observable<any>;
  close: () => Observable<any>;
}

type RxTransactionWork<T> = (tx: RxTransaction) => Observable<T>;

export class RxSession {
  private constructor();
  run: (query: string, parameters?: Parameters, config?: TransactionConfig) => RxResult;
  beginTransaction: (config?: TransactionConfig) => Observable<RxTransaction>;
  lastBookmarks: () => string[];
  lastBookmark: () => string[];
  executeRead: <T>(work: RxTransactionWork<T>, config?: TransactionConfig) => Observable<T>;
  executeWrite: <T>(work: RxTransactionWork<T>, config?: TransactionConfig) => Observable<T>;
  close: () => Observable<any>;
}
