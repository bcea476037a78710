// The entry without the wasm: what `ready` takes, and what it says when it is not given that.

import { ready } from "neo4j-wasm";
import { assert, equal, rejects, test, throws } from "../harness/test.js";
import { fileUrl, internal } from "../package/internals.js";

/** A copy of the package that nobody has started yet. */
const other = await internal("slim.js", "again/");
const bytes = (url) => (url.startsWith("file:") ? import("node:fs/promises").then(({ readFile }) => readFile(new URL(url)))
  : fetch(url).then((response) => response.arrayBuffer()));

test("before it is ready a driver says so", () => {
  const error = throws(() => other.GraphDatabase.driver("bolt://127.0.0.1"), other.UsageError);
  equal(error.code, "NotReady");
  assert(error.message.includes("ready()"), error.message);
});

test("what is not the wasm is named, and may be tried again", async () => {
  const error = await rejects(other.ready(fileUrl("nowhere.wasm")), other.ConfigurationError);
  equal(error.code, "WasmNotFound");
  assert(error.message.includes("nowhere.wasm"), error.message);
  for (const source of [fileUrl("index.js"), new Uint8Array(8), 5, {}, Promise.resolve("")]) {
    await rejects(other.ready(source), { code: "WasmNotFound" });
  }
  const empty = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0);
  await rejects(other.ready(empty), { code: "WasmInvalid" });
  await rejects(other.ready(empty.subarray(0, 5)), { code: "WasmInvalid" });
});

test("bytes do, and the second time nothing happens", async () => {
  await Promise.all([other.ready(bytes(fileUrl("neo4j_wasm_bg.wasm"))), other.ready()]);
  await other.ready("nowhere");
  equal(other.GraphDatabase.driver("bolt://127.0.0.1").closed(), false);
  await ready();
});
