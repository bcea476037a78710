// Sizes as they travel: reads a list of [label, [files]] from its argument, prints bytes raw, gzip -9 and brotli -11.
// Beside them is what has changed since docs/size.md stated a row. An entry given as [label, [file], true] stands for everything it imports, directly or not.

import { existsSync, readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
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
/** Raw, gzip -9, brotli -11. */
export const packed = (bytes) => [bytes.length, gzipSync(bytes, { level: 9 }).length, brotli(bytes).length];

export const row = (cells) =>
  console.log(cells[0].padEnd(44) + cells.slice(1).map((cell) => String(cell).padStart(12)).join(""));

/** What docs/size.md states, by label: kB by gzip and by brotli. */
function stated() {
  const text = readFileSync(new URL("../../docs/size.md", import.meta.url), "utf8");
  const rows = text.matchAll(/^\| (.+?) \| ([\d.]+) kB \| ([\d.]+) kB \|$/gm);
  return new Map(Array.from(rows, ([, label, ...sizes]) => [label.replaceAll("`", ""), sizes.map(Number)]));
}

const change = (bytes, before) => {
  const kilobytes = bytes / 1_000 - before;
  return `${kilobytes < 0 ? "" : "+"}${kilobytes.toFixed(1)}`;
};

function weigh(list) {
  row(["(changes: kB since docs/size.md)", "raw", "gzip -9", "brotli -11", "gzip", "brotli"]);
  const before = stated();
  for (const [label, files, follow] of list) {
    const all = follow ? [...reachable(files[0])] : files;
    if (!all.length) {
      row([`${label} (not there)`, "-", "-", "-"]);
      continue;
    }
    // File by file, as a server sends them.
    const sizes = all.map((file) => packed(readFileSync(file)));
    const sum = [0, 1, 2].map((at) => sizes.reduce((sum, size) => sum + size[at], 0));
    const since = before.get(label)?.map((size, at) => change(sum[at + 1], size)) ?? [];
    row([`${label} (${all.length} ${all.length === 1 ? "file" : "files"})`, ...sum, ...since]);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) weigh(JSON.parse(process.argv[2]));
