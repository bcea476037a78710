// The command line, and the package that it names: everything here uses the one that is tested.

import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";

export const { values: options } = parseArgs({
  options: {
    package: { type: "string", default: resolve(import.meta.dirname, "../../target/pkg") },
    port: { type: "string", default: "9876" },
  },
});

export const neo4j = await import(pathToFileURL(resolve(options.package, "node.js")));
