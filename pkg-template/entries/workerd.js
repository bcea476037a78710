// The entry for workerd, as in Cloudflare Workers: no wasm is compiled there from bytes, so it comes as a module.

import * as neo4j from "./api.js";
import { edge } from "../sockets/edge-socket.js";
import { start } from "../wire/start.js";
import module from "./neo4j_wasm_bg.wasm";

start(module, edge);
export * from "./api.js";
export { neo4j as default };
