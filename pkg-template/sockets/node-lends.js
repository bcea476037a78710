// What Node, Deno and Bun lend to programs written for neo4j-driver.

import { createRequire } from "node:module";
import * as certificates from "../compat/certificates.js";
import { lend } from "../compat/host.js";

lend({ rxjs: () => createRequire(import.meta.url)("rxjs"), certificates });
