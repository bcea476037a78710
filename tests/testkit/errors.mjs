// Errors as the suite reads them. Nothing is made up: what an error of the driver does not say is left out.

import { toCypher } from "./values.mjs";

/** What the suite's own code threw within a managed transaction. */
export class FrontendError extends Error {}

export function driverError(error) {
  return {
    errorType: error.name,
    code: error.code ?? "",
    retryable: error.retryable,
    ...gqlError(error),
  };
}

function gqlError(error) {
  const record = error.diagnosticRecord;
  return {
    msg: error.message,
    gqlStatus: error.gqlStatus,
    statusDescription: error.gqlStatusDescription,
    diagnosticRecord: record && mapToCypher(record),
    classification: error.classification,
    rawClassification: text(record?._classification),
    // What the connection or the runtime threw is no GQL error.
    cause: error.cause?.gqlStatus ? { name: "GqlError", data: gqlError(error.cause) } : undefined,
  };
}

const text = (value) => (typeof value === "string" ? value : null);

export const mapToCypher = (map) =>
  Object.fromEntries(Object.entries(map).map(([key, value]) => [key, toCypher(value)]));
