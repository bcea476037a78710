// What is done with a driver that cannot be done: it says so, rather than do something else.

import * as neo4j from "neo4j-wasm";
import { assert, equal, rejects, test, throws } from "../harness/test.js";
import { internal } from "./internals.js";
import { replaying, tiny } from "./replay.js";

const { GraphDatabase } = neo4j;
const URI = "bolt://127.0.0.1:1";

test("a driver cannot be cloned or sent to a worker", async () => {
  const driver = GraphDatabase.driver(URI);
  const error = throws(() => structuredClone({ driver }));
  equal(error.name, "DataCloneError");
  // Workers of before 2025-08 have no channels.
  if (globalThis.MessageChannel) {
    const { port1, port2 } = new MessageChannel();
    throws(() => port1.postMessage(driver), { name: "DataCloneError" });
    port1.close();
    port2.close();
  }
  // What only looks at it is not disturbed.
  equal(JSON.stringify(driver), "{}");
  await driver.close();
});

test("a session, a transaction and a result cannot be cloned either", async () => {
  const driver = replaying(["n"], [[[tiny(1)]]]);
  const session = driver.session();
  const transaction = await session.beginTransaction();
  const result = transaction.run("RETURN 1 AS n");
  for (const [kind, value] of Object.entries({ session, transaction, result })) {
    const error = throws(() => structuredClone([value]));
    equal(error.name, "DataCloneError", kind);
    equal(JSON.stringify(value), "{}");
  }
  // What it comes to can.
  equal(structuredClone(await result).records[0].values, [1]);
  await driver.close();
});

test("what a second copy of the package has made is told from one's own", async () => {
  const other = await internal("index.js", "again/");
  const driver = GraphDatabase.driver(URI);
  assert(other.GraphDatabase !== GraphDatabase);
  const point = new other.Point(7203, 1, 2);
  const refused = await rejects(driver.executeQuery("RETURN $p", { p: [point] }), neo4j.UsageError);
  assert(/parameters\.p\[0\]: an instance of \w+, made by a second copy of neo4j-wasm,/.test(refused.message), refused.message);
  const auth = throws(() => GraphDatabase.driver(URI, { auth: other.basicAuth("a", "b") }), neo4j.ConfigurationError);
  assert(/got an instance of \w+, made by a second copy/.test(auth.message), auth.message);
  // Each copy works by itself.
  equal(other.GraphDatabase.driver(URI, { auth: other.basicAuth("a", "b") }).closed(), false);
  await driver.close();
});

test("a session of a closed driver, and a closed session, say which it is", async () => {
  const driver = GraphDatabase.driver(URI);
  const [closed, left] = [driver.session(), driver.session()];
  await closed.close();
  for (const call of [() => closed.run("RETURN 1"), () => closed.beginTransaction(), () => closed.executeRead(() => {})]) {
    const error = await rejects(call(), neo4j.UsageError);
    assert(/session is closed/i.test(error.message), error.message);
  }
  await driver.close();
  const error = await rejects(left.run("RETURN 1"), neo4j.UsageError);
  assert(/driver is closed/i.test(error.message), error.message);
});
