// What the entries share: starts the wasm and gives it what it needs of JavaScript.

import { Decoder, useMemory } from "./decode.js";
import { diagnose } from "./diagnose.js";
import { ConfigurationError, makeError, usageError } from "./errors.js";
import { initSync, install } from "./wasm-glue.js";

/** Whether the runtime lets a socket be told which certificates to trust; known once the driver has been started. */
export let canTrustAll;

/** Whether the runtime's sockets notice by themselves that a connection is lost. */
export let keepsAlive = false;

/** Called with every signal that a user passes; an entry may need it. */
export let heed = () => {};

/**
 * Starts the driver with its wasm: bytes, or a module that is compiled already. `host` is what the entry's runtime
 * lends: how it opens sockets, and facts about them. Once.
 */
export function start(module, host) {
  let wasm;
  try {
    wasm = initSync({ module });
  } catch (error) {
    throw unusable(error);
  }
  canTrustAll = host.canTrustAll;
  keepsAlive = host.keepsAlive;
  heed = host.heed ?? heed;
  useMemory(wasm.memory);
  install({
    makeError,
    openSocket: host.openSocket,
    diagnose,
    value: (areas) => new Decoder("auto").value(areas),
  });
}

/** Where the wasm comes by itself, it is there after the import; elsewhere users may have forgotten to wait for it. */
export function checkStarted() {
  if (canTrustAll === undefined) throw usageError("NotReady", 'Call `await ready()` of "neo4j-wasm/slim" first');
}

/** The wasm out of its letters, one for each byte; compiled at once, so that an import is all it takes. */
export function fromLetters({ letters, text }) {
  if (letters.length !== 256) {
    const advice = "serve scripts with `charset=utf-8`, or say `<meta charset=\"utf-8\">` in the page";
    throw refusal("ScriptGarbled", `The driver's script was not read as UTF-8: ${advice}`);
  }
  const bytes = new Uint8Array(text.length);
  const byLetter = new Uint8Array(512);
  for (let byte = 0; byte < 256; byte++) byLetter[letters.charCodeAt(byte)] = byte;
  for (let index = 0; index < bytes.length; index++) bytes[index] = byLetter[text.charCodeAt(index)];
  return bytes;
}

const refusal = (code, message, cause) => new ConfigurationError(message, { code, cause });

/** Why the runtime does not take the wasm. */
export function unusable(cause) {
  const { message } = cause;
  if (!globalThis.WebAssembly) {
    return refusal("WasmMissing", "This runtime has no WebAssembly, or it is switched off: the driver needs it", cause);
  }
  if (/content security policy|unsafe-eval|\bCSP\b/i.test(message)) {
    const advice = "add 'wasm-unsafe-eval' to its script-src";
    return refusal("WasmBlocked", `The page's content security policy blocks WebAssembly: ${advice}`, cause);
  }
  return refusal("WasmInvalid", `This is not the wasm of this version of the driver: ${message}`, cause);
}
