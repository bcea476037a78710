// Files of the package that it does not export, for tests of one part alone. They are the very modules that the package
// uses, so classes are the same: `core.js` exports such parts beside what is public.

const entry = import.meta.resolve("neo4j-wasm");

/** The package's folder for Node.js, Deno and Bun, where that is in use. */
const programs = /\/node\/\w+\.js$/.test(entry) ? "node/" : "";
/** It is in the package once. */
const INLINED = "wasm-inline.js";
const root = new URL(programs ? ".." : ".", entry);

/** The address of a file of the package. */
export const fileUrl = (name) => new URL(name, root).href;

/** A module as the entries have it; `again/` for those of a copy of the package in which nothing has been started yet. */
export const internal = (name, copy = "") => import(fileUrl(copy + (name === INLINED ? "" : programs) + name));

/** The text of a file of the package. */
export async function readText(name) {
  const url = fileUrl(name);
  if (!url.startsWith("file:")) return (await fetch(url)).text();
  const { readFile } = await import("node:fs/promises");
  return readFile(new URL(url), "utf8");
}

/** The bytes of a file of the package. */
export async function readBytes(name) {
  const url = fileUrl(name);
  if (!url.startsWith("file:")) return new Uint8Array(await (await fetch(url)).arrayBuffer());
  const { readFile } = await import("node:fs/promises");
  return readFile(new URL(url));
}
