// Where a page's sockets are, when the worker's file does not get there as it left the package: bundles for older
// browsers, servers that answer with something else, policies. A query works in all of them.

import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import { elsewhere } from "../harness/elsewhere.mjs";
import { equal, test } from "../harness/test.js";
import { peer } from "./peers.mjs";
import { listen } from "./servers.mjs";

const POLICY = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src ws:";

/** An application as esbuild makes it, which leaves the worker's file behind. */
async function bundle(target) {
  const { build } = await import("esbuild");
  const stdin = { contents: 'export * from "neo4j-wasm"', resolveDir: fileURLToPath(new URL(".", import.meta.url)) };
  const { outputFiles } = await build({ stdin, bundle: true, minify: true, format: "esm", platform: "browser", target, write: false });
  return outputFiles[0].text;
}

const SCRIPT = { "content-type": "text/javascript" };

/** Serves a page and the application; `worker` is [status, headers, text] of what is found in the place of the worker's file. */
function pageServer(t, application, worker, workers) {
  const policy = { "content-security-policy": `${POLICY}; worker-src ${workers}` };
  const files = {
    "/": [200, { "content-type": "text/html", ...policy }, "<!doctype html><title>tests</title><link rel=\"icon\" href=\"data:,\">"],
    "/main.js": [200, SCRIPT, application],
    "/socket-worker.js": worker,
  };
  return listen(t, createServer(({ url }, response) => {
    const [status, headers, text] = files[url] ?? [404, {}, ""];
    response.writeHead(status, headers).end(text);
  }));
}

const MISSING = [404, {}, ""];
const ALLOWED = "'self' blob:";

/** Target, what is found in the place of the worker's file, policy, and how many sockets the page has itself. */
const CASES = {
  "a bundle for ES2018": ["es2018", MISSING, ALLOWED, 0],
  "a bundle for ES2020": ["es2020", MISSING, ALLOWED, 0],
  "a bundle for ES2022": ["es2022", MISSING, ALLOWED, 0],
  "a page in the place of the worker's file": ["es2022", [200, { "content-type": "text/html" }, "<!doctype html>"], ALLOWED, 0],
  "a script that throws": ["es2022", [200, SCRIPT, "throw null"], ALLOWED, 0],
  "a script that throws when it is spoken to": ["es2022", [200, SCRIPT, "onmessage = () => missing()"], ALLOWED, 0],
  "a script that says something else": ["es2022", [200, SCRIPT, "postMessage('hello')"], ALLOWED, 0],
  "a script that says nothing": ["es2022", [200, SCRIPT, ""], ALLOWED, 0],
  "a policy without workers": ["es2020", MISSING, "'none'", 1],
  "a policy without workers from text": ["es2020", MISSING, "'self'", 1],
};

/** In the page: one query, and who had the socket. */
async function ask(uri) {
  const Own = WebSocket;
  let own = 0;
  globalThis.WebSocket = class extends Own {
    constructor(url) {
      super(url);
      own++;
    }
  };
  const { GraphDatabase } = await import("/main.js");
  const driver = GraphDatabase.driver(uri, { auth: ["neo4j", "password"], maxRetryTime: 0 });
  const outcome = await driver.executeQuery("RETURN 1").then(() => "answered", ({ code, message }) => `${code}: ${message}`);
  await driver.close();
  return [outcome, own];
}

test("a page's sockets work wherever its worker comes from", { timeout: 120_000 }, async (t) => {
  const { port } = await peer(t, "answers all, and never hangs up");
  const bundles = { es2018: await bundle("es2018"), es2020: await bundle("es2020"), es2022: await bundle("es2022") };
  const { page, end } = await elsewhere("chromium", { page: "about:blank" });
  t.after(end);
  for (const [name, [target, worker, workers, own]] of Object.entries(CASES)) {
    await page.goto(`http://127.0.0.1:${await pageServer(t, bundles[target], worker, workers)}/`);
    equal(await page.evaluate(ask, `bolt://127.0.0.1:${port}`), ["answered", own], name);
  }
});
