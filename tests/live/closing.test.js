// Closing: whatever is under way ends at once and says why, and what is closed stays closed.

import { GraphDatabase } from "neo4j-wasm";
import { env } from "../harness/env.js";
import { assert, equal, rejects, test, throws } from "../harness/test.js";
import { connect, metrics, one, PROMPT, slow, start, timed, until, used } from "./support.js";

const CLOSED = { name: "UsageError", code: "DriverClosed", retryable: false };
const dispose = Symbol.asyncDispose ?? Symbol.for("Symbol.asyncDispose");

test("closing a driver fails all that is under way, promptly, each with the same reason", async (t) => {
  const driver = connect(t, { maxConnectionPoolSize: 6 });
  const { query, begun } = await slow(t);
  const idle = await start(t, driver).beginTransaction();
  const streaming = start(t, driver, { fetchSize: 10 }).run("UNWIND range(1, 1000000) AS i RETURN i");
  const iterator = streaming[Symbol.asyncIterator]();
  await iterator.next();
  const blocked = await start(t, driver).beginTransaction();
  const pending = {
    "a slow query": start(t, driver).run(query),
    "a slow query in a transaction": blocked.run(query),
    "executeQuery": driver.executeQuery(query),
    "executeWrite": start(t, driver).executeWrite((tx) => tx.run(query)),
  };
  // Nobody awaits them until the driver is closed.
  const ends = Object.entries(pending).map(([what, work]) => timed(work).then((end) => [what, end]));
  await begun(4);
  const waiters = {
    "a waiting query": driver.executeQuery("RETURN 1"),
    "a waiting session": start(t, driver).run("RETURN 1").collect(),
  };
  ends.push(...Object.entries(waiters).map(([what, work]) => timed(work).then((end) => [what, end])));
  await until("two wait", () => metrics(driver).waiting === 2);
  equal(metrics(driver).inUse, 6);

  const { ms } = await timed(driver.close());
  assert(ms < PROMPT, `close took ${ms} ms`);
  equal(driver.closed(), true);
  const since = performance.now();
  for (const [what, { error }] of await Promise.all(ends)) {
    await rejects(Promise.reject(error ?? new Error(`${what} did not fail`)), CLOSED);
  }
  await rejects(async () => {
    while (!(await iterator.next()).done);
  }, CLOSED);
  await rejects(idle.run("RETURN 1"), { name: /^(UsageError|TransactionError)$/ });
  await rejects(idle.commit(), { name: /^(UsageError|TransactionError|CommitUncertainError)$/ });
  const after = performance.now() - since;
  assert(after < PROMPT, `the last was told ${after} ms after the close`);
  equal(used(driver), { inUse: 0, opening: 0, waiting: 0 });
});

test("a commit that a close cuts off is not said to have failed", async (t) => {
  const driver = connect(t);
  const tx = await start(t, driver).beginTransaction();
  await tx.run("CREATE (n:NeverSeen) DELETE n");
  const end = timed(tx.commit());
  await driver.close();
  const { error } = await end;
  // Either it was in time or nobody knows.
  assert(error === undefined || error.name === "CommitUncertainError", `${error?.name}: ${error?.message}`);
});

test("a closed driver takes no more, and closing again does nothing", async (t) => {
  const driver = connect(t);
  const session = start(t, driver);
  const tx = await start(t, driver).beginTransaction();
  await session.run("RETURN 1");
  equal(driver.closed(), false);
  await Promise.all([driver.close(), driver.close()]);
  await driver.close();
  equal(driver.closed(), true);
  throws(() => driver.session(), CLOSED);
  await rejects(driver.executeQuery("RETURN 1"), CLOSED);
  await rejects(driver.verifyConnectivity(), CLOSED);
  await rejects(session.run("RETURN 1"), CLOSED);
  await rejects(session.beginTransaction(), CLOSED);
  await rejects(session.executeRead((inner) => inner.run("RETURN 1")), CLOSED);
  await rejects(tx.run("RETURN 1"), { retryable: false });
  await session.close();
  equal(session.isOpen(), false);
});

test("a driver that was never used can be closed", async () => {
  const driver = GraphDatabase.driver(env.uri, { auth: [env.user, env.password] });
  const { ms } = await timed(driver.close());
  equal([driver.closed(), driver.metrics(), ms < PROMPT], [true, [], true]);
});

test("closing while a connection is being opened ends both", async (t) => {
  const driver = connect(t);
  const opening = timed(driver.executeQuery("RETURN 1"));
  await driver.close();
  const { error, ms } = await opening;
  await rejects(Promise.reject(error), CLOSED);
  assert(ms < PROMPT, `${ms} ms`);
});

test("the server sees the connections go", async (t) => {
  const other = connect(t);
  const agent = `closing/${Math.random()}`;
  const query = "CALL dbms.listConnections() YIELD userAgent WHERE userAgent = $agent RETURN count(*)";
  const seen = () => one(other, query, { agent });
  const driver = connect(t, { userAgent: agent });
  await Promise.all([1, 2, 3].map(() => driver.executeQuery("RETURN 1")));
  equal(await seen(), metrics(driver).idle);
  await driver.close();
  await until("they are gone", async () => (await seen()) === 0);
});

test("what a closed driver left under way does not go on in the server", async (t) => {
  const driver = connect(t);
  const { query, begun, release, writes } = await slow(t);
  const end = timed(driver.executeQuery(query));
  await begun();
  await driver.close();
  await end;
  await begun(0);
  await release();
  equal(await writes(), 0);
});

test("driver, session and transaction can be disposed of", async (t) => {
  const driver = connect(t);
  const session = driver.session();
  const tx = await session.beginTransaction();
  equal(await tx[dispose](), undefined);
  equal([tx.isOpen(), session.isOpen()], [false, true]);
  await session[dispose]();
  equal(session.isOpen(), false);
  await driver[dispose]();
  equal(driver.closed(), true);
});

test("an open transaction is rolled back when the session is disposed of", async (t) => {
  const driver = connect(t);
  const session = driver.session();
  const tx = await session.beginTransaction();
  await tx.run("RETURN 1");
  await session[dispose]();
  equal([tx.isOpen(), used(driver).inUse], [false, 0]);
  await rejects(tx.run("RETURN 1"), { name: "TransactionError" });
});

test("closing a session tells what nobody has heard of its queries, and only that", async (t) => {
  const driver = connect(t);
  const SYNTAX = "Neo.ClientError.Statement.SyntaxError";
  const unheard = [
    [(session) => session.run("NONSENSE"), SYNTAX],
    [(session) => session.run("RETURN $x", { x: undefined }), "InvalidParameter"],
    [(session) => session.run("RETURN 1", {}, { fetchSize: 1 }), "InvalidConfiguration"],
    [(session) => session.run(""), "InvalidQuery"],
    [(session) => session.run("UNWIND [1, 0] AS x RETURN 1 / x"), "Neo.ClientError.Statement.ArithmeticError"],
    [(session) => (session.run("NONSENSE"), session.run("RETURN 1")), SYNTAX],
  ];
  for (const [ask, code] of unheard) {
    for (const waits of [false, true]) {
      const session = driver.session();
      const result = ask(session);
      // Until the server has answered.
      if (waits) await driver.executeQuery("RETURN 1").then(() => new Promise((done) => setTimeout(done, 50)));
      await rejects(session.close(), { code });
      equal(session.isOpen(), false);
      await session.close();
      await result.consume().catch(() => {});
    }
    const session = driver.session();
    const result = ask(session);
    const heard = result.consume().then(() => {}, (error) => error);
    // Of two the first is still unheard.
    if ((await heard) === undefined) await rejects(session.close(), { code });
    else await session.close();
  }
});
