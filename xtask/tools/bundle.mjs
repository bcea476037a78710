// The package's modules as the few files that are published: { from, to, minify, modules } as JSON. `core.js` is all that
// the entries share, so that a program has it once whatever it imports; what only one of them needs is in its own file.

import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const { from, to, minify, modules } = JSON.parse(process.argv.at(-1));
const require = createRequire(join(modules, "/"));
const { rollup } = require("rollup");
const terser = require("terser");

const ENTRIES = ["index.js", "node.js", "slim.js", "slim-node.js"];
/** Files of their own; what else an entry imports is in `core.js`. */
const APART = ["./api.js", "./socket-serve.js", "./wasm-inline.js"];
/** Parts of entries, each in those that import it. */
const PARTS = ["./load.js", "./node-socket.js"];

/** Names are shortened too, but not those of classes: users see them where a value is printed. */
const settings = {
  module: true,
  ecma: 2020,
  keep_classnames: true,
  // Then no charset that a server says can change it.
  format: { ascii_only: true },
  compress: { passes: 3, unsafe_arrows: true, unsafe_methods: true },
  // What wasm-bindgen calls its own properties.
  mangle: { properties: { regex: /^__(wbg|wrap|destroy)|^_wbg/ } },
};

/** One module with all that it imports, but for what `elsewhere` says another file has: it gives that file's name. */
async function bundle(name, elsewhere) {
  const resolve = (source, importer) => {
    const file = importer && elsewhere(source);
    return file ? { id: file, external: true } : null;
  };
  const onwarn = (warning) => {
    if (warning.code !== "UNRESOLVED_IMPORT") throw new Error(warning.message);
  };
  const plugins = [{ name: "elsewhere", resolveId: resolve }];
  const bundled = await rollup({ input: join(from, name), plugins, onwarn, makeAbsoluteExternalsRelative: false });
  const { output: [{ code }] } = await bundled.generate({ format: "es" });
  writeFileSync(join(to, name), minify ? (await terser.minify(code, structuredClone(settings))).code : code);
}

const isBuiltIn = (source) => !source.startsWith(".");
const itself = (source) => (isBuiltIn(source) ? source : undefined);

await bundle("core.js", (source) => itself(source) ?? (source === "./socket-serve.js" ? source : undefined));
await bundle("api.js", () => "./core.js");
await bundle("socket-serve.js", () => undefined);
await bundle("socket-worker.js", (source) => source);
for (const entry of ENTRIES) {
  await bundle(entry, (source) => {
    if (PARTS.includes(source)) return undefined;
    return itself(source) ?? (APART.includes(source) ? source : "./core.js");
  });
}
