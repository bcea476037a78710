// The package's modules as the few files that are published: { from, to, minify, modules } as JSON. `core.js` is all that
// the entries share, so that a program has it once whatever it imports; what only one of them needs is in its own file.
// For pages they are small; for Node.js, Deno and Bun, in a folder of their own, as they were written: nobody downloads
// them, and those print the line that has thrown.

import { mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";

const { from, to, minify, modules } = JSON.parse(process.argv.at(-1));
const require = createRequire(join(modules, "/"));
const { rollup } = require("rollup");
const terser = require("terser");

/** An entry's name in the package, by its module. */
const FOR_PAGES = { "index.js": "index.js", "slim.js": "slim.js" };
const FOR_PROGRAMS = { "node.js": "index.js", "slim-node.js": "slim.js" };
const FOR_EDGE = {
  "workerd.js": "workerd.js", "slim-workerd.js": "slim.js", "edge-light.js": "edge-light.js",
  "slim-edge-light.js": "slim-edge-light.js",
};
/** Files of their own; what else an entry imports is in `core.js`. */
const APART = ["./api.js", "./wasm-inline.js", "./workerd.js", "./edge-light.js"];
/** Parts of entries, each in those that import it. */
const PARTS = [
  "./edge-socket.js", "./edge-tcp.js", "./load.js", "./node-ask.js", "./node-closing.js", "./node-config.js", "./node-explain.js", "./node-socket.js",
  "./node-tcp.js", "./node-tls.js", "./ways.js",
];

/** What is laid over the package for programs of `neo4j-driver`: entries by the entry that starts the wasm for them. */
const OVER = { "compat.js": "./index.js", "node-compat.js": "./node.js" };
/** What they consist of, beside the folder. */
const OVER_PART = "node-lends.js";
/** The same with all that it needs, in one file of CommonJS, for what cannot `require` modules. */
const WHOLE = "node-compat-whole.js";

/** Names are shortened too, but not those of classes: users see them where a value is printed. */
const settings = {
  module: true,
  ecma: 2020,
  keep_classnames: true,
  // Then no charset that a server says can change it, and where a line is printed it is no wall of text.
  format: { ascii_only: true, max_line_len: 500 },
  compress: { passes: 3, unsafe_arrows: true, unsafe_methods: true },
  // What wasm-bindgen calls its own properties.
  mangle: { properties: { regex: /^__(wbg|wrap|destroy)|^_wbg/ } },
};

/**
 * The worker's text, as a module: made here, for a bundler of a user's makes of a function's text one that calls for what
 * only the bundle has.
 */
async function writeWorkerText() {
  const bundled = await rollup({ input: join(from, "socket-worker.js") });
  const { output: [{ code }] } = await bundled.generate({ format: "iife" });
  const { code: text } = await terser.minify(code, { ecma: 2020, format: { ascii_only: true } });
  writeFileSync(join(from, "worker-text.js"), `export const workerText = ${JSON.stringify(text)};\n`);
}

/**
 * One module with all that it imports, but for what `elsewhere` says another file has: it gives that file's name, asked by
 * what is imported and in which folder of the template.
 */
async function bundle(name, elsewhere, file = name, small = minify, format = "es") {
  const resolve = (source, importer) => {
    const file = importer && elsewhere(source, relative(from, dirname(importer)));
    return file ? { id: file, external: true } : null;
  };
  const onwarn = (warning) => {
    if (warning.code !== "UNRESOLVED_IMPORT") throw new Error(warning.message);
  };
  // Of CommonJS nobody asks for another thing than the place of the file.
  const resolveImportMeta = format === "cjs" ? () => 'require("node:url").pathToFileURL(__filename).href' : undefined;
  const plugins = [{ name: "elsewhere", resolveId: resolve, resolveImportMeta }];
  const bundled = await rollup({ input: join(from, name), plugins, onwarn, makeAbsoluteExternalsRelative: false });
  const { output: [{ code }] } = await bundled.generate({ format, exports: "named", inlineDynamicImports: true });
  writeFileSync(join(to, file), small ? (await terser.minify(code, structuredClone(settings))).code : code);
}

const isBuiltIn = (source) => !source.startsWith(".");
const itself = (source) => (isBuiltIn(source) ? source : undefined);

/** All files for one kind of place. */
async function publish(entries, folder, small, core = "core.js") {
  const put = (name, elsewhere, file = name) => bundle(name, elsewhere, folder + file, small);
  // The wasm is in the package once.
  const apart = (source) => (source === "./wasm-inline.js" && folder ? "../wasm-inline.js" : source);
  await put(core, itself, "core.js");
  await put("api.js", () => "./core.js");
  for (const [entry, file] of Object.entries(entries)) {
    await put(entry, (source) => {
      if (PARTS.includes(source)) return undefined;
      if (/\.wasm\b/.test(source)) return source.replace("./", "../");
      return itself(source) ?? (APART.includes(source) ? apart(source) : "./core.js");
    }, file);
  }
}

/** Of `compat/`; what is the package's own it has from the package's own files. */
const compatElsewhere = (entry) => (source, folder) => {
  if (isBuiltIn(source)) return source;
  if (source === OVER[entry]) return "./index.js";
  const module = join(folder, source);
  return module.startsWith("compat/") || module === OVER_PART ? undefined : "./core.js";
};

await writeWorkerText();
for (const folder of ["node", "edge"]) mkdirSync(join(to, folder), { recursive: true });
await publish(FOR_PAGES, "", minify);
await publish(FOR_PROGRAMS, "node/", false);
await publish(FOR_EDGE, "edge/", minify, "edge-core.js");
for (const folder of ["", "node/"]) await bundle("socket-serve.js", () => undefined, `${folder}socket-serve.js`, minify && !folder);
await bundle("compat.js", compatElsewhere("compat.js"));
await bundle("node-compat.js", compatElsewhere("node-compat.js"), "node/compat.js", false);
await bundle(WHOLE, itself, "node/compat-whole.cjs", false, "cjs");
await bundle("socket-worker.js", (source) => source);
