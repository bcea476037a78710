// neo4j: URIs against a single server, which answers ROUTE with itself: everything works as it does with bolt:.

import { DirectDriver, GraphDatabase, READ, RoutingDriver } from "neo4j-wasm";
import { env } from "../harness/env.js";
import { assert, equal, rejects, test } from "../harness/test.js";
import { connect, count, label, one, protocol, start } from "./support.js";

/** The same server by the other scheme. */
const routed = (t, config) => connect(t, config, env.uri.replace(/^bolt/, "neo4j"));

test("the scheme decides which kind of driver it is", async (t) => {
  const [direct, routing] = [connect(t), routed(t)];
  assert(direct instanceof DirectDriver && routing instanceof RoutingDriver);
  equal((await routing.verifyConnectivity()).protocolVersion, protocol);
});

test("reads, writes and transactions go through a routing driver", async (t) => {
  const driver = routed(t);
  const name = label(t, driver);
  await driver.executeQuery(`CREATE (:${name})`);
  const session = start(t, driver);
  await session.executeWrite((tx) => tx.run(`CREATE (:${name})`));
  const tx = await session.beginTransaction();
  await tx.run(`CREATE (:${name})`);
  await tx.commit();
  equal((await session.executeRead((read) => read.run(`MATCH (n:${name}) RETURN n`))).records.length, 3);
  equal((await start(t, driver, { accessMode: READ }).run(`MATCH (n:${name}) RETURN n`)).records.length, 3);
  equal([await count(driver, name), driver.metrics().length], [3, 1]);
  equal((await session.run("RETURN 1")).summary.database, "neo4j");
});

test("the database can be named; one that is not there is an error", async (t) => {
  const driver = routed(t);
  equal(await one(driver, "RETURN 1", {}, { database: "neo4j" }), 1);
  const session = start(t, driver, { database: "system" });
  equal((await session.run("SHOW DATABASES")).summary.database, "system");
  await rejects(driver.executeQuery("RETURN 1", {}, { database: "nowhere" }), {
    code: "Neo.ClientError.Database.DatabaseNotFound",
  });
});

test("many at a time share one routing table and one pool", async (t) => {
  const driver = routed(t, { maxConnectionPoolSize: 5 });
  const values = await Promise.all(Array.from({ length: 50 }, (_, i) => one(driver, "RETURN $i", { i })));
  equal(values, Array.from({ length: 50 }, (_, i) => i));
  const [{ idle, ...rest }, ...more] = driver.metrics();
  equal([idle <= 5, rest.inUse, more], [true, 0, []]);
});

test("a resolver says where the first router may be, in order", async (t) => {
  const { host, hostname, port } = new URL(env.uri);
  const asked = [];
  const resolver = async (...address) => {
    asked.push(address);
    return ["127.0.0.1:61987", host];
  };
  const driver = routed(t, { resolver });
  equal(await one(driver, "RETURN 1"), 1);
  equal(asked, [[hostname, Number(port)]]);
});

test("a wrong password and a server that is down are told as they are", async (t) => {
  const wrong = routed(t, { auth: ["nobody", "password"] });
  await rejects(wrong.executeQuery("RETURN 1"), { name: "AuthError" });
  const down = GraphDatabase.driver("neo4j://127.0.0.1:61987", { maxRetryTime: 0 });
  t.after(() => down.close());
  await rejects(down.executeQuery("RETURN 1"), { name: "ConnectionError" });
});
