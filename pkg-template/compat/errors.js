// Errors as programs for neo4j-driver tell them apart: one class, and codes.

import { Neo4jError as OurError } from "../driver/errors.js";

export const SERVICE_UNAVAILABLE = "ServiceUnavailable";
export const SESSION_EXPIRED = "SessionExpired";
export const PROTOCOL_ERROR = "ProtocolError";
export const NOT_AVAILABLE = "N/A";

export const error = { SERVICE_UNAVAILABLE, SESSION_EXPIRED, PROTOCOL_ERROR };

const CLASSIFICATIONS = ["DATABASE_ERROR", "CLIENT_ERROR", "TRANSIENT_ERROR"];
/** What stands where no server has said anything. */
const DIAGNOSTIC_RECORD = Object.freeze({ OPERATION: "", OPERATION_CODE: "0", CURRENT_SCHEMA: "/" });
const GQL_STATUS = "50N42";
const described = (message) => `error: general processing exception - unexpected error. ${message}`;

/** JSON in which bigints, and what has a text of its own, are text. */
export const jsonOf = (value) =>
  JSON.stringify(value, (_, inner) => {
    if (typeof inner === "bigint") return `${inner}n`;
    const isOwn = typeof inner === "object" && inner !== null && !Array.isArray(inner)
      && typeof inner.toString === "function" && inner.toString !== Object.prototype.toString;
    return isOwn ? String(inner) : inner;
  });

export class GQLError extends Error {
  constructor(message, gqlStatus, gqlStatusDescription, diagnosticRecord, cause) {
    super(message, cause === undefined || cause === null ? undefined : { cause });
    this.cause = cause ?? undefined;
    this.gqlStatus = gqlStatus;
    this.gqlStatusDescription = gqlStatusDescription;
    this.diagnosticRecord = diagnosticRecord;
    const said = diagnosticRecord?._classification;
    this.classification = CLASSIFICATIONS.includes(said) ? said : "UNKNOWN";
    this.rawClassification = said ?? undefined;
    this.name = "GQLError";
  }

  containsGqlCause(gqlStatus) {
    return this.findByGqlStatus(gqlStatus) !== undefined;
  }

  findByGqlStatus(gqlStatus) {
    let each = this;
    while (each instanceof GQLError && each.gqlStatus !== gqlStatus) each = each.cause;
    return each instanceof GQLError ? each : undefined;
  }

  get diagnosticRecordAsJsonString() {
    return jsonOf(this.diagnosticRecord);
  }
}

export class Neo4jError extends GQLError {
  constructor(message, code, gqlStatus, gqlStatusDescription, diagnosticRecord, cause) {
    super(message, gqlStatus, gqlStatusDescription, diagnosticRecord, cause);
    this.code = code;
    this.name = "Neo4jError";
    this.retriable = this.retryable = isRetryableCode(code);
  }

  static isRetriable(thrown) {
    return Neo4jError.isRetryable(thrown);
  }

  static isRetryable(thrown) {
    return thrown instanceof Neo4jError && thrown.retryable;
  }
}

export const { isRetriable: isRetriableError, isRetryable: isRetryableError } = Neo4jError;

const isRetryableCode = (code) =>
  code === SERVICE_UNAVAILABLE || code === SESSION_EXPIRED ||
  code === "Neo.ClientError.Security.AuthorizationExpired" || Boolean(code?.includes?.("TransientError"));

export const newError = (
  message, code = NOT_AVAILABLE, cause, gqlStatus = GQL_STATUS, description = described(message), record = DIAGNOSTIC_RECORD,
) => new Neo4jError(message, code, gqlStatus, description, record, cause);

export const newGQLError = (
  message, cause, gqlStatus = GQL_STATUS, description = described(message), record = DIAGNOSTIC_RECORD,
) => new GQLError(message, gqlStatus, description, record, cause);

/** The code for each of ours that is no server's. */
const CODES = {
  NoMemberAvailable: SESSION_EXPIRED,
  AcquisitionTimeout: NOT_AVAILABLE,
  CommitUncertain: SERVICE_UNAVAILABLE,
  ConnectionTimeout: SERVICE_UNAVAILABLE,
  ReceiveTimeout: SERVICE_UNAVAILABLE,
  RouterTimeout: SERVICE_UNAVAILABLE,
  AuthTokenManagerFailed: NOT_AVAILABLE,
};

const byKind = { ConnectionError: SERVICE_UNAVAILABLE, ProtocolError: PROTOCOL_ERROR };

function codeOf({ name, code = "" }, isRouting) {
  if (code.startsWith("Neo.")) return code;
  // The next try is led elsewhere.
  if (code === "ConnectionClosed" && isRouting) return SESSION_EXPIRED;
  return CODES[code] ?? byKind[name] ?? (name === "ServerError" ? code : NOT_AVAILABLE);
}

/** Each of ours becomes one error, however often it is seen. */
const made = new WeakMap();

/** An error of ours as one of theirs; of anything else that was thrown, what it is. */
export function translated(thrown, isRouting = false) {
  if (!(thrown instanceof OurError)) return thrown;
  if (!made.has(thrown)) made.set(thrown, translation(thrown, isRouting));
  return made.get(thrown);
}

function translation(ours, isRouting) {
  const { name, message, code, retryable, gqlStatus, gqlStatusDescription, diagnosticRecord, cause } = ours;
  // What the application's own function has thrown is what it gets.
  if (code === "AuthTokenManagerFailed" && cause instanceof Neo4jError) return cause;
  const beneath = translated(cause, isRouting);
  // A cause that a server has told has a status of GQL and no code.
  if (name === "ServerError" && !code) return newGQLError(message, beneath, gqlStatus, gqlStatusDescription, diagnosticRecord);
  const theirs = newError(message, codeOf(ours, isRouting), beneath, gqlStatus, gqlStatusDescription, diagnosticRecord);
  // A commit that may have happened is not for repeating.
  theirs.retriable = theirs.retryable = name === "CommitUncertainError" ? false : retryable || theirs.retryable;
  theirs.stack = ours.stack?.replace(`${name}: `, "Neo4jError: ");
  return theirs;
}

/** What a promise of ours comes to, with the errors of theirs. */
export const orTranslated = (promise, isRouting) =>
  promise.catch((thrown) => {
    throw translated(thrown, isRouting);
  });

/** What a call of ours gives, with the errors of theirs. */
export function translating(call, isRouting) {
  try {
    return call();
  } catch (thrown) {
    throw translated(thrown, isRouting);
  }
}
