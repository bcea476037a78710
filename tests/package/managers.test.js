// Managers of tokens and bookmarks, without a server: what they ask, remember and tell.

import { authTokenManagers, basicAuth, bearerAuth, bookmarkManager, GraphDatabase } from "neo4j-wasm";
import { equal, rejects, test, throws } from "../harness/test.js";
import { internal } from "./internals.js";

const UNAUTHORIZED = "Neo.ClientError.Security.Unauthorized";
const TOKEN_EXPIRED = "Neo.ClientError.Security.TokenExpired";
const plain = (password) => ({ scheme: "basic", principal: "neo4j", credentials: password });

/** A provider that counts, and gives passwords by number. */
function provider(more = {}) {
  const asked = { count: 0 };
  asked.tokenProvider = async () => {
    asked.count += 1;
    const token = basicAuth("neo4j", `password ${asked.count}`);
    return more.bearer ? { token, expiration: more.expiration?.(asked.count) } : token;
  };
  return asked;
}

test("a manager for passwords asks once, and again when what it gave was refused", async () => {
  const asked = provider();
  const manager = authTokenManagers.basic({ tokenProvider: asked.tokenProvider });
  const first = await manager.getToken();
  equal([(await manager.getToken()) === first, asked.count], [true, 1]);
  equal(await manager.handleSecurityException(plain("password 1"), TOKEN_EXPIRED), false);
  equal(await manager.handleSecurityException(plain("an older one"), UNAUTHORIZED), true);
  equal([(await manager.getToken()) === first, asked.count], [true, 1]);
  equal(await manager.handleSecurityException(plain("password 1"), UNAUTHORIZED), true);
  equal([(await manager.getToken()) === first, asked.count], [false, 2]);
});

test("a manager for single sign-on asks again after the expiration too", async () => {
  const asked = provider({ bearer: true, expiration: (count) => new Date(Date.now() + (count === 1 ? -1 : 60_000)) });
  const manager = authTokenManagers.bearer({ tokenProvider: asked.tokenProvider });
  for (const count of [1, 2, 2]) {
    await manager.getToken();
    equal(asked.count, count);
  }
  equal(await manager.handleSecurityException(plain("password 2"), TOKEN_EXPIRED), true);
  await manager.getToken();
  equal(asked.count, 3);
  const forever = authTokenManagers.bearer({ tokenProvider: () => ({ token: bearerAuth("x") }) });
  equal((await forever.getToken()).scheme, "bearer");
});

test("many who ask at once share one call of the provider; one that fails is not remembered", async () => {
  let calls = 0;
  const tokenProvider = async () => {
    calls += 1;
    if (calls === 1) throw new Error("not yet");
    return basicAuth("neo4j", "password");
  };
  const manager = authTokenManagers.basic({ tokenProvider });
  const failed = await Promise.allSettled([manager.getToken(), manager.getToken()]);
  equal([failed.map(({ status }) => status), calls], [["rejected", "rejected"], 1]);
  const [one, two] = await Promise.all([manager.getToken(), manager.getToken()]);
  equal([one === two, calls], [true, 2]);
});

test("a provider that does not come back is asked again by those who come half a minute later", async (t) => {
  const { time } = await internal("core.js");
  const { now } = time;
  t.after(() => (time.now = now));
  let calls = 0;
  const tokenProvider = () => (calls++ ? basicAuth("neo4j", "password") : new Promise(() => {}));
  const manager = authTokenManagers.basic({ tokenProvider });
  for (const [seconds, expected] of [[0, 1], [29, 1], [31, 2], [32, 2]]) {
    time.now = () => now() + 1_000 * seconds;
    const token = manager.getToken();
    equal(calls, expected);
    if (calls > 1) equal((await token).scheme, "basic");
  }
});

test("what a provider must be and give is checked", async () => {
  const wrong = { name: "ConfigurationError" };
  throws(() => authTokenManagers.basic(), wrong);
  throws(() => authTokenManagers.basic({ tokenProvider: "neo4j" }), wrong);
  throws(() => authTokenManagers.bearer({ provider: () => {} }), { ...wrong, message: /nearest is "tokenProvider"/ });
  const manager = authTokenManagers.bearer({ tokenProvider: () => "token" });
  await rejects(manager.getToken(), { ...wrong, message: /gives \{ token, expiration \}, got a string/ });
});

test("a bookmark manager keeps, replaces, supplies and tells", async () => {
  const told = [];
  const manager = bookmarkManager({
    initialBookmarks: ["a", "b"],
    bookmarksSupplier: () => ["s", "a"],
    bookmarksConsumer: async (bookmarks) => void told.push(bookmarks),
  });
  equal(await manager.getBookmarks(), ["a", "b", "s"]);
  await manager.updateBookmarks(["a", "s"], ["c"]);
  equal([await manager.getBookmarks(), told], [["b", "c", "s", "a"], [["b", "c"]]]);
  equal(await bookmarkManager().getBookmarks(), []);
});

test("options of managers are checked where they are given", async () => {
  const wrong = { name: "ConfigurationError" };
  throws(() => bookmarkManager({ initialBookmarks: [1] }), wrong);
  throws(() => bookmarkManager({ bookmarksConsumer: [] }), wrong);
  const driver = GraphDatabase.driver("bolt://127.0.0.1:1");
  throws(() => driver.session({ bookmarkManager: {} }), { ...wrong, message: /bookmarkManager\(\) returns/ });
  throws(() => driver.session({ auth: "neo4j" }), { ...wrong, message: /auth takes .* got a string/ });
  const manager = authTokenManagers.basic({ tokenProvider: () => basicAuth("neo4j", "password") });
  throws(() => driver.session({ auth: manager }), wrong);
  driver.session({ bookmarkManager: null, auth: ["neo4j", "password"] });
  await rejects(driver.executeQuery("RETURN 1", {}, { bookmarkManager: 1 }), wrong);
  await driver.close();
});

test("a secret shows in no error", async () => {
  const secret = "s3cret";
  const manager = { getToken: () => ({ scheme: "basic", credentials: secret }), handleSecurityException: () => false };
  const driver = GraphDatabase.driver("bolt://127.0.0.1:1", { auth: manager });
  const error = await rejects(driver.executeQuery("RETURN 1"), { name: "AuthError" });
  for (let each = error; each; each = each.cause) equal(`${each.message}${each.stack}`.includes(secret), false);
  await driver.close();
});
