// The entry for Node, Deno and Bun.

import * as neo4j from "./api.js";
import { fromBase64, start } from "./core.js";
import { node } from "./node-socket.js";
import wasm from "./wasm-inline.js";

start(fromBase64(wasm), node);
export * from "./api.js";
export { neo4j as default };
