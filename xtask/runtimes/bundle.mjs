// Bundles one entry with one bundler, as its users would for production: { bundler, entry, out } as JSON, the result in
// `out`, its entry `main.js`, a module that exports what the given one does.

const { bundler, entry, out } = JSON.parse(process.argv.at(-1));

const bundlers = {
  async vite() {
    const { build } = await import("vite");
    const rollupOptions = { input: entry, preserveEntrySignatures: "strict", output: { entryFileNames: "main.js" } };
    const options = { outDir: out, emptyOutDir: true, rollupOptions };
    await build({ configFile: false, logLevel: "warn", base: "./", build: options });
  },

  async webpack() {
    const { default: webpack } = await import("webpack");
    const output = { path: out, filename: "main.js", module: true, library: { type: "module" } };
    const options = { mode: "production", target: "web", entry, output, experiments: { outputModule: true } };
    const stats = await new Promise((resolve, reject) => {
      webpack({ ...options, performance: false }, (error, stats) => (error ? reject(error) : resolve(stats)));
    });
    if (stats.hasErrors()) throw new Error(stats.toString("errors-only"));
  },

  async rollup() {
    const [{ rollup }, { default: resolve }] = [await import("rollup"), await import("@rollup/plugin-node-resolve")];
    const bundle = await rollup({ input: entry, plugins: [resolve({ browser: true })] });
    await bundle.write({ dir: out, format: "es", entryFileNames: "main.js" });
  },

  async esbuild() {
    const { build } = await import("esbuild");
    const form = { bundle: true, format: "esm", platform: "browser", target: "es2022", splitting: true, minify: true };
    await build({ ...form, entryPoints: { main: entry }, outdir: out, logLevel: "warning" });
  },

  // As wrangler has esbuild do it.
  async workerd() {
    const { build } = await import("esbuild");
    const form = { bundle: true, format: "esm", target: "es2022", conditions: ["workerd", "worker", "browser"] };
    const apart = { external: ["node:*", "cloudflare:*"], loader: { ".wasm": "copy" }, assetNames: "[name]" };
    await build({ ...form, ...apart, entryPoints: { main: entry }, outdir: out, logLevel: "warning" });
  },
};

await bundlers[bundler]();
process.exit(0);
