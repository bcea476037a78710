// Values: what comes from a server, what goes there, and what the classes do by themselves.

import { assert, equal, test, throws } from "../harness/test.js";
import { connect, neo4j, start, value } from "./support.js";

const { int, isInt } = neo4j;

test("Integers have halves, arithmetic and order", () => {
  const one = int(1);
  equal([one.low, one.high, isInt(one), isInt({ low: 1, high: 0 }), isInt(1)], [1, 0, true, false, false]);
  equal(int("9223372036854775807").add(1).toString(), "-9223372036854775808");
  equal(int(7).multiply(-3).div(2).toNumber(), -10);
  equal(int(-7).modulo(3).toNumber(), -1);
  equal(int(6).and(3).or(8).xor(1).toNumber(), 11);
  equal([int(1).shiftLeft(40).toString(), int(-8).shiftRight(1).toString()], ["1099511627776", "-4"]);
  equal([int(2).compare(3), int(3).compare("3"), int(-1).lessThan(0n), int(5).equals(5)], [-1, 0, true, true]);
  equal([int(2 ** 53).inSafeRange(), int(2 ** 53 - 1).inSafeRange()], [false, true]);
  equal(int(2 ** 53).add(1).toNumberOrInfinity(), Infinity);
  equal([int(255).toString(16), neo4j.integer.toString("12"), neo4j.integer.toNumber(int(3))], ["ff", "12", 3]);
  equal(int(5) + 1n, 6n);
  throws(() => int(1).div(0), neo4j.Neo4jError);
  throws(() => int(""), neo4j.Neo4jError);
});

test("integers come as Integers, numbers or bigints", async (t) => {
  const read = async (config) => {
    const session = start(t, connect(t, config));
    return value(session, "RETURN [1, -200, 70000, 5000000000, 9223372036854775807, 2.5]");
  };
  const exact = await read();
  assert(exact.slice(0, 5).every(isInt), "Integers");
  equal(exact.map(String), ["1", "-200", "70000", "5000000000", "9223372036854775807", "2.5"]);
  equal(await read({ disableLosslessIntegers: true }), [1, -200, 70000, 5e9, Infinity, 2.5]);
  equal(await read({ useBigInt: true }), [1n, -200n, 70000n, 5000000000n, 9223372036854775807n, 2.5]);
});

test("numbers are sent as FLOAT, the rest as what it is", async (t) => {
  const session = start(t, connect(t));
  const type = (given) => value(session, "RETURN valueType($given)", { given });
  equal(await type(1), "FLOAT NOT NULL");
  equal(await type(int(1)), "INTEGER NOT NULL");
  equal(await type(1n), "INTEGER NOT NULL");
  equal(await type(true), "BOOLEAN NOT NULL");
  equal(await type(new Set([int(1)])), "LIST<INTEGER NOT NULL> NOT NULL");
  equal(await type(null), "NULL");
  const bytes = await value(session, "RETURN $given", { given: Int8Array.of(1, -2, 3) });
  equal(bytes, Int8Array.of(1, -2, 3));
  equal(await value(session, "RETURN keys($given)", { given: { a: undefined, b: null } }), ["b"]);
  equal(await value(session, "RETURN $given", { given: [undefined, 1] }), [null, 1]);
});

test("temporal and spatial values go there and back", async (t) => {
  const session = start(t, connect(t, { disableLosslessIntegers: true }));
  const values = [
    new neo4j.types.Date(2024, 2, 29), new neo4j.types.LocalTime(1, 2, 3, 4), new neo4j.types.Time(1, 2, 3, 4, 3600),
    new neo4j.types.LocalDateTime(-1, 2, 3, 4, 5, 6, 7), new neo4j.types.DateTime(2024, 7, 1, 12, 0, 0, 5, -3600),
    new neo4j.types.DateTime(2024, 7, 1, 12, 0, 0, 5, undefined, "Europe/Stockholm"), new neo4j.types.Point(7203, 1, 2),
    new neo4j.types.Point(9157, 1, 2, 3),
  ];
  const found = await value(session, "RETURN $values", { values });
  equal(found.map(String), [
    "2024-02-29", "01:02:03.000000004", "01:02:03.000000004+01:00", "-000001-02-03T04:05:06.000000007",
    "2024-07-01T12:00:00.000000005-01:00", "2024-07-01T12:00:00.000000005+02:00[Europe/Stockholm]",
    "Point{srid=7203.0, x=1.0, y=2.0}", "Point{srid=9157.0, x=1.0, y=2.0, z=3.0}",
  ]);
  equal([found[0].year, found[5].timeZoneOffsetSeconds, found[6].srid], [2024, 7200, 7203]);
  equal(found[4].toStandardDate().toISOString(), "2024-07-01T13:00:00.000Z");
});

test("the brands tell the classes apart", () => {
  equal(neo4j.isDate(new neo4j.Date(2024, 1, 1)), true);
  equal(neo4j.isDateTime(neo4j.DateTime.fromStandardDate(new Date())), true);
  equal([neo4j.isDuration(null), neo4j.isPoint({}), neo4j.isNode(new neo4j.Node(int(1), [], {}))], [false, false, true]);
  assert(Object.isFrozen(new neo4j.LocalTime(1, 2, 3, 4)), "frozen");
});

test("durations keep one form", () => {
  const duration = new neo4j.Duration(1, 2, 3, 4_500_000_000);
  equal([String(duration), duration.seconds, duration.nanoseconds], ["P1M2DT7.500000000S", 7, 500_000_000]);
  equal(String(new neo4j.Duration(0, 0, -1, 1)), "PT-0.999999999S");
  equal([[0, 0, 0, 0], [1, 0, 0, 0], [-13, 0, -3_661, 5]].map((parts) => String(new neo4j.Duration(...parts))), ["PT0S", "P1MT", "P-1Y-1MT-1H-1M-0.999999995S"]);
  equal(String(neo4j.Duration.fromString("P1Y2M3W4DT5H6M7.5S")), "P1Y2M25DT5H6M7.500000000S");
});

test("text becomes temporal values", () => {
  const { Date: CypherDate, DateTime, LocalDateTime, LocalTime, Time } = neo4j;
  equal(String(CypherDate.fromString("2024-02-29")), "2024-02-29");
  equal(String(LocalTime.fromString("12:34:56.789")), "12:34:56.789000000");
  equal(String(Time.fromString("12:34+02:00")), "12:34:00+02:00");
  equal(String(LocalDateTime.fromString("2024-02-29T01:02:03")), "2024-02-29T01:02:03");
  equal(String(DateTime.fromString("2024-02-29T01:02:03Z[Europe/Paris]")), "2024-02-29T01:02:03Z[Europe/Paris]");
  throws(() => CypherDate.fromString("2024-2-29"), neo4j.Neo4jError);
});

test("wrong parts are refused", () => {
  throws(() => new neo4j.Date("2024", 1, 1), TypeError);
  throws(() => new neo4j.Date(2024, 13, 1), neo4j.Neo4jError);
  throws(() => new neo4j.Point("a", 1, 1), TypeError);
  throws(() => new neo4j.DateTime(2024, 1, 1, 1, 1, 1, 1), neo4j.Neo4jError);
});

test("nodes, relationships and paths have numeric ids too", async (t) => {
  const session = start(t, connect(t));
  const { records: [record] } = await session.run(
    "CREATE p = (a:Compat:A {name: 'a'})-[r:KNOWS {since: 1}]->(b:Compat {name: 'b'}) WITH p, a, r, b, id(a) AS ida, id(r) AS idr " +
    "RETURN a, r, p, ida, idr, elementId(a) AS element, [(b)<-[back]-(a) | back] AS backs");
  t.after(() => session.run("MATCH (n:Compat) DETACH DELETE n"));
  const [a, r, p] = [record.get("a"), record.get("r"), record.get("p")];
  assert(neo4j.isNode(a) && neo4j.isRelationship(r) && neo4j.isPath(p), "brands");
  assert(a instanceof neo4j.types.Node && isInt(a.identity), "classes");
  equal([a.identity.toString(), r.identity.toString(), a.elementId], [record.get("ida").toString(), record.get("idr").toString(), record.get("element")]);
  equal([r.start.toString(), r.startNodeElementId], [a.identity.toString(), a.elementId]);
  equal([p.length, p.segments[0].start.elementId, p.end.properties.name], [1, a.elementId, "b"]);
  equal([p.segments[0].relationship.startNodeElementId, p.segments[0].relationship.end.toString()], [a.elementId, p.end.identity.toString()]);
  assert(neo4j.isPathSegment(p.segments[0]), "segment");
  equal(String(a), `(${a.elementId}:Compat:A {name:"a"})`);
});
