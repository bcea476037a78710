// Drivers, sessions, transactions, results, errors: what programs rely on.

import { env, isBrowser } from "../harness/env.js";
import { assert, equal, rejects, test, throws } from "../harness/test.js";
import { connect, neo4j, start, value } from "./support.js";

const RANGE = "UNWIND range(1, $n) AS i RETURN i";

test("a result can be awaited again, and told its keys and summary", async (t) => {
  const session = start(t, connect(t));
  const result = session.run(RANGE, { n: neo4j.int(3) });
  equal(await result.keys(), ["i"]);
  const [first, again] = [await result, await result];
  assert(first === again, "the same answer");
  equal([first.records.map((record) => record.get("i").toNumber()), result.isOpen()], [[1, 2, 3], false]);
  assert((await result.summary()) === first.summary, "the same summary");
  equal(String(result[Symbol.toStringTag]), "Result");
});

test("records", async (t) => {
  const session = start(t, connect(t, { disableLosslessIntegers: true }));
  const { records: [record] } = await session.run("RETURN 1 AS a, 'x' AS b");
  equal([record.keys, record.length, record.get("a"), record.get(1), record.has("c"), record.has(1)], [["a", "b"], 2, 1, "x", false, true]);
  equal([record.toObject(), [...record.entries()], [...record], [...record.values()]], [{ a: 1, b: "x" }, [["a", 1], ["b", "x"]], [1, "x"], [1, "x"]]);
  equal([record._fields, record._fieldLookup.b], [[1, "x"], 1]);
  equal(record.map((value, key) => key + value), ["a1", "bx"]);
  const seen = [];
  record.forEach((value, key) => seen.push(key));
  equal(seen, ["a", "b"]);
  throws(() => record.get("c"), neo4j.Neo4jError);
  throws(() => record.get(2), neo4j.Neo4jError);
});

test("several subscribers see all, and the order of events", async (t) => {
  const session = start(t, connect(t));
  const result = session.run(RANGE, { n: neo4j.int(3) });
  const listen = () => new Promise((resolve, reject) => {
    const seen = [];
    result.subscribe({
      onKeys: (keys) => seen.push(keys),
      onNext: (record) => seen.push(record.get("i").toNumber()),
      onCompleted: () => resolve(seen),
      onError: reject,
    });
  });
  equal(await Promise.all([listen(), listen()]), [[["i"], 1, 2, 3], [["i"], 1, 2, 3]]);
});

test("iterating, peeking, leaving", async (t) => {
  const session = start(t, connect(t, { fetchSize: 2, disableLosslessIntegers: true }));
  const seen = [];
  for await (const record of session.run(RANGE, { n: neo4j.int(5) })) seen.push(record.get(0));
  equal(seen, [1, 2, 3, 4, 5]);
  const result = session.run(RANGE, { n: neo4j.int(5) });
  const iterator = result[Symbol.asyncIterator]();
  equal((await iterator.peek()).value.get(0), 1);
  equal((await iterator.next()).value.get(0), 1);
  const { done, value: summary } = await iterator.return();
  equal([done, summary.query.text], [true, RANGE]);
  equal(await value(session, "RETURN 7"), 7);
  await rejects(result[Symbol.asyncIterator]().next(), neo4j.Neo4jError);
});

test("summary() gives up the rest", async (t) => {
  const session = start(t, connect(t, { fetchSize: 2 }));
  const result = session.run(RANGE, { n: neo4j.int(100_000) });
  equal((await result.summary()).query.parameters.n.toNumber(), 100_000);
  assert((await result).records.length < 100, "the rest");
});

test("summaries", async (t) => {
  const session = start(t, connect(t));
  const { summary } = await session.run("CREATE (n:Compat {a: 1}) DELETE n");
  equal([summary.counters.updates().nodesCreated, summary.counters.containsUpdates(), summary.counters.systemUpdates()], [1, true, 0]);
  equal([summary.plan, summary.profile, summary.hasPlan(), summary.database, summary.queryType], [false, false, false, { name: "neo4j" }, "w"]);
  equal([summary.server.address, neo4j.isInt(summary.resultAvailableAfter)], [new URL(env.uri).host, true]);
  equal([String(summary.server.protocolVersion).split(".").length, summary.server.agent.startsWith("Neo4j/")], [2, true]);
  const { summary: profiled } = await session.run("PROFILE MATCH (n:NoSuchLabel) RETURN n");
  equal([profiled.hasPlan(), profiled.hasProfile(), typeof profiled.profile.dbHits, profiled.plan.children.length > 0], [true, true, "number", true]);
  const [{ code, severityLevel, category, position }] = profiled.notifications;
  equal([code, severityLevel, category, typeof position.offset], ["Neo.ClientNotification.Statement.UnknownLabelWarning", "WARNING", "UNRECOGNIZED", "number"]);
  assert(profiled.gqlStatusObjects.some(({ gqlStatus }) => gqlStatus === "01N50"), "GQL");
});

test("queries are looked at before anything is sent", async (t) => {
  const session = start(t, connect(t));
  for (const query of [undefined, null, 1, "", "  ", {}]) throws(() => session.run(query), TypeError);
  throws(() => session.run("RETURN 1", "x"), TypeError);
  throws(() => session.run("RETURN 1", [1]), TypeError);
  throws(() => session.run("RETURN 1", {}, { timeout: "soon" }), TypeError);
  throws(() => session.run("RETURN 1", {}, { timeout: -1 }), neo4j.Neo4jError);
  throws(() => session.run("RETURN 1", {}, { metadata: 1 }), TypeError);
  equal(await value(session, { text: "RETURN $x", parameters: { x: "y" } }), "y");
  equal(await value(session, new String("RETURN 'z'")), "z");
});

test("errors have the server's code and GQL", async (t) => {
  const session = start(t, connect(t));
  const error = await rejects(session.run("RETURN 1 AS"), neo4j.Neo4jError);
  equal([error.name, error.code, error.retriable, error.retryable], ["Neo4jError", "Neo.ClientError.Statement.SyntaxError", false, false]);
  equal([neo4j.isRetryableError(error), typeof error.gqlStatus, typeof error.diagnosticRecord], [false, "string", "object"]);
  assert(error instanceof Error, "an Error");
  const result = session.run("RETURN 1 AS");
  const heard = await new Promise((resolve) => result.subscribe({ onError: resolve }));
  equal([heard.code, result.isOpen()], [error.code, false]);
  await rejects(result, { code: error.code });
  await rejects(result.keys(), { code: error.code });
});

test("nobody listens there", async (t) => {
  const driver = connect(t, { connectionTimeout: 2_000, maxTransactionRetryTime: 0 }, "bolt://127.0.0.1:1");
  await rejects(start(t, driver).run("RETURN 1"), { code: neo4j.error.SERVICE_UNAVAILABLE, retryable: true });
  await rejects(driver.verifyConnectivity(), { code: "ServiceUnavailable" });
});

test("a transaction can be used before it is awaited", async (t) => {
  const session = start(t, connect(t, { disableLosslessIntegers: true }));
  const tx = session.beginTransaction();
  equal(tx.isOpen(), true);
  equal((await tx.run("RETURN 1 AS x")).records[0].get("x"), 1);
  await tx.commit();
  equal(tx.isOpen(), false);
  const awaited = await session.beginTransaction();
  equal([typeof awaited.then, (await awaited.run("RETURN 2")).records[0].get(0)], ["undefined", 2]);
  await awaited.rollback();
  await rejects(awaited.run("RETURN 1"), neo4j.Neo4jError);
  await rejects(awaited.commit(), neo4j.Neo4jError);
  await awaited.close();
});

test("a transaction that failed is over", async (t) => {
  const session = start(t, connect(t));
  const tx = await session.beginTransaction();
  await rejects(tx.run("nonsense"), { code: "Neo.ClientError.Statement.SyntaxError" });
  equal(tx.isOpen(), false);
  await rejects(tx.run("RETURN 1"), neo4j.Neo4jError);
  await rejects(tx.commit(), neo4j.Neo4jError);
  await tx.rollback();
  equal((await value(session, "RETURN 1")).toNumber(), 1);
});

test("one transaction at a time", async (t) => {
  const session = start(t, connect(t));
  const tx = await session.beginTransaction();
  throws(() => session.beginTransaction(), neo4j.Neo4jError);
  await tx.close();
  await (await session.beginTransaction()).close();
});

test("functions of a transaction are committed, and what they throw comes back", async (t) => {
  const session = start(t, connect(t, { disableLosslessIntegers: true }));
  equal(await session.executeWrite(async (tx) => (await tx.run("RETURN 1 AS x")).records[0].get("x")), 1);
  const { records } = await session.executeRead((tx) => tx.run("RETURN 2 AS x"));
  equal(records[0].get("x"), 2);
  const mine = new Error("mine");
  assert((await rejects(session.executeWrite(() => { throw mine; }))) === mine, "the very error");
  equal(await session.executeWrite(() => 5), 5);
  let tries = 0;
  const done = await session.executeWrite(async (tx) => {
    await tx.run("RETURN 1");
    if (!tries++) throw Object.assign(new neo4j.Neo4jError("again", "Neo.TransientError.Transaction.DeadlockDetected"));
    return tries;
  });
  equal(done, 2);
});

test("bookmarks are the same array while nothing changes", async (t) => {
  const driver = connect(t);
  const session = start(t, driver);
  equal(session.lastBookmarks(), []);
  assert(session.lastBookmarks() === session.lastBookmarks(), "the same");
  await session.run("CREATE (n:Compat) DELETE n");
  const bookmarks = session.lastBookmarks();
  equal([bookmarks.length, bookmarks === session.lastBookmarks()], [1, true]);
  const next = start(t, driver, { bookmarks, defaultAccessMode: neo4j.session.READ });
  equal((await value(next, "RETURN 1")).toNumber(), 1);
});

test("driver.executeQuery, with transformers", async (t) => {
  const driver = connect(t, { disableLosslessIntegers: true });
  const { keys, records, summary } = await driver.executeQuery("RETURN $x AS x", { x: neo4j.int(1) });
  equal([keys, records[0].get("x"), summary.database.name], [["x"], 1, "neo4j"]);
  const run = (resultTransformer) => driver.executeQuery(RANGE, { n: neo4j.int(3) }, { resultTransformer, routing: neo4j.routing.READ });
  equal(await run(neo4j.resultTransformers.mapped({ map: (record) => record.get("i"), collect: (all) => all })), [1, 2, 3]);
  equal((await run(neo4j.resultTransformers.first())).get("i"), 1);
  equal((await run(neo4j.resultTransformers.summary())).query.text, RANGE);
  assert((await run(neo4j.resultTransformers.eager())) instanceof neo4j.types.EagerResult, "eager");
  await rejects(driver.executeQuery("RETURN 1", {}, { routing: "MIDDLE" }), neo4j.Neo4jError);
  await rejects(driver.executeQuery("nonsense"), { code: "Neo.ClientError.Statement.SyntaxError" });
  throws(() => neo4j.resultTransformers.mapped({}), neo4j.Neo4jError);
});

test("records and parameters by rules", async (t) => {
  class Person {
    constructor(name, born) {
      Object.assign(this, { name, born });
    }
  }
  const rules = { name: neo4j.rule.asString({ from: "n" }), born: neo4j.rule.asNumber({ isInteger: true, optional: true }) };
  const driver = connect(t);
  const query = "RETURN 'Ann' AS n, 1970 AS born";
  const { records } = await driver.executeQuery(query, {}, { resultTransformer: neo4j.resultTransformers.hydrated(Person, rules) });
  assert(records[0] instanceof Person, "a Person");
  equal({ ...records[0] }, { name: "Ann", born: 1970 });
  const session = start(t, driver);
  equal((await session.run(query).as(rules)).records, [{ name: "Ann", born: 1970 }]);
  equal((await session.run(query)).records[0].as(Person, rules).born, 1970);
  await rejects(session.run("RETURN 1 AS n").as(rules), TypeError);
});

test("what a driver says of itself and its server", async (t) => {
  const driver = connect(t);
  equal([await driver.verifyConnectivity(), driver.isEncrypted()], [undefined, false]);
  const { address, agent, protocolVersion } = await driver.getServerInfo();
  equal([address, agent.startsWith("Neo4j/"), protocolVersion.isGreaterOrEqualTo(new neo4j.ProtocolVersion(4, 4))], [new URL(env.uri).host, true, true]);
  equal([await driver.supportsMultiDb(), await driver.supportsTransactionConfig(), await driver.supportsUserImpersonation()], [true, true, true]);
  equal(await driver.verifyAuthentication({ auth: neo4j.auth.basic(env.user, env.password) }), true);
  equal(String(await driver.getNegotiatedProtocolVersion()), String(protocolVersion));
  equal(await neo4j.hasReachableServer(env.uri), true);
  await rejects(neo4j.hasReachableServer("bolt://127.0.0.1:1"), { code: "ServiceUnavailable" });
});

test("a wrong password is told when it is used", async (t) => {
  for (const auth of [neo4j.auth.basic(env.user, "wrong"), { scheme: "basic", principal: "neo4j", credentials: "x" }]) {
    const driver = neo4j.driver(env.uri, auth);
    t.after(() => driver.close());
    await rejects(driver.session().run("RETURN 1"), { code: "Neo.ClientError.Security.Unauthorized", retryable: false });
  }
});

test("configurations are looked at", () => {
  const make = (url, config) => () => neo4j.driver(url, neo4j.auth.basic("a", "b"), config);
  throws(make(undefined), TypeError);
  throws(make("http://localhost"), Error);
  throws(make("bolt://localhost?x=y"), Error);
  throws(make("bolt+s://localhost", { encrypted: true }), Error);
  throws(make("bolt://localhost", { fetchSize: 0 }), Error);
  throws(make("bolt://localhost", { resolver: 1 }), TypeError);
  throws(make("bolt://localhost", { connectionLivenessCheckTimeout: -1 }), Error);
  throws(() => neo4j.driver("bolt://localhost", { username: "a" }), neo4j.Neo4jError);
  throws(() => neo4j.authTokenManagers.bearer({}), TypeError);
  const encrypted = neo4j.driver("bolt+s://localhost", neo4j.auth.basic("a", "b"));
  equal(encrypted.isEncrypted(), true);
  return encrypted.close();
});

test("new neo4j.driver(…)", async (t) => {
  const driver = new neo4j.driver(env.uri, neo4j.auth.basic(env.user, env.password));
  t.after(() => driver.close());
  assert(driver instanceof neo4j.Driver, "a Driver");
  throws(() => driver.session({ defaultAccessMode: "BOTH" }), neo4j.Neo4jError);
  throws(() => driver.session({ fetchSize: 0 }), Error);
});

test("reactive sessions", { skip: isBrowser ? "the page has no rxjs" : undefined }, async (t) => {
  const driver = connect(t, { disableLosslessIntegers: true });
  const session = driver.rxSession();
  const all = (observable) => new Promise((resolve, reject) => {
    const seen = [];
    observable.subscribe({ next: (each) => seen.push(each), complete: () => resolve(seen), error: reject });
  });
  const result = session.run(RANGE, { n: neo4j.int(3) });
  equal(await all(result.keys()), [["i"]]);
  equal((await all(result.records())).map((record) => record.get(0)), [1, 2, 3]);
  equal((await all(result.consume())).length, 1);
  await rejects(all(result.records()), neo4j.Neo4jError);
  equal((await all(session.executeRead((tx) => tx.run("RETURN 1 AS x").records()))).map((record) => record.get("x")), [1]);
  await rejects(all(session.run("nonsense").records()), neo4j.Neo4jError);
  const [tx] = await all(session.beginTransaction());
  equal([tx.isOpen(), (await all(tx.run("RETURN 1").records())).length], [true, 1]);
  equal(await all(tx.commit()), []);
  equal(await all(session.close()), []);
});

test("closing a session ends a query that waits for a lock", async (t) => {
  const driver = connect(t);
  const holder = start(t, driver);
  await holder.run("MERGE (n:CompatLock {x: 1})");
  t.after(() => holder.run("MATCH (n:CompatLock) DELETE n"));
  const tx = await holder.beginTransaction();
  await tx.run("MATCH (n:CompatLock) SET n.y = 1");
  const waiting = driver.session();
  const stuck = waiting.run("MATCH (n:CompatLock) SET n.y = 2").then(() => "done", () => "failed");
  const other = driver.session();
  const inside = other.beginTransaction();
  const stuckInside = inside.run("MATCH (n:CompatLock) SET n.y = 3").then(() => "done", () => "failed");
  await new Promise((resolve) => setTimeout(resolve, 300));
  await waiting.close();
  await other.close();
  equal([await stuck, await stuckInside], ["failed", "failed"]);
  await tx.rollback();
});
