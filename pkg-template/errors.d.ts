// Errors, by culprit.

/** Where in the query text an error lies. */
export interface Position {
  /** Characters from the start of the text, from 0. */
  readonly offset: number;
  /** The line, from 1. */
  readonly line: number;
  /** The column, from 1. */
  readonly column: number;
}

/**
 * Base of all errors of the driver.
 *
 * What an `AbortSignal` stops rejects with the signal's own reason instead.
 */
export class Neo4jError extends Error {
  protected constructor();
  /**
   * A stable name: Neo4j's own (`Neo.ClientError.Statement.SyntaxError`) for what the server reported, one of the
   * driver's (`ConnectionClosed`, `InvalidParameter`, …) otherwise.
   */
  readonly code?: string;
  /** Whether doing the whole transaction again can succeed. `executeRead` and `executeWrite` do so by themselves. */
  readonly retryable: boolean;
  /** The GQL status (ISO/IEC 39075), such as `42N01`, of what a server reported; `50N42` from servers that have none of their own. */
  readonly gqlStatus?: string;
  /** The condition's standard description. */
  readonly gqlStatusDescription?: string;
  /** Whose fault the server says it was; `UNKNOWN` where it does not say. Only beside `gqlStatus`. */
  readonly classification?: "CLIENT_ERROR" | "DATABASE_ERROR" | "TRANSIENT_ERROR" | "UNKNOWN";
  /** What the server adds to the GQL status. */
  readonly diagnosticRecord?: { readonly [name: string]: any };
  /** Where in the query text the error lies, where the server says so. */
  readonly position?: Position;
  /** All of this for JSON, the cause included. */
  toJSON(): { [name: string]: unknown };
}

/** The URI or an option is wrong: nothing was opened. */
export class ConfigurationError extends Neo4jError {}
/** The server does not accept who we say we are. */
export class AuthError extends Neo4jError {}
/**
 * The connection could not be opened, or was lost. Why it could not be opened is in its `code`: `ServerUnreachable`,
 * `WrongPort` (what answers speaks HTTP), `CertificateNotTrusted`, `TlsFailed` (the server answers in the clear),
 * `TlsRequired`, `BlockedByPolicy` (the page's connect-src), `MixedContent`, `LocalNetworkBlocked`, `WebSocketMissing`, or
 * `ConnectionFailed` where the runtime does not tell.
 */
export class ConnectionError extends Neo4jError {}
/** Something took longer than its limit. */
export class TimeoutError extends Neo4jError {}
/** The connection was lost while a COMMIT was under way: it may have happened or not. Never retried. */
export class CommitUncertainError extends Neo4jError {}
/** The server does not keep to the protocol, or sent what this runtime cannot represent. */
export class ProtocolError extends Neo4jError {}
/** The transaction is not in a state that allows the call. */
export class TransactionError extends Neo4jError {}
/** The result has been taken already. */
export class ResultConsumedError extends Neo4jError {}
/** The driver was used in a way it does not allow. */
export class UsageError extends Neo4jError {}
/** The server refused the request: see {@link Neo4jError.code}. */
export class ServerError extends Neo4jError {}
