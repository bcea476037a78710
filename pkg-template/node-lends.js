// What Node, Deno and Bun lend to programs written for neo4j-driver.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

import { lend } from "./compat/host.js";

lend({
  rxjs: () => createRequire(import.meta.url)("rxjs"),
  readText: (file) => readFileSync(file, "utf8"),
});
