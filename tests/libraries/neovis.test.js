// neovis.js in Chromium: it draws the graph that a query gives.

import { createServer } from "node:http";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { env } from "../harness/env.js";
import { startBrowser } from "../harness/browser.mjs";
import { assert, equal, test } from "../harness/test.js";
import { films, login } from "./support.js";

const PAGE = `<!doctype html><meta charset="utf-8"><title>neovis</title><link rel="icon" href="data:,">
<div id="viz" style="width: 600px; height: 400px"></div>`;

/** Serves the page, and the script that bundle.mjs has made. */
async function serve(t) {
  const script = readFileSync(join(import.meta.dirname, "dist/neovis.js"));
  const server = createServer(({ url }, response) => {
    const isScript = url.endsWith(".js");
    response.setHeader("Content-Type", isScript ? "text/javascript" : "text/html");
    response.end(isScript ? script : PAGE);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  return `http://127.0.0.1:${server.address().port}/`;
}

test("neovis.js draws a graph", async (t) => {
  await films(t);
  const browser = await startBrowser();
  t.after(() => browser.end());
  const page = await browser.newPage();
  const errors = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  await page.goto(await serve(t));
  const drawn = await page.evaluate(async ({ url, username, password }) => {
    const { default: NeoVis } = await import("/neovis.js");
    const viz = new NeoVis({
      containerId: "viz",
      neo4j: { serverUrl: url, serverUser: username, serverPassword: password },
      labels: { Movie: { label: "title" }, Person: { label: "name" } },
      relationships: { ACTED_IN: {} },
      initialCypher: "MATCH (p:Person)-[r:ACTED_IN]->(m) RETURN p, r, m",
    });
    const completed = await new Promise((resolve, reject) => {
      viz.registerOnEvent("completed", resolve);
      viz.registerOnEvent("error", ({ error }) => reject(error));
      viz.render();
    });
    await new Promise((resolve) => viz.network.once("afterDrawing", resolve));
    const { width, height } = document.querySelector("canvas");
    const { data } = document.querySelector("canvas").getContext("2d").getImageData(0, 0, width, height);
    const painted = data.some((value) => value > 0);
    return {
      count: completed.recordCount ?? completed.record_count,
      names: viz.nodes.map(({ label }) => label).sort(),
      edges: viz.edges.length,
      painted,
    };
  }, login);
  equal(errors, []);
  equal([drawn.names, drawn.edges], [["Carrie", "Keanu", "The Matrix"], 2]);
  assert(drawn.painted, "the canvas is empty");
  if (env.screenshot) await page.screenshot({ path: env.screenshot });
});
