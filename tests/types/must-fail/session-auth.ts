// TS2769
import { authTokenManagers, GraphDatabase } from "neo4j-wasm";
const auth = authTokenManagers.basic({ tokenProvider: () => ["neo4j", "password"] });
GraphDatabase.driver("bolt://localhost").session({ auth });
