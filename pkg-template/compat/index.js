// The names of neo4j-driver: each by itself, and all in one object, which is the default.

import * as api from "./api.js";

// A copy that can be changed: programs and their tests put functions of their own there.
const neo4j = { ...api };
neo4j.default = neo4j;

export * from "./api.js";
export { neo4j as default };
