// What the server says about a query when it is done.

import type { Position } from "./errors.js";

/** How many changes a query made. */
export class Counters {
  private constructor();
  readonly nodesCreated: number;
  readonly nodesDeleted: number;
  readonly relationshipsCreated: number;
  readonly relationshipsDeleted: number;
  readonly propertiesSet: number;
  readonly labelsAdded: number;
  readonly labelsRemoved: number;
  readonly indexesAdded: number;
  readonly indexesRemoved: number;
  readonly constraintsAdded: number;
  readonly constraintsRemoved: number;
  readonly systemUpdates: number;
  /** Whether the query changed data or schema. */
  containsUpdates(): boolean;
  /** Whether the query changed the system database. */
  containsSystemUpdates(): boolean;
}

/** An operator of a query plan, for `EXPLAIN` and `PROFILE`. */
export interface Plan {
  readonly operatorType: string;
  readonly identifiers: string[];
  readonly arguments: { readonly [name: string]: any };
  readonly children: Plan[];
}

/** An operator with what it did, for `PROFILE`. */
export interface ProfiledPlan extends Plan {
  readonly dbHits: number;
  readonly rows: number;
  readonly pageCacheHits: number | null;
  readonly pageCacheMisses: number | null;
  readonly pageCacheHitRatio: number | null;
  /** Nanoseconds. */
  readonly time: number | null;
  readonly children: ProfiledPlan[];
}

/** A hint or warning of the server. */
export interface Notification {
  readonly code: string;
  readonly title: string;
  readonly description: string;
  /** `UNKNOWN` where the server says nothing or something else. */
  readonly severity: "WARNING" | "INFORMATION" | "UNKNOWN";
  /** Such as `PERFORMANCE`; `UNKNOWN` where the server says nothing or something else. */
  readonly category: string;
  /** As the server says it. */
  readonly rawSeverity: string;
  readonly rawCategory: string;
  readonly position: Position | null;
}

/** What the server says of the outcome, in the words of GQL (ISO/IEC 39075). */
export interface GqlStatusObject {
  /** Such as `00000` for success, `02000` for no data. */
  readonly gqlStatus: string;
  readonly statusDescription: string;
  readonly diagnosticRecord: { readonly [name: string]: any };
  /** `UNKNOWN` where the server says nothing or something else; its words are in the diagnostic record. */
  readonly severity: "WARNING" | "INFORMATION" | "UNKNOWN";
  /** Such as `PERFORMANCE`; `UNKNOWN` where the server says nothing or something else. */
  readonly classification: string;
  /** As the server says it; null where it says nothing. */
  readonly rawSeverity: string | null;
  readonly rawClassification: string | null;
  readonly position: Position | null;
  /** Whether it is a hint or warning, not just the outcome. */
  readonly isNotification: boolean;
}

export interface ServerInfo {
  /** Host and port. */
  readonly address: string;
  /** Such as `Neo4j/5.26.0`. */
  readonly agent: string;
  /** Of Bolt, such as `5.8`. */
  readonly protocolVersion: string;
}

export class Summary {
  private constructor();
  readonly query: { readonly text: string; readonly parameters: { readonly [name: string]: any } };
  /** Read only, read and write, write only, or schema. */
  readonly queryType: "r" | "rw" | "w" | "s" | null;
  readonly counters: Counters;
  /** For `EXPLAIN` and `PROFILE`. */
  readonly plan: Plan | null;
  /** For `PROFILE`. */
  readonly profile: ProfiledPlan | null;
  readonly notifications: Notification[];
  readonly gqlStatusObjects: GqlStatusObject[];
  /** Milliseconds until the server had the first record. */
  readonly resultAvailableAfter: number | null;
  /** Milliseconds until the server had sent the last record. */
  readonly resultConsumedAfter: number | null;
  readonly server: ServerInfo;
  /** The database in which the query ran. */
  readonly database: string | null;
}
