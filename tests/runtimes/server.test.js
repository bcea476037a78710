// A handful of conversations with a real Neo4j, the same in every runtime and in every form of the package.

import { GraphDatabase, Point, ServerError, UsageError, WRITE, basicAuth, float } from "neo4j-wasm";
import { env, ownWay } from "../harness/env.js";
import { assert, equal, rejects, test, throws } from "../harness/test.js";

function connect(t, config, uri = env.uri) {
  const driver = GraphDatabase.driver(uri, { auth: basicAuth(env.user, env.password), ...ownWay, ...config });
  t.after(() => driver.close());
  return driver;
}

const inUse = (driver) => driver.metrics().reduce((sum, server) => sum + server.inUse + server.opening, 0);

test("it connects, and knows to what", async (t) => {
  const info = await connect(t).verifyConnectivity();
  equal(info.agent, `Neo4j/${env.version}`);
  const routed = connect(t, {}, env.uri.replace("bolt:", "neo4j:"));
  equal((await routed.executeQuery("RETURN 1 AS one")).records[0].get("one"), 1);
});

test("values go there and come back", async (t) => {
  const driver = connect(t);
  const values = {
    list: [1, -(2 ** 40), 2n ** 62n, 0.5, true, null, "Grüße, 世界 🜁", ["nested", []]],
    map: { a: { b: new Uint8Array([0, 255]) } },
    point: new Point(4326, 12.5, -3.25),
    text: "x".repeat(200_000),
  };
  const { records } = await driver.executeQuery("RETURN $values AS values, $two AS two", { values, two: float(2) });
  equal(records[0].get("values"), values);
  const query = "RETURN datetime('2024-02-29T12:30:15.5[Europe/Berlin]') AS then, duration('P1M2DT3.5S') AS span";
  const [record] = (await driver.executeQuery(query)).records;
  equal(record.toObject().then.toString(), "2024-02-29T12:30:15.5+01:00[Europe/Berlin]");
  equal(String(record.get("span")), "P1M2DT3.5S");
});

test("many records come in order, and a loop may be left", async (t) => {
  const driver = connect(t);
  const session = driver.session({ fetchSize: 500 });
  let next = 1;
  for await (const record of session.run("UNWIND range(1, 5000) AS n RETURN n")) equal(record.get("n"), next++);
  equal(next, 5001);
  for await (const record of session.run("UNWIND range(1, 1000000) AS n RETURN n")) if (record.get("n") === 700) break;
  equal((await session.run("RETURN 2 AS n").single()).get("n"), 2);
  await session.close();
  equal(inUse(driver), 0);
});

test("transactions are committed, rolled back, and done by functions", async (t) => {
  const driver = connect(t);
  const session = driver.session({ accessMode: WRITE });
  const count = async () => (await session.run("MATCH (n:Somewhere) RETURN count(n) AS n").single()).get("n");
  t.after(() => session.close());
  t.after(() => session.run("MATCH (n:Somewhere) DELETE n"));
  const left = await session.beginTransaction();
  await left.run("CREATE (:Somewhere)");
  await left.rollback();
  equal(await count(), 0);
  const kept = await session.beginTransaction();
  await kept.run("CREATE (:Somewhere)");
  await kept.commit();
  await session.executeWrite((tx) => tx.run("CREATE (:Somewhere)"));
  equal([await count(), session.lastBookmarks().length], [2, 1]);
});

test("what the server refuses is an error that says where", async (t) => {
  const error = await rejects(connect(t).executeQuery("RETURN\n  1 +"), ServerError);
  equal(error.code, "Neo.ClientError.Statement.SyntaxError");
  equal(error.position.line, 2);
});

test("a signal ends a query, and the connection lives on", async (t) => {
  const driver = connect(t, { maxConnectionPoolSize: 1 });
  const signal = AbortSignal.timeout(200);
  const reason = await driver.executeQuery("UNWIND range(1, 1000000000) AS n RETURN sum(n * n % 7)", {}, { signal }).catch((e) => e);
  equal(reason, signal.reason);
  equal((await driver.executeQuery("RETURN 1 AS one")).records[0].get("one"), 1);
  equal(driver.metrics()[0].inUse, 0);
});

test("closed means closed", async (t) => {
  const driver = connect(t);
  const session = driver.session();
  await session.run("RETURN 1");
  await session.close();
  const late = await rejects(session.run("RETURN 1"), UsageError);
  assert(/session.*closed/i.test(late.message), late.message);
  const pending = driver.executeQuery("UNWIND range(1, 1000000000) AS n RETURN sum(n * n % 7)");
  const lost = rejects(pending, { name: /ConnectionError|UsageError/ });
  await new Promise((resolve) => setTimeout(resolve, 100));
  await driver.close();
  await lost;
  throws(() => driver.session(), UsageError);
});
