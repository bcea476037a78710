// The wasm from wherever the user has it.

import { start, unusable } from "./start.js";
import { ConfigurationError, isOf, kindOf } from "../driver/errors.js";

let loading;

/**
 * `source`: bytes, a URL, a Response, a compiled module, or a promise of one. Once; a failure may be tried again. `read`
 * says what stands for a source where the runtime has ways of its own; it is asked for what is loaded alone.
 */
export function load(source, host, read = (given) => given) {
  loading ??= compiled(read(source)).then((module) => start(module, host));
  return loading.catch((error) => {
    loading = undefined;
    throw error;
  });
}

async function compiled(given) {
  const module = await anyModule(given);
  // Started, another program would take the place of the driver for good.
  if (WebAssembly.Module.exports(module).some(({ name }) => name === "install")) return module;
  throw unusable(new Error("it is another program"));
}

async function anyModule(given) {
  let from = "what ready was given";
  let source = await Promise.resolve(given).catch((error) => notFound(from, error));
  from = kindOf(source);
  if (typeof source === "string" || isOf(URL, source)) {
    from = String(source);
    source = await fetch(source).catch((error) => notFound(from, error));
  }
  if (source?.ok === false) notFound(from, `HTTP status ${source.status}`);
  // A response's type does not matter: what is not wasm is found out by looking.
  if (typeof source?.arrayBuffer === "function") source = await source.arrayBuffer();
  if (isModule(source)) return source;
  const bytes = ArrayBuffer.isView(source) ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength)
    : isOf(ArrayBuffer, source) ? new Uint8Array(source)
    : notFound(from, "ready takes a URL, bytes, a Response or a WebAssembly.Module");
  if (String.fromCharCode(...bytes.subarray(0, 4)) !== "\0asm") notFound(from, "it is something else than WebAssembly");
  try {
    return await WebAssembly.compile(bytes);
  } catch (error) {
    throw unusable(error);
  }
}

/** Of whichever realm: only what is one answers. */
function isModule(source) {
  try {
    return Boolean(WebAssembly.Module.exports(source));
  } catch {
    return false;
  }
}

function notFound(from, why) {
  const message = `The driver's wasm was not found in ${from}: ${why.message ?? why}`;
  throw new ConfigurationError(message, { code: "WasmNotFound", cause: why.message && why });
}
