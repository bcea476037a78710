// The entry for browsers, workers and bundlers.

import * as neo4j from "./api.js";
import { browser } from "./browser.js";
import { fromLetters, start } from "./start.js";
import { letters } from "./wasm-inline.js";

start(fromLetters(letters), browser);
export * from "./api.js";
export { neo4j as default };
