// Who one is: tokens that change, users of sessions and queries, and whether a token is good.

import { authTokenManagers, basicAuth } from "neo4j-wasm";
import { env } from "../harness/env.js";
import { assert, equal, rejects, test } from "../harness/test.js";
import { connect, metrics, one, since, speaks, start, unique } from "./support.js";

const SESSION_AUTH = since("5.1");
const PASSWORD = "a password of the test";
const UNAUTHORIZED = { name: "AuthError", code: "Neo.ClientError.Security.Unauthorized" };

/** A user of the test's own, gone when it ends. */
async function user(t, driver) {
  const name = unique("user");
  const system = (query) => driver.executeQuery(query, { name, password: PASSWORD }, { database: "system" });
  await system("CREATE USER $name SET PASSWORD $password CHANGE NOT REQUIRED");
  t.after(() => system("DROP USER $name"));
  return { name, auth: basicAuth(name, PASSWORD), system };
}

/** Who the server takes us for. */
const whoami = async (session) => {
  const { records } = await session.run("SHOW CURRENT USER YIELD user");
  return records[0].get("user");
};

const asked = { database: "system" };

test("a session works as another user, on the same connection, and the next as the driver's again", {
  skip: SESSION_AUTH,
}, async (t) => {
  const driver = connect(t, { maxConnectionPoolSize: 1 });
  const { name, auth } = await user(t, driver);
  for (const [config, expected] of [[{ auth }, name], [{}, env.user], [{ auth: [name, PASSWORD] }, name]]) {
    const session = driver.session({ ...asked, ...config });
    equal(await whoami(session), expected);
    await session.close();
  }
  equal(metrics(driver).idle, 1);
});

test("a query works as another user", { skip: SESSION_AUTH }, async (t) => {
  const driver = connect(t);
  const { name, auth } = await user(t, driver);
  equal(await one(driver, "SHOW CURRENT USER YIELD user", {}, { ...asked, auth }), name);
  equal(await one(driver, "SHOW CURRENT USER YIELD user", {}, asked), env.user);
});

test("a session's wrong password is its own trouble, not the driver's", { skip: SESSION_AUTH }, async (t) => {
  const driver = connect(t);
  equal(await one(driver, "RETURN 1"), 1);
  const session = start(t, driver, { auth: [env.user, "wrong"] });
  await rejects(session.run("RETURN 1"), UNAUTHORIZED);
  await rejects(session.executeRead((tx) => tx.run("RETURN 1")), UNAUTHORIZED);
  equal(await one(driver, "RETURN 1"), 1);
});

test("servers before Bolt 5.1 say that they have one user a connection", {
  skip: speaks("5.1") ? "there sessions can be someone else" : undefined,
}, async (t) => {
  const driver = connect(t);
  const refused = { name: "ConfigurationError", message: /Bolt 5\.1/ };
  await rejects(start(t, driver, { auth: [env.user, env.password] }).run("RETURN 1"), refused);
  await rejects(driver.verifyAuthentication({ auth: [env.user, env.password] }), refused);
  equal(await driver.supportsSessionAuth(), false);
  equal(await one(driver, "RETURN 1"), 1);
});

test("whether a token is good can be asked, beside other work", { skip: SESSION_AUTH }, async (t) => {
  const driver = connect(t);
  const { auth, name, system } = await user(t, driver);
  equal(await driver.supportsSessionAuth(), true);
  equal(await driver.verifyAuthentication({ auth }), true);
  equal(await driver.verifyAuthentication({ auth: [name, "wrong"] }), false);
  equal(await driver.verifyAuthentication({ auth: [env.user, env.password] }), true);
  await system("ALTER USER $name SET PASSWORD CHANGE REQUIRED");
  equal(await one(driver, "RETURN 1"), 1);
});

test("a password that is rotated is asked for again, and the work done all the same", async (t) => {
  const owner = connect(t);
  const { name, system } = await user(t, owner);
  let password = PASSWORD;
  let calls = 0;
  const tokenProvider = () => {
    calls += 1;
    return basicAuth(name, password);
  };
  const driver = connect(t, { auth: authTokenManagers.basic({ tokenProvider }), maxConnectionLifetime: 0 });
  equal([await one(driver, "RETURN 1"), await one(driver, "RETURN 2"), calls], [1, 2, 1]);
  password = `${PASSWORD} 2`;
  await system(`ALTER USER $name SET PASSWORD '${password}' CHANGE NOT REQUIRED`);
  equal([await one(driver, "RETURN 3"), calls], [3, 2]);
});

test("a token with an expiration is renewed when that is over", { skip: SESSION_AUTH }, async (t) => {
  const tokens = [];
  const tokenProvider = async () => {
    const expiration = new Date(Date.now() + (tokens.length ? 60_000 : -1));
    tokens.push(expiration);
    return { token: basicAuth(env.user, env.password), expiration };
  };
  const driver = connect(t, { auth: authTokenManagers.bearer({ tokenProvider }) });
  for (const value of [1, 2, 3]) equal(await one(driver, "RETURN $value", { value }), value);
  equal(tokens.length, 2);
});

test("a manager of one's own hears what the server has refused, and with what token", async (t) => {
  const heard = [];
  let password = "wrong";
  const auth = {
    getToken: () => [env.user, password],
    async handleSecurityException(token, code) {
      heard.push([token, code]);
      password = env.password;
      return true;
    },
  };
  const driver = connect(t, { auth });
  equal(await one(driver, "RETURN 1"), 1);
  equal(heard, [[{ scheme: "basic", principal: env.user, credentials: "wrong" }, UNAUTHORIZED.code]]);
});

test("a manager that fails is the cause of the error, and nothing is lost by it", async (t) => {
  const broken = new Error("the vault is closed");
  let works = false;
  const auth = {
    async getToken() {
      if (works) return [env.user, env.password];
      throw broken;
    },
    handleSecurityException: () => false,
  };
  const driver = connect(t, { auth });
  const error = await rejects(driver.executeQuery("RETURN 1"), { name: "AuthError", code: "AuthTokenManagerFailed" });
  assert(error.cause === broken, String(error.cause));
  works = true;
  equal(await one(driver, "RETURN 1"), 1);
  auth.getToken = () => "neo4j/password";
  await rejects(driver.executeQuery("RETURN 1"), { name: "AuthError", message: /gives \[user, password\].* got a string/ });
});
