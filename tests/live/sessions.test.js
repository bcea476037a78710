// Sessions: auto-commit queries, access modes, bookmarks, and the end of a session.

import { READ, WRITE } from "neo4j-wasm";
import { equal, match, notEqual, rejects, test } from "../harness/test.js";
import { connect, count, label, metrics, one, sleep, start } from "./support.js";

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
  const query = `CREATE (:${name}) WITH 1 AS x MATCH (n:${name}) RETURN $i AS i, count(n) AS n`;
  const results = [1, 2, 3].map((i) => session.run(query, { i })).reverse();
  const records = (await Promise.all(results)).map(({ records: [record] }) => record.toObject());
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

test("closing a session does not tell an error twice, whenever memory is tidied up", async (t) => {
  const driver = connect(t);
  const tidy = async () => {
    // Where the runtime does not let us ask for it, much garbage does.
    for (let i = 0; i < 20; i++) {
      globalThis.gc?.();
      new Array(200_000).fill({}).map((_, index) => ({ index }));
      await sleep(1);
    }
  };
  const session = driver.session();
  const read = async () => {
    for await (const record of session.run("UNWIND range(1, 100) AS i RETURN 1 / (50 - i)")) record.get(0);
  };
  await rejects(read(), { name: "ServerError" });
  await tidy();
  await session.close();
  const other = driver.session();
  const controller = new AbortController();
  const stop = async () => {
    const result = other.run("UNWIND range(1, 10000) AS i RETURN i", {}, { signal: controller.signal });
    await result.peek();
    controller.abort();
    await result;
  };
  await rejects(stop(), { name: "AbortError" });
  await tidy();
  await other.close();
});
