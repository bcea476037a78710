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
 * Base of all errors of the driver. To tell them apart, use `instanceof`, or compare `name`, by which TypeScript knows
 * them too.
 *
 * What an `AbortSignal` stops rejects with the signal's own reason instead. A clone of an error (`structuredClone`,
 * `postMessage`) has lost most of this, as the clones of all errors do: send `error.toJSON()`.
 *
 * @example
 * try {
 *   await driver.executeQuery("CREATE (:Person {name: $name})", { name: "Ann" });
 * } catch (error) {
 *   if (!(error instanceof Neo4jError)) throw error;
 *   switch (error.name) {
 *     case "ServerError":
 *       if (error.code === "Neo.ClientError.Schema.ConstraintValidationFailed") break; // there is one already
 *       throw error;
 *     case "ConnectionError":
 *       console.log(error.code === "CertificateNotTrusted" ? "Not the server we know" : "Are you offline?");
 *       break;
 *     default:
 *       throw error;
 *   }
 * }
 */
export class Neo4jError extends Error {
  protected constructor();
  /** True for errors of all its subclasses; TypeScript then knows them by `name`. */
  static [Symbol.hasInstance](value: unknown): value is AnyNeo4jError;
  /** The class, as text that no minifier changes. */
  readonly name: AnyNeo4jError["name"];
  /**
   * A stable name: Neo4j's own (`Neo.ClientError.Statement.SyntaxError`) for what the server reported, one of the
   * driver's (`ConnectionClosed`, `InvalidParameter`, …) otherwise. Each subclass lists its own.
   */
  readonly code?: string;
  /** Whether doing the whole transaction again can succeed. `executeRead` and `executeWrite` do so by themselves. */
  readonly retryable: boolean;
  /**
   * The GQL status (ISO/IEC 39075), such as `42N01`, of what a server reported; `50N42` from servers that have none of
   * their own.
   */
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

/** Every kind of error that the driver throws, told apart by `name`. */
export type AnyNeo4jError =
  | ConfigurationError | AuthError | ConnectionError | TimeoutError | CommitUncertainError | ProtocolError
  | TransactionError | ResultConsumedError | UsageError | ServerError;

/** The URI or an option is wrong, or the runtime does not start the driver's wasm: nothing was opened. */
export class ConfigurationError extends Neo4jError {
  /** As `instanceof` has it. */
  static [Symbol.hasInstance](value: unknown): value is ConfigurationError;
  /** Tells it from the other errors. */
  readonly name: "ConfigurationError";
  /**
   * `InvalidConfiguration`; `MixedContent` for a page served by https that would open `ws:`; `WasmMissing` in a runtime
   * without WebAssembly; `WasmBlocked` by the page's content security policy, or at the edge, where it has to come as a
   * module; `WasmInvalid` where the wasm is another version's or was changed on its way; `WasmNotFound` where what `ready` was given leads to none.
   */
  readonly code:
    | "InvalidConfiguration" | "MixedContent" | "WasmMissing" | "WasmBlocked" | "WasmInvalid" | "WasmNotFound";
}

/** The server does not accept who we say we are. */
export class AuthError extends Neo4jError {
  /** As `instanceof` has it. */
  static [Symbol.hasInstance](value: unknown): value is AuthError;
  /** Tells it from the other errors. */
  readonly name: "AuthError";
  /** The server's own; `AuthTokenManagerFailed` where it is the application's token manager that has failed. */
  readonly code:
    | "Neo.ClientError.Security.Unauthorized" | "Neo.ClientError.Security.AuthenticationRateLimit"
    | "Neo.ClientError.Security.CredentialsExpired" | "Neo.ClientError.Security.TokenExpired"
    | "AuthTokenManagerFailed" | (string & {});
}

/** The connection could not be opened, or was lost. */
export class ConnectionError extends Neo4jError {
  /** As `instanceof` has it. */
  static [Symbol.hasInstance](value: unknown): value is ConnectionError;
  /** Tells it from the other errors. */
  readonly name: "ConnectionError";
  /**
   * Why it could not be opened: `ServerUnreachable`, `ServerUnavailable` (a proxy whose server is away), `ProxyRefused` (one
   * that wants a login), `WrongPort` (what answers speaks HTTP), `CertificateNotTrusted`,
   * `TlsFailed` (the server answers in the clear), `TlsRequired`, `BlockedByPolicy` (the page's connect-src),
   * `ClientCertificateRefused`, `ClientCertificateFailed` (the application's function gave none), `MixedContent`,
   * `LocalNetworkBlocked`, `WebSocketMissing`, `ConnectionRefusedByHost` (the runtime opens no socket to
   * there), or `ConnectionFailed` where the runtime does not tell.
   *
   * `ConnectionClosed`: it was lost, or the driver was closed. `TooMuchUnread`: far more records have come than anyone has
   * read, see {@link Config.maxMessageSize}. `OutOfMemory`: what the server sends finds no room. `DriverCrashed`: the driver
   * itself has crashed, and only a new one is of use. In a cluster: `NoRouterAvailable`, `NoMemberAvailable`,
   * `IncompleteRoutingTable`, `ResolverFailed`.
   */
  readonly code:
    | "ServerUnreachable" | "ServerUnavailable" | "ProxyRefused" | "WrongPort" | "CertificateNotTrusted" | "TlsFailed"
    | "TlsRequired" | "ClientCertificateRefused" | "ClientCertificateFailed" | "BlockedByPolicy" | "MixedContent" | "LocalNetworkBlocked" | "WebSocketMissing"
    | "ConnectionRefusedByHost" | "ConnectionFailed" | "ConnectionClosed" | "TooMuchUnread" | "OutOfMemory"
    | "DriverCrashed" | "NoRouterAvailable" | "NoMemberAvailable" | "IncompleteRoutingTable" | "ResolverFailed";
}

/** Something took longer than its limit. */
export class TimeoutError extends Neo4jError {
  /** As `instanceof` has it. */
  static [Symbol.hasInstance](value: unknown): value is TimeoutError;
  /** Tells it from the other errors. */
  readonly name: "TimeoutError";
  /**
   * Which limit: {@link Config.connectionAcquisitionTimeout}, which holds for managers of tokens and bookmarks too, a
   * router's share of it, {@link Config.connectionTimeout}, or (`ReceiveTimeout`) for how long the server has promised
   * never to be silent.
   */
  readonly code:
    | "AcquisitionTimeout" | "AuthTokenManagerTimeout" | "BookmarkManagerTimeout" | "ConnectionTimeout" | "ResolverTimeout"
    | "RouterTimeout" | "ReceiveTimeout";
}

/** The connection was lost while a COMMIT was under way: it may have happened or not. Never retried. */
export class CommitUncertainError extends Neo4jError {
  /** As `instanceof` has it. */
  static [Symbol.hasInstance](value: unknown): value is CommitUncertainError;
  /** Tells it from the other errors. */
  readonly name: "CommitUncertainError";
  /** Always the same. */
  readonly code: "CommitUncertain";
}

/** The server does not keep to the protocol, or sent what this runtime cannot represent. */
export class ProtocolError extends Neo4jError {
  /** As `instanceof` has it. */
  static [Symbol.hasInstance](value: unknown): value is ProtocolError;
  /** Tells it from the other errors. */
  readonly name: "ProtocolError";
  /**
   * `UnsupportedVersion`: no version of Bolt in common. `UnknownTimeZone`: a value in a zone that the runtime does not
   * know. `MessageTooLarge`: one message is larger than {@link Config.maxMessageSize}, or of too many small values.
   */
  readonly code?: "ProtocolViolation" | "UnsupportedVersion" | "UnknownTimeZone" | "MessageTooLarge";
}

/** The transaction is not in a state that allows the call. */
export class TransactionError extends Neo4jError {
  /** As `instanceof` has it. */
  static [Symbol.hasInstance](value: unknown): value is TransactionError;
  /** Tells it from the other errors. */
  readonly name: "TransactionError";
  /**
   * `TransactionOpen`: the session has one open. `TransactionEnded`: it is committed or rolled back.
   * `TransactionFailed`: something in it has failed, and so all of it. `TransactionAbandoned`: its work was given up.
   */
  readonly code: "TransactionOpen" | "TransactionEnded" | "TransactionFailed" | "TransactionAbandoned";
}

/** The result has been taken already. */
export class ResultConsumedError extends Neo4jError {
  /** As `instanceof` has it. */
  static [Symbol.hasInstance](value: unknown): value is ResultConsumedError;
  /** Tells it from the other errors. */
  readonly name: "ResultConsumedError";
  /** `ResultOutOfScope`: it was not read before its session was closed or its transaction ended. */
  readonly code: "ResultConsumed" | "ResultOutOfScope";
}

/** The driver was used in a way it does not allow. */
export class UsageError extends Neo4jError {
  /** As `instanceof` has it. */
  static [Symbol.hasInstance](value: unknown): value is UsageError;
  /** Tells it from the other errors. */
  readonly name: "UsageError";
  /**
   * Closed: `DriverClosed`, `SessionClosed`. What was given: `InvalidParameter` (the message has its path),
   * `InvalidQuery`, `InvalidValue`, `InvalidWork`. What was asked for: `UnknownKey`, `NotSingle`, `NoRoutingTable`,
   * `TemporalMissing`. `Aborted`: the result's signal has fired. `BookmarkManagerFailed`: the application's own has.
   * `NotReady`: `ready` of `neo4j-wasm/slim` was not awaited. `Thrown`: the cause of another error, for what was thrown.
   */
  readonly code:
    | "DriverClosed" | "SessionClosed" | "InvalidParameter" | "InvalidQuery" | "InvalidValue" | "InvalidWork"
    | "UnknownKey" | "NotSingle" | "NoRoutingTable" | "TemporalMissing" | "Aborted" | "BookmarkManagerFailed"
    | "NotReady" | "Thrown";
}

/** The server refused the request. */
export class ServerError extends Neo4jError {
  /** As `instanceof` has it. */
  static [Symbol.hasInstance](value: unknown): value is ServerError;
  /** Tells it from the other errors. */
  readonly name: "ServerError";
  /** The server's own, some of many: see https://neo4j.com/docs/status-codes/current/errors/all-errors/ */
  readonly code:
    | "Neo.ClientError.Statement.SyntaxError" | "Neo.ClientError.Statement.ParameterMissing"
    | "Neo.ClientError.Statement.TypeError" | "Neo.ClientError.Statement.ArithmeticError"
    | "Neo.ClientError.Schema.ConstraintValidationFailed" | "Neo.ClientError.Security.Forbidden"
    | "Neo.ClientError.Database.DatabaseNotFound" | "Neo.ClientError.Transaction.TransactionTimedOut"
    | "Neo.TransientError.Transaction.DeadlockDetected" | (string & {});
}
