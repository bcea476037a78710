// The entry for programs written for neo4j-driver, in browsers, workers and bundlers.

import "./index.js";

export * from "../compat/index.js";
export { default } from "../compat/index.js";
