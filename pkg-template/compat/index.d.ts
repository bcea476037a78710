// The declarations of `neo4j-wasm/compat`: programs that compile against those of neo4j-driver 6 compile against these.

import * as neo4j from "./api.js";

export * from "./api.js";
export { neo4j as default };
