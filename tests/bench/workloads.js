// What is asked: `$rows` rows of one kind each. Nothing in the driver knows these; other queries can be given on the
// command line.

const ASCII = "0123456789abcdef".repeat(64);
const OTHER = "жизнь – 東京 – ñandú – Ωμέγα ".repeat(8).slice(0, 200);
const numbers = Array.from({ length: 100 }, (_, index) => `i * ${index}.25`).join(", ");
const each = (columns) => `UNWIND range(1, $rows) AS i RETURN ${columns}`;

/** `rows`: how many a full run asks for. */
export const WORKLOADS = [
  { name: "a", title: "one integer", rows: 200_000, query: each("i") },
  {
    name: "b",
    title: "4 mixed columns",
    rows: 100_000,
    query: each("i, i / 3.0 AS half, toString(i) AS text, i % 2 = 0 AS even"),
  },
  {
    name: "c",
    title: "nodes with 6 properties",
    rows: 50_000,
    query: "UNWIND range(0, $rows / 10000) AS i MATCH (n:BenchPerson) RETURN n LIMIT $rows",
  },
  { name: "d", title: "lists of 100 floats", rows: 20_000, query: each(`[${numbers}] AS list`) },
  { name: "e", title: "1 kB ASCII strings", rows: 50_000, query: each(`"${ASCII}" + toString(i) AS text`) },
  {
    name: "u",
    title: "200-character non-ASCII strings",
    rows: 50_000,
    query: each(`"${OTHER}" + toString(i) AS text`),
  },
  {
    name: "t",
    title: "8-column business rows",
    rows: 50_000,
    query: each(`i AS id, "Customer " + toString(i) AS name, "customer" + toString(i) + "@example.com" AS email,
      ["DE", "FR", "JP", "BR"][i % 4] AS country, i * 1.19 AS amount, i % 3 = 0 AS paid,
      date({year: 2020 + i % 5, month: 1 + i % 12, day: 1 + i % 28}) AS due,
      CASE WHEN i % 2 = 0 THEN "note " + toString(i) END AS note`),
  },
  {
    name: "m",
    title: "6 temporal columns",
    rows: 20_000,
    query: each(`datetime({epochSeconds: 1600000000 + i * 3601}) AS instant,
      datetime({year: 2024, month: 1 + i % 12, day: 1 + i % 28, timezone: "Europe/Berlin"}) AS zoned,
      localdatetime({year: 2000 + i % 30, month: 5, day: 6, hour: i % 24}) AS local,
      date({year: 2000 + i % 30, month: 1 + i % 12, day: 2}) AS day, localtime({hour: i % 24, minute: i % 60}) AS clock,
      duration({months: i % 12, days: i % 31, seconds: i}) AS span`),
  },
  {
    name: "p",
    title: "paths of 12 steps",
    rows: 5_000,
    query: `UNWIND range(0, $rows / 1000) AS i
      MATCH p = (:BenchStop)-[:BENCH_NEXT*12]->(:BenchStop) RETURN p LIMIT $rows`,
  },
];

/** What the queries read: written once before the first of them. */
export const DATA = [
  `UNWIND range(1, 10000) AS i CREATE (:BenchPerson {id: i, name: "Person " + toString(i), age: i % 90, score: i / 7.0,
    active: i % 2 = 0, city: ["Rome", "Oslo", "Lima", "Pune"][i % 4]})`,
  "UNWIND range(1, 1100) AS i CREATE (:BenchStop {number: i, name: \"Stop \" + toString(i)})",
  `MATCH (a:BenchStop), (b:BenchStop) WHERE b.number = a.number + 1
    CREATE (a)-[:BENCH_NEXT {minutes: a.number % 9}]->(b)`,
];

/** The workloads as they are, or one for each query that was given. */
export function workloads(queries) {
  if (!queries?.length) return WORKLOADS;
  return queries.map((query, index) => ({ name: `q${index + 1}`, title: query, rows: 50_000, query }));
}
