// What a page loads, by theme, beside the official drivers: { wasm, template, modules } as JSON. `wasm` has a theme and a
// file of functions' code in each pair; `template` the modules of the package; `modules` the official drivers and esbuild.
// Each theme is compressed by itself, so that the sums are more than the whole.

import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, relative } from "node:path";
import { packed, row } from "./size.mjs";

const { wasm, glue, template, modules } = JSON.parse(process.argv[2]);
const { buildSync, transformSync } = createRequire(join(modules, "/"))("esbuild");

/** The first that fits a module's path; the names are those of xtask/src/size.rs too. */
const THEMES = [
  ["bundled libraries", /^(rxjs|tslib|buffer|base64-js|ieee754|string_decoder|safe-buffer)\b/],
  ["values, records, summaries", /(graph|spatial|temporal|unsupported)-types?|integer|record|json|mapping|summary|notification|gql-const|vector|uuid|temporal-util|(values|temporal|calendar|status|said)\.js/],
  ["PackStream", /packstream|\/buf\/|-buf\.js|utf8|(decode|encode|columns)\.js/],
  ["routing", /rediscovery|load-balancing|routing|resolver|homedb/],
  ["Bolt", /-bolt-connection\/lib\/bolt\/|chunking/],
  ["connections, sockets", /channel|connection|pool|(socket|browser|diagnose|worker-text)[\w-]*\.js/],
  ["the edge of the wasm", /(wasm-glue|unpack|gate|start|load|held|leaks)\.js/],
  ["driver, sessions, errors", /./],
];

const theme = (path) => THEMES.find(([, paths]) => paths.test(path))[0];

/** { theme: [code of its modules, of its wasm] } */
const none = () => Object.fromEntries([...THEMES.map(([name]) => name), "languages' own libraries"].map((name) => [name, ["", ""]]));

function ours() {
  const parts = none();
  for (const [name, file] of wasm) parts[name][1] += readFileSync(file, "latin1");
  const files = readdirSync(template, { recursive: true }).filter((file) => file.endsWith(".js"));
  // What pages have nothing of.
  for (const file of files.filter((file) => !/(^|\/)(slim|node|edge|workerd|compat)[\w-]*(\.js$|\/)|wasm-inline/.test(file))) {
    parts[theme(file)][0] += small(join(template, file));
  }
  parts[theme("wasm-glue.js")][0] += small(glue);
  return parts;
}

/** By the modules that a bundle for browsers takes. */
function official(name) {
  const parts = none();
  const { metafile } = buildSync({
    entryPoints: [join(modules, name)], bundle: true, platform: "browser", write: false, metafile: true, logLevel: "silent",
  });
  for (const file of Object.keys(metafile.inputs).filter((file) => file.endsWith(".js"))) {
    parts[theme(relative(modules, file))][0] += small(file);
  }
  return parts;
}

const small = (file) => transformSync(readFileSync(file, "utf8"), { minify: true }).code;

const drivers = [ours(), official("neo4j-driver"), official("neo4j-driver-lite")].map((parts) =>
  Object.fromEntries(Object.entries(parts).map(([name, codes]) => {
    const sizes = codes.filter(Boolean).map((code) => packed(Buffer.from(code, "latin1")));
    return [name, [1, 2].map((at) => sizes.reduce((sum, size) => sum + size[at], 0))];
  })));

console.log("\nby theme, gzip -9 and brotli -11, each by itself (ours is unpacked)");
row(["", "ours", "", "neo4j-driver", "", "lite", ""]);
for (const name of Object.keys(drivers[0])) row([name, ...drivers.flatMap((driver) => driver[name])]);
