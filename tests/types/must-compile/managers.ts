// Token managers, bookmark managers, routing tables, and users of sessions and queries.

import {
  authTokenManagers, basicAuth, bookmarkManager, GraphDatabase,
  type AuthTokenManager, type BookmarkManager, type RoutingTable,
} from "neo4j-wasm";

const own: AuthTokenManager = {
  getToken: () => ["neo4j", "password"],
  handleSecurityException: async (token, code) => token.scheme === "basic" && code.endsWith("TokenExpired"),
};
const bookmarks: BookmarkManager = {
  getBookmarks: async () => new Set(["a"]),
  updateBookmarks: (previous, next) => console.log(previous.length, next.length),
};

export async function work(): Promise<boolean> {
  const basic = authTokenManagers.basic({ tokenProvider: () => basicAuth("neo4j", "password") });
  const bearer = authTokenManagers.bearer({
    tokenProvider: async () => ({ token: basicAuth("neo4j", "password"), expiration: new Date() }),
  });
  for (const auth of [basic, bearer, own]) await GraphDatabase.driver("neo4j://localhost", { auth }).close();
  await using driver = GraphDatabase.driver("neo4j://localhost", { auth: own, telemetryDisabled: true });
  await using session = driver.session({ auth: ["ann", "password"], bookmarkManager: bookmarks });
  await session.executeRead((tx) => tx.run("RETURN 1"));
  const shared = bookmarkManager({ initialBookmarks: ["a"], bookmarksConsumer: (all) => console.log(all.join()) });
  await driver.executeQuery("RETURN 1", {}, { bookmarkManager: shared, auth: basicAuth("ann", "password") });
  await driver.executeQuery("RETURN 1", {}, { bookmarkManager: null });
  driver.session({ bookmarkManager: driver.executeQueryBookmarkManager });
  const known: RoutingTable | undefined = driver.routingTable({ database: "neo4j" });
  const { writers, ttl } = await driver.updateRoutingTable({ bookmarks: ["a"] });
  console.log(known?.readers, writers.join(), ttl.toFixed(), driver.isEncrypted());
  const iterator = session.run<{ n: number }>("RETURN 1 AS n")[Symbol.asyncIterator]();
  const rest: number[] = (await iterator.toArray()).map((record) => record.get("n"));
  const first: number | undefined = (await session.run<{ n: number }>("RETURN 1 AS n").singleOrNull())?.get("n");
  console.log(rest.length, first);
  return driver.verifyAuthentication({ auth: ["ann", "password"] });
}
