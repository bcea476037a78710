// The entry without the wasm through bundlers: some bring the wasm along, others have to be told where it is.

import { elsewhere } from "../harness/elsewhere.mjs";
import { env } from "../harness/env.js";
import { equal, match, test } from "../harness/test.js";

const BRINGS_ALONG = { vite: true, webpack: true, rollup: false, esbuild: false };

test("Chromium starts what each bundler has made of the slim entry", { timeout: 120_000 }, async (t) => {
  const { page, end } = await elsewhere("chromium", { page: env.page });
  t.after(end);
  const go = (bundler, source) =>
    page.evaluate(
      async (url, source) => (await import(url)).go(source).catch(({ code, message }) => ({ code, message })),
      `/dist/${bundler}-slim/main.js`,
      source,
    );
  for (const [bundler, bringsAlong] of Object.entries(BRINGS_ALONG)) {
    const alone = await go(bundler);
    if (bringsAlong) equal(alone, true, bundler);
    else {
      equal(alone.code, "WasmNotFound", bundler);
      match(alone.message, new RegExp(`/dist/${bundler}-slim/neo4j_wasm_bg\\.wasm`));
      equal(await go(bundler, "/pkg/neo4j_wasm_bg.wasm"), true, `${bundler}, told where`);
    }
  }
});
