// Runs suites in workerd, by miniflare: a worker takes the task with a request, and reports in what it answers. Their module
// and the wasm are where a bundler has put them; files of the package come over a binding.

import { readFile, readdir } from "node:fs/promises";
import { Miniflare, Response } from "miniflare";
import { done, endWithInput, report, task } from "./report.mjs";

const pkg = new URL("../../node_modules/neo4j-wasm/", import.meta.url);

/** What a bundle is made of. */
async function modulesIn(folder) {
  const names = (await readdir(folder)).sort((one, other) => Number(other === "main.js") - Number(one === "main.js"));
  return Promise.all(names.map(async (path) => {
    const type = path.endsWith(".wasm") ? "CompiledWasm" : "ESModule";
    return { type, path, contents: await readFile(new URL(path, folder)) };
  }));
}

/** Each line of the answer as it comes. */
async function follow(body) {
  let rest = "";
  for await (const text of body.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop();
    for (const line of lines) report(JSON.parse(line));
  }
}

endWithInput();
for (const { script, date, ...each } of task().runs) {
  const packaged = async (request) => new Response(await readFile(new URL(new URL(request.url).pathname.slice(1), pkg)));
  const modules = await modulesIn(new URL(".", script));
  // What Node.js has by itself, for tests of contexts.
  const compatibility = { compatibilityDate: date, compatibilityFlags: ["nodejs_als"] };
  const workers = new Miniflare({ modules, ...compatibility, serviceBindings: { packaged } });
  const answer = await workers.dispatchFetch("http://worker/", { method: "POST", body: JSON.stringify(each) });
  await follow(answer.body);
  report({ ran: true });
  await workers.dispose();
}
done();
