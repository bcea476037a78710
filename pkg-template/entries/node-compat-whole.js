// The entry for programs written for neo4j-driver whose `require` loads no modules: a Node.js before 20.19, and Jest.

import { readFileSync } from "node:fs";

import "../sockets/node-lends.js";
import { node } from "../sockets/node-socket.js";
import { start } from "../wire/start.js";

start(new WebAssembly.Module(readFileSync(new URL("../neo4j_wasm_bg.wasm", import.meta.url))), node);
export * from "../compat/index.js";
export { default } from "../compat/index.js";
