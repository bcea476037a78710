// The entry for browsers, workers and bundlers.

import * as neo4j from "./api.js";
import { browser } from "../sockets/browser.js";
import { start } from "../wire/start.js";
import { packed } from "./wasm-inline.js";

start(packed, browser);
export * from "./api.js";
export { neo4j as default };
