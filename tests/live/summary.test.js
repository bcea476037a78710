// Summaries: what the server says of a query when it is done, in the words of each version.

import { Counters, Summary } from "neo4j-wasm";
import { assert, equal, match, rejects, test } from "../harness/test.js";
import { before, connect, label, protocol, since, speaks, start, unique } from "./support.js";

const NONE = {
  nodesCreated: 0, nodesDeleted: 0, relationshipsCreated: 0, relationshipsDeleted: 0, propertiesSet: 0, labelsAdded: 0,
  labelsRemoved: 0, indexesAdded: 0, indexesRemoved: 0, constraintsAdded: 0, constraintsRemoved: 0, systemUpdates: 0,
};

/** Runs a query and looks at all its counters. */
async function counts(driver, query, expected, options) {
  const { counters } = (await driver.executeQuery(query, { x: 1 }, options)).summary;
  assert(counters instanceof Counters);
  equal({ ...counters }, { ...NONE, ...expected }, query);
  const system = "systemUpdates" in expected;
  const any = Object.keys(expected).length > 0;
  equal([counters.containsUpdates(), counters.containsSystemUpdates()], [any && !system, system], query);
}

test("counters count what was done to data", async (t) => {
  const driver = connect(t);
  const name = label(t, driver);
  await counts(driver, "RETURN 1", {});
  await counts(driver, `CREATE (:${name} {a: 1, b: 2})-[:R {c: 3}]->(:${name}:Other)`, {
    nodesCreated: 2, relationshipsCreated: 1, propertiesSet: 3, labelsAdded: 3,
  });
  await counts(driver, `MATCH (n:${name}) SET n.a = $x`, { propertiesSet: 2 });
  await counts(driver, `MATCH (n:${name}:Other) SET n:Third REMOVE n:Other, n.a`, {
    labelsAdded: 1, labelsRemoved: 1, propertiesSet: 1,
  });
  await counts(driver, `MATCH (:${name})-[r]->() DELETE r`, { relationshipsDeleted: 1 });
  await counts(driver, `MATCH (n:${name}) DELETE n`, { nodesDeleted: 2 });
  await counts(driver, `MATCH (n:${name}) SET n.a = 2`, {});
});

test("counters count what was done to the schema and to the system", async (t) => {
  const driver = connect(t);
  const [name, index, constraint, user] = [unique(), unique("index_"), unique("constraint_"), unique("user")];
  t.after(() => driver.executeQuery(`DROP INDEX ${index} IF EXISTS`));
  t.after(() => driver.executeQuery(`DROP CONSTRAINT ${constraint} IF EXISTS`));
  t.after(() => driver.executeQuery(`DROP USER ${user} IF EXISTS`, {}, { database: "system" }));
  await counts(driver, `CREATE INDEX ${index} FOR (n:${name}) ON (n.x)`, { indexesAdded: 1 });
  await counts(driver, `DROP INDEX ${index}`, { indexesRemoved: 1 });
  const create = `CREATE CONSTRAINT ${constraint} FOR (n:${name}) REQUIRE n.y IS UNIQUE`;
  await counts(driver, create, { constraintsAdded: 1 });
  await counts(driver, `DROP CONSTRAINT ${constraint}`, { constraintsRemoved: 1 });
  const createUser = `CREATE USER ${user} SET PASSWORD 'long enough' CHANGE NOT REQUIRED`;
  await counts(driver, createUser, { systemUpdates: 1 }, { database: "system" });
});

test("counters count the work of a transaction query by query", async (t) => {
  const driver = connect(t);
  const name = label(t, driver);
  const tx = await start(t, driver).beginTransaction();
  equal((await tx.run(`CREATE (:${name})`)).summary.counters.nodesCreated, 1);
  equal((await tx.run(`CREATE (:${name}), (:${name})`).consume()).counters.nodesCreated, 2);
  equal((await tx.run(`MATCH (n:${name}) RETURN n`)).summary.counters.containsUpdates(), false);
  await tx.rollback();
});

test("the type of a query is read, write, both or schema", async (t) => {
  const driver = connect(t);
  const [name, index] = [label(t, driver), unique("index_")];
  const type = async (query) => (await driver.executeQuery(query)).summary.queryType;
  equal(await type("RETURN 1"), "r");
  equal(await type(`CREATE (:${name})`), "w");
  equal(await type(`CREATE (n:${name}) RETURN n`), "rw");
  equal(await type(`CREATE INDEX ${index} FOR (n:${name}) ON (n.x)`), "s");
  equal(await type(`DROP INDEX ${index}`), "s");
});

test("a summary holds the query, the server and the times", async (t) => {
  const driver = connect(t);
  const session = start(t, driver);
  const parameters = { list: [1, 2n ** 60n], map: { at: new Date(0) } };
  const { summary } = await session.run("UNWIND range(1, 1000) AS i RETURN $list, $map", parameters);
  assert(summary instanceof Summary);
  equal(summary.query, { text: "UNWIND range(1, 1000) AS i RETURN $list, $map", parameters });
  const { server, database, resultAvailableAfter, resultConsumedAfter } = summary;
  equal([server.protocolVersion, server.address, database], [protocol, driver.metrics()[0].address, "neo4j"]);
  for (const time of [resultAvailableAfter, resultConsumedAfter]) assert(Number.isInteger(time) && time >= 0);
  equal([summary.plan, summary.profile, summary.notifications], [null, null, []]);
  equal((await session.run("RETURN 1")).summary.query.parameters, {});
});

const operators = (plan) => [plan.operatorType.split("@")[0], ...plan.children.flatMap(operators)];

test("EXPLAIN gives the plan and does nothing", async (t) => {
  const driver = connect(t);
  const name = label(t, driver);
  const query = `EXPLAIN CREATE (n:${name}) WITH n MATCH (m:${name}) RETURN m`;
  const { records, summary } = await driver.executeQuery(query);
  equal([records, summary.profile, summary.counters.containsUpdates()], [[], null, false]);
  const { plan } = summary;
  match(plan.operatorType, /^ProduceResults/);
  equal([operators(plan).includes("Create"), plan.identifiers.includes("m"), plan.children.length], [true, true, 1]);
  equal([typeof plan.arguments.planner, typeof plan.arguments.EstimatedRows], ["string", "number"]);
  equal((await driver.executeQuery(`MATCH (n:${name}) RETURN n`)).records, []);
});

test("PROFILE gives the plan with what each operator did", async (t) => {
  const driver = connect(t);
  const name = label(t, driver);
  await driver.executeQuery(`UNWIND range(1, 7) AS i CREATE (:${name} {i: i})`);
  const { records, summary } = await driver.executeQuery(`PROFILE MATCH (n:${name}) WHERE n.i > 2 RETURN n.i AS i`);
  equal(records.length, 5);
  const { profile } = summary;
  match(profile.operatorType, /^ProduceResults/);
  equal([profile.rows, operators(profile)], [5, operators(summary.plan)]);
  const all = (plan) => [plan, ...plan.children.flatMap(all)];
  for (const operator of all(profile)) {
    const figures = ["dbHits", "rows", "pageCacheHits", "pageCacheMisses", "pageCacheHitRatio"];
    for (const figure of figures) equal(typeof operator[figure], "number", figure);
    equal(operator.time, null, "these servers do not measure it");
  }
  assert(all(profile).some((operator) => operator.rows === 7) && all(profile).some((operator) => operator.dbHits >= 7));
});

const CARTESIAN = "EXPLAIN MATCH (a:Foo), (b:Bar) RETURN a, b";

test("notifications have code, text, severity and position, whatever the server calls them", async (t) => {
  const { notifications } = (await connect(t).executeQuery(CARTESIAN)).summary;
  const found = notifications.find(({ code }) => /CartesianProduct/.test(code));
  match(found.code, /^Neo\.ClientNotification\.Statement\.CartesianProduct(Warning)?$/);
  match(found.title, /cartesian product/);
  match(found.description, /cartesian product.*\(b\)/s);
  equal(found.severity, speaks("5.0") ? "INFORMATION" : "WARNING");
  const categories = speaks("5.2") ? ["PERFORMANCE", "PERFORMANCE"] : ["UNKNOWN", ""];
  equal([found.category, found.rawCategory, found.rawSeverity], [...categories, found.severity]);
  equal(found.position, { offset: 8, line: 1, column: 9 });
  const unknown = notifications.find(({ code }) => /UnknownLabel/.test(code));
  equal(unknown.severity, "WARNING");
  equal(unknown.position.line, 1);
});

test("GQL status objects tell the outcome, and each notification", async (t) => {
  const driver = connect(t);
  const statuses = async (query) => (await driver.executeQuery(query)).summary.gqlStatusObjects;
  const name = label(t, driver);
  const outcomes = { "RETURN 1": "00000", "UNWIND [] AS x RETURN x": "02000", [`CREATE (:${name})`]: "00001" };
  for (const [query, gqlStatus] of Object.entries(outcomes)) {
    const [outcome, ...more] = await statuses(query);
    equal(more, [], query);
    const { isNotification, position, severity } = outcome;
    equal([outcome.gqlStatus, isNotification, position, severity], [gqlStatus, false, null, "UNKNOWN"], query);
    match(outcome.statusDescription, /^note: /);
    equal(outcome.diagnosticRecord, { OPERATION: "", OPERATION_CODE: "0", CURRENT_SCHEMA: "/" });
  }
  const notifications = (await statuses(CARTESIAN)).filter(({ isNotification }) => isNotification);
  const found = notifications.find(({ statusDescription }) => /cartesian product/.test(statusDescription));
  // Before Bolt 5.6 they are made of the notifications.
  const expected = speaks("5.6") ? ["03N90", "INFORMATION", "PERFORMANCE"] : ["01N42", "WARNING", "UNKNOWN"];
  equal([found.gqlStatus, found.severity, found.classification], expected);
  equal(found.position, { offset: 8, line: 1, column: 9 });
  equal(found.diagnosticRecord._position, found.position);
});

test("notifications can be filtered, for a driver and for a session", { skip: since("5.2") }, async (t) => {
  const codes = async (session) => {
    const { summary } = await session.run(CARTESIAN);
    return summary.notifications.map(({ category }) => category).sort();
  };
  const all = await codes(start(t, connect(t)));
  assert(all.includes("PERFORMANCE") && all.includes("UNRECOGNIZED"));
  const quiet = connect(t, { notificationFilter: { minimumSeverity: "OFF" } });
  equal(await codes(start(t, quiet)), []);
  equal((await quiet.executeQuery(CARTESIAN)).summary.notifications, []);
  const warnings = connect(t, { notificationFilter: { minimumSeverity: "WARNING" } });
  equal((await codes(start(t, warnings))).includes("PERFORMANCE"), false);
  const classified = connect(t, { notificationFilter: { disabledClassifications: ["UNRECOGNIZED"] } });
  equal(new Set(await codes(start(t, classified))), new Set(["PERFORMANCE"]));
  const session = start(t, quiet, { notificationFilter: { minimumSeverity: "INFORMATION" } });
  equal(await codes(session), all, "the session's own filter goes first");
  const tx = await start(t, quiet, { notificationFilter: { minimumSeverity: "INFORMATION" } }).beginTransaction();
  equal((await tx.run(CARTESIAN)).summary.notifications.length, all.length);
  await tx.commit();
});

test("a filter that the server does not know is an error, not a wish", { skip: before("5.2") }, async (t) => {
  const driver = connect(t, { notificationFilter: { minimumSeverity: "OFF" } });
  await rejects(driver.executeQuery("RETURN 1"), { name: /^(ConfigurationError|UsageError)$/, message: /5\.2/ });
});

test("a profile of many clauses is whole, however deep", async (t) => {
  const driver = connect(t);
  const name = label(t, driver);
  const session = start(t, driver);
  const query = (count) => `PROFILE ${Array.from({ length: count }, (_, n) => `MERGE (n${n}:${name} {n: ${n}})`).join(" ")}`;
  for (const count of [2, 130]) {
    const { profile, omitted } = await session.run(query(count)).consume();
    equal(omitted, []);
    // Each operator is reached; there is a merge for each clause.
    const merges = [];
    for (const operators = [profile]; operators.length; ) {
      const operator = operators.pop();
      operators.push(...operator.children);
      if (/Merge/.test(operator.operatorType)) merges.push(operator);
    }
    equal(merges.length, count);
  }
});
