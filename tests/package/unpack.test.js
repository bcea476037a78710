// The wasm in its container: it is what it was, or an error says that it is not.

import { env } from "../harness/env.js";
import { assert, equal, test, throws } from "../harness/test.js";
import { internal, readBytes } from "./internals.js";

const { ConfigurationError, unpack, unusable } = await internal("core.js");
const skip = env.runtime === "workerd" && "there the wasm comes as a module";
const { packed } = skip ? {} : await internal("wasm-inline.js");

/** Another letter of the same alphabet in one place. */
const changed = (text, at) => `${text.slice(0, at)}${text[at] === "A" ? "B" : "A"}${text.slice(at + 1)}`;

const same = (one, two) => one.length === two.length && one.every((byte, at) => byte === two[at]);

test("what is packed is the wasm, to the byte", { skip }, async () => {
  assert(same(unpack(packed), await readBytes("neo4j_wasm_bg.wasm")));
});

test("it travels as printable ASCII that no tool and no charset changes", { skip }, () => {
  assert(/^[ -~]+$/.test(packed.letters) && !/["\\]/.test(packed.letters));
  assert(/^[A-Za-z0-9+/=]+$/.test(packed.boot));
});

test("a letter that was changed is found out", { skip }, () => {
  const wasm = unpack(packed);
  const found = (name, at) => {
    const other = { ...packed, [name]: changed(packed[name], at) };
    let bytes;
    try {
      bytes = unpack(other);
    } catch (error) {
      equal(error.message, "wasm-inline.js is not as it was published");
      return 1;
    }
    // Of the table of tokens some cells stand for nothing.
    assert(same(bytes, wasm), `${name}, letter ${at}`);
    return 0;
  };
  const tried = 150;
  let count = 0;
  for (let nth = 0; nth < tried; nth++) count += found("letters", Math.floor((nth * packed.letters.length) / tried));
  assert(count > tried * 0.9, `${count} of ${tried}`);
  // The first ones are what tells letters apart, then come checksum and table.
  for (let at = 0; at < 4_000; at += 80) found("letters", at);
  for (let at = 0; at < packed.boot.length; at += 25) equal(found("boot", at), 1, `letter ${at} of boot`);
});

test("what cannot be joined is the wasm of no version", { skip }, () => {
  const { boot, letters, size } = packed;
  const half = letters.slice(0, letters.length / 2);
  for (const odd of [
    { letters: changed(letters, letters.length - 100) }, { letters: half }, { letters: letters + half }, { letters: "" },
    { letters: half + "é".repeat(half.length) }, { size: size - 1 }, { size: size + 1 }, { size: 0 }, { size: 2 ** 31 }, { size: 2 ** 40 },
    { boot: boot.slice(4) }, { boot: "" }, { boot: "?" }, { check: 0 },
  ]) {
    // As the entries' start does.
    const error = unusable(throws(() => unpack({ ...packed, ...odd }), Error));
    assert(error instanceof ConfigurationError);
    equal(error.code, "WasmInvalid", Object.keys(odd)[0]);
    assert(/not the wasm of this version/.test(error.message), error.message);
  }
});
