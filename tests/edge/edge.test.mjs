// Workers beside a real Neo4j: the examples, as they are, and what happens to a driver that requests share.

import { fileURLToPath } from "node:url";
import { GraphDatabase } from "neo4j-wasm";
import { env } from "../harness/env.js";
import { assert, equal, match, test } from "../harness/test.js";
import { start } from "./workers.mjs";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const example = (name) => here(`../../examples/${name}/src/index.js`);
const COUNT = 3_000;

/** So many people, who go when the test does. */
async function people(t, count) {
  const driver = GraphDatabase.driver(env.uri, { auth: [env.user, env.password] });
  t.after(() => driver.close());
  t.after(() => driver.executeQuery("MATCH (p:Person) DETACH DELETE p"));
  const padded = "right('0000' + toString(n), 5)";
  await driver.executeQuery(`MATCH (p:Person) DETACH DELETE p WITH count(*) AS _ UNWIND range(1, $count) AS n CREATE (:Person {name: ${padded}})`, { count });
  return driver;
}

/** How many connections drivers of Workers have to the server. */
const connections = async (driver) =>
  (await driver.executeQuery("CALL dbms.listConnections() YIELD connectionId RETURN count(*) AS n")).records[0].get("n");

async function eventually(holds) {
  for (let round = 0; round < 200; round++) {
    if (await holds()) return true;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  return false;
}

test("the example of a stream: each person once, in order", async (t) => {
  const driver = await people(t, COUNT);
  const before = await connections(driver);
  const ask = await start(t, example("worker"));
  const answer = await ask("/");
  equal([answer.status, answer.headers.get("content-type")], [200, "application/x-ndjson"]);
  const lines = (await answer.text()).trim().split("\n");
  equal(lines.map((line) => Number(JSON.parse(line).name)), Array.from({ length: COUNT }, (_, index) => index + 1));
  assert(await eventually(async () => (await connections(driver)) === before), "a connection was left open");
});

test("a visitor who leaves ends the query", async (t) => {
  const driver = await people(t, 50_000);
  const before = await connections(driver);
  const ask = await start(t, example("worker"));
  const reader = (await ask("/")).body.getReader();
  assert(!(await reader.read()).done);
  await reader.cancel();
  assert(await eventually(async () => (await connections(driver)) === before), "the query goes on");
});

test("what goes wrong before the stream is a status", async (t) => {
  for (const [bindings, status, code] of [
    [{ NEO4J_PASSWORD: "wrong" }, 500, "Neo.ClientError.Security.Unauthorized"],
    [{ NEO4J_URI: "bolt://127.0.0.1:1" }, 503, "ServerUnreachable"],
  ]) {
    const answer = await (await start(t, example("worker"), { bindings }))("/");
    equal([answer.status, await answer.text()], [status, `${code}\n`]);
  }
});

test("the example of a Durable Object: its connections last", async (t) => {
  await people(t, 3);
  const ask = await start(t, example("durable-object"), {
    durableObjects: { PEOPLE: { className: "People", useSQLite: true } },
  });
  for (let request = 0; request < 5; request++) equal((await (await ask("/")).json()).length, 3);
  await Promise.all(["Ada", "Grace"].map((body) => ask("/", { method: "POST", body })));
  equal((await (await ask("/")).json()).map(({ name }) => name).slice(-2), ["Ada", "Grace"]);
  const [{ open }] = await (await ask("/connections")).json();
  assert(open >= 1 && open <= 2, `${open} connections for two requests at a time`);
});

test("a driver that requests share opens what it needs: a socket of another request has sent nothing", { timeout: 120_000 }, async (t) => {
  const ask = await start(t, here("shared.js"));
  for (const way of ["websocket", "tcp"]) {
    const one = async (what) => equal(await (await ask(`/${what}?way=${way}`)).json(), { done: 1 }, `${what} over ${way}`);
    for (const what of ["query", "run", "managed", "run", "query"]) await one(what);
    // Several that are of no use to whoever comes later.
    await Promise.all(Array.from({ length: 4 }, () => one("query")));
    for (const what of ["run", "managed", "query"]) await one(what);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    for (const what of ["run", "managed"]) await one(what);
  }
});

test("a transaction of another request says what it is", async (t) => {
  const ask = await start(t, here("shared.js"));
  for (const way of ["websocket", "tcp"]) {
    equal(await (await ask(`/begin?way=${way}`)).json(), { done: 1 });
    const { name, message } = await (await ask(`/goOn?way=${way}`)).json();
    match(message, /belongs to another request.*docs\/edge\.md/);
    equal(name, "ConnectionError");
  }
});

test("bundled without the condition it says so", async (t) => {
  // Newer dates compile what comes while the Worker starts.
  const options = { conditions: ["browser"], compatibilityDate: "2025-02-01" };
  const said = await start(t, here("shared.js"), options).then((ask) => ask("/query")).catch((error) => error);
  match(String(said.message ?? (await said.text())), /as a module only.*workerd/);
});
