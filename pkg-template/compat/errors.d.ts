// Errors.

import type { DiagnosticRecord } from "./summary.js";

export type ErrorClassification = "DATABASE_ERROR" | "CLIENT_ERROR" | "TRANSIENT_ERROR" | "UNKNOWN";

/** What the server gives as a cause: it has a status and no code. */
export class GQLError extends Error {
  constructor(
    message: string, gqlStatus: string, gqlStatusDescription: string, diagnosticRecord?: DiagnosticRecord, cause?: Error,
  );
  gqlStatus: string;
  gqlStatusDescription: string;
  diagnosticRecord: DiagnosticRecord | undefined;
  classification: ErrorClassification;
  rawClassification?: string;
  cause?: Error;
  /** Whether it, or one of its causes, has this status. */
  containsGqlCause(gqlStatus: string): boolean;
  /** It, or the first of its causes that has this status. */
  findByGqlStatus(gqlStatus: string): GQLError | Neo4jError | undefined;
  get diagnosticRecordAsJsonString(): string;
}

/**
 * Every error of the driver. `code` is the server's (`Neo.ClientError.Statement.SyntaxError`), or `ServiceUnavailable`,
 * `SessionExpired`, `ProtocolError`, or `N/A` for what was used wrongly.
 *
 * @example
 * try {
 *   await driver.executeQuery("CREATE (:Person {name: $name})", { name: "Ann" });
 * } catch (error) {
 *   if (error instanceof Neo4jError && error.retryable) console.log("try again");
 * }
 */
export class Neo4jError extends GQLError {
  constructor(
    message: string, code: string, gqlStatus: string, gqlStatusDescription: string, diagnosticRecord?: DiagnosticRecord,
    cause?: Error,
  );
  code: string;
  /** The same as `retryable`. */
  retriable: boolean;
  /** Whether doing the whole transaction again can succeed. */
  retryable: boolean;
  static isRetriable(error?: any | null): boolean;
  static isRetryable(error?: any | null): boolean;
}

export function newError(
  message: string, code?: string, cause?: Error, gqlStatus?: string, gqlStatusDescription?: string,
  diagnosticRecord?: DiagnosticRecord,
): Neo4jError;
export function newGQLError(
  message: string, cause?: Error, gqlStatus?: string, gqlStatusDescription?: string, diagnosticRecord?: DiagnosticRecord,
): GQLError;
export const isRetriableError: typeof Neo4jError.isRetriable;
export const isRetryableError: typeof Neo4jError.isRetryable;

/** Codes that are no server's. */
export const error: {
  SERVICE_UNAVAILABLE: string;
  SESSION_EXPIRED: string;
  PROTOCOL_ERROR: string;
};
