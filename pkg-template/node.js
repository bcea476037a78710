// The entry for Node and those that follow it.

import { setMaxListeners } from "node:events";
import * as neo4j from "./api.js";
import { start } from "./core.js";
import { openNodeSocket } from "./node-socket.js";
import wasm from "./wasm-inline.js";

// One signal for many queries is a good habit, and no leak that Node should warn of.
start(wasm, openNodeSocket, true, (signal) => setMaxListeners(0, signal), !globalThis.WebSocket);

export * from "./api.js";
export { neo4j as default };
