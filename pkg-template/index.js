// The entry for browsers, workers and bundlers.

import * as neo4j from "./api.js";
import { browser } from "./browser.js";
import { fromBase64, start } from "./core.js";
import wasm from "./wasm-inline.js";

start(fromBase64(wasm), browser);
export * from "./api.js";
export { neo4j as default };
