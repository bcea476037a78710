// Queries to begin with. They suit the night trains that `cargo xtask demo` loads; those that need no data come last.

import { h } from "./dom.js";

const EXAMPLES = [
  {
    title: "The whole network",
    note: "every train and where it stops",
    tab: "graph",
    query: "MATCH stops = (:Train)-[:CALLS_AT]->(:City)\nRETURN stops",
  },
  {
    title: "Lisbon to Tallinn",
    note: "the fewest changes of train",
    tab: "graph",
    query: `MATCH (from:City {name: "Lisbon"}), (to:City {name: "Tallinn"})
MATCH journey = shortestPath((from)-[:CALLS_AT*]-(to))
RETURN journey`,
  },
  {
    title: "A timetable",
    note: "local times, dates, durations",
    tab: "table",
    query: `MATCH (train:Train {name: "Polar Owl"})-[call:CALLS_AT]->(city)-[:IN]->(country)
RETURN city.name AS city, country.name AS country,
       call.arrives AS arrives, call.departs AS departs, call.after AS after
ORDER BY call.stop`,
  },
  {
    title: "Who runs what",
    note: "nodes, lists, a livery of three bytes",
    tab: "table",
    query: `MATCH (operator:Operator)-[:RUNS]->(train:Train)
RETURN operator, operator.livery AS livery,
       count(train) AS trains, collect(train.name) AS names
ORDER BY trains DESC`,
  },
  {
    title: "Near Vienna",
    note: "points, and the distance between them",
    tab: "table",
    query: `MATCH (vienna:City {name: "Vienna"}), (city:City)
WITH city, point.distance(vienna.location, city.location) / 1000 AS km
WHERE 0 < km < 600
RETURN city.name AS city, round(km) AS km, city.location AS location
ORDER BY km`,
  },
  {
    title: "A journey as a row",
    note: "paths in a table",
    tab: "table",
    query: `MATCH path = (:Operator)-[:RUNS]->(:Train)-[:CALLS_AT]->(:Capital)
RETURN path LIMIT 12`,
  },
  {
    title: "How it is planned",
    note: "PROFILE: the plan and its costs",
    tab: "summary",
    query: `PROFILE
MATCH (a:City)<-[:CALLS_AT]-(train)-[:CALLS_AT]->(b:City)-[:IN]->(country)
WHERE a.name = "Berlin"
RETURN country.name AS country, count(DISTINCT train) AS trains
ORDER BY trains DESC`,
  },
  {
    title: "Write something",
    note: "and take it away again",
    tab: "summary",
    query: `CREATE (train:Train:Draft {name: "Moonbeam", fare: 59.0})
CREATE (train)-[:CALLS_AT {stop: 1}]->(halt:Draft {name: "Somewhere"})
WITH train, halt
DETACH DELETE train, halt
RETURN "gone again" AS result`,
  },
  {
    title: "Every kind of value",
    note: "numbers, time, space, lists, maps",
    tab: "table",
    query: `UNWIND [
  ["an integer", 42], ["a large one", 9007199254740993], ["a float", 0.1 + 0.2],
  ["a boolean", true], ["nothing", null], ["text", "naïve noć νύχτα ночь"],
  ["a date", date("2026-12-13")], ["a time of day", localtime("21:40:00.5")],
  ["with an offset", time("21:40+01:00")], ["both", localdatetime("2026-12-13T21:40")],
  ["in a zone", datetime("2026-12-13T21:40[Europe/Vienna]")],
  ["a duration", duration("P1M2DT14H30M")],
  ["a place", point({longitude: 16.3738, latitude: 48.2082})],
  ["a point", point({x: 1, y: 2.5, z: 3})], ["a list", [1, [2, 3], "four"]],
  ["a map", {name: "Vienna", coaches: [1, 2], open: {bar: true, seats: null}}]
] AS pair
RETURN pair[0] AS kind, pair[1] AS value`,
  },
  {
    title: "Fifty thousand rows",
    note: "streamed; the first thousand are kept",
    tab: "table",
    query: `UNWIND range(1, 50000) AS n
RETURN n, n * n AS square, "row " + n AS text`,
  },
  {
    title: "Too slow",
    note: "for the Cancel button",
    tab: "table",
    query: `// This takes minutes. Cancel it: the connection is reset and used again.
UNWIND range(1, 100000) AS a
UNWIND range(1, 100000) AS b
WITH a, b WHERE a * b % 1000003 = 1000002 AND a + b = 7
RETURN count(*) AS found`,
  },
  {
    title: "A mistake",
    note: "and where the server found it",
    tab: "table",
    query: `MATCH (city:City)
WERE city.population > 1000000
RETURN city.name`,
  },
];

/** Fills `box` with a button for each; `onPick(example)` gets `{ query, tab }`. */
export function showExamples(box, onPick) {
  const button = (example) =>
    h("button", { type: "button", onclick: () => onPick(example) }, h("b", {}, example.title), h("span", {}, example.note));
  box.replaceChildren(h("ul", { class: "picks" }, EXAMPLES.map((example) => h("li", {}, button(example)))));
  return EXAMPLES[0];
}
