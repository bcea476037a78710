// Auto-commit queries and explicit transactions: what is kept, what is undone, and what is refused afterwards.

import { READ, WRITE } from "neo4j-wasm";
import { assert, equal, match, notEqual, rejects, test } from "../harness/test.js";
import { connect, count, label, metrics, one, row, slow, start, timed, unique } from "./support.js";

const REFUSED_WRITE = { name: "ServerError", code: "Neo.ClientError.Statement.AccessMode", retryable: false };

test("an auto-commit query is committed when its result is at its end", async (t) => {
  const driver = connect(t);
  const name = label(t, driver);
  const session = start(t, driver);
  const { summary } = await session.run(`CREATE (n:${name}) RETURN n`);
  equal([summary.counters.nodesCreated, await count(driver, name)], [1, 1]);
  await session.run(`UNWIND range(1, 1100) AS i CREATE (n:${name}) RETURN i`).consume();
  equal(await count(driver, name), 1_101);
});

test("a query that nobody looks at is done all the same, at the latest when the session closes", async (t) => {
  const driver = connect(t);
  const name = label(t, driver);
  const session = driver.session();
  session.run(`CREATE (:${name})`);
  session.run(`CREATE (:${name})`);
  await session.close();
  equal(await count(driver, name), 2);
});

test("queries of a session come one after the other, whoever is awaited first", async (t) => {
  const driver = connect(t);
  const name = label(t, driver);
  const session = start(t, driver);
  const results = [1, 2, 3].map((i) => session.run(`CREATE (:${name}) WITH 1 AS x MATCH (n:${name}) RETURN $i AS i, count(n) AS n`, { i }));
  const records = (await Promise.all(results.toReversed?.() ?? [...results].reverse())).map(({ records: [record] }) => record.toObject());
  equal(records, [{ i: 3, n: 3 }, { i: 2, n: 2 }, { i: 1, n: 1 }]);
  equal(metrics(driver).idle, 1, "one connection was enough");
});

test("an unread result is kept for its reader when the session goes on", async (t) => {
  const session = start(t, connect(t), { fetchSize: 10 });
  const first = session.run("UNWIND range(1, 95) AS i RETURN i");
  equal((await first.peek()).get("i"), 1);
  equal((await session.run("RETURN 'second' AS x").single()).get("x"), "second");
  const numbers = [];
  for await (const record of first) numbers.push(record.get("i"));
  equal(numbers, Array.from({ length: 95 }, (_, index) => index + 1));
});

test("what a transaction commits is there for others, and only then", async (t) => {
  const driver = connect(t);
  const name = label(t, driver);
  const session = start(t, driver);
  const tx = await session.beginTransaction();
  equal(tx.isOpen(), true);
  await tx.run(`CREATE (:${name})`);
  equal((await tx.run(`MATCH (n:${name}) RETURN count(n) AS n`).single()).get("n"), 1);
  equal(await count(driver, name), 0, "before the commit");
  equal(await tx.commit(), undefined);
  equal([tx.isOpen(), await count(driver, name)], [false, 1]);
});

test("what a transaction rolls back was never there", async (t) => {
  const driver = connect(t);
  const name = label(t, driver);
  const session = start(t, driver);
  for (const end of ["rollback", "close", Symbol.asyncDispose ?? Symbol.for("Symbol.asyncDispose")]) {
    const tx = await session.beginTransaction();
    await tx.run(`CREATE (:${name})`);
    await tx[end]();
    equal(tx.isOpen(), false);
  }
  const tx = await session.beginTransaction();
  await tx.run(`CREATE (:${name})`);
  await session.close();
  equal([tx.isOpen(), await count(driver, name)], [false, 0]);
});

test("several results of a transaction can be read in turn", async (t) => {
  const session = start(t, connect(t), { fetchSize: 7 });
  const tx = await session.beginTransaction();
  const results = ["a", "b", "c"].map((x) => tx.run("UNWIND range(1, 50) AS i RETURN $x + i AS v", { x }));
  const iterators = results.map((result) => result[Symbol.asyncIterator]());
  const seen = [];
  for (let i = 0; i < 50; i++) for (const iterator of iterators) seen.push((await iterator.next()).value.get("v"));
  for (const iterator of iterators) equal((await iterator.next()).done, true);
  equal([seen.length, seen.slice(0, 4), seen.at(-1)], [150, ["a1", "b1", "c1", "a2"], "c50"]);
  await tx.commit();
});

test("results that are unread at the commit can be read after it; after a rollback they are gone", async (t) => {
  const session = start(t, connect(t), { fetchSize: 10 });
  const tx = await session.beginTransaction();
  const result = tx.run("UNWIND range(1, 35) AS i RETURN i");
  await tx.commit();
  equal((await result).records.length, 35);
  const undone = await session.beginTransaction();
  const lost = undone.run("UNWIND range(1, 35) AS i RETURN i");
  await lost.peek();
  await undone.rollback();
  const { value, error } = await timed(lost);
  assert(error ? error.name.endsWith("Error") : value.records.length < 35, "no records after a rollback as if it had not been");
  await session.run("RETURN 1");
});

test("queries of a transaction need not be awaited one by one", async (t) => {
  const driver = connect(t);
  const name = label(t, driver);
  const session = start(t, driver);
  const tx = await session.beginTransaction();
  tx.run(`CREATE (:${name})`);
  const second = tx.run(`CREATE (:${name}) RETURN 1`);
  await tx.commit();
  equal([await count(driver, name), (await second).records.length], [2, 1]);
  await session.executeWrite((managed) => void managed.run(`CREATE (:${name})`));
  equal(await count(driver, name), 3);
});

test("a query that fails without being awaited fails the transaction, and those behind it", async (t) => {
  const driver = connect(t);
  const name = label(t, driver);
  const session = start(t, driver);
  const code = "Neo.ClientError.Statement.ArithmeticError";
  const behindFailure = (error) => [error.name, error.code, error.cause?.code];
  const tx = await session.beginTransaction();
  tx.run(`CREATE (:${name})`);
  const bad = tx.run("RETURN 1 / 0");
  const behind = tx.run(`CREATE (:${name})`);
  const failed = await Promise.all([rejects(bad), rejects(behind), rejects(tx.commit())]);
  equal(failed[0].code, code);
  for (const error of failed.slice(1)) equal(behindFailure(error), ["TransactionError", "TransactionFailed", code]);
  await rejects(session.executeWrite((managed) => void managed.run("RETURN 1 / 0")), { code: /Arithmetic|TransactionFailed/ });
  equal(await count(driver, name), 0);
});

test("a transaction that has ended takes no more", async (t) => {
  const driver = connect(t);
  const session = start(t, driver);
  const ended = { name: "TransactionError", retryable: false };
  const committed = await session.beginTransaction();
  await committed.commit();
  const rolledBack = await session.beginTransaction();
  await rolledBack.rollback();
  for (const tx of [committed, rolledBack]) {
    await rejects(tx.run("RETURN 1"), ended);
    await rejects(tx.commit(), ended);
    await rejects(tx.rollback(), ended);
    await tx.close();
  }
  equal((await session.run("RETURN 1 AS one").single()).get("one"), 1);
});

test("an error ends a transaction: nothing more runs, commit fails, rollback is a matter of course", async (t) => {
  const driver = connect(t);
  const name = label(t, driver);
  const session = start(t, driver);
  const fail = async () => {
    const tx = await session.beginTransaction();
    await tx.run(`CREATE (:${name})`);
    await rejects(tx.run("RETURN 1 / 0"), { code: "Neo.ClientError.Statement.ArithmeticError" });
    equal(tx.isOpen(), false);
    await rejects(tx.run("RETURN 1"), { name: "TransactionError" });
    return tx;
  };
  await rejects((await fail()).commit(), { name: /Error$/ });
  equal(await (await fail()).rollback(), undefined);
  await (await fail()).close();
  equal(await count(driver, name), 0);
  equal(await one(driver, "RETURN 1"), 1);
});

test("a session has one transaction at a time, and says so", async (t) => {
  const session = start(t, connect(t));
  const tx = await session.beginTransaction();
  await rejects(session.beginTransaction(), { name: "TransactionError" });
  await rejects(session.run("RETURN 1"), { name: "TransactionError" });
  await rejects(session.executeRead((inner) => inner.run("RETURN 1")), { name: "TransactionError" });
  equal((await tx.run("RETURN 1 AS one").single()).get("one"), 1, "the first is not disturbed");
  await tx.rollback();
  equal((await session.run("RETURN 2 AS two").single()).get("two"), 2);
});

test("reading sessions and transactions write nothing", async (t) => {
  const driver = connect(t);
  const name = label(t, driver);
  const create = `CREATE (:${name})`;
  await rejects(driver.executeQuery(create, {}, { accessMode: READ }), REFUSED_WRITE);
  for (const session of [start(t, driver, { accessMode: READ })]) {
    await rejects(session.run(create), REFUSED_WRITE);
    await rejects(session.executeRead((tx) => tx.run(create)), REFUSED_WRITE);
    const tx = await session.beginTransaction();
    await rejects(tx.run(create), REFUSED_WRITE);
    await tx.close();
    equal((await session.run(`MATCH (n:${name}) RETURN count(n) AS n`).single()).get("n"), 0);
    // What the name of the call says goes before the session's mode.
    await session.executeWrite((writing) => writing.run(create));
  }
  const positional = driver.session(READ, { database: "neo4j" });
  await rejects(positional.run(create), REFUSED_WRITE);
  await positional.close();
  await start(t, driver, { accessMode: WRITE }).run(create);
  equal(await count(driver, name), 2);
});

test("metadata is with the transaction, whichever way it was started", async (t) => {
  const driver = connect(t);
  const session = start(t, driver);
  const metadata = { app: unique(), n: 1, list: ["a", true], nested: { x: null } };
  const query = "CALL tx.getMetaData() YIELD metadata RETURN metadata";
  equal(await one(driver, query, {}, { metadata }), metadata);
  equal((await session.run(query, {}, { metadata }).single()).get(0), metadata);
  equal(await session.executeRead(async (tx) => (await tx.run(query).single()).get(0), { metadata }), metadata);
  const tx = await session.beginTransaction({ metadata });
  equal((await tx.run(query).single()).get(0), metadata);
  const shown = "SHOW TRANSACTIONS YIELD metaData WHERE metaData.app = $app RETURN metaData";
  equal((await row(driver, shown, metadata)).metaData, metadata, "others see it");
  await tx.rollback();
  equal(await one(driver, query), {});
});

test("the server ends a transaction that takes longer than its timeout", async (t) => {
  const driver = connect(t);
  const { query, release, writes } = await slow(t);
  const session = start(t, driver);
  const expected = { code: /^Neo\.ClientError\.Transaction\.(TransactionTimedOut|LockClientStopped|Terminated)/, name: "ServerError" };
  const ways = [
    () => driver.executeQuery(query, {}, { timeout: 100 }),
    () => session.run(query, {}, { timeout: 100 }),
    async () => (await start(t, driver).beginTransaction({ timeout: 100 })).run(query),
  ];
  // Side by side: the server looks every two seconds.
  await Promise.all(ways.map((way) => rejects(async () => way(), expected)));
  await release();
  equal(await writes(), 0);
  equal((await session.run("RETURN 1 AS one").single()).get("one"), 1);
});

test("sessions hand on what they have done by their bookmarks", async (t) => {
  const driver = connect(t);
  const name = label(t, driver);
  const first = start(t, driver);
  equal(first.lastBookmarks(), []);
  await first.run(`CREATE (:${name})`);
  const bookmarks = first.lastBookmarks();
  equal(bookmarks.length, 1);
  const second = start(t, driver, { bookmarks });
  equal(second.lastBookmarks(), bookmarks);
  equal((await second.run(`MATCH (n:${name}) RETURN count(n) AS n`).single()).get("n"), 1);
  await second.executeWrite((tx) => tx.run(`CREATE (:${name})`));
  notEqual(second.lastBookmarks(), bookmarks);
  const third = start(t, driver, { bookmarks: [...bookmarks, ...second.lastBookmarks()] });
  const tx = await third.beginTransaction();
  equal((await tx.run(`MATCH (n:${name}) RETURN count(n) AS n`).single()).get("n"), 2);
  await tx.commit();
  equal(third.lastBookmarks().length, 1);
  equal(await one(driver, `MATCH (n:${name}) RETURN count(n)`, {}, { bookmarks: third.lastBookmarks() }), 2);
});

test("a rollback and an error leave the bookmarks as they were", async (t) => {
  const driver = connect(t);
  const name = label(t, driver);
  const session = start(t, driver);
  await session.run(`CREATE (:${name})`);
  const bookmarks = session.lastBookmarks();
  const tx = await session.beginTransaction();
  await tx.run(`CREATE (:${name})`);
  await tx.rollback();
  await rejects(session.run("RETURN 1 / 0"));
  equal(session.lastBookmarks(), bookmarks);
});

test("bookmarks reach the server: one that is none is its error", async (t) => {
  const driver = connect(t);
  const expected = { name: "ServerError", code: /^Neo\.ClientError\.Transaction\.InvalidBookmark/ };
  const bookmarks = "none of yours";
  await rejects(driver.executeQuery("RETURN 1", {}, { bookmarks }), expected);
  await rejects(start(t, driver, { bookmarks }).run("RETURN 1"), expected);
  const error = await rejects(async () => start(t, driver, { bookmarks: [bookmarks] }).beginTransaction(), expected);
  match(error.message, /bookmark/i);
  equal(await one(driver, "RETURN 1"), 1);
});

test("a closed session takes no more", async (t) => {
  const driver = connect(t);
  const session = driver.session();
  await session.run("RETURN 1");
  equal(session.isOpen(), true);
  await session.close();
  await session.close();
  equal(session.isOpen(), false);
  const expected = { name: "UsageError", message: /session.*closed/i };
  await rejects(session.run("RETURN 1"), expected);
  await rejects(session.beginTransaction(), expected);
  await rejects(session.executeRead(() => 1), expected);
  equal(session.lastBookmarks().length, 1, "what it has done can still be handed on");
});
