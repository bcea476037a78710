// The entry for Node, Deno and Bun.

import * as neo4j from "./api.js";
import { start } from "../wire/start.js";
import { node } from "../sockets/node-socket.js";
import { packed } from "./wasm-inline.js";

start(packed, node);
export * from "./api.js";
export { neo4j as default };
