// What docs/moving-from-neo4j-driver.md says of both drivers, asked of both.

import official from "neo4j-driver";
import * as ours from "neo4j-wasm";
import { env } from "../harness/env.js";
import { assert, equal, rejects, test, throws } from "../harness/test.js";
import { driver } from "./setup.js";

const login = official.auth.basic(env.user, env.password);
const theirs = official.driver(env.uri, login);
const of = (driver) => async (query, x = null) => (await driver.executeQuery(query, { x })).records[0].get(0);
const [ask, askThem] = [of(driver), of(theirs)];
const TYPE = "RETURN valueType($x)";

test("numbers and integers", async () => {
  equal([await askThem(TYPE, 2), await ask(TYPE, 2)], ["FLOAT NOT NULL", "INTEGER NOT NULL"]);
  equal([await askThem(TYPE, official.int(2)), await ask(TYPE, ours.float(2))], ["INTEGER NOT NULL", "FLOAT NOT NULL"]);
  equal([official.isInt(await askThem("RETURN 1")), await ask("RETURN 1")], [true, 1]);
  equal(official.isInt(await askThem("RETURN $x", 2n ** 64n + 5n)), true, "cut to 64 bits");
  await rejects(ask("RETURN $x", 2n ** 64n + 5n), ours.UsageError);
});

test("bytes", async () => {
  assert((await askThem("RETURN $x", Int8Array.of(1))) instanceof Int8Array);
  assert((await ask("RETURN $x", Uint8Array.of(1))) instanceof Uint8Array);
  equal(await askThem("RETURN $x", Uint8Array.of(1)), [1]);
});

test("what has no meaning in Cypher", async () => {
  class Own {
    a = "x";
  }
  equal(await askThem("RETURN $x", { a: undefined, b: "c" }), { b: "c" });
  equal(await askThem("RETURN $x", [undefined]), [null]);
  equal(await askThem("RETURN $x", new Own()), { a: "x" });
  equal(await askThem("RETURN $x", new Date()), {});
  equal(await askThem("RETURN $x", new Map([["a", "b"]])), [["a", "b"]]);
  for (const x of [{ a: undefined }, [undefined], new Own()]) await rejects(ask("RETURN $x", x), { code: "InvalidParameter" });
  equal(await ask(TYPE, new Date()), "ZONED DATETIME NOT NULL");
  equal(await ask("RETURN $x", new Map([["a", "b"]])), { a: "b" });
});

test("the configuration", () => {
  const [written, copied] = [{ noSuchKey: 1 }, {}];
  official.driver("bolt://localhost", login, written);
  assert(Object.keys(written).length > 1, "the official driver adds to it");
  ours.GraphDatabase.driver("bolt://localhost", copied);
  equal(copied, {});
  throws(() => ours.GraphDatabase.driver("bolt://localhost", { noSuchKey: 1 }), ours.ConfigurationError);
  official.driver("bolt://localhost", login, { maxConnectionLifetime: "30s" });
  throws(() => ours.GraphDatabase.driver("bolt://localhost", { maxConnectionLifetime: "30s" }), ours.ConfigurationError);
  const remote = "bolt://db.example.com";
  equal([official.driver(remote, login).isEncrypted(), ours.GraphDatabase.driver(remote).isEncrypted()], [false, true]);
  throws(() => official.driver("bolt+routing://localhost", login), /Unknown scheme/);
  assert(ours.GraphDatabase.driver("bolt+routing://localhost") instanceof ours.RoutingDriver);
});

test("results, records and summaries", async () => {
  equal([await theirs.verifyConnectivity(), typeof (await driver.verifyConnectivity()).agent], [undefined, "string"]);
  const [old, session] = [theirs.session(), driver.session()];
  const drained = old.run("RETURN 1 AS a");
  for await (const record of drained) equal(JSON.parse(JSON.stringify(record)).keys, ["a"]);
  equal((await drained).records, []);
  const taken = session.run("RETURN 1 AS a");
  for await (const record of taken) equal(JSON.stringify(record), '{"a":1}');
  await rejects(taken, ours.ResultConsumedError);
  const [before, after] = [(await old.run("CREATE (n) DELETE n")).summary, (await session.run("CREATE (n) DELETE n")).summary];
  equal([before.counters.updates().nodesCreated, after.counters.nodesCreated], [1, 1]);
  equal([before.database.name, after.database], ["neo4j", "neo4j"]);
  equal([before.plan, before.profile, after.plan, after.profile], [false, false, null, null]);
  assert(official.isInt(before.resultAvailableAfter) && typeof after.resultAvailableAfter === "number");
  equal([typeof before.server.protocolVersion, typeof after.server.protocolVersion], ["object", "string"]);
  const transaction = old.beginTransaction();
  equal((await transaction.run("RETURN 1")).records.length, 1);
  await transaction.rollback();
  await Promise.all([old.close(), session.close()]);
});

test("a session is closed while a query runs", async () => {
  const endless = "UNWIND range(1, 1000000000000) AS x WITH x WHERE x < 0 RETURN count(x) AS n";
  const [old, session, stopped] = [theirs.session(), driver.session(), driver.session()];
  const ended = rejects(old.run(endless).then());
  await old.close();
  await ended;
  const awaited = session.run("UNWIND range(1, 1000000) AS x RETURN count(x) AS n");
  await session.close();
  equal((await awaited).records[0].get("n"), 1_000_000);
  const controller = new AbortController();
  const result = rejects(stopped.run(endless, {}, { signal: controller.signal }).then());
  const closed = stopped.close();
  controller.abort();
  equal((await result).name, "AbortError");
  await closed.catch(() => {});
});

test("errors", async () => {
  const down = official.driver("bolt://127.0.0.1:1", login);
  const [before, after] = [
    await rejects(down.verifyConnectivity()),
    await rejects(ours.GraphDatabase.driver("bolt://127.0.0.1:1").verifyConnectivity()),
  ];
  equal([before.code, after.name, after.code], ["ServiceUnavailable", "ConnectionError", "ServerUnreachable"]);
  const [wrong, refused] = [await rejects(theirs.executeQuery("RETURN")), await rejects(driver.executeQuery("RETURN"))];
  equal([wrong.code, refused.name], [refused.code, "ServerError"]);
  equal([wrong.position, refused.position.line], [undefined, 1]);
  await down.close();
});

test("the names are there", async () => {
  for (const name of ["basic", "bearer", "kerberos", "custom", "none"]) equal(typeof official.auth[name], "function", name);
  const old = "Date Time DateTime LocalTime LocalDateTime Duration Point Vector UUID uuid vector int isInt isNode isDate isRetryableError hasReachableServer bookmarkManager";
  for (const name of old.split(" ")) equal(typeof official[name], "function", name);
  for (const name of ["rxSession", "supportsTransactionConfig", "getNegotiatedProtocolVersion"]) {
    equal([typeof theirs[name], typeof driver[name]], ["function", "undefined"], name);
  }
  for (const name of ["verifyAuthentication", "supportsMultiDb", "supportsUserImpersonation", "supportsSessionAuth", "isEncrypted", "close"]) {
    equal([typeof theirs[name], typeof driver[name]], ["function", "function"], name);
  }
  await theirs.close();
});
