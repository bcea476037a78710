// neovis.js and the driver beside it as one script for a page.

import { join } from "node:path";
import { build } from "esbuild";

const here = import.meta.dirname;
await build({
  stdin: { contents: 'export { default } from "neovis.js";', resolveDir: here },
  outfile: join(here, "dist/neovis.js"),
  bundle: true, format: "esm", platform: "browser", logLevel: "error",
});
