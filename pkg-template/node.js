// The entry for Node, Deno and Bun.

import * as neo4j from "./api.js";
import { fromLetters, start } from "./core.js";
import { node } from "./node-socket.js";
import * as wasm from "./wasm-inline.js";

start(fromLetters(wasm), node);
export * from "./api.js";
export { neo4j as default };
