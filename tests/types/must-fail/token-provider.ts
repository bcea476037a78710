// TS2322
import { authTokenManagers, basicAuth } from "neo4j-wasm";
authTokenManagers.bearer({ tokenProvider: () => basicAuth("neo4j", "password") });
