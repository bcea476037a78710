// The entry for Vercel's edge runtime, as Next.js builds for it: the wasm comes as a module, asked for by its own word.

import * as neo4j from "./api.js";
import { edge } from "../sockets/edge-socket.js";
import { start } from "../wire/start.js";
import module from "./neo4j_wasm_bg.wasm?module";

start(module, edge);
export * from "./api.js";
export { neo4j as default };
