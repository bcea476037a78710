// TS2353
import { GraphDatabase } from "neo4j-wasm";
GraphDatabase.driver("bolt://localhost", { maxPoolSize: 5 });
