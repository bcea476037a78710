// The value classes: what they accept, how they print, what they turn into.

import * as neo4j from "neo4j-wasm";
import { equal, match, test, throws } from "../harness/test.js";

const { Duration, float, LocalDate, LocalDateTime, LocalTime, Node, Path, Point, Relationship } = neo4j;
const { Uuid, Vector, ZonedDateTime, ZonedTime } = neo4j;
const invalid = { name: "UsageError", code: "InvalidValue" };

test("dates and times print as ISO 8601", () => {
  const texts = [
    [new LocalDate(2024, 2, 29), "2024-02-29"],
    [new LocalDate(0, 1, 1), "0000-01-01"],
    [new LocalDate(-1, 12, 31), "-000001-12-31"],
    [new LocalDate(999_999_999, 12, 31), "+999999999-12-31"],
    [new LocalTime(1), "01:00:00"],
    [new LocalTime(23, 59, 58, 120_000_000), "23:59:58.12"],
    [new ZonedTime(1, 2, 3, 4, 0), "01:02:03.000000004Z"],
    [new ZonedTime(1, 2, 3, 0, -1_172), "01:02:03-00:19:32"],
    [new LocalDateTime(2024, 1, 2), "2024-01-02T00:00:00"],
    [new ZonedDateTime(2024, 1, 2, 3, 4, 5, 6, 5_400), "2024-01-02T03:04:05.000000006+01:30"],
  ];
  for (const [value, text] of texts) {
    equal(String(value), text);
    equal(JSON.stringify({ value }), JSON.stringify({ value: text }));
  }
});

/** Seconds by which a zone's clocks are ahead of UTC, out of what they show. */
function aheadIn(timeZone) {
  const [numeric, hourCycle] = ["numeric", "h23"];
  const [year, month, day, hour, minute, second] = Array(6).fill(numeric);
  const shows = new Intl.DateTimeFormat("en-US", { timeZone, hourCycle, year, month, day, hour, minute, second });
  return (date) => {
    const parts = Object.fromEntries(shows.formatToParts(date).map(({ type, value }) => [type, Number(value)]));
    const shown = Date.UTC(parts.year, parts.month - 1, parts.day, parts.hour, parts.minute, parts.second);
    return (shown - Number(date)) / 1_000;
  };
}

test("offsets of zones change to the second, however many instants have been asked for", () => {
  // Summer time, of half an hour too; all year; none any more; a day left out.
  const zones = ["Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu", "Africa/Casablanca", "Pacific/Apia"];
  const offset = (date, zone) => ZonedDateTime.from(date, zone).offsetSeconds;
  for (const zone of zones) {
    const ahead = aheadIn(zone);
    for (let hour = 0; hour < 2 * 366 * 24; hour += 5) {
      const date = new Date(Date.UTC(2011, 0, 1, hour));
      equal(offset(date, zone), ahead(date), `${zone}, ${date.toISOString()}`);
    }
  }
  const at = (second) => offset(new Date(Date.UTC(2024, 2, 31, 1, 0, second)), "Europe/Berlin");
  equal([at(-1), at(0)], [3_600, 7_200]);
});

test("durations print as Cypher prints them", () => {
  const texts = [
    [[], "PT0S"],
    [[14, 3, 4, 500_000_000], "P1Y2M3DT4.5S"],
    [[0, 0, 3_661], "PT1H1M1S"],
    [[-14, 0, -1, 500_000_000], "P-1Y-2MT-0.5S"],
    [[0, -1], "P-1D"],
    [[0, 0, 2n ** 62n], "PT1281023894007607H45M4S"],
  ];
  for (const [parts, text] of texts) equal(String(new Duration(...parts)), text);
});

test("what does not exist is refused", () => {
  const attempts = [
    () => new LocalDate(2023, 2, 29),
    () => new LocalDate(1_900, 2, 29),
    () => new LocalDate(2024, 13, 1),
    () => new LocalDate(1e9, 1, 1),
    () => new LocalDate("2024", 1, 1),
    () => new LocalTime(24),
    () => new LocalTime(1, 60),
    () => new LocalTime(1, 1, 60),
    () => new LocalTime(1, 1, 1, 1e9),
    () => new LocalTime(1.5),
    () => new LocalTime(NaN),
    () => new ZonedTime(1, 1, 1, 1, 64_801),
    () => new ZonedTime(1, 1, 1, 1),
    () => new ZonedDateTime(2024, 1, 1, 0, 0, 0, 0, undefined, "Mars/Olympus"),
    () => new ZonedDateTime(2024, 1, 1, 0, 0, 0, 0),
    () => new ZonedDateTime(2024, 7, 1, 0, 0, 0, 0, 3_600, "Europe/Paris"),
    () => ZonedDateTime.from(new Date(NaN)),
    () => new Duration(1.5),
    () => new Duration(0, 2n ** 63n),
    () => new Duration(0, 2 ** 53),
    () => new Duration(0, 0, 0, 2 ** 31),
    () => new Point("7203", 1, 2),
    () => new Point(7203, 1),
    () => new Vector([1, 2]),
    () => new Vector(new Uint8Array(1)),
    () => new Uuid(new Uint8Array(15)),
    () => Uuid.from("550e8400e29b41d4a716446655440000"),
    () => float("1"),
  ];
  for (const attempt of attempts) throws(attempt, invalid);
  equal(throws(() => new LocalDate(2023, 2, 29)).message, "day takes an integer from 1 to 28, got 29");
});

test("a named zone gives the offset, as java.time does", () => {
  const inParis = (...parts) => String(new ZonedDateTime(...parts, undefined, "Europe/Paris"));
  equal(inParis(2024, 7, 1, 12, 0, 0, 0), "2024-07-01T12:00:00+02:00[Europe/Paris]");
  // Skipped by the clocks, then shown twice.
  equal(inParis(2024, 3, 31, 2, 30, 0, 0), "2024-03-31T03:30:00+02:00[Europe/Paris]");
  equal(inParis(2024, 10, 27, 2, 30, 0, 0), "2024-10-27T02:30:00+02:00[Europe/Paris]");
  const second = new ZonedDateTime(2024, 10, 27, 2, 30, 0, 0, 3_600, "Europe/Paris");
  equal(String(second), "2024-10-27T02:30:00+01:00[Europe/Paris]");
  equal(inParis(1_800, 1, 1, 0, 0, 0, 0), "1800-01-01T00:00:00+00:09:21[Europe/Paris]");
  // A day that a zone never had, and years beyond those of a Date.
  const apia = new ZonedDateTime(2011, 12, 30, 12, 0, 0, 0, undefined, "Pacific/Apia");
  equal(String(apia), "2011-12-31T12:00:00+14:00[Pacific/Apia]");
  equal(inParis(999_999_999, 7, 1, 0, 0, 0, 0), "+999999999-07-01T00:00:00+02:00[Europe/Paris]");
  equal(inParis(-999_999_999, 7, 1, 0, 0, 0, 0), "-999999999-07-01T00:00:00+00:09:21[Europe/Paris]");
  // A zone that only the server knows.
  const mars = new ZonedDateTime(2024, 1, 1, 0, 0, 0, 0, 60, "Mars/Olympus");
  equal(String(mars), "2024-01-01T00:00:00+00:01[Mars/Olympus]");
});

test("dates go to ZonedDateTime and back", () => {
  for (const milliseconds of [0, -1, 1_700_000_000_123, -8.64e15, 8.64e15]) {
    for (const zone of [undefined, "UTC", "America/St_Johns"]) {
      const value = ZonedDateTime.from(new Date(milliseconds), zone);
      equal(value.toDate(), new Date(milliseconds));
      equal(value.timeZone, zone);
    }
  }
  equal(String(ZonedDateTime.from(new Date(-1))), "1969-12-31T23:59:59.999Z");
  throws(() => new ZonedDateTime(300_000, 1, 1, 0, 0, 0, 0, 0).toDate(), invalid);
});

test("dates without a zone become a Date in the zone that is named", () => {
  const iso = (value, zone) => value.toDate(zone).toISOString();
  equal(iso(new LocalDate(2024, 2, 29), "UTC"), "2024-02-29T00:00:00.000Z");
  equal(iso(new LocalDate(2024, 2, 29), "America/New_York"), "2024-02-29T05:00:00.000Z");
  equal(iso(new LocalDate(99, 12, 31), "UTC"), "0099-12-31T00:00:00.000Z");
  // Midnight was skipped there: the day began at one.
  equal(iso(new LocalDate(2018, 11, 4), "America/Sao_Paulo"), "2018-11-04T03:00:00.000Z");
  equal(iso(new LocalDateTime(2024, 7, 1, 12, 30, 15, 987_654_321), "Europe/Paris"), "2024-07-01T10:30:15.987Z");
  // The runtime's own zone, whichever that is here.
  equal(new LocalDateTime(2024, 7, 1, 12, 30, 15).toDate(), new Date(2024, 6, 1, 12, 30, 15));
  equal(new LocalDate(2024, 2, 29).toDate(), new Date(2024, 1, 29));
  throws(() => new LocalDate(2024, 2, 29).toDate("Mars/Olympus"), invalid);
  throws(() => new LocalDate(300_000, 1, 1).toDate("UTC"), invalid);
});

test("toTemporal gives the Temporal twin, or says that there is none", () => {
  const twins = [
    [new LocalDate(12_024, 1, 2), "PlainDate"],
    [new LocalTime(1, 2, 3, 123_456_789), "PlainTime"],
    [new LocalDateTime(2024, 1, 2, 3, 4, 5, 6), "PlainDateTime"],
    [new ZonedDateTime(2024, 7, 2, 3, 4, 5, 6, undefined, "Europe/Paris"), "ZonedDateTime"],
    [new ZonedDateTime(2024, 7, 2, 3, 4, 5, 6, -3_600), "ZonedDateTime"],
    [new ZonedDateTime(2024, 7, 2, 3, 4, 5, 6, 0), "ZonedDateTime"],
    [new Duration(1, 2, 3, 4), "Duration"],
  ];
  for (const [value, name] of twins) {
    if (globalThis.Temporal) equal(value.toTemporal() instanceof Temporal[name], true, name);
    else throws(() => value.toTemporal(), { name: "UsageError", code: "TemporalMissing" });
  }
});

test("graph values print much as Cypher writes them", () => {
  const [a, b] = [new Node("4:x:1", ["A", "B"], { name: "x", list: [1n, { k: null }] }), new Node("4:x:2", [], {})];
  equal(String(a), '(:A:B {name: "x", list: [1, {k: null}]})');
  const to = new Relationship("5:x:1", "4:x:1", "4:x:2", "TO", { since: new LocalDate(2024, 1, 1) });
  equal(String(to), "[:TO {since: 2024-01-01}]");
  const path = new Path(b, [{ start: b, relationship: to, end: a }, { start: a, relationship: to, end: b }]);
  equal(String(path), `()<-${to}-${a}-${to}->()`);
  equal([path.length, path.start, path.end], [2, b, b]);
  equal(JSON.parse(JSON.stringify(b)), { elementId: "4:x:2", labels: [], properties: {} });
});

test("points, vectors and UUIDs print and turn into JSON", () => {
  equal(String(new Point(7203, 1, 2.5)), "point({srid: 7203, x: 1, y: 2.5})");
  equal(JSON.stringify(new Point(9157, 1, 2, 3)), '{"srid":9157,"x":1,"y":2,"z":3}');
  equal(JSON.stringify(new Point(7203, 1, 2)), '{"srid":7203,"x":1,"y":2}');
  const vectors = [
    [Int8Array, "int8", "INTEGER8"],
    [Int16Array, "int16", "INTEGER16"],
    [Int32Array, "int32", "INTEGER32"],
    [Float32Array, "float32", "FLOAT32"],
    [Float64Array, "float64", "FLOAT"],
  ];
  for (const [Kind, type, cypher] of vectors) {
    const vector = new Vector(Kind.of(1, 2));
    equal([vector.type, String(vector)], [type, `vector([1, 2], 2, ${cypher})`]);
    equal(JSON.stringify(vector), `{"type":"${type}","values":[1,2]}`);
  }
  const large = new Vector(BigInt64Array.of(1n, 2n ** 60n));
  equal(JSON.stringify(large), '{"type":"int64","values":[1,"1152921504606846976"]}');
  match(String(large), /^vector\(\[1, 1152921504606846976\], 2, INTEGER\)$/);
  const text = "550e8400-e29b-41d4-a716-446655440000";
  equal(String(Uuid.from(text.toUpperCase())), text);
  equal(JSON.stringify([new Uuid(new Uint8Array(16))]), '["00000000-0000-0000-0000-000000000000"]');
});

test("float keeps its number", () => {
  equal([float(2).value, float(2) + 1, JSON.stringify(float(-0.5))], [2, 3, "-0.5"]);
});
