// The entry without the wasm in it, for browsers and bundlers: `await ready()` before the first driver.

import * as neo4j from "./api.js";
import { browser } from "../sockets/browser.js";
import { load } from "../wire/load.js";

export const ready = (source) => load(source ?? new URL("./neo4j_wasm_bg.wasm", import.meta.url), browser);
export * from "./api.js";
export { neo4j as default };
