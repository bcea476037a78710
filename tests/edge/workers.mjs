// Workers of a test, as wrangler would bundle and start them: a source file in, something that answers requests out.

import { build } from "esbuild";
import { Miniflare } from "miniflare";
import { mkdtempSync, rmSync } from "node:fs";
import { readFile, readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { env } from "../harness/env.js";

const BINDINGS = { NEO4J_URI: env.uri, NEO4J_USER: env.user, NEO4J_PASSWORD: env.password };

/** `options` as miniflare has them. Gives a function that fetches. */
export async function start(t, source, { bindings, conditions = ["workerd", "worker", "browser"], ...options } = {}) {
  const out = mkdtempSync(join(tmpdir(), "neo4j-wasm-worker-"));
  t.after(() => rmSync(out, { recursive: true }));
  const form = { bundle: true, format: "esm", conditions, external: ["cloudflare:*"], logLevel: "error" };
  const wasm = { loader: { ".wasm": "copy" }, assetNames: "[name]" };
  await build({ ...form, ...wasm, entryPoints: { main: source }, outdir: out });
  const names = (await readdir(out)).sort((one, other) => Number(other === "main.js") - Number(one === "main.js"));
  const modules = await Promise.all(names.map(async (path) =>
    ({ type: path.endsWith(".wasm") ? "CompiledWasm" : "ESModule", path, contents: await readFile(join(out, path)) })));
  const workers = new Miniflare({
    modules,
    compatibilityDate: "2026-07-30",
    bindings: { ...BINDINGS, ...bindings },
    ...options,
  });
  // Of what did not start there is nothing to end.
  t.after(() => workers.dispose().catch(() => {}));
  return (path, init) => workers.dispatchFetch(`http://worker${path}`, init);
}
