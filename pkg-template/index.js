// The entry for browsers, workers and bundlers.

import * as neo4j from "./api.js";
import { browser } from "./browser.js";
import { fromLetters, start } from "./core.js";
import * as wasm from "./wasm-inline.js";

start(fromLetters(wasm), browser);
export * from "./api.js";
export { neo4j as default };
