// The wasm out of its container: xtask/src/container/mod.rs says what that is, and unpack.wat beside it is what reads it.

/** Where the module begins in the memory of unpack.wat, and how many zeros there are between it and the text. */
const MODULE = 8192;
const ZEROS = 8;

/**
 * The wasm's bytes. `boot`: unpack.wat assembled, in base64, and a `check` of that; `letters`: the container; `size`: the
 * module's.
 *
 * @throws Error where they are not what was packed
 */
export function unpack({ boot, check, letters, size }) {
  let sum = 0;
  for (let at = 0; at < boot.length; at++) sum = Math.imul(sum ^ boot.charCodeAt(at), 0x01000193);
  // Only what is whole is run: it checks the rest.
  if (sum !== check) throw changed();
  const code = Uint8Array.from(atob(boot), (letter) => letter.charCodeAt(0));
  const { memory, unpack } = new WebAssembly.Instance(new WebAssembly.Module(code)).exports;
  const text = MODULE + size + ZEROS;
  // It has a page.
  memory.grow((text + letters.length) >>> 16);
  const { written } = new TextEncoder().encodeInto(letters, new Uint8Array(memory.buffer, text));
  try {
    unpack(text, written);
  } catch (error) {
    throw changed(error);
  }
  return new Uint8Array(memory.buffer, MODULE, size);
}

const changed = (cause) => new Error("wasm-inline.js is not as it was published", { cause });
