// Starts the wasm and gives it what it needs of JavaScript.

import { Decoder, useMemory } from "./decode.js";
import { diagnose } from "../sockets/diagnose.js";
import { ConfigurationError, makeError, usageError } from "../driver/errors.js";
import { startWasm } from "./gate.js";
import { unpack } from "./unpack.js";
import { makeGlue } from "./wasm-glue.js";

/**
 * What the entry's runtime lends: how it opens sockets, whether they can be told which certificates to trust, and whether
 * they notice by themselves that a connection is lost; with TCP, more `rules` and the choice of a `transport`. Known once
 * the driver has been started.
 */
export let host;

/** Called with every signal that a user passes; an entry may need it. */
export function heed(signal) {
  try {
    host.heed?.(signal);
  } catch {
    // Only one of the runtime's own can be told.
  }
}

let openSocket;
let compiled;
let running;

/** Starts the driver with its wasm: packed, or a module that is compiled already; see `host`. Once. */
export function start(module, lent) {
  openSocket = lent.openSocket;
  try {
    compiled ??= module.letters ? new WebAssembly.Module(unpack(module)) : module;
    wasm();
  } catch (error) {
    throw unusable(error);
  }
  host = lent;
}

/** The wasm for new drivers: another one where the last has crashed. */
export function wasm() {
  if (running && !running.hasCrashed()) return running;
  running = startWasm(makeGlue, compiled, {
    makeError,
    openSocket,
    diagnose,
    value: (areas) => new Decoder("auto").value(areas),
  });
  useMemory(running.memory);
  return running;
}

/** Where the wasm comes by itself, it is there after the import; elsewhere users may have forgotten to wait for it. */
export function checkStarted() {
  if (!host) throw usageError("NotReady", 'Call `await ready()` of "neo4j-wasm/slim" first');
}

const refusal = (code, message, cause) => new ConfigurationError(message, { code, cause });

const POLICY = "The page's content security policy blocks WebAssembly: add 'wasm-unsafe-eval' to its script-src";
/** So it is at the edge. */
const MODULES_ONLY =
  'This runtime takes WebAssembly as a module only: bundle with the condition "workerd" or "edge-light" (see docs/edge.md)';

/** Why the runtime does not take the wasm. */
export function unusable(cause) {
  const { message } = cause;
  if (!globalThis.WebAssembly) {
    return refusal("WasmMissing", "This runtime has no WebAssembly, or it is switched off: the driver needs it", cause);
  }
  if (/content security policy|unsafe-eval|\bCSP\b|by embedder/i.test(message)) {
    return refusal("WasmBlocked", globalThis.location ? POLICY : MODULES_ONLY, cause);
  }
  return refusal("WasmInvalid", `This is not the wasm of this version of the driver: ${message}`, cause);
}
