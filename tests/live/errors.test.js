// What goes wrong in the server, and on the way to it; and that work goes on where it can.

import {
  AuthError, basicAuth, bearerAuth, ConnectionError, customAuth, GraphDatabase, kerberosAuth, Neo4jError, noAuth,
  ServerError,
} from "neo4j-wasm";
import { env } from "../harness/env.js";
import { assert, equal, match, rejects, test } from "../harness/test.js";
import {
  connect, count, label, metrics, one, PROMPT, release, row, speaks, start, timed, unique, used, watched,
} from "./support.js";

/** Nothing listens there: above the ports that systems give out, and allowed in browsers. */
const NOBODY = "bolt://127.0.0.1:61987";

test("a syntax error has code, text and position", async (t) => {
  const session = start(t, connect(t));
  const error = await rejects(session.run("MATCH (n)\nRETURN n.x,\n  nonsense"), ServerError);
  equal([error.name, error.code, error.retryable], ["ServerError", "Neo.ClientError.Statement.SyntaxError", false]);
  equal(error.position, { offset: 24, line: 3, column: 3 });
  match(error.message, /nonsense/);
  assert(error instanceof Neo4jError && error instanceof Error);
  equal((await session.run("RETURN 1 AS one").single()).get("one"), 1, "the session goes on");
});

test("an error has a GQL status, with all that the server says about it", async (t) => {
  const expected = { code: "Neo.ClientError.Procedure.ProcedureNotFound" };
  const error = await rejects(connect(t).executeQuery("CALL not.there()"), expected);
  match(error.gqlStatus, speaks("5.7") ? /^42001$/ : /^50N42$/);
  match(error.gqlStatusDescription, /^error: /);
  const { OPERATION, OPERATION_CODE, CURRENT_SCHEMA, ...rest } = error.diagnosticRecord;
  equal([OPERATION, OPERATION_CODE, CURRENT_SCHEMA], ["", "0", "/"]);
  if (speaks("5.7")) {
    equal([rest._classification, error.cause.gqlStatus], ["CLIENT_ERROR", "42N08"]);
    assert(error.cause instanceof Neo4jError);
  }
  const { name, code, message, gqlStatus } = JSON.parse(JSON.stringify(error));
  equal([name, code, message, gqlStatus], ["ServerError", error.code, error.message, error.gqlStatus]);
});

test("a constraint that is violated has its code, and the session goes on", async (t) => {
  const driver = connect(t);
  const [name, constraint] = [label(t, driver), unique("constraint_")];
  await driver.executeQuery(`CREATE CONSTRAINT ${constraint} FOR (n:${name}) REQUIRE n.x IS UNIQUE`);
  t.after(() => driver.executeQuery(`DROP CONSTRAINT ${constraint} IF EXISTS`));
  const session = start(t, driver);
  await session.run(`CREATE (:${name} {x: 1})`);
  const violated = { name: "ServerError", code: "Neo.ClientError.Schema.ConstraintValidationFailed", retryable: false };
  await rejects(session.run(`CREATE (:${name} {x: 1})`), { ...violated, message: new RegExp(name) });
  await rejects(session.executeWrite((tx) => tx.run(`CREATE (:${name} {x: 1})`)), violated);
  await session.run(`CREATE (:${name} {x: 2})`);
  equal(await count(driver, name), 2);
});

test("records that came before an error are given first", async (t) => {
  const driver = connect(t);
  const code = "Neo.ClientError.Statement.ArithmeticError";
  const query = "UNWIND range(1, 100) AS i RETURN i, 1 / (51 - i) AS x";
  for (const fetchSize of [1, 20, 1_000]) {
    const session = start(t, driver, { fetchSize });
    const seen = [];
    const result = session.run(query);
    await rejects(async () => {
      for await (const record of result) seen.push(record.get("i"));
    }, { name: "ServerError", code });
    equal(seen, Array.from({ length: 50 }, (_, index) => index + 1), `fetch size ${fetchSize}`);
    await rejects(result.consume(), { code });
    await rejects(session.run(query), { code });
    equal((await session.run("RETURN 1 AS one").single()).get("one"), 1);
  }
  equal(used(driver).inUse, 0);
});

test("a missing parameter, an unknown function and a wrong type are told apart", async (t) => {
  const driver = connect(t);
  const cases = {
    "RETURN $missing": ["Neo.ClientError.Statement.ParameterMissing", /missing/],
    "RETURN not.a.function()": ["Neo.ClientError.Statement.SyntaxError", /not\.a\.function/],
    "RETURN toUpper($list[0])": ["Neo.ClientError.Statement.TypeError", /toUpper/],
  };
  for (const [query, [code, message]] of Object.entries(cases)) {
    await rejects(driver.executeQuery(query, { list: [1] }), { name: "ServerError", code, message });
  }
});

/** Everything that needs a connection fails with the same error, and keeps none. */
async function nothingWorks(t, driver, expected) {
  const session = start(t, driver);
  const ways = [
    () => driver.verifyConnectivity(),
    () => driver.executeQuery("RETURN 1"),
    () => session.run("RETURN 1"),
    () => session.beginTransaction(),
    () => session.executeRead((tx) => tx.run("RETURN 1")),
  ];
  for (const way of ways) {
    const { error, ms } = await timed(way);
    await rejects(Promise.reject(error), expected);
    assert(ms < PROMPT, `it took ${ms} ms`);
    equal([metrics(driver).idle, used(driver)], [0, { inUse: 0, opening: 0, waiting: 0 }]);
  }
}

test("a wrong password is an AuthError, and no connection is kept", async (t) => {
  const watch = watched();
  let closed = 0;
  const webSocket = (url) => {
    const socket = watch.webSocket(url);
    const { close } = socket;
    return Object.assign(socket, { close: () => (closed++, close()) });
  };
  // Once only: after three wrong passwords the server would refuse the right one, too.
  const driver = connect(t, { auth: [env.user, "not the password"], webSocket });
  const error = await rejects(driver.executeQuery("RETURN 1"), AuthError);
  equal([error.code, error.retryable], ["Neo.ClientError.Security.Unauthorized", false]);
  equal([watch.opened.length, closed >= 1], [1, true], "one socket, which was closed");
  equal([metrics(driver).idle, used(driver)], [0, { inUse: 0, opening: 0, waiting: 0 }]);
  assert(!/not the password/.test(error.message + error.stack + JSON.stringify(error)), "no password in the error");
  equal(await one(connect(t), "RETURN 1"), 1);
});

test("an unknown user is an AuthError whatever is tried", async (t) => {
  const driver = connect(t, { auth: basicAuth(unique("nobody"), "some password") });
  await nothingWorks(t, driver, { name: "AuthError", code: "Neo.ClientError.Security.Unauthorized", retryable: false });
});

test("other kinds of tokens reach the server, which has no use for them", async (t) => {
  const own = customAuth("me", "secret", "realm", "own", { a: 1 });
  for (const auth of [noAuth(), bearerAuth("t0ken"), kerberosAuth("dGlja2V0"), own]) {
    const error = await rejects(connect(t, { auth }).verifyConnectivity(), { retryable: false });
    assert(error instanceof AuthError, `${auth.scheme}: ${error.name} ${error.code}`);
    assert(!/t0ken|secret/.test(error.message), "nothing of the token in the error");
  }
  const custom = customAuth(env.user, env.password, "native", "basic");
  equal(await one(connect(t, { auth: custom }), "RETURN 1"), 1);
});

test("a server that is down is a ConnectionError that says where and what to look at", async (t) => {
  const driver = GraphDatabase.driver(NOBODY, { auth: ["neo4j", "password"], maxRetryTime: 0 });
  t.after(() => driver.close());
  const message = /127\.0\.0\.1:61987.*is it running/;
  await nothingWorks(t, driver, { name: "ConnectionError", code: "ServerUnreachable", retryable: true, message });
});

const noPage = globalThis.location ? undefined : "only a page has such a server at hand";

test("a server that does not speak Bolt is a ConnectionError, too", { skip: noPage }, async (t) => {
  const driver = GraphDatabase.driver(`bolt://${location.host}`, { auth: ["neo4j", "password"], maxRetryTime: 0 });
  t.after(() => driver.close());
  const expected = { name: "ConnectionError", code: "WrongPort", retryable: false, message: /speaks HTTP and not Bolt/ };
  await nothingWorks(t, driver, expected);
});

test("executeQuery waits for a server that comes back", async (t) => {
  const watch = watched();
  // The first attempt goes to where nobody is.
  const webSocket = (url) => watch.webSocket(watch.opened.length ? url : NOBODY.replace("bolt", "ws"));
  const driver = connect(t, { webSocket });
  const { value, ms } = await timed(one(driver, "RETURN 1"));
  equal([value, watch.opened.length], [1, 2]);
  assert(ms > 100, "there is time between the attempts");
});

test("a connection that is lost while streaming is a ConnectionError after the records that came", async (t) => {
  const watch = watched();
  const driver = connect(t, { webSocket: watch.webSocket, fetchSize: 10 });
  const session = start(t, driver);
  const seen = [];
  const error = await rejects(async () => {
    for await (const record of session.run("UNWIND range(1, 100000) AS i RETURN i")) {
      if (seen.push(record.get("i")) === 5) watch.opened[0].cut();
    }
  }, ConnectionError);
  equal([error.code, error.retryable, seen.slice(0, 5)], ["ConnectionClosed", true, [1, 2, 3, 4, 5]]);
  equal((await session.run("RETURN 1 AS one").single()).get("one"), 1, "the session goes on with another connection");
  equal([watch.opened.length, metrics(driver).idle], [2, 1]);
});

test("connections wait for what the server says first, or for the connection timeout", async (t) => {
  const deaf = watched({ onReceive: () => undefined });
  const driver = connect(t, { webSocket: deaf.webSocket, connectionTimeout: 300, maxRetryTime: 0 });
  const { error, ms } = await timed(driver.executeQuery("RETURN 1"));
  equal([error.name, used(driver), metrics(driver).idle], ["TimeoutError", { inUse: 0, opening: 0, waiting: 0 }, 0]);
  match(error.message, /300 ms/);
  assert(ms >= 290 && ms < PROMPT, `${ms} ms`);
});

test("what the server does not allow is an error with its code, and reads go on", async (t) => {
  const driver = connect(t);
  const error = await rejects(driver.executeQuery("CREATE DATABASE another", {}, { database: "system" }), Neo4jError);
  match(error.code, /^Neo\.(ClientError|DatabaseError)\./);
  equal(await row(driver, "RETURN $release AS release", { release }), { release });
});
