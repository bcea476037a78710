// A driver that cannot start says what is in its way: no wasm, a policy against it, no WebSocket.

import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { browsers, elsewhere, programs } from "../harness/elsewhere.mjs";
import { env } from "../harness/env.js";
import { equal, match, test } from "../harness/test.js";
import { pageServer } from "./servers.mjs";

const said = `.then(() => ({}), ({ name, code, message }) => ({ name, code, message }))`;
const imported = `import("neo4j-wasm")${said}`;
const loaded = `import("neo4j-wasm/slim").then(({ ready }) => ready())${said}`;

for (const name of programs) {
  test(`${name} without WebAssembly says so`, () => {
    const [program, ...flags] = env.programs[name];
    const script = fileURLToPath(new URL("./no-wasm.mjs", import.meta.url));
    const said = JSON.parse(execFileSync(program, [...flags, script], { encoding: "utf8" }));
    equal([said.name, said.code], ["ConfigurationError", "WasmMissing"], said.message);
    match(said.message, /no WebAssembly/);
  });

  test(`${name} takes the wasm from files, and as a module of another realm`, () => {
    const [program, ...flags] = env.programs[name];
    const script = fileURLToPath(new URL("./sources.mjs", import.meta.url));
    for (const source of ["a file: URL", "its text", "a path", "a relative path", "a module of another realm"]) {
      const said = JSON.parse(execFileSync(program, [...flags, script, source], { encoding: "utf8" }));
      equal(said, { closed: false }, source);
    }
  });
}

for (const name of browsers) {
  test(`${name}: a policy that does not allow wasm is named`, { timeout: 60_000 }, async (t) => {
    const url = await pageServer(t, { replace: [" 'wasm-unsafe-eval'", ""] });
    const there = await elsewhere(name, { page: url });
    t.after(() => there.end());
    for (const start of [imported, loaded]) {
      const said = await there.page.evaluate(start);
      equal([said.name, said.code], ["ConfigurationError", "WasmBlocked"], said.message);
      match(said.message, /'wasm-unsafe-eval'/);
    }
  });

  test(`${name}: a server need not know the type of wasm`, { timeout: 60_000 }, async (t) => {
    const ofWasm = { "content-type": "text/plain", "x-content-type-options": "nosniff" };
    const there = await elsewhere(name, { page: await pageServer(t, { ofWasm }) });
    t.after(() => there.end());
    equal(await there.page.evaluate(loaded), {});
  });

  test(`${name} without WebSocket says so`, { timeout: 60_000 }, async (t) => {
    const there = await elsewhere(name, { page: env.page });
    t.after(() => there.end());
    await there.page.evaluate("delete globalThis.WebSocket; delete globalThis.Worker");
    const said = await there.attempt("bolt://127.0.0.1:7687");
    equal([said.name, said.code, said.retryable], ["ConnectionError", "WebSocketMissing", false], said.message);
  });
}
