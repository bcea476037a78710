// What a server remarks on a query: notifications, and GQL status objects. One is made of the other where a server has
// only one of them. The same rules are in src/driver/status.rs, and tests/package/summaries.js holds both to them.

import { list, map, text, whole } from "./said.js";

const SEVERITIES = ["WARNING", "INFORMATION"];
const CLASSIFICATIONS = [
  "HINT", "UNRECOGNIZED", "UNSUPPORTED", "PERFORMANCE", "DEPRECATION", "GENERIC", "SECURITY", "TOPOLOGY", "SCHEMA",
];

/** The one of `names` that is said; what is said otherwise stays where it was said. */
const known = (names, said) => (names.includes(said) ? said : "UNKNOWN");

/** Some servers say line 0 where they know of none. */
function position(said) {
  const [offset, line, column] = ["offset", "line", "column"].map((part) => whole(map(said)?.[part]));
  return offset !== undefined && line >= 1 && column >= 1 ? { offset, line, column } : null;
}

function notification(code, said, severity, category, where) {
  return {
    code,
    title: text(said.title) ?? "",
    description: text(said.description) ?? "",
    severity: known(SEVERITIES, severity),
    category: known(CLASSIFICATIONS, category),
    rawSeverity: severity ?? "",
    rawCategory: category ?? "",
    position: position(where),
  };
}

function status(gqlStatus, statusDescription, record, isNotification) {
  // What servers leave out because it is the default.
  const diagnosticRecord = { OPERATION: "", OPERATION_CODE: "0", CURRENT_SCHEMA: "/", ...record };
  const [severity, classification] = [text(diagnosticRecord._severity), text(diagnosticRecord._classification)];
  return {
    gqlStatus,
    statusDescription,
    severity: known(SEVERITIES, severity),
    classification: known(CLASSIFICATIONS, classification),
    rawSeverity: severity ?? null,
    rawClassification: classification ?? null,
    position: position(diagnosticRecord._position),
    diagnosticRecord,
    isNotification,
  };
}

function ofNotification({ severity, description, rawSeverity, rawCategory, position: where }) {
  const [code, unknown] = severity === "WARNING" ? ["01N42", "warn: unknown warning"]
    : ["03N42", "info: unknown notification"];
  const record = {};
  if (rawSeverity) record._severity = rawSeverity;
  if (rawCategory) record._classification = rawCategory;
  if (where) record._position = { ...where };
  return status(code, description || unknown, record, true);
}

const OUTCOMES = {
  "02000": "note: no data",
  "00000": "note: successful completion",
  "00001": "note: successful completion - omitted result",
};

/** What a server has said at the end of a result, in both forms. */
export function remarks(said, hasColumns, hadRecords) {
  const statuses = list(said.statuses)?.filter(map);
  if (statuses) {
    const notifications = statuses.flatMap((each) => {
      const { _severity, _classification, _position } = map(each.diagnostic_record) ?? {};
      const code = text(each.neo4j_code);
      return code === undefined ? [] : [notification(code, each, text(_severity), text(_classification), _position)];
    });
    const gqlStatusObjects = statuses.map((each) => status(
      text(each.gql_status) ?? "", text(each.status_description) ?? "", map(each.diagnostic_record), "neo4j_code" in each,
    ));
    return { notifications, gqlStatusObjects };
  }
  const notifications = (list(said.notifications) ?? []).filter(map)
    .map((each) => notification(text(each.code) ?? "", each, text(each.severity), text(each.category), each.position));
  const outcome = !hasColumns ? "00001" : hadRecords ? "00000" : "02000";
  const all = [...notifications.map(ofNotification), status(outcome, OUTCOMES[outcome], {}, false)];
  // No data weighs most, then warnings, success, and information.
  const weight = ({ gqlStatus }) => "2103"[gqlStatus[1]];
  return { notifications, gqlStatusObjects: all.sort((one, other) => weight(one) - weight(other)) };
}
