// Bookmark managers: sessions and queries that see each other's work.

import { bookmarkManager } from "neo4j-wasm";
import { assert, equal, rejects, test } from "../harness/test.js";
import { connect, count, label, start } from "./support.js";

test("sessions with one manager see each other's work, and it knows the newest bookmark", async (t) => {
  const driver = connect(t);
  const name = label(t, driver);
  const manager = bookmarkManager();
  const [writer, reader] = [1, 2].map(() => start(t, driver, { bookmarkManager: manager }));
  await writer.executeWrite((tx) => tx.run(`CREATE (:${name})`));
  equal([...(await manager.getBookmarks())], writer.lastBookmarks());
  await reader.run(`MATCH (n:${name}) RETURN n`).consume();
  equal([...(await manager.getBookmarks())], reader.lastBookmarks());
});

test("executeQuery chains its bookmarks by the driver's manager, another one, or none", async (t) => {
  const driver = connect(t);
  const name = label(t, driver);
  const own = driver.executeQueryBookmarkManager;
  equal([...(await own.getBookmarks())], []);
  const create = (config) => driver.executeQuery(`CREATE (:${name})`, {}, config);
  await create();
  const first = [...(await own.getBookmarks())];
  equal(first.length, 1);
  const other = bookmarkManager();
  await create({ bookmarkManager: other });
  await create({ bookmarkManager: null });
  equal([...(await own.getBookmarks())], first);
  equal([...(await other.getBookmarks())].length, 1);
  const session = start(t, driver, { bookmarkManager: own });
  equal((await session.run(`MATCH (n:${name}) RETURN count(n) AS n`).single()).get("n"), 3);
});

test("supplier and consumer are asked and told", async (t) => {
  const driver = connect(t);
  const name = label(t, driver);
  const elsewhere = start(t, driver);
  await elsewhere.run(`CREATE (:${name})`).consume();
  const supplied = elsewhere.lastBookmarks();
  const consumed = [];
  const manager = bookmarkManager({
    bookmarksSupplier: async () => supplied,
    bookmarksConsumer: (bookmarks) => void consumed.push(bookmarks),
  });
  const session = start(t, driver, { bookmarkManager: manager });
  await session.run(`CREATE (:${name})`).consume();
  await session.executeWrite((tx) => tx.run(`CREATE (:${name})`));
  equal(consumed.length, 2);
  equal(consumed[1], session.lastBookmarks());
});

test("a manager that fails is the cause of the error; what was committed stays committed", async (t) => {
  const driver = connect(t);
  const name = label(t, driver);
  const broken = new Error("the store is down");
  const fail = async () => {
    throw broken;
  };
  const failed = { name: "UsageError", code: "BookmarkManagerFailed", message: /the store is down/ };
  const silent = { getBookmarks: () => [], updateBookmarks: () => {} };
  const reading = start(t, driver, { bookmarkManager: { ...silent, getBookmarks: fail } });
  const error = await rejects(reading.run(`CREATE (:${name})`), failed);
  assert(error.cause === broken);
  equal(await count(driver, name), 0);
  const telling = start(t, driver, { bookmarkManager: { ...silent, updateBookmarks: fail } });
  await rejects(telling.executeWrite((tx) => tx.run(`CREATE (:${name})`)), failed);
  equal(await count(driver, name), 1);
});
