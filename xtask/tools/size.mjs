// Sizes as they travel: reads a list of [label, [files]] from its argument, prints bytes raw, gzip -9 and brotli -11.
// An entry given as [label, [file], true] stands for everything it imports, directly or not.

import { existsSync, readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

function reachable(entry, seen = new Set()) {
  if (seen.has(entry) || !existsSync(entry)) return seen;
  seen.add(entry);
  const source = readFileSync(entry, "utf8");
  // `import … from "./x"`, `export … from "./x"`, `import "./x"`, and the URL form of the wasm.
  const links = /(?:\bfrom|\bimport)\s*["'](\.[^"']+)["']|new URL\(\s*["'](\.?[^"']+)["']\s*,\s*import\.meta\.url/g;
  for (const [, module, asset] of source.matchAll(links)) {
    const target = resolve(dirname(entry), module ?? asset);
    if (module) reachable(target, seen);
    else if (existsSync(target)) seen.add(target);
  }
  return seen;
}

const brotli = (bytes) =>
  brotliCompressSync(bytes, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
  });
const row = (cells) => console.log(cells[0].padEnd(44) + cells.slice(1).map((cell) => String(cell).padStart(11)).join(""));

row(["", "raw", "gzip -9", "brotli -11"]);
for (const [label, files, follow] of JSON.parse(process.argv[2])) {
  const all = follow ? [...reachable(files[0])] : files;
  if (!all.length) {
    row([`${label} (not there)`, "-", "-", "-"]);
    continue;
  }
  const sum = [0, 0, 0];
  for (const file of all) {
    // File by file, as a server sends them.
    const bytes = readFileSync(file);
    [bytes.length, gzipSync(bytes, { level: 9 }).length, brotli(bytes).length].forEach((size, i) => (sum[i] += size));
  }
  row([`${label} (${all.length} ${all.length === 1 ? "file" : "files"})`, ...sum]);
}
