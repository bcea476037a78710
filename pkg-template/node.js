// The entry for Node and those that follow it.

import * as neo4j from "./api.js";
import { start } from "./core.js";
import { openNodeSocket } from "./node-socket.js";
import wasm from "./wasm-inline.js";

start(wasm, openNodeSocket, true);

export * from "./api.js";
export { neo4j as default };
