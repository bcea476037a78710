// Transactions that the driver commits and tries again: executeRead, executeWrite and executeQuery.

import { ManagedTransaction, Neo4jError, READ } from "neo4j-wasm";
import { assert, equal, rejects, test } from "../harness/test.js";
import { connect, count, label, metrics, one, sleep, start, timed, unique, watched } from "./support.js";

test("a managed transaction is committed and gives what its work returned", async (t) => {
  const driver = connect(t);
  const name = label(t, driver);
  const session = start(t, driver);
  const answer = { own: Symbol("object") };
  equal(await session.executeWrite(async (tx) => {
    assert(tx instanceof ManagedTransaction && tx.isOpen());
    equal([tx.commit, tx.rollback], [undefined, undefined]);
    await tx.run(`CREATE (:${name})`);
    return answer;
  }) === answer, true);
  const found = await session.executeRead((tx) => tx.run(`MATCH (n:${name}) RETURN count(n) AS n`).single());
  equal(found.get("n"), 1);
  equal(await session.executeWrite(() => 7), 7);
  equal(await session.executeWrite(() => undefined), undefined);
});

test("a result that the work returns is awaited", async (t) => {
  const session = start(t, connect(t));
  const { records, keys } = await session.executeRead((tx) => tx.run("UNWIND range(1, 1100) AS i RETURN i"));
  equal([keys, records.length, records.at(-1).get("i")], [["i"], 1_100, 1_100]);
});

test("what the work throws comes out as it is, and nothing is kept", async (t) => {
  const driver = connect(t);
  const name = label(t, driver);
  const session = start(t, driver);
  for (const thrown of [new TypeError("mine"), "a string", undefined, null, { retryable: false }, 7]) {
    let tries = 0;
    const { error } = await timed(session.executeWrite(async (tx) => {
      tries++;
      await tx.run(`CREATE (:${name})`);
      throw thrown;
    }));
    equal([error === thrown, tries], [true, 1]);
  }
  const synchronous = new RangeError("at once");
  equal((await timed(session.executeWrite(() => { throw synchronous; }))).error === synchronous, true);
  equal(await count(driver, name), 0);
});

test("an error of the server ends the work, once, and comes out as it is", async (t) => {
  const driver = connect(t);
  const name = label(t, driver);
  const session = start(t, driver);
  let tries = 0;
  let seen;
  const { error } = await timed(session.executeWrite(async (tx) => {
    tries++;
    await tx.run(`CREATE (:${name})`);
    await tx.run("RETURN nonsense").catch((caught) => {
      seen = caught;
      throw caught;
    });
  }));
  equal([error === seen, error.code, tries], [true, "Neo.ClientError.Statement.SyntaxError", 1]);
  equal(await count(driver, name), 0);
});

test("an error that the work hides fails the commit: nothing is kept in silence", async (t) => {
  const driver = connect(t);
  const name = label(t, driver);
  const session = start(t, driver);
  await rejects(
    session.executeWrite(async (tx) => {
      await tx.run(`CREATE (:${name})`);
      await tx.run("RETURN 1 / 0").catch(() => {});
      return "all well";
    }),
    Neo4jError,
  );
  equal(await count(driver, name), 0);
});

test("the transaction is over when the work is", async (t) => {
  const session = start(t, connect(t));
  let kept;
  await session.executeWrite((tx) => void (kept = tx));
  equal(kept.isOpen(), false);
  await rejects(kept.run("RETURN 1"), { name: "TransactionError" });
  await rejects(session.executeWrite((tx) => {
    kept = tx;
    throw new Error("over");
  }));
  equal(kept.isOpen(), false);
  await rejects(kept.run("RETURN 1"), { name: "TransactionError" });
});

/** Two pieces of work that take two locks in opposite order, and meet in the middle, the first time round. */
async function deadlock(t, driver) {
  const name = label(t, driver);
  await driver.executeQuery(`CREATE (:${name} {i: 1, sum: 0}), (:${name} {i: 2, sum: 0})`);
  const add = `MATCH (n:${name} {i: $i}) SET n.sum = n.sum + 1`;
  let arrived = 0;
  let bothThere;
  const meeting = new Promise((resolve) => (bothThere = resolve));
  const work = (tries) => async (tx, first, second) => {
    tries.count++;
    await tx.run(add, { i: first });
    if (++arrived === 2) bothThere();
    await meeting;
    await tx.run(add, { i: second });
  };
  return { work, sums: () => one(driver, `MATCH (n:${name}) RETURN collect(n.sum)`) };
}

test("of two transactions in a deadlock one is tried again, and both are done", async (t) => {
  const driver = connect(t);
  const { work, sums } = await deadlock(t, driver);
  const tries = { count: 0 };
  const step = work(tries);
  await Promise.all([
    start(t, driver).executeWrite((tx) => step(tx, 1, 2)),
    start(t, driver).executeWrite((tx) => step(tx, 2, 1)),
  ]);
  equal(await sums(), [2, 2]);
  equal(tries.count, 3);
});

test("a deadlock that may not be tried again is an error that says that it could be", async (t) => {
  const driver = connect(t, { maxRetryTime: 0 });
  const { work, sums } = await deadlock(t, driver);
  const step = work({ count: 0 });
  const ends = await Promise.allSettled([
    start(t, driver).executeWrite((tx) => step(tx, 1, 2)),
    start(t, driver).executeWrite((tx) => step(tx, 2, 1)),
  ]);
  const [lost, ...more] = ends.filter((end) => end.status === "rejected");
  equal(more, []);
  const { name, code, retryable } = lost.reason;
  equal([name, code, retryable], ["ServerError", "Neo.TransientError.Transaction.DeadlockDetected", true]);
  equal(await sums(), [1, 1]);
});

test("an error of the user's own is tried again if it says retryable: true", async (t) => {
  const session = start(t, connect(t));
  let tries = 0;
  const work = () => {
    if (++tries === 1) throw Object.assign(new Error("once more"), { retryable: true });
    return tries;
  };
  equal(await session.executeWrite(work), 2);
});

test("executeRead tries again on another connection when one is lost", async (t) => {
  const watch = watched();
  const driver = connect(t, { webSocket: watch.webSocket });
  const session = start(t, driver);
  let tries = 0;
  const value = await session.executeRead(async (tx) => {
    if (++tries === 1) watch.opened[0].cut();
    return (await tx.run("RETURN 1 AS one").single()).get("one");
  });
  equal([value, tries, watch.opened.length], [1, 2, 2]);
});

test("a connection that was lost while idle costs executeQuery nothing but another one", async (t) => {
  const watch = watched();
  const driver = connect(t, { webSocket: watch.webSocket });
  equal(await one(driver, "RETURN 1"), 1);
  watch.opened[0].cut();
  await sleep(100);
  equal(await one(driver, "RETURN 2"), 2);
  equal([watch.opened.length, metrics(driver).idle], [2, 1]);
});

test("a COMMIT whose answer is lost is a CommitUncertainError, and is not tried again", async (t) => {
  const isCommit = (bytes) => bytes.length === 6 && bytes[2] === 0xb0 && bytes[3] === 0x12;
  const watch = watched({
    onSend: (bytes, socket) => {
      if (isCommit(bytes)) setTimeout(() => socket.cut(), 0);
      return isCommit(bytes) ? undefined : bytes;
    },
  });
  const driver = connect(t, { webSocket: watch.webSocket });
  const other = connect(t);
  const name = label(t, other);
  let tries = 0;
  const work = async (tx) => {
    tries++;
    await tx.run(`CREATE (:${name})`);
  };
  const expected = { name: "CommitUncertainError", retryable: false };
  const error = await rejects(start(t, driver).executeWrite(work), expected);
  equal([tries, error.cause?.name], [1, "ConnectionError"]);
  const session = start(t, driver);
  const tx = await session.beginTransaction();
  await tx.run(`CREATE (:${name})`);
  await rejects(tx.commit(), expected);
  equal((await session.run("RETURN 1 AS one").single()).get("one"), 1, "the session goes on");
});

test("executeQuery gives keys, records and summary", async (t) => {
  const driver = connect(t);
  const text = "UNWIND $list AS x RETURN x, x * 2 AS y";
  const { keys, records, summary } = await driver.executeQuery(text, { list: [1, 2] });
  equal([keys, records.map((record) => record.toObject())], [["x", "y"], [{ x: 1, y: 2 }, { x: 2, y: 4 }]]);
  equal(summary.query, { text, parameters: { list: [1, 2] } });
  const none = await driver.executeQuery("MATCH (n:NobodyHere) RETURN n AS x");
  equal([none.keys, none.records], [["x"], []]);
  const name = label(t, driver);
  const nothing = await driver.executeQuery(`CREATE (:${name})`);
  equal([nothing.keys, nothing.records, nothing.summary.counters.nodesCreated], [[], [], 1]);
});

test("executeQuery takes more records than a fetch", async (t) => {
  const driver = connect(t, { fetchSize: 100 });
  const { records } = await driver.executeQuery("UNWIND range(1, 1234) AS i RETURN i");
  assert(records.length === 1_234 && records.every((record, index) => record.get("i") === index + 1));
});

test("each executeQuery sees what those before it have written", async (t) => {
  const driver = connect(t);
  const name = label(t, driver);
  for (let i = 1; i <= 5; i++) {
    await driver.executeQuery(`CREATE (:${name})`);
    equal(await one(driver, `MATCH (n:${name}) RETURN count(n)`, {}, { accessMode: READ, database: "neo4j" }), i);
  }
});

test("executeQuery rolls back what fails on the way", async (t) => {
  const driver = connect(t);
  const name = label(t, driver);
  const query = `UNWIND range(1, 1100) AS i CREATE (:${name} {i: i}) RETURN 10 / (1099 - i)`;
  await rejects(driver.executeQuery(query), { code: "Neo.ClientError.Statement.ArithmeticError" });
  equal(await count(driver, name), 0);
  equal(await one(driver, "RETURN $x", { x: unique("still ") }).then((text) => text.startsWith("still")), true);
});
