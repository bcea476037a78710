// The entry for browsers, workers and bundlers.

import * as neo4j from "./api.js";
import { openSocket, start } from "./core.js";
import wasm from "./wasm-inline.js";

start(wasm, openSocket, false);

export * from "./api.js";
export { neo4j as default };
