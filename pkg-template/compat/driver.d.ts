// Drivers.

/// <reference lib="esnext.disposable" />

import type { Driver as Native } from "../entries/index.js";
import type { AuthToken, AuthTokenManager, BookmarkManager, Config, Query, SessionMode } from "./config.js";
import type { Rules } from "./mapping.js";
import type { EagerResult, ResultTransformer } from "./result.js";
import type { RxSession } from "./rx.js";
import type { Session, SessionConfig, TransactionConfig } from "./session.js";
import type { ProtocolVersion, ServerInfo } from "./summary.js";

export type RoutingControl = "WRITE" | "READ";
export const routing: { WRITE: "WRITE"; READ: "READ" };
export const session: { READ: SessionMode; WRITE: SessionMode };

/** How `executeQuery` works. */
export interface QueryConfig<T = EagerResult> {
  routing?: RoutingControl;
  database?: string;
  impersonatedUser?: string;
  bookmarkManager?: BookmarkManager | null;
  resultTransformer?: ResultTransformer<T>;
  transactionConfig?: TransactionConfig;
  auth?: AuthToken;
  signal?: AbortSignal;
}

/** The one object of an application that knows the database. */
export class Driver {
  private constructor();
  /** The native driver beneath: for moving on to its API piece by piece, on the same connections. */
  readonly native: Native;
  get executeQueryBookmarkManager(): BookmarkManager;
  /**
   * @throws TypeError, as a rejection, for what is no query, no parameters, or no options
   * @example
   * const { records } = await driver.executeQuery("RETURN $x AS x", { x: int(1) }, { routing: routing.READ });
   */
  executeQuery<T = EagerResult>(
    query: Query, parameters?: any, config?: QueryConfig<T>, parameterRules?: Rules,
  ): Promise<T>;
  verifyConnectivity(options?: { database?: string }): Promise<void>;
  verifyAuthentication(options?: { auth?: AuthToken; database?: string }): Promise<boolean>;
  getServerInfo(options?: { database?: string }): Promise<ServerInfo>;
  supportsMultiDb(): Promise<boolean>;
  supportsTransactionConfig(): Promise<boolean>;
  supportsUserImpersonation(): Promise<boolean>;
  supportsSessionAuth(): Promise<boolean>;
  /** Nobody logs in for it. */
  getNegotiatedProtocolVersion(): Promise<ProtocolVersion>;
  isEncrypted(): boolean;
  session(config?: SessionConfig): Session;
  /** Needs the package rxjs. */
  rxSession: (sessionParams?: SessionConfig) => RxSession;
  /** Ends what is under way. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Makes a driver, as `neo4j-driver` does; what is wrong with the URI or the configuration is thrown.
 *
 * @example
 * const driver = neo4j.driver("neo4j://localhost", neo4j.auth.basic("neo4j", "password"));
 */
export function driver(url: string, authToken?: AuthToken | AuthTokenManager, config?: Config): Driver;
/** A native driver as one of these; both go on to work, on the same connections. */
export function from(native: Native | Driver, config?: Config): Driver;
/** Resolves once a server has answered; nobody logs in. */
export function hasReachableServer(url: string, config?: Pick<Config, "logging">): Promise<true>;
