// What is better on purpose: only ours has to pass.

import { env } from "../harness/env.js";
import { assert, equal, rejects, test, throws } from "../harness/test.js";
import { connect, neo4j, start, value } from "./support.js";

const { int } = neo4j;

test("a node is no parameter, and the next query goes on", async (t) => {
  const session = start(t, connect(t));
  await rejects(session.run("RETURN $x", { x: new neo4j.Node(int(1), [], {}) }), neo4j.Neo4jError);
  equal((await value(session, "RETURN 1")).toNumber(), 1);
});

test("a query beside an open transaction does that no harm", async (t) => {
  const session = start(t, connect(t));
  const tx = await session.beginTransaction();
  await rejects(session.run("RETURN 1"), neo4j.Neo4jError);
  equal((await tx.run("RETURN 2")).records[0].get(0).toNumber(), 2);
  await tx.commit();
});

test("a transaction's failure that was caught does not pass for a commit", async (t) => {
  const session = start(t, connect(t));
  const work = async (tx) => {
    await tx.run("nonsense").catch(() => {});
    return "all is well";
  };
  await rejects(session.executeWrite(work), { code: "Neo.ClientError.Statement.SyntaxError" });
});

test("a driver that is closed ends what is pending, and takes no more", async (t) => {
  const driver = connect(t);
  const session = driver.session();
  const pending = session.run("UNWIND range(1, 1000000000) AS i RETURN count(i)").then(() => "done", (error) => error);
  await driver.session().run("RETURN 1");
  await driver.close();
  assert((await pending) instanceof neo4j.Neo4jError, "an error");
  await rejects(driver.session().run("RETURN 1"), neo4j.Neo4jError);
  await rejects(driver.executeQuery("RETURN 1"), neo4j.Neo4jError);
});

test("a bad token stays bad", async (t) => {
  const driver = connect(t);
  const verify = (password) => driver.verifyAuthentication({ auth: neo4j.auth.basic(env.user, password) });
  equal([await verify("wrong"), await verify(env.password), await verify("wrong")], [false, true, false]);
});

test("a Date of JavaScript is sent as one", async (t) => {
  const session = start(t, connect(t));
  equal(String(await value(session, "RETURN $now", { now: new Date(0) })), "1970-01-01T00:00:00Z");
});

test("drivers of one are drivers of the other", async (t) => {
  const driver = connect(t);
  const { records } = await driver.native.executeQuery("RETURN 1 AS one");
  equal(records[0].get("one"), 1);
  const again = neo4j.from(driver.native);
  equal((await again.executeQuery("RETURN 1 AS one")).records[0].get("one").toNumber(), 1);
  assert(neo4j.from(driver) === driver, "the same");
});

test("a name that there is not says so", () => {
  throws(() => neo4j.internal.util, /has no internal/);
  throws(() => new neo4j.EncryptionService(), /has no EncryptionService/);
});

test("what will not do in future is told once, and not at all where that is wished", async (t) => {
  const { warn } = console;
  const told = [];
  console.warn = (text) => told.push(text);
  t.after(() => (console.warn = warn));
  const query = "MATCH (n) WHERE id(n) = -1 RETURN n";
  await connect(t, { disableWarnings: true }).executeQuery(query);
  equal(told.length, 0);
  const driver = connect(t);
  await driver.executeQuery(query);
  await start(t, driver).run(query);
  equal([told.length, /elementId/.test(told[0])], [1, true]);
});
