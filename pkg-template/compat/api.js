// All that `neo4j-wasm/compat` exports by name.

export { auth, authTokenManagers } from "./auth.js";
export { clientCertificateProviders } from "./host.js";
export { bookmarkManager, Driver, driver, from, hasReachableServer, routing, session } from "./driver.js";
export { error, GQLError, isRetriableError, isRetryableError, Neo4jError, newError, newGQLError } from "./errors.js";
export {
  isNode, isPath, isPathSegment, isRelationship, isUnboundRelationship, Node, Path, PathSegment, Relationship,
  UnboundRelationship,
} from "./graph.js";
export { inSafeRange, int, Integer, isInt, toNumber, toString } from "./integer.js";
export { logging } from "./logging.js";
export { RecordObjectMapping, StandardCase } from "./mapping.js";
export {
  EncapsulatedKey, EncapsulatedKeyRecord, EncapsulatedKeyRecordRepository, EncryptionProfile, EncryptionService,
  EnvelopeEncryptionProfile, internal, KeyEncapsulationService, LocalKeyEncapsulationService, localKeyEncapsulationService,
  SecretKey,
} from "./missing.js";
export {
  notificationCategory, notificationClassification, notificationFilterDisabledCategory,
  notificationFilterDisabledClassification, notificationFilterMinimumSeverityLevel, notificationSeverityLevel,
} from "./names.js";
export { Record } from "./record.js";
export { Result } from "./result.js";
export { mappingDecorators, rule } from "./rules.js";
export { RxManagedTransaction, RxResult, RxSession, RxTransaction, useRx } from "./rx.js";
export { Session } from "./session.js";
export {
  GqlStatusObject, Notification, Plan, ProfiledPlan, QueryStatistics, ResultSummary, ServerInfo,
} from "./summary.js";
export {
  Date, DateTime, Duration, isDate, isDateTime, isDuration, isLocalDateTime, isLocalTime, isTime, LocalDateTime, LocalTime,
  Time,
} from "./temporal.js";
export { ManagedTransaction, Transaction } from "./transaction.js";
export { EagerResult, resultTransformers } from "./transformers.js";
export { isPoint, isUnsupportedType, isUUID, isVector, Point, UnsupportedType, UUID, uuid, Vector, vector } from "./values.js";
export { ProtocolVersion } from "./version.js";

import {
  isNode, isPath, isPathSegment, isRelationship, isUnboundRelationship, Node, Path, PathSegment, Relationship,
  UnboundRelationship,
} from "./graph.js";
import { inSafeRange, Integer, toNumber, toString } from "./integer.js";
import { Record } from "./record.js";
import { Result } from "./result.js";
import { RxManagedTransaction, RxResult, RxSession, RxTransaction } from "./rx.js";
import { ResultSummary } from "./summary.js";
import {
  Date, DateTime, Duration, isDate, isDateTime, isDuration, isLocalDateTime, isLocalTime, isTime, LocalDateTime, LocalTime,
  Time,
} from "./temporal.js";
import { EagerResult } from "./transformers.js";
import { isPoint, Point, UUID, Vector } from "./values.js";
import { ProtocolVersion } from "./version.js";

export const types = {
  Node, Relationship, UnboundRelationship, PathSegment, Path, Result, EagerResult, ResultSummary, Record, Point, Date, DateTime,
  Duration, LocalDateTime, LocalTime, Time, Integer, Vector, UUID, ProtocolVersion, RxSession, RxTransaction, RxManagedTransaction,
  RxResult,
};
export const integer = { toNumber, toString, inSafeRange };
export const spatial = { isPoint };
export const temporal = { isDuration, isLocalTime, isTime, isDate, isLocalDateTime, isDateTime };
export const graph = { isNode, isPath, isPathSegment, isRelationship, isUnboundRelationship };
