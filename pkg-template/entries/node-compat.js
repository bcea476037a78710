// The entry for programs written for neo4j-driver, in Node, Deno and Bun.

import "./node.js";
import "../sockets/node-lends.js";

export * from "../compat/index.js";
export { default } from "../compat/index.js";
