// For start.test.mjs: the entry without the wasm, in a program of its own, given the wasm in one of these ways.

import { readFile } from "node:fs/promises";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { GraphDatabase, ready } from "neo4j-wasm/slim";

const url = import.meta.resolve("neo4j-wasm/wasm");
const path = fileURLToPath(url);

/** As `node:vm` has it, and Jest. */
async function ofAnotherRealm() {
  const { createContext, runInContext } = await import("node:vm");
  return runInContext("new WebAssembly.Module(bytes)", createContext({ bytes: await readFile(path) }));
}

const sources = {
  "a file: URL": () => new URL(url),
  "its text": () => url,
  "a path": () => path,
  "a relative path": () => relative(process.cwd(), path),
  "a module of another realm": ofAnotherRealm,
};

const said = await ready(await sources[process.argv.at(-1)]()).then(
  () => ({ closed: GraphDatabase.driver("bolt://127.0.0.1:1").closed() }),
  ({ code, message }) => ({ code, message }),
);
process.stdout.write(JSON.stringify(said), () => process.exit(0));
