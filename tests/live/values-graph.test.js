// Nodes, relationships, paths and points, as queries return them; points as parameters, too.

import { Node, Path, Point, Relationship } from "neo4j-wasm";
import { assert, equal, rejects, test } from "../harness/test.js";
import { connect, label, one, row, speaks, start } from "./support.js";

/** Creates (a)-[knows]->(b)-[likes]->(c) and gives all five, as they are found again. */
async function chain(t, driver) {
  const name = label(t, driver);
  await driver.executeQuery(
    `CREATE (a:${name}:\`Odd Label\` {n: 1, list: [1, 2]}), (b:${name}), (c:${name} {n: 3}),
       (a)-[:KNOWS {since: date('2024-02-29')}]->(b)-[:\`likes a lot\`]->(c)`,
  );
  const query = `MATCH (a:${name} {n: 1})-[knows]->(b)-[likes]->(c) RETURN a, knows, b, likes, c`;
  return { name, ...(await row(driver, query)) };
}

/** What an element id is: Neo4j 4.4 has none, and numbers stand in for them. */
const id = (variable) => (speaks("5.0") ? `elementId(${variable})` : `toString(id(${variable}))`);

test("nodes have labels, properties and the id that Cypher knows them by", async (t) => {
  const driver = connect(t);
  const { name, a, b, c } = await chain(t, driver);
  for (const node of [a, b, c]) assert(node instanceof Node && typeof node.elementId === "string");
  equal([...a.labels].sort(), [name, "Odd Label"].sort());
  equal([a.properties, b.labels, b.properties, c.properties], [{ n: 1, list: [1, 2] }, [name], {}, { n: 3 }]);
  equal(await one(driver, `MATCH (n:${name}) WHERE ${id("n")} = $id RETURN n`, { id: c.elementId }), c);
  equal(new Set([a, b, c].map((node) => node.elementId)).size, 3);
});

test("relationships have a type, properties and the ids of both nodes", async (t) => {
  const driver = connect(t);
  const { name, a, knows, b, likes, c } = await chain(t, driver);
  assert(knows instanceof Relationship);
  equal([knows.type, String(knows.properties.since)], ["KNOWS", "2024-02-29"]);
  equal([likes.type, likes.properties], ["likes a lot", {}]);
  equal([knows.startNodeElementId, knows.endNodeElementId], [a.elementId, b.elementId]);
  equal([likes.startNodeElementId, likes.endNodeElementId], [b.elementId, c.elementId]);
  const again = `MATCH (:${name})-[r]->() WHERE ${id("r")} = $id RETURN r`;
  equal(await one(driver, again, { id: likes.elementId }), likes);
});

test("a path is walked as it was matched, forwards or backwards", async (t) => {
  const driver = connect(t);
  const { name, a, knows, b, likes, c } = await chain(t, driver);
  const forwards = await one(driver, `MATCH p = (:${name} {n: 1})-->()-->() RETURN p`);
  assert(forwards instanceof Path);
  equal(forwards, new Path(a, [{ start: a, relationship: knows, end: b }, { start: b, relationship: likes, end: c }]));
  const backwards = await one(driver, `MATCH p = (:${name} {n: 3})<--()<--() RETURN p`);
  equal(backwards, new Path(c, [{ start: c, relationship: likes, end: b }, { start: b, relationship: knows, end: a }]));
  equal([backwards.start, backwards.end, backwards.length], [c, a, 2]);
  equal(backwards.segments[0].relationship.startNodeElementId, b.elementId, "the relationship keeps its own direction");
  const back = await one(driver, `MATCH p = (m:${name})-->()<--(o:${name}) WHERE m = o RETURN count(p)`);
  equal(back, 0, "no relationship twice in a path");
});

test("a path can be one node, and can come back to a node", async (t) => {
  const driver = connect(t);
  const { name, a, knows } = await chain(t, driver);
  equal(await one(driver, `MATCH p = (:${name} {n: 1}) RETURN p`), new Path(a, []));
  const none = await one(driver, `MATCH p = (:${name} {n: 1})-[*0..0]-() RETURN p`);
  equal([none.start, none.end, none.length, none.segments], [a, a, 0, []]);
  const p = await one(
    driver,
    `MATCH (a:${name} {n: 1})-[:KNOWS]->(b) CREATE (b)-[:BACK]->(a) WITH a MATCH p = (a)-->()-->(a) RETURN p`,
  );
  equal([p.length, p.start.elementId, p.end.elementId], [2, a.elementId, a.elementId]);
  assert(p.start === p.end && p.segments[0].start === p.segments[1].end, "a node met twice is the same object");
  equal(p.segments[0].relationship, knows);
  const self = await one(driver, `CREATE p = (n:${name})-[:SELF]->(n) RETURN p`);
  assert(self.start === self.end && self.segments[0].start === self.segments[0].end);
});

test("graph values come out of lists and maps, however deep", async (t) => {
  const driver = connect(t);
  const { name, a, knows, b } = await chain(t, driver);
  const nested = await row(
    driver,
    `MATCH p = (a:${name} {n: 1})-[r:KNOWS]->(b)
     RETURN [a, [r, {b: b, path: p}]] AS list, {nodes: nodes(p), rels: relationships(p)} AS map, collect(a) AS all`,
  );
  const path = new Path(a, [{ start: a, relationship: knows, end: b }]);
  equal(nested, { list: [a, [knows, { b, path }]], map: { nodes: [a, b], rels: [knows] }, all: [a] });
});

test("a deleted node is still a node", async (t) => {
  const driver = connect(t);
  const name = label(t, driver);
  const session = start(t, driver);
  await session.run(`CREATE (:${name} {n: 1})`);
  const record = await session.run(`MATCH (n:${name}) DELETE n RETURN n`).single();
  assert(record.get("n") instanceof Node);
});

test("graph values are no parameters", async (t) => {
  const driver = connect(t);
  const { name, a, knows } = await chain(t, driver);
  const path = await one(driver, `MATCH p = (:${name} {n: 1})-->() RETURN p LIMIT 1`);
  for (const value of [a, knows, path]) {
    const expected = { name: "UsageError", code: "InvalidParameter", message: /^parameters\.value\[0\]: / };
    await rejects(driver.executeQuery("RETURN $value", { value: [value] }), expected);
  }
  equal(await one(driver, "RETURN $p", { p: a.properties }), a.properties);
});

test("points of all four coordinate systems come back", async (t) => {
  const driver = connect(t);
  const name = label(t, driver);
  const points = {
    "point({x: 1, y: -2.5})": new Point(7203, 1, -2.5),
    "point({x: 1e300, y: -0.0, srid: 7203})": new Point(7203, 1e300, -0),
    "point({x: 1, y: 2, z: 3})": new Point(9157, 1, 2, 3),
    "point({longitude: 12.994341, latitude: 55.611784})": new Point(4326, 12.994341, 55.611784),
    "point({longitude: -180, latitude: 90, height: -10.5})": new Point(4979, -180, 90, -10.5),
  };
  const values = Object.values(points);
  equal(await one(driver, `RETURN [${Object.keys(points).join(", ")}]`), values);
  equal(await one(driver, "RETURN $values", { values }), values);
  equal(await one(driver, "RETURN [p IN $values | p.srid]", { values }), [7203, 7203, 9157, 4326, 4979]);
  equal(await one(driver, `RETURN [${Object.keys(points).join(", ")}] = $values`, { values }), true);
  equal(await one(driver, "RETURN $p.height", { p: values[4] }), -10.5);
  await driver.executeQuery(`CREATE (:${name} {at: $at, all: $all})`, { at: values[3], all: values.slice(0, 2) });
  equal((await one(driver, `MATCH (n:${name}) RETURN n`)).properties, { at: values[3], all: values.slice(0, 2) });
});

test("a point that makes no sense is the server's error", async (t) => {
  const driver = connect(t);
  const refused = { name: "ServerError", retryable: false };
  await rejects(driver.executeQuery("RETURN $p", { p: new Point(1, 2, 3) }), refused);
  await rejects(driver.executeQuery("RETURN $p", { p: new Point(9157, 2, 3) }), refused);
  await rejects(driver.executeQuery("RETURN $p", { p: new Point(7203, 2, 3, 4) }), refused);
  equal(await one(driver, "RETURN $p", { p: new Point(7203, 2, 3) }), new Point(7203, 2, 3));
});
