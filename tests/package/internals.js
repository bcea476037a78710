// Files of the package that it does not export, for tests of one part alone. They are the very modules that the package
// uses, so classes are the same: `core.js` exports such parts beside what is public.

const entry = import.meta.resolve("neo4j-wasm");

/** The address of a file of the package. */
export const fileUrl = (name) => new URL(name, entry).href;

export const internal = (name) => import(fileUrl(name));

/** The text of a file of the package. */
export async function readText(name) {
  const url = fileUrl(name);
  if (!url.startsWith("file:")) return (await fetch(url)).text();
  const { readFile } = await import("node:fs/promises");
  return readFile(new URL(url), "utf8");
}
