// All that `neo4j-wasm/compat` exports by name: the names of neo4j-driver 6.

import type * as graphs from "./graph.js";
import type * as integers from "./integer.js";
import type { Record } from "./record.js";
import type { EagerResult, Result } from "./result.js";
import type { RxManagedTransaction, RxResult, RxSession, RxTransaction } from "./rx.js";
import type { ProtocolVersion, ResultSummary } from "./summary.js";
import type * as temporals from "./temporal.js";
import type * as values from "./values.js";

export * from "./config.js";
export * from "./driver.js";
export * from "./errors.js";
export {
  isNode, isPath, isPathSegment, isRelationship, isUnboundRelationship, Node, Path, PathSegment, Relationship,
  UnboundRelationship,
} from "./graph.js";
export * from "./integer.js";
export { mappingDecorators, RecordObjectMapping, Rule, rule, Rules, StandardCase } from "./mapping.js";
export { Record, RecordShape } from "./record.js";
export {
  EagerResult, MappedQueryResult, QueryResult, Result, ResultObserver, resultTransformers, ResultTransformer,
} from "./result.js";
export { RxManagedTransaction, RxResult, RxSession, RxTransaction, useRx } from "./rx.js";
export {
  ManagedTransaction, ManagedTransactionWork, Session, SessionConfig, Transaction, TransactionConfig,
} from "./session.js";
export {
  GqlStatusObject, Notification, NotificationCategory, notificationCategory, NotificationClassification,
  notificationClassification, NotificationFilter, NotificationFilterDisabledCategory, notificationFilterDisabledCategory,
  NotificationFilterDisabledClassification, notificationFilterDisabledClassification,
  NotificationFilterMinimumSeverityLevel, notificationFilterMinimumSeverityLevel, NotificationPosition,
  NotificationSeverityLevel, notificationSeverityLevel, Plan, ProfiledPlan, ProtocolVersion, QueryStatistics,
  ResultSummary, ServerInfo,
} from "./summary.js";
export {
  Date, DateTime, Duration, isDate, isDateTime, isDuration, isLocalDateTime, isLocalTime, isTime, LocalDateTime,
  LocalTime, StandardDate, Time,
} from "./temporal.js";
export {
  isPoint, isUnsupportedType, isUUID, isVector, Point, UnsupportedType, UUID, uuid, Vector, vector, VectorType,
} from "./values.js";

/** The classes in one object. */
export const types: {
  Node: typeof graphs.Node;
  Relationship: typeof graphs.Relationship;
  UnboundRelationship: typeof graphs.UnboundRelationship;
  PathSegment: typeof graphs.PathSegment;
  Path: typeof graphs.Path;
  Result: typeof Result;
  EagerResult: typeof EagerResult;
  ResultSummary: typeof ResultSummary;
  Record: typeof Record;
  Point: typeof values.Point;
  Date: typeof temporals.Date;
  DateTime: typeof temporals.DateTime;
  Duration: typeof temporals.Duration;
  LocalDateTime: typeof temporals.LocalDateTime;
  LocalTime: typeof temporals.LocalTime;
  Time: typeof temporals.Time;
  Integer: typeof integers.Integer;
  Vector: typeof values.Vector;
  UUID: typeof values.UUID;
  ProtocolVersion: typeof ProtocolVersion;
  RxSession: typeof RxSession;
  RxTransaction: typeof RxTransaction;
  RxManagedTransaction: typeof RxManagedTransaction;
  RxResult: typeof RxResult;
};
export const integer: {
  toNumber: typeof integers.toNumber;
  toString: typeof integers.toString;
  inSafeRange: typeof integers.inSafeRange;
};
export const spatial: { isPoint: typeof values.isPoint };
export const temporal: {
  isDuration: typeof temporals.isDuration;
  isLocalTime: typeof temporals.isLocalTime;
  isTime: typeof temporals.isTime;
  isDate: typeof temporals.isDate;
  isLocalDateTime: typeof temporals.isLocalDateTime;
  isDateTime: typeof temporals.isDateTime;
};
export const graph: {
  isNode: typeof graphs.isNode;
  isPath: typeof graphs.isPath;
  isPathSegment: typeof graphs.isPathSegment;
  isRelationship: typeof graphs.isRelationship;
  isUnboundRelationship: typeof graphs.isUnboundRelationship;
};
