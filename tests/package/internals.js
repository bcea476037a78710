// Files of the package that it does not export, for tests of one part alone. They are the very modules that the package
// uses, so classes are the same; with `apart`, a module with a state of its own is loaded once more, from a copy that
// `cargo xtask` has put beside it, since not every runtime minds the query of a URL.

const entry = import.meta.resolve("neo4j-wasm");

/** The address of a file of the package. */
export const fileUrl = (name) => new URL(name, entry).href;

export const internal = (name) => import(fileUrl(name));

export const apart = (name) => import(fileUrl(`apart-${name}`));

/** The text of a file of the package. */
export async function readText(name) {
  const url = fileUrl(name);
  if (!url.startsWith("file:")) return (await fetch(url)).text();
  const { readFile } = await import("node:fs/promises");
  return readFile(new URL(url), "utf8");
}
