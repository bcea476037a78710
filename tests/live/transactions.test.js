// Explicit transactions: what is kept, what is undone, and what is refused afterwards.

import { assert, equal, rejects, test } from "../harness/test.js";
import { connect, count, label, one, row, slow, start, timed, unique } from "./support.js";

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

test("of results that are unread at the end of a transaction, nothing is taken for all", async (t) => {
  const session = start(t, connect(t), { fetchSize: 40 });
  const unread = async (end, rows) => {
    const tx = await session.beginTransaction();
    const result = tx.run("UNWIND range(1, $rows) AS i RETURN i", { rows });
    await result.peek();
    await tx[end]();
    return timed(result);
  };
  // What was on its way is there; a part is not handed out as if it were all.
  equal((await unread("commit", 40)).value.records.length, 40);
  equal((await unread("commit", 1_000)).error.name, "ResultConsumedError");
  equal((await unread("rollback", 1_000)).error.name, "TransactionError");
  const { error, value } = await unread("rollback", 40);
  assert(error?.name === "TransactionError" || value.records.length === 40);
  equal((await session.run("RETURN 1 AS one").single()).get("one"), 1);
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
  const managed = session.executeWrite((inner) => void inner.run("RETURN 1 / 0"));
  await rejects(managed, { code: /Arithmetic|TransactionFailed/ });
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
  const code = /^Neo\.ClientError\.Transaction\.(TransactionTimedOut|LockClientStopped|Terminated)/;
  const expected = { name: "ServerError", code };
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

const NOBODY_HEARS = [
  ["a parameter that is undefined", (tx) => tx.run("CREATE (:Half {x: $x})", { x: undefined }), "InvalidParameter"],
  ["an empty query", (tx) => tx.run(" "), "InvalidQuery"],
  ["no query", (tx) => tx.run(), "InvalidQuery"],
  ["an unknown option", (tx) => tx.run("CREATE (:Half)", {}, { timeout: 1 }), "InvalidConfiguration"],
  ["a signal that is aborted", (tx) => tx.run("CREATE (:Half)", {}, { signal: AbortSignal.abort("enough") }), "enough"],
  ["a mistake in the query", (tx) => tx.run("CREATE (:Half"), "Neo.ClientError.Statement.SyntaxError"],
];

test("whatever goes wrong with a query of a transaction ends it, although nobody awaits the query", async (t) => {
  const driver = connect(t);
  const name = label(t, driver);
  const session = start(t, driver);
  for (const [what, half, code] of NOBODY_HEARS) {
    const isCause = ({ cause }) => equal(cause.code ?? cause, code, what);
    const works = [
      (tx) => {
        tx.run(`CREATE (:${name})`);
        half(tx);
      },
      // Nothing has been sent by then, or all of it.
      (tx) => {
        half(tx);
        tx.run(`CREATE (:${name})`);
      },
      async (tx) => {
        await tx.run(`CREATE (:${name})`);
        half(tx);
      },
    ];
    for (const work of works) {
      let tries = 0;
      const managed = session.executeWrite((tx) => (tries++, work(tx)));
      isCause(await rejects(managed, { name: "TransactionError", code: "TransactionFailed", retryable: false }));
      equal(tries, 1);
      const tx = await session.beginTransaction();
      await work(tx);
      isCause(await rejects(tx.commit(), { name: "TransactionError", code: "TransactionFailed" }));
      equal(tx.isOpen(), false);
      await rejects(tx.run("RETURN 1"), { code: "TransactionFailed" });
      await tx.rollback();
    }
  }
  equal(await count(driver, name), 0);
});

test("a query that comes after the commit is no part of the transaction", async (t) => {
  const driver = connect(t);
  const name = label(t, driver);
  const tx = await start(t, driver).beginTransaction();
  tx.run(`CREATE (:${name})`);
  const committed = tx.commit();
  await rejects(tx.run("RETURN $x", { x: undefined }), { code: "InvalidParameter" });
  await committed;
  equal(await count(driver, name), 1);
});

test("a session that closes says so to its transaction, and two at once are told to take a session each", async (t) => {
  const driver = connect(t);
  const name = label(t, driver);
  const session = start(t, driver);
  const tx = await session.beginTransaction();
  const closed = session.close();
  const error = await rejects(tx.run(`CREATE (:${name})`), { name: "TransactionError", code: "TransactionEnded" });
  assert(error.message.includes("rolled back, because its session was closed"), error.message);
  await closed;
  const other = start(t, driver);
  const both = ["RETURN 1", "RETURN 2"].map((query) => other.executeRead((tx) => tx.run(query)));
  const [first, second] = await Promise.allSettled(both);
  equal([first.status, second.reason?.code], ["fulfilled", "TransactionOpen"]);
  assert(second.reason.message.includes("a session for each"), second.reason.message);
});
