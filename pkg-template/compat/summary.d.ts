// Summaries.

import type { Integer, NumberOrInteger } from "./integer.js";

export interface NotificationPosition {
  offset?: number;
  line?: number;
  column?: number;
}

type NameOf<T extends string> = { [key in T]: key };

export type NotificationSeverityLevel = "WARNING" | "INFORMATION" | "UNKNOWN";
export const notificationSeverityLevel: NameOf<NotificationSeverityLevel>;
export type NotificationCategory =
  | "HINT" | "UNRECOGNIZED" | "UNSUPPORTED" | "PERFORMANCE" | "TOPOLOGY" | "SECURITY" | "DEPRECATION" | "GENERIC"
  | "SCHEMA" | "UNKNOWN";
export const notificationCategory: NameOf<NotificationCategory>;
export type NotificationClassification = NotificationCategory;
export const notificationClassification: NameOf<NotificationClassification>;

export type NotificationFilterMinimumSeverityLevel = "WARNING" | "INFORMATION" | "OFF";
export const notificationFilterMinimumSeverityLevel: NameOf<NotificationFilterMinimumSeverityLevel>;
export type NotificationFilterDisabledCategory = Exclude<NotificationCategory, "UNKNOWN">;
export const notificationFilterDisabledCategory: NameOf<NotificationFilterDisabledCategory>;
export type NotificationFilterDisabledClassification = NotificationFilterDisabledCategory;
export const notificationFilterDisabledClassification: NameOf<NotificationFilterDisabledClassification>;

/** Which notifications the server need not send: `disabledCategories` or `disabledClassifications`, which are the same. */
export interface NotificationFilter {
  minimumSeverityLevel?: NotificationFilterMinimumSeverityLevel;
  disabledCategories?: NotificationFilterDisabledCategory[];
  disabledClassifications?: NotificationFilterDisabledClassification[];
}

/** A hint or warning of the server. */
export class Notification {
  constructor(notification: any);
  code: string;
  title: string;
  description: string;
  /** The same as `rawSeverityLevel`. */
  severity: string;
  position: NotificationPosition | {};
  severityLevel: NotificationSeverityLevel;
  category: NotificationCategory;
  rawSeverityLevel: string;
  rawCategory?: string;
}

/** What the server adds to a status. */
export interface DiagnosticRecord {
  OPERATION: string;
  OPERATION_CODE: string;
  CURRENT_SCHEMA: string;
  _severity?: string;
  _classification?: string;
  _position?: { offset: number; line: number; column: number };
  _status_parameters?: { [key: string]: any };
  [key: string]: any;
}

/** The outcome, or a notification, in the words of GQL. */
export class GqlStatusObject {
  constructor(rawGqlStatusObject: any);
  readonly gqlStatus: string;
  readonly statusDescription: string;
  readonly diagnosticRecord: DiagnosticRecord;
  readonly position?: NotificationPosition;
  readonly severity: NotificationSeverityLevel;
  readonly rawSeverity?: string;
  readonly classification: NotificationClassification;
  readonly rawClassification?: string;
  readonly isNotification: boolean;
  get diagnosticRecordAsJsonString(): string;
}

/** A version of Bolt. */
export class ProtocolVersion {
  constructor(major: number, minor: number);
  getMajor(): number;
  getMinor(): number;
  isLessThan(other: ProtocolVersion): boolean;
  isGreaterThan(other: ProtocolVersion): boolean;
  isGreaterOrEqualTo(other: ProtocolVersion): boolean;
  isLessOrEqualTo(other: ProtocolVersion): boolean;
  isEqualTo(other: ProtocolVersion): boolean;
  toString(): string;
}

/** The server that has answered. */
export class ServerInfo {
  constructor(serverMeta?: any, protocolVersion?: ProtocolVersion);
  address?: string;
  protocolVersion?: ProtocolVersion;
  agent?: string;
}

/** An operator of a plan. Numbers among its arguments are numbers. */
export class Plan {
  constructor(plan: any);
  operatorType: string;
  identifiers: string[];
  arguments: { [key: string]: string };
  children: Plan[];
}

/** An operator with what it did. */
export class ProfiledPlan {
  constructor(profile: any);
  operatorType: string;
  identifiers: string[];
  arguments: { [key: string]: string };
  dbHits: number;
  rows: number;
  pageCacheMisses: number;
  pageCacheHits: number;
  pageCacheHitRatio: number;
  time: number;
  children: ProfiledPlan[];
  hasPageCacheStats(): boolean;
}

export interface Stats {
  nodesCreated: number;
  nodesDeleted: number;
  relationshipsCreated: number;
  relationshipsDeleted: number;
  propertiesSet: number;
  labelsAdded: number;
  labelsRemoved: number;
  indexesAdded: number;
  indexesRemoved: number;
  constraintsAdded: number;
  constraintsRemoved: number;
  [key: string]: number;
}

/** How many changes a query made. */
export class QueryStatistics {
  constructor(statistics: any);
  containsUpdates(): boolean;
  updates(): Stats;
  containsSystemUpdates(): boolean;
  systemUpdates(): number;
}

/** What the server says about a query when it is done. */
export class ResultSummary<T extends NumberOrInteger = Integer> {
  private constructor();
  query: { text: string; parameters: { [key: string]: any } };
  queryType: string;
  counters: QueryStatistics;
  plan: Plan | false;
  profile: ProfiledPlan | false;
  notifications: Notification[];
  gqlStatusObjects: [GqlStatusObject, ...GqlStatusObject[]];
  server: ServerInfo;
  /** Milliseconds. */
  resultConsumedAfter: T;
  /** Milliseconds. */
  resultAvailableAfter: T;
  database: { name: string | undefined | null };
  hasPlan(): boolean;
  hasProfile(): boolean;
}
