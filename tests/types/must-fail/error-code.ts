// TS2678, TS2367
import { ConnectionError, Neo4jError } from "neo4j-wasm";
export function explain(error: unknown) {
  if (error instanceof ConnectionError) return error.code === "ServerDown";
  if (error instanceof Neo4jError) switch (error.name) { case "ClientError": return 1; }
  return 0;
}
