// What the server says about a query when it is done.

import type { Position } from "./errors.js";

/**
 * How many changes a query made.
 *
 * @example
 * const { summary } = await driver.executeQuery("CREATE (:Person {name: $name})", { name: "Ann" });
 * if (summary.counters.containsUpdates()) console.log(summary.counters.nodesCreated); // 1
 */
export class Counters {
  private constructor();
  /** Nodes created. */
  readonly nodesCreated: number;
  /** Nodes deleted. */
  readonly nodesDeleted: number;
  /** Relationships created. */
  readonly relationshipsCreated: number;
  /** Relationships deleted. */
  readonly relationshipsDeleted: number;
  /** Properties set, removed ones included. */
  readonly propertiesSet: number;
  /** Labels added to nodes. */
  readonly labelsAdded: number;
  /** Labels removed from nodes. */
  readonly labelsRemoved: number;
  /** Indexes added to the schema. */
  readonly indexesAdded: number;
  /** Indexes removed from the schema. */
  readonly indexesRemoved: number;
  /** Constraints added to the schema. */
  readonly constraintsAdded: number;
  /** Constraints removed from the schema. */
  readonly constraintsRemoved: number;
  /** Changes of the system database. */
  readonly systemUpdates: number;
  /** Whether the query changed data or schema. */
  containsUpdates(): boolean;
  /** Whether the query changed the system database. */
  containsSystemUpdates(): boolean;
}

/** An operator of a query plan, for `EXPLAIN` and `PROFILE`. */
export interface Plan {
  /** Such as `ProduceResults@neo4j`. */
  readonly operatorType: string;
  /** The variables that it works with. */
  readonly identifiers: string[];
  /** What the server adds: estimates, details, versions. */
  readonly arguments: { readonly [name: string]: any };
  /** The operators whose rows it takes. */
  readonly children: Plan[];
}

/** An operator with what it did, for `PROFILE`. */
export interface ProfiledPlan extends Plan {
  /** How often it asked the storage. */
  readonly dbHits: number;
  /** How many rows it produced. */
  readonly rows: number;
  /** Pages found in memory; null where the server does not say. */
  readonly pageCacheHits: number | null;
  /** Pages read from disk; null where the server does not say. */
  readonly pageCacheMisses: number | null;
  /** The share of hits, 0 to 1; null where the server does not say. */
  readonly pageCacheHitRatio: number | null;
  /** Nanoseconds; null where the server does not say. */
  readonly time: number | null;
  /** The operators whose rows it takes. */
  readonly children: ProfiledPlan[];
}

/** A hint or warning of the server. */
export interface Notification {
  /** Such as `Neo.ClientNotification.Statement.CartesianProduct`. */
  readonly code: string;
  /** In a few words. */
  readonly title: string;
  /** In full. */
  readonly description: string;
  /** `UNKNOWN` where the server says nothing or something else. */
  readonly severity: "WARNING" | "INFORMATION" | "UNKNOWN";
  /** Such as `PERFORMANCE`; `UNKNOWN` where the server says nothing or something else. */
  readonly category: string;
  /** As the server says it. */
  readonly rawSeverity: string;
  /** As the server says it. */
  readonly rawCategory: string;
  /** Where in the query text; null where the server does not say. */
  readonly position: Position | null;
}

/** What the server says of the outcome, in the words of GQL (ISO/IEC 39075). */
export interface GqlStatusObject {
  /** Such as `00000` for success, `02000` for no data. */
  readonly gqlStatus: string;
  /** In words. */
  readonly statusDescription: string;
  /** What the server adds. */
  readonly diagnosticRecord: { readonly [name: string]: any };
  /** `UNKNOWN` where the server says nothing or something else; its words are in the diagnostic record. */
  readonly severity: "WARNING" | "INFORMATION" | "UNKNOWN";
  /** Such as `PERFORMANCE`; `UNKNOWN` where the server says nothing or something else. */
  readonly classification: string;
  /** As the server says it; null where it says nothing. */
  readonly rawSeverity: string | null;
  /** As the server says it; null where it says nothing. */
  readonly rawClassification: string | null;
  /** Where in the query text; null where the server does not say. */
  readonly position: Position | null;
  /** Whether it is a hint or warning, not just the outcome. */
  readonly isNotification: boolean;
}

/** The server that has answered. */
export interface ServerInfo {
  /** Host and port. */
  readonly address: string;
  /** Such as `Neo4j/5.26.0`. */
  readonly agent: string;
  /** Of Bolt, such as `5.8`. */
  readonly protocolVersion: string;
}

/** What the server says about a query when it is done. */
export class Summary {
  private constructor();
  /** What was run. */
  readonly query: { readonly text: string; readonly parameters: { readonly [name: string]: any } };
  /** Read only, read and write, write only, or schema; null where the server does not say. */
  readonly queryType: "r" | "rw" | "w" | "s" | null;
  /** How many changes it made. */
  readonly counters: Counters;
  /** For `EXPLAIN` and `PROFILE`, else null. */
  readonly plan: Plan | null;
  /** For `PROFILE`, else null. */
  readonly profile: ProfiledPlan | null;
  /** Hints and warnings. */
  readonly notifications: Notification[];
  /** The outcome, and hints and warnings, in the words of GQL; made of the notifications before Bolt 5.6 (Neo4j 5.23). */
  readonly gqlStatusObjects: GqlStatusObject[];
  /** Milliseconds until the server had the first record; null where it does not say. */
  readonly resultAvailableAfter: number | null;
  /** Milliseconds until the server had sent the last record; null where it does not say. */
  readonly resultConsumedAfter: number | null;
  /** Who has answered. */
  readonly server: ServerInfo;
  /** The database in which the query ran; null where the server does not say. */
  readonly database: string | null;
  /**
   * What the server has said and the driver could not keep, in the server's words, such as `"profile"` or `"statuses"`: it
   * takes more than 64 MB of memory, or something in it is no value that there is. A plan is left out whole, then it is
   * null; of anything else only that part is. Empty, almost always.
   */
  readonly omitted: string[];
  /** All fields, with what JSON does not have as text, as {@link Record} has it. */
  toJSON(): { [name: string]: any };
}
