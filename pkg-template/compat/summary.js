// Summaries.

import { jsonOf } from "./errors.js";
import { toNumber } from "./integer.js";
import { ProtocolVersion } from "./version.js";

const STATISTICS = [
  "nodesCreated", "nodesDeleted", "relationshipsCreated", "relationshipsDeleted", "propertiesSet", "labelsAdded",
  "labelsRemoved", "indexesAdded", "indexesRemoved", "constraintsAdded", "constraintsRemoved",
];

export class QueryStatistics {
  /** Counts by name, in the spelling of Bolt too. */
  constructor(counts) {
    const named = Object.entries(counts).map(([name, count]) => [name.replace(/-\w/g, (at) => at[1].toUpperCase()), count]);
    const { containsUpdates, containsSystemUpdates, ...all } = Object.fromEntries(named);
    this._stats = Object.freeze(Object.fromEntries(STATISTICS.map((name) => [name, toNumber(all[name] ?? 0)])));
    this._systemUpdates = toNumber(all.systemUpdates ?? 0);
    this._containsUpdates = containsUpdates;
    this._containsSystemUpdates = containsSystemUpdates;
  }

  containsUpdates() {
    return this._containsUpdates ?? Object.values(this._stats).some((count) => count > 0);
  }

  updates() {
    return this._stats;
  }

  containsSystemUpdates() {
    return this._containsSystemUpdates ?? this._systemUpdates > 0;
  }

  systemUpdates() {
    return this._systemUpdates;
  }
}

/** What an operator has with and without a profile, in the spelling of Bolt too. */
function fill(operator, plan, Class) {
  operator.operatorType = plan.operatorType;
  operator.identifiers = plan.identifiers;
  operator.arguments = plan.arguments ?? plan.args;
  operator.children = (plan.children ?? []).map((child) => new Class(child));
}

export class Plan {
  constructor(plan) {
    fill(this, plan, Plan);
  }
}

export class ProfiledPlan {
  constructor(plan) {
    fill(this, plan, ProfiledPlan);
    for (const name of ["dbHits", "rows", "pageCacheMisses", "pageCacheHits", "pageCacheHitRatio", "time"]) {
      this[name] = toNumber(plan[name] ?? 0);
    }
  }

  hasPageCacheStats() {
    return this.pageCacheMisses > 0 || this.pageCacheHits > 0 || this.pageCacheHitRatio > 0;
  }
}

export class Notification {
  constructor({ code, title, description, rawSeverity, rawCategory, severity, category, position }) {
    this.code = code;
    this.title = title;
    this.description = description;
    this.severity = rawSeverity;
    this.position = position ?? {};
    this.severityLevel = severity;
    this.rawSeverityLevel = rawSeverity;
    this.category = category;
    this.rawCategory = rawCategory;
  }
}

export class GqlStatusObject {
  constructor(status) {
    this.gqlStatus = status.gqlStatus;
    this.statusDescription = status.statusDescription;
    this.diagnosticRecord = status.diagnosticRecord;
    this.position = status.position ?? undefined;
    this.severity = status.severity;
    this.rawSeverity = status.rawSeverity ?? undefined;
    this.classification = status.classification;
    this.rawClassification = status.rawClassification ?? undefined;
    this.isNotification = status.isNotification;
    Object.freeze(this);
  }

  get diagnosticRecordAsJsonString() {
    return jsonOf(this.diagnosticRecord);
  }
}

export class ServerInfo {
  constructor(server, protocolVersion) {
    if (server) {
      this.address = server.address;
      this.agent = server.agent ?? server.version;
    }
    const version = server?.protocolVersion;
    this.protocolVersion = version ? ProtocolVersion.of(version) : protocolVersion;
  }
}

export class ResultSummary {
  /** `metadata`: what is known, by the names that Bolt has for it. */
  constructor(text, parameters, metadata, protocolVersion) {
    const { type, stats, plan, profile, notifications, statuses, server, db } = metadata;
    this.query = { text, parameters };
    this.queryType = type ?? undefined;
    this.counters = new QueryStatistics(stats ?? {});
    // What older programs call it.
    this.updateStatistics = this.counters;
    const any = plan ?? profile;
    this.plan = any ? new Plan(any) : false;
    this.profile = profile ? new ProfiledPlan(profile) : false;
    this.notifications = (notifications ?? []).map((each) => new Notification(each));
    this.gqlStatusObjects = (statuses ?? []).map((each) => new GqlStatusObject(each));
    this.server = new ServerInfo(server, protocolVersion);
    this.resultConsumedAfter = metadata.result_consumed_after;
    this.resultAvailableAfter = metadata.result_available_after;
    this.database = { name: db ?? null };
  }

  /** Of a summary of ours; `integer` makes integers as the program wants them. */
  static of({ text, parameters }, ours, integer) {
    const { queryType: type, counters, plan, profile, notifications, gqlStatusObjects: statuses, server, database: db } = ours;
    const stats = {
      ...counters, containsUpdates: counters.containsUpdates(), containsSystemUpdates: counters.containsSystemUpdates(),
    };
    return new ResultSummary(text, parameters, {
      type, stats, plan, profile, notifications, statuses, server, db,
      result_consumed_after: orMissing(ours.resultConsumedAfter, integer),
      result_available_after: orMissing(ours.resultAvailableAfter, integer),
    });
  }

  hasPlan() {
    return this.plan instanceof Plan;
  }

  hasProfile() {
    return this.profile instanceof ProfiledPlan;
  }
}

const orMissing = (value, integer) => (value === null ? undefined : integer(value));
