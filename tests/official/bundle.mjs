// Makes programs of the checkout's tests: { checkout, to, suites } as JSON. Each `../src` becomes what judged.cjs finds.

import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const { checkout, to, suites } = JSON.parse(process.argv.at(-1));
const here = import.meta.dirname;
const { build } = createRequire(join(here, "/"))("esbuild");

/** Of version 5, which the tests were written for; 6 has the others alone. */
const RENAMED = [[/\.readTransaction\b/g, ".executeRead"], [/\.writeTransaction\b/g, ".executeWrite"], [/\.lastBookmark\(/g, ".lastBookmarks("],
  [/\bisRetriable/g, "isRetryable"]];

const packageOf = (importer) => (importer.includes("/packages/core/") ? "neo4j-driver-core" : "neo4j-driver");

const plugin = {
  name: "judged",
  setup(build) {
    const judged = (of, path) => ({ path: `${of}:${path}`, namespace: "judged" });
    build.onResolve({ filter: /^(\.\.\/)+src(\/|$)/ }, ({ path, importer }) =>
      judged(packageOf(importer), path.replace(/^(\.\.\/)+src\/?/, "")));
    build.onResolve({ filter: /^neo4j-driver-core$/ }, () => judged("neo4j-driver-core", ""));
    build.onResolve({ filter: /shared-neo4j$/ }, () => ({ path: join(here, "shared-neo4j.js") }));
    build.onResolve({ filter: /bolt-connection/ }, () => judged("nothing", "connection"));
    build.onResolve({ filter: /^[^./]/ }, ({ path, kind }) => (kind === "entry-point" ? undefined : { path, external: true }));
    build.onLoad({ filter: /.*/, namespace: "judged" }, ({ path }) => {
      const [of, file] = path.split(":");
      const contents = of === "nothing" ? "exports.default = class {}; exports.__esModule = true;"
        : `module.exports = require(${JSON.stringify(join(here, "judged.cjs"))})(${JSON.stringify(of)}, ${JSON.stringify(file)});`;
      return { contents, loader: "js" };
    });
    build.onLoad({ filter: /\.[jt]s$/ }, ({ path }) => {
      const text = readFileSync(path, "utf8");
      return { contents: RENAMED.reduce((text, [from, to]) => text.replace(from, to), text), loader: path.endsWith("ts") ? "ts" : "js" };
    });
    // Read when the program runs, by where it has been put.
    build.onResolve({ filter: /judged\.cjs$/ }, ({ path }) => ({ path, external: true }));
  },
};

for (const suite of suites) {
  await build({
    entryPoints: [join(checkout, "packages", suite)],
    outfile: join(to, `${suite.split("/test/")[1]}.cjs`),
    bundle: true, platform: "node", format: "cjs", target: "node20", plugins: [plugin], logLevel: "error",
  });
}
