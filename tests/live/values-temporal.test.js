// Dates, times and durations, there and back. The server's own text of a value tells whether both mean the same.

import { Duration, LocalDate, LocalDateTime, LocalTime, ZonedDateTime, ZonedTime } from "neo4j-wasm";
import { equal, test } from "../harness/test.js";
import { connect, label, one, release, row } from "./support.js";

const NANOS = 999_999_999;
const zoned = (...parts) => new ZonedDateTime(...parts);

/** Values by their text in Cypher: the text gives the value, the parameter equals the text's, and both come back. */
async function agree(driver, make, table) {
  const texts = Object.keys(table);
  const values = Object.values(table);
  const { made, same, echoed, server } = await row(
    driver,
    `WITH [text IN $texts | ${make}(text)] AS made, $values AS values
     RETURN made, values AS echoed, [i IN range(0, size(made) - 1) | made[i] = values[i]] AS same,
            [v IN values | toString(v)] AS server`,
    { texts, values },
  );
  equal(made, values, "as Cypher makes them");
  equal(echoed, values, "as parameters");
  const different = texts.map((text, index) => `${text} is not ${server[index]}`).filter((_, index) => !same[index]);
  equal(different, []);
  // As literals in the text of a query.
  equal(await one(driver, `RETURN [${texts.map((text) => `${make}('${text}')`).join(", ")}]`), values);
}

test("dates from the first year to the last", async (t) => {
  await agree(connect(t), "date", {
    "2024-02-29": new LocalDate(2024, 2, 29),
    "1970-01-01": new LocalDate(1970, 1, 1),
    "1969-12-31": new LocalDate(1969, 12, 31),
    "1900-03-01": new LocalDate(1900, 3, 1),
    "1582-10-10": new LocalDate(1582, 10, 10),
    "0001-01-01": new LocalDate(1, 1, 1),
    "0000-02-29": new LocalDate(0, 2, 29),
    "-0001-12-31": new LocalDate(-1, 12, 31),
    "9999-12-31": new LocalDate(9999, 12, 31),
    "+10000-01-01": new LocalDate(10_000, 1, 1),
    "+100000-06-15": new LocalDate(100_000, 6, 15),
    "+275761-01-01": new LocalDate(275_761, 1, 1),
    "-999999999-01-01": new LocalDate(-999_999_999, 1, 1),
    "+999999999-12-31": new LocalDate(999_999_999, 12, 31),
  });
});

test("times of day, to the nanosecond", async (t) => {
  const driver = connect(t);
  await agree(driver, "localtime", {
    "12:34:56.789012345": new LocalTime(12, 34, 56, 789_012_345),
    "00:00:00": new LocalTime(0),
    "23:59:59.999999999": new LocalTime(23, 59, 59, NANOS),
    "00:00:00.000000001": new LocalTime(0, 0, 0, 1),
  });
  await agree(driver, "time", {
    "12:34:56.789012345Z": new ZonedTime(12, 34, 56, 789_012_345, 0),
    "00:00:00+01:00": new ZonedTime(0, 0, 0, 0, 3_600),
    "23:59:59.999999999-18:00": new ZonedTime(23, 59, 59, NANOS, -64_800),
    "00:00:00+18:00": new ZonedTime(0, 0, 0, 0, 64_800),
    "12:00:00-03:30": new ZonedTime(12, 0, 0, 0, -12_600),
  });
  const seconds = new ZonedTime(12, 0, 0, 0, 3_630);
  equal(await one(driver, "RETURN $seconds", { seconds }), seconds);
});

test("local date-times, to the nanosecond and in every year", async (t) => {
  await agree(connect(t), "localdatetime", {
    "2024-02-29T12:34:56.789012345": new LocalDateTime(2024, 2, 29, 12, 34, 56, 789_012_345),
    "1970-01-01T00:00:00": new LocalDateTime(1970, 1, 1),
    "1969-12-31T23:59:59.999999999": new LocalDateTime(1969, 12, 31, 23, 59, 59, NANOS),
    "0001-01-01T00:00:00": new LocalDateTime(1, 1, 1),
    "-0001-12-31T23:59:59.000000001": new LocalDateTime(-1, 12, 31, 23, 59, 59, 1),
    "+100000-06-15T01:02:03": new LocalDateTime(100_000, 6, 15, 1, 2, 3),
    "-999999999-01-01T00:00:00": new LocalDateTime(-999_999_999, 1, 1),
    "+999999999-12-31T23:59:59.999999999": new LocalDateTime(999_999_999, 12, 31, 23, 59, 59, NANOS),
  });
});

test("zoned date-times with an offset", async (t) => {
  const driver = connect(t);
  await agree(driver, "datetime", {
    "2024-02-29T12:34:56.789012345+05:30": zoned(2024, 2, 29, 12, 34, 56, 789_012_345, 19_800),
    "1970-01-01T00:00:00Z": zoned(1970, 1, 1, 0, 0, 0, 0, 0),
    "1970-01-01T00:00:00+00:01": zoned(1970, 1, 1, 0, 0, 0, 0, 60),
    "1969-12-31T23:59:59.999999999-18:00": zoned(1969, 12, 31, 23, 59, 59, NANOS, -64_800),
    "0001-01-01T00:00:00+18:00": zoned(1, 1, 1, 0, 0, 0, 0, 64_800),
    "-0001-12-31T23:59:59-03:30": zoned(-1, 12, 31, 23, 59, 59, 0, -12_600),
    "9999-12-31T23:59:59Z": zoned(9999, 12, 31, 23, 59, 59, 0, 0),
    "+100000-06-15T01:02:03+01:00": zoned(100_000, 6, 15, 1, 2, 3, 0, 3_600),
    "-999999998-01-01T00:00:00Z": zoned(-999_999_998, 1, 1, 0, 0, 0, 0, 0),
    "+999999998-12-31T23:59:59.999999999Z": zoned(999_999_998, 12, 31, 23, 59, 59, NANOS, 0),
  });
  const seconds = zoned(2024, 1, 1, 0, 0, 0, 0, 3_630);
  equal(await one(driver, "RETURN $seconds", { seconds }), seconds);
});

test("zoned date-times with a named zone, summer and winter", async (t) => {
  const paris = (offset, ...parts) => zoned(...parts, offset, "Europe/Paris");
  await agree(connect(t), "datetime", {
    "2024-07-01T12:34:56.789012345[Europe/Paris]": paris(7_200, 2024, 7, 1, 12, 34, 56, 789_012_345),
    "2024-01-01T00:00:00[Europe/Paris]": paris(3_600, 2024, 1, 1, 0, 0, 0, 0),
    "2024-07-01T12:00:00[America/New_York]": zoned(2024, 7, 1, 12, 0, 0, 0, -14_400, "America/New_York"),
    "2024-07-01T12:00:00[Asia/Kathmandu]": zoned(2024, 7, 1, 12, 0, 0, 0, 20_700, "Asia/Kathmandu"),
    "2024-01-01T12:00:00[Australia/Lord_Howe]": zoned(2024, 1, 1, 12, 0, 0, 0, 39_600, "Australia/Lord_Howe"),
    "2024-07-01T12:00:00[Pacific/Kiritimati]": zoned(2024, 7, 1, 12, 0, 0, 0, 50_400, "Pacific/Kiritimati"),
    "2024-07-01T12:00:00[Etc/UTC]": zoned(2024, 7, 1, 12, 0, 0, 0, 0, "Etc/UTC"),
    "1960-06-15T12:00:00.5[Europe/Paris]": paris(3_600, 1960, 6, 15, 12, 0, 0, 500_000_000),
    // Before there were zones, clocks showed the sun's time.
    "1850-01-01T00:00:00[Europe/Paris]": paris(561, 1850, 1, 1, 0, 0, 0, 0),
    "-0001-01-01T00:00:00[Europe/Paris]": paris(561, -1, 1, 1, 0, 0, 0, 0),
    "9999-07-01T00:00:00[Europe/Paris]": paris(7_200, 9999, 7, 1, 0, 0, 0, 0),
    "+100000-07-01T00:00:00[Europe/Paris]": paris(7_200, 100_000, 7, 1, 0, 0, 0, 0),
    "+500000000-01-01T00:00:00[Europe/Paris]": paris(3_600, 500_000_000, 1, 1, 0, 0, 0, 0),
  });
});

test("a time that clocks skip or show twice is the one that the server means, too", async (t) => {
  const driver = connect(t);
  const make = (text) => one(driver, "RETURN datetime($text)", { text });
  const at = (month, day, hour, offset) => zoned(2024, month, day, hour, 30, 0, 0, offset, "Europe/Paris");
  // Skipped: there was no 02:30 on 31 March.
  equal(await make("2024-03-31T02:30:00[Europe/Paris]"), at(3, 31, 2, undefined));
  equal(at(3, 31, 2, undefined), at(3, 31, 3, 7_200));
  // Twice: the first of them was summer time.
  equal(await make("2024-10-27T02:30:00[Europe/Paris]"), at(10, 27, 2, undefined));
  equal(at(10, 27, 2, undefined).offsetSeconds, 7_200);
  // Named by offset and zone, each of the two comes back as itself.
  const first = at(10, 27, 2, 7_200);
  const second = at(10, 27, 2, 3_600);
  equal(await make("2024-10-27T02:30:00+02:00[Europe/Paris]"), first);
  equal(await make("2024-10-27T02:30:00+01:00[Europe/Paris]"), second);
  const query = "RETURN [$first, $second] AS echoed, $second.epochSeconds - $first.epochSeconds AS apart";
  // Neo4j 4.4 gets the right instant as a parameter and takes the first of the two for it.
  const expected = release === "4.4" ? { echoed: [first, first], apart: 0 } : { echoed: [first, second], apart: 3_600 };
  equal(await row(driver, query, { first, second }), expected);
  // Half an hour in Lord Howe; a whole day, 30 December 2011, in Apia.
  for (const [text, zone, ...parts] of [
    ["2024-04-07T01:45:00", "Australia/Lord_Howe", 2024, 4, 7, 1, 45],
    ["2024-10-06T02:15:00", "Australia/Lord_Howe", 2024, 10, 6, 2, 15],
    ["2011-12-30T12:00:00", "Pacific/Apia", 2011, 12, 30, 12, 0],
  ]) {
    const value = zoned(...parts, 0, 0, undefined, zone);
    const names = "RETURN datetime($text) AS made, toString(datetime($text)) AS expected, toString($value) AS sent";
    const { made, expected: name, sent } = await row(driver, names, { text: `${text}[${zone}]`, value });
    equal([made, sent], [value, name], text);
  }
});

test("a Date is its instant, in UTC", async (t) => {
  const driver = connect(t);
  for (const given of [
    "2024-02-29T12:34:56.789Z", "1970-01-01T00:00:00Z", "1969-12-31T23:59:59.999Z", "0001-01-01T00:00:00Z",
    "-000001-01-01T00:00:00.001Z", 8.64e15, -8.64e15,
  ]) {
    const date = new Date(given);
    const { back, millis } = await row(driver, "RETURN $date AS back, $date.epochMillis AS millis", { date });
    equal(back, ZonedDateTime.from(date));
    equal([back.toDate(), millis, back.offsetSeconds, back.timeZone], [date, Number(date), 0, undefined]);
  }
});

const noTemporal = globalThis.Temporal ? undefined : "this runtime has no Temporal";

test("Temporal goes in, and comes out by toTemporal()", { skip: noTemporal }, async (t) => {
  const driver = connect(t);
  const { Temporal } = globalThis;
  for (const [text, value] of [
    ["2024-02-29", Temporal.PlainDate.from("2024-02-29")],
    ["12:34:56.789012345", Temporal.PlainTime.from("12:34:56.789012345")],
    ["2024-02-29T12:34:56", Temporal.PlainDateTime.from("2024-02-29T12:34:56")],
    ["2024-12-27T02:30:00+01:00[Europe/Paris]", Temporal.ZonedDateTime.from("2024-12-27T02:30:00+01:00[Europe/Paris]")],
    ["P1Y2M3DT4H5M6.5S", Temporal.Duration.from("P1Y2M3DT4H5M6.5S")],
  ]) {
    const returned = await row(driver, "RETURN $value AS back, toString($value) AS text", { value });
    equal([returned.text, String(returned.back)], [text, text]);
    const back = returned.back.toTemporal();
    const { Duration: Span } = Temporal;
    if (back instanceof Span) equal(Span.compare(back, value, { relativeTo: "2024-01-01" }), 0);
    else equal(String(back), String(value));
  }
  const negative = Temporal.Duration.from("-PT0.5S");
  equal(String((await one(driver, "RETURN $negative", { negative })).toTemporal()), "-PT0.5S");
  const instant = "2024-02-29T12:34:56.789012345Z";
  equal(await one(driver, "RETURN toString($at)", { at: Temporal.Instant.from(instant) }), instant);
});

test("durations of every sign and size", async (t) => {
  const driver = connect(t);
  await agree(driver, "duration", {
    "P1Y2M3DT4H5M6.5S": new Duration(14, 3, 14_706, 500_000_000),
    "PT0S": new Duration(),
    "P-1Y-2M3DT-3.999999995S": new Duration(-14, 3, -4, 5),
    "PT-0.5S": new Duration(0, 0, -1, 500_000_000),
    "PT-0.000000001S": new Duration(0, 0, -1, NANOS),
    "P-14M": new Duration(-14),
    "P100000DT-1S": new Duration(0, 100_000, -1),
    "PT9007199254740993S": new Duration(0, 0, 9_007_199_254_740_993n),
  });
  // The server counts them all in seconds, which must fit 64 bits.
  const seconds = [new Duration(0, 0, 2n ** 63n - 1n, NANOS), new Duration(0, 0, -(2n ** 62n))];
  const large = [new Duration(3e12), new Duration(0, -1e14), ...seconds];
  equal(await one(driver, "RETURN $large", { large }), large);
  // The server's own form: nanoseconds count forwards, within a second.
  equal(await one(driver, "RETURN $d", { d: new Duration(0, 0, 0, -1) }), new Duration(0, 0, -1, NANOS));
  equal(await one(driver, "RETURN $d", { d: new Duration(1, 1, 1, 2_000_000_001) }), new Duration(1, 1, 3, 1));
});

test("values print as the server prints them", async (t) => {
  const driver = connect(t);
  const values = [
    new LocalDate(2024, 2, 29), new LocalTime(12, 0, 0, 1), new ZonedTime(12, 0, 0, 0, -12_600),
    new ZonedTime(12, 0, 1, 0, 0), new LocalDateTime(2024, 2, 29, 12, 0, 0, 120_000_000),
    zoned(2024, 2, 29, 12, 0, 0, 0, 3_600), zoned(2024, 2, 29, 12, 0, 0, 0, 3_600, "Europe/Paris"),
    zoned(2024, 2, 29, 12, 0, 1, 0, 0), new Duration(), new Duration(14, 3, 14_706, 500_000_000),
    new Duration(-14, 3, -4, 5), new Duration(0, 0, -1, 500_000_000), new Duration(1, -1, 1),
    new Duration(11, 0, -3_600), new Duration(-1, -1, -3_661, 0), new Duration(25, 0, 59, 1),
  ];
  const texts = await one(driver, "RETURN [v IN $values | toString(v)]", { values });
  const withSeconds = (text) => text.replace(/(T|^)(\d\d:\d\d)(?=[Z+-]|$)/, "$1$2:00");
  equal(values.map(String), texts.map(withSeconds));
});

test("temporal values can be stored, and lists of them", async (t) => {
  const driver = connect(t);
  const name = label(t, driver);
  const properties = {
    date: new LocalDate(-1, 1, 1), time: new ZonedTime(1, 2, 3, 4, 3_600), local: new LocalTime(1, 2, 3, 4),
    moment: new LocalDateTime(2024, 1, 1, 0, 0, 0, 1), offset: zoned(2024, 7, 1, 12, 0, 0, 1, 3_600),
    named: zoned(2024, 12, 27, 2, 30, 0, 1, 3_600, "Europe/Paris"), duration: new Duration(-14, 3, -4, 5),
    dates: [new LocalDate(2024, 1, 1), new LocalDate(1, 1, 1)],
    moments: [zoned(2024, 7, 1, 12, 0, 0, 0, 7_200, "Europe/Paris")],
  };
  await driver.executeQuery(`CREATE (n:${name}) SET n = $properties`, { properties });
  equal((await one(driver, `MATCH (n:${name}) RETURN n`)).properties, properties);
});
