// Who answers: the server's version, its Bolt, its databases; and every older Bolt that it still speaks.

import { LocalDate, Neo4jError, READ, ZonedDateTime } from "neo4j-wasm";
import { env } from "../harness/env.js";
import { assert, equal, match, rejects, test } from "../harness/test.js";
import { connect, label, metrics, offering, one, protocol, release, row, speaks, start, unique } from "./support.js";

/** Every version that the driver knows, apart from 4.4 of Neo4j 4.4. */
const VERSIONS = ["4.4", "5.0", "5.1", "5.2", "5.3", "5.4", "5.6", "5.7", "5.8", "6.0", "6.1"];

test("the newest version of Bolt that both sides know is spoken", async (t) => {
  const info = await connect(t).verifyConnectivity();
  equal(info, { address: new URL(env.uri).host, agent: `Neo4j/${env.version}`, protocolVersion: protocol });
});

test("verifyConnectivity and getServerInfo say the same, from a connection that is there already", async (t) => {
  const driver = connect(t);
  equal(driver.metrics(), []);
  const info = await driver.verifyConnectivity();
  equal(await driver.getServerInfo({ accessMode: READ, database: "neo4j" }), info);
  const { inUse, idle } = metrics(driver);
  equal({ inUse, idle }, { inUse: 0, idle: 1 });
  equal(driver.metrics()[0].address, info.address);
});

test("a summary names server and database", async (t) => {
  const driver = connect(t);
  const { summary } = await driver.executeQuery("RETURN 1");
  equal(summary.server, await driver.getServerInfo());
  equal(summary.database, "neo4j");
  equal((await driver.executeQuery("SHOW DATABASES", {}, { database: "system" })).summary.database, "system");
});

test("the database can be named, and a wrong name is the server's error", async (t) => {
  const driver = connect(t);
  equal(await one(driver, "RETURN 1", {}, { database: "neo4j" }), 1);
  const session = start(t, driver, { database: "neo4j" });
  equal((await session.run("RETURN 1")).summary.database, "neo4j");
  const database = unique("nowhere").toLowerCase();
  const expected = { name: "ServerError", code: "Neo.ClientError.Database.DatabaseNotFound", retryable: false };
  const error = await rejects(driver.executeQuery("RETURN 1", {}, { database }), expected);
  match(error.message, new RegExp(database));
  await rejects(start(t, driver, { database }).run("RETURN 1"), expected);
  await rejects(start(t, driver, { database }).beginTransaction().then((tx) => tx.run("RETURN 1")), expected);
});

test("the server sees the user agent", async (t) => {
  const own = unique("agent/");
  const agents = async (driver) => {
    const query = "CALL dbms.listConnections() YIELD userAgent RETURN collect(userAgent) AS agents";
    return one(driver, query, {}, { database: "system" });
  };
  assert((await agents(connect(t, { userAgent: own }))).includes(own));
  const agent = (await agents(connect(t))).find((name) => name.startsWith("neo4j-wasm/"));
  match(agent, /^neo4j-wasm\/\d+\.\d+\.\d+/);
});

test("a community server does not impersonate, and says so", async (t) => {
  const driver = connect(t);
  const code = "Neo.ClientError.Statement.ArgumentError";
  const expected = { name: "ServerError", code, message: /[Ii]mpersonation/ };
  await rejects(driver.executeQuery("RETURN 1", {}, { impersonatedUser: "somebody" }), expected);
  const session = start(t, driver, { impersonatedUser: "somebody" });
  await rejects(session.run("RETURN 1"), expected);
  await rejects(async () => (await session.beginTransaction()).run("RETURN 1"), expected);
  equal(await one(driver, "RETURN 1"), 1);
});

const onTwo = release === "2026.04" ? "on Neo4j 5.26 and 2026.09 only" : undefined;

for (const version of VERSIONS) {
  const others = version === protocol ? "what all other tests speak" : onTwo;
  const skip = speaks(version) || !release ? others : `Neo4j ${release} does not speak it`;
  test(`Bolt ${version} alone will do`, { skip }, async (t) => {
    const driver = connect(t, { webSocket: offering(version), notificationFilter: filterFor(version) });
    equal((await driver.verifyConnectivity()).protocolVersion, version);
    await values(t, driver);
    await transactions(t, driver);
    await errors(driver);
    await notifications(driver, version);
  });
}

/** Filters came with Bolt 5.2. */
function filterFor(version) {
  return version < "5.2" ? undefined : { minimumSeverity: "INFORMATION", disabledClassifications: ["DEPRECATION"] };
}

async function values(t, driver) {
  const name = label(t, driver, "LiveVersion");
  const zoned = new ZonedDateTime(2024, 7, 1, 12, 0, 0, 5, undefined, "Europe/Paris");
  const shifted = new ZonedDateTime(2024, 7, 1, 12, 0, 0, 5, -3_600);
  const given = { zoned, shifted, date: new LocalDate(2024, 2, 29), list: [1, 2.5, "three", null, true] };
  equal(await one(driver, "RETURN $given", { given }), given);
  const create = `CREATE (a:${name} {at: $zoned})-[r:KNOWS {since: $date}]->(b:${name})`;
  const { a, r, b, p } = await row(driver, `${create} WITH a, r, b MATCH p = (b)<-[r]-(a) RETURN a, r, b, p`, given);
  equal(a.properties, { at: zoned });
  equal([r.startNodeElementId, r.endNodeElementId, r.properties], [a.elementId, b.elementId, { since: given.date }]);
  equal([p.start, p.end, p.segments[0].relationship], [b, a, r]);
}

async function transactions(t, driver) {
  const name = label(t, driver, "LiveVersionToo");
  const session = start(t, driver);
  const tx = await session.beginTransaction({ metadata: { of: "Bolt" }, timeout: 60_000 });
  const results = [tx.run("UNWIND range(1, 1100) AS i RETURN i"), tx.run(`CREATE (:${name})`)];
  equal((await results[1]).summary.counters.nodesCreated, 1);
  equal((await results[0]).records.length, 1_100);
  await tx.commit();
  equal(await session.executeRead(async (again) => (await again.run(`MATCH (n:${name}) RETURN n`)).records.length), 1);
  equal(session.lastBookmarks().length, 1);
}

async function errors(driver) {
  const error = await rejects(driver.executeQuery("RETURN nonsense"), Neo4jError);
  equal([error.code, error.position.column], ["Neo.ClientError.Statement.SyntaxError", 8]);
  match(error.message, /nonsense/);
  match(error.gqlStatus, /^[0-9A-Z]{5}$/);
  equal(await one(driver, "RETURN 1"), 1, "after an error");
}

async function notifications(driver, version) {
  const { summary } = await driver.executeQuery("EXPLAIN MATCH (a), (b) RETURN a, b");
  match(summary.notifications[0].code, /^Neo\.ClientNotification\.Statement\.CartesianProduct/);
  equal(summary.gqlStatusObjects.filter((status) => status.isNotification).length, 1);
  if (version >= "5.6") equal(summary.gqlStatusObjects.find((status) => status.isNotification).gqlStatus, "03N90");
}
