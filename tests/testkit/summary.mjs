// Summaries as the suite reads them.

import { mapToCypher } from "./errors.mjs";
import { mentioned } from "./values.mjs";

export function summaryToTestKit(summary) {
  const { query, counters, notifications, gqlStatusObjects, server } = summary;
  return {
    query: { text: query.text, parameters: mapToCypher(query.parameters) },
    queryType: summary.queryType,
    counters: {
      ...counters,
      containsUpdates: counters.containsUpdates(),
      containsSystemUpdates: counters.containsSystemUpdates(),
    },
    plan: summary.plan && plan(summary.plan),
    profile: summary.profile && plan(summary.profile),
    notifications: notifications.map(notification),
    gqlStatusObjects: gqlStatusObjects.map(status),
    resultAvailableAfter: summary.resultAvailableAfter,
    resultConsumedAfter: summary.resultConsumedAfter,
    database: summary.database,
    serverInfo: server,
  };
}

/** The suite calls the arguments otherwise, and leaves out what the server has not sent. */
function plan({ arguments: args, children, ...rest }) {
  return { ...mentioned(rest), args, children: children.map(plan) };
}

/** `severity` is the suite's oldest name, for what the server has sent. */
function notification({ severity, rawSeverity, position, ...rest }) {
  return {
    ...rest,
    severity: rawSeverity,
    severityLevel: severity,
    rawSeverityLevel: rawSeverity,
    // The suite leaves out what the server has not sent.
    ...(position && { position }),
  };
}

const status = ({ diagnosticRecord, ...rest }) => ({ ...rest, diagnosticRecord: mapToCypher(diagnosticRecord) });
