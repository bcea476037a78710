// The entry for Node, Deno and Bun.

import * as neo4j from "./api.js";
import { fromLetters, start } from "./start.js";
import { node } from "./node-socket.js";
import { letters } from "./wasm-inline.js";

start(fromLetters(letters), node);
export * from "./api.js";
export { neo4j as default };
