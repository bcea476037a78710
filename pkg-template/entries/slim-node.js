// The entry without the wasm in it, for Node, Deno and Bun: `await ready()` before the first driver.

import * as neo4j from "./api.js";
import { load } from "../wire/load.js";
import { fileRead, node } from "../sockets/node-socket.js";

// As seen from the package's folder for these runtimes.
export const ready = (source) => load(source ?? new URL("../neo4j_wasm_bg.wasm", import.meta.url), node, fileRead);
export * from "./api.js";
export { neo4j as default };
