// Loads the sample graph into the server named by NEO4J_URI, NEO4J_USER and NEO4J_PASSWORD, with the driver itself. Running it
// again changes nothing.

import { Duration, GraphDatabase, LocalDate, Point, ZonedDateTime, ZonedTime, float } from "neo4j-wasm";
import { CITIES, COUNTRIES, OPERATORS, TRAINS } from "./night-trains.mjs";

const WGS_84 = 4326;
/** The day the timetable comes into force, in the manner of European railways: the second Sunday of December. */
const FIRST_DAY = [2026, 12, 13];
const KM_AN_HOUR = 88;
const MINUTES_AT_A_STOP = 14;
const DAYS = [["daily"], ["Mon", "Wed", "Fri", "Sun"], ["Tue", "Thu", "Sat"]];

const country = new Map(COUNTRIES.map(([code, name, timeZone, offset]) => [code, { code, name, timeZone, offset }]));
const city = new Map(CITIES.map(([name, code, latitude, longitude]) => [name, { ...country.get(code), latitude, longitude }]));

const STEPS = [
  {
    query: `UNWIND $rows AS row
      MERGE (country:Country {code: row.code})
      SET country.name = row.name, country.timeZone = row.timeZone`,
    rows: COUNTRIES.map(([code]) => country.get(code)),
  },
  {
    query: `UNWIND $rows AS row
      MATCH (country:Country {code: row.country})
      MERGE (city:City {name: row.name})
      SET city.population = row.population, city.location = row.location
      FOREACH (_ IN CASE WHEN row.capital THEN [1] ELSE [] END | SET city:Capital)
      MERGE (city)-[:IN]->(country)`,
    rows: CITIES.map(([name, code, latitude, longitude, thousands, capital = false]) => ({
      name,
      country: code,
      capital,
      population: thousands * 1_000,
      location: new Point(WGS_84, longitude, latitude),
    })),
  },
  {
    query: `UNWIND $rows AS row
      MATCH (home:City {name: row.home})
      MERGE (operator:Operator {name: row.name})
      SET operator.founded = row.founded, operator.livery = row.livery
      MERGE (operator)-[:BASED_IN]->(home)`,
    rows: OPERATORS.map(([name, home, founded, livery]) => ({
      name,
      home,
      founded: new LocalDate(...founded),
      livery: Uint8Array.from(livery),
    })),
  },
  {
    query: `UNWIND $rows AS row
      MATCH (operator:Operator {name: row.operator})
      MERGE (train:Train {name: row.train.name})
      SET train += row.train
      MERGE (operator)-[runs:RUNS]->(train)
      SET runs.since = row.since
      WITH train, row
      UNWIND row.calls AS call
      MATCH (city:City {name: call.city})
      MERGE (train)-[stop:CALLS_AT {stop: call.stop}]->(city)
      SET stop.arrives = call.arrives, stop.departs = call.departs, stop.after = call.after, stop.km = call.km`,
    rows: TRAINS.map(trainRow),
  },
];

function trainRow([name, operator, departs, year, stops], index) {
  const [hour, minute] = departs.split(":").map(Number);
  const start = city.get(stops[0]);
  let minutes = 0;
  let km = 0;
  const calls = stops.map((stop, at) => {
    const here = city.get(stop);
    if (at > 0) {
      const leg = distance(city.get(stops[at - 1]), here);
      km += leg;
      minutes += Math.round((leg / KM_AN_HOUR) * 60);
    }
    const arrives = at > 0 ? clock(hour * 60 + minute + minutes, start, here) : null;
    const after = new Duration(0, 0, minutes * 60);
    const last = at === stops.length - 1;
    if (at > 0 && !last) minutes += MINUTES_AT_A_STOP;
    const leaves = last ? null : clock(hour * 60 + minute + minutes, start, here);
    return { city: stop, stop: at + 1, arrives, departs: leaves, after, km: Math.round(km) };
  });
  const train = {
    name,
    number: `NT ${401 + index * 2}`,
    // A FLOAT even where it is a whole number.
    fare: float(29 + Math.round(km / 25) * 1.5),
    coaches: 6 + (index % 5) * 2,
    bicycles: index % 3 !== 0,
    days: DAYS[index % DAYS.length],
    journey: calls.at(-1).after,
    nextDeparture: new ZonedDateTime(...FIRST_DAY, hour, minute, 0, 0, undefined, start.timeZone),
  };
  return { operator, since: new LocalDate(year, 12, 1 + (index % 14)), train, calls };
}

/** The clock at a place, some minutes after midnight of the place where the journey began. */
function clock(minutes, from, here) {
  const local = (minutes + (here.offset - from.offset) * 60 + 2 * 24 * 60) % (24 * 60);
  return new ZonedTime(Math.floor(local / 60), local % 60, 0, 0, here.offset * 3_600);
}

/** Kilometres by rail, taken as a fifth more than as the crow flies. */
function distance(a, b) {
  const radians = (degrees) => (degrees * Math.PI) / 180;
  const [dLat, dLon] = [radians(b.latitude - a.latitude), radians(b.longitude - a.longitude)];
  const square = Math.sin(dLat / 2) ** 2 + Math.cos(radians(a.latitude)) * Math.cos(radians(b.latitude)) * Math.sin(dLon / 2) ** 2;
  return 1.2 * 2 * 6_371 * Math.asin(Math.sqrt(square));
}

const { NEO4J_URI: uri, NEO4J_USER: user, NEO4J_PASSWORD: password } = process.env;
if (!uri) throw new Error("load-sample wants NEO4J_URI, NEO4J_USER and NEO4J_PASSWORD in its environment");

const began = performance.now();
const driver = GraphDatabase.driver(uri, { auth: user ? [user, password] : undefined });
try {
  const session = driver.session();
  await session.executeWrite(async (tx) => {
    for (const { query, rows } of STEPS) await tx.run(query, { rows });
  });
  const counted = await session.run("MATCH (n) OPTIONAL MATCH (n)-[r]->() RETURN count(DISTINCT n) AS nodes, count(r) AS relationships");
  const { nodes, relationships } = counted.records[0].toObject();
  const seconds = ((performance.now() - began) / 1_000).toFixed(1);
  console.log(`sample graph: night trains through Europe, ${nodes} nodes, ${relationships} relationships, in ${seconds} s`);
} finally {
  await driver.close();
}
