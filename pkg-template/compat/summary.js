// Summaries.

import { jsonOf } from "./errors.js";
import { ProtocolVersion } from "./version.js";

const STATISTICS = [
  "nodesCreated", "nodesDeleted", "relationshipsCreated", "relationshipsDeleted", "propertiesSet", "labelsAdded",
  "labelsRemoved", "indexesAdded", "indexesRemoved", "constraintsAdded", "constraintsRemoved",
];

export class QueryStatistics {
  constructor(counters) {
    this._stats = Object.freeze(Object.fromEntries(STATISTICS.map((name) => [name, counters[name] ?? 0])));
    this._systemUpdates = counters.systemUpdates ?? 0;
    this._containsUpdates = counters.containsUpdates?.();
    this._containsSystemUpdates = counters.containsSystemUpdates?.();
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

export class Plan {
  constructor(plan) {
    this.operatorType = plan.operatorType;
    this.identifiers = plan.identifiers;
    this.arguments = plan.arguments;
    this.children = plan.children.map((child) => new Plan(child));
  }
}

export class ProfiledPlan {
  constructor(plan) {
    this.operatorType = plan.operatorType;
    this.identifiers = plan.identifiers;
    this.arguments = plan.arguments;
    for (const name of ["dbHits", "rows", "pageCacheMisses", "pageCacheHits", "pageCacheHitRatio", "time"]) {
      this[name] = plan[name] ?? 0;
    }
    this.children = plan.children.map((child) => new ProfiledPlan(child));
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
  constructor({ address, agent, protocolVersion } = {}) {
    this.address = address;
    this.agent = agent;
    this.protocolVersion = typeof protocolVersion === "string" ? ProtocolVersion.of(protocolVersion) : protocolVersion;
  }
}

export class ResultSummary {
  /** `ours`: a summary of ours. `integer` makes integers as the program wants them. */
  constructor({ text, parameters }, ours, integer) {
    this.query = { text, parameters };
    this.queryType = ours.queryType ?? undefined;
    this.counters = new QueryStatistics(ours.counters);
    // What older programs call it.
    this.updateStatistics = this.counters;
    const plan = ours.plan ?? ours.profile;
    this.plan = plan ? new Plan(plan) : false;
    this.profile = ours.profile ? new ProfiledPlan(ours.profile) : false;
    this.notifications = ours.notifications.map((each) => new Notification(each));
    this.gqlStatusObjects = ours.gqlStatusObjects.map((each) => new GqlStatusObject(each));
    this.server = new ServerInfo(ours.server);
    this.resultConsumedAfter = orMissing(ours.resultConsumedAfter, integer);
    this.resultAvailableAfter = orMissing(ours.resultAvailableAfter, integer);
    this.database = { name: ours.database };
  }

  hasPlan() {
    return this.plan instanceof Plan;
  }

  hasProfile() {
    return this.profile instanceof ProfiledPlan;
  }
}

const orMissing = (value, integer) => (value === null ? undefined : integer(value));
