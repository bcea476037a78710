// Errors are told apart by name, by class and by code.

import {
  type AnyNeo4jError, AuthError, ConnectionError, type Driver, Neo4jError, type Position, ServerError, UsageError,
} from "neo4j-wasm";

/** Every kind there is: without a case for one, this would return undefined and not compile. */
export function advice(error: AnyNeo4jError): string {
  switch (error.name) {
    case "ConfigurationError": return error.code === "WasmBlocked" ? "the page's policy" : error.message;
    case "AuthError": return error.code;
    case "ConnectionError": return error.code === "CertificateNotTrusted" ? "not the server we know" : "offline?";
    case "TimeoutError": return error.code === "AcquisitionTimeout" ? "busy" : "slow";
    case "CommitUncertainError": return "look whether it is there";
    case "ProtocolError": return error.code ?? "what was that?";
    case "TransactionError": return error.code === "TransactionOpen" ? "commit first" : "begin another";
    case "ResultConsumedError": return "once only";
    case "UsageError": return error.code === "NotSingle" ? "none or more" : error.message;
    case "ServerError": return error.code === "Neo.ClientError.Statement.SyntaxError" ? "typing error" : error.code;
  }
}

export async function attempt(driver: Driver): Promise<string | undefined> {
  try {
    await driver.executeQuery("RETURN 1");
    return undefined;
  } catch (error) {
    if (!(error instanceof Neo4jError)) throw error;
    const any: AnyNeo4jError = error;
    if (error.name === "ServerError") {
      const refused: ServerError = error;
      const position: Position | undefined = refused.position;
      return `${position?.line} ${refused.gqlStatus} ${refused.classification}`;
    }
    return any.retryable ? "again" : advice(error);
  }
}

export function narrowed(error: unknown): string {
  if (error instanceof AuthError) return error.code;
  if (error instanceof ConnectionError) {
    const name: "ConnectionError" = error.name;
    return name;
  }
  if (error instanceof UsageError) return error.code satisfies string;
  return "";
}

/** Codes of servers are open: there are hundreds. */
export const isGone = (error: ServerError) => error.code === "Neo.ClientError.Database.DatabaseUnavailable";
