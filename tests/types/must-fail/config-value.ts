// TS2322
import { GraphDatabase } from "neo4j-wasm";
GraphDatabase.driver("bolt://localhost", { connectionTimeout: "30s", integers: "string", auth: ["neo4j"] });
