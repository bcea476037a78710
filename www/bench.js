// Shows what `cargo xtask bench --publish` has measured: a plot and a table for each thing, the bars, and where and when.

import { plot } from "./bench-plot.js";
import { byId, h } from "./dom.js";

const main = byId("measured");
const state = byId("state");

/** What the endpoints are, in words. */
const ENDPOINTS = {
  memory: "the same bytes in memory, decoding only",
  gathered: "a replay server, pieces of 64 kB",
  replay: "a replay server, two frames a record as Neo4j sends them",
  real: "a real Neo4j",
  relay: "a real Neo4j behind websockify",
  none: "no server",
  "bolt:": "bolt: through a relay that counts",
  "bolt:, TLS": "bolt: with TLS, through a relay that counts",
  "neo4j:": "neo4j: through a relay that counts",
  "neo4j:, TLS": "neo4j: with TLS, through a relay that counts",
  least: "of all cells together, what is beyond the least that servers allow",
};
/** Whole numbers, and no time: there is nothing to plot. */
const COUNTED = "round trips";
/** What is done with rows once they are there. */
const READ = { records: "; a value of every record is read", batches: "; columns, of which no value is read" };
const RUNTIMES = { node: "Node.js", deno: "Deno", bun: "Bun", chromium: "Chromium", any: "" };

const card = (title, about, ...children) =>
  h("section", { class: "card" }, h("h2", {}, title), h("p", { class: "about" }, about), ...children);

/** Three figures that matter. */
function shown(number) {
  if (number === null || number === undefined) return "–";
  return number.toLocaleString("en", { maximumSignificantDigits: 3 });
}

function table(heads, rows) {
  const row = (cells, name) => h("tr", {}, cells.map((cell) => h(name, {}, cell)));
  return h("table", {}, h("thead", {}, row(heads, "th")), h("tbody", {}, rows.map((cells) => row(cells, "td"))));
}

function conditions({ date, machine, versions, run }) {
  const facts = [
    ["Date", date],
    ["Machine", `${machine.processor}, ${machine.cores} cores, ${machine.memoryGB} GB, ${machine.system}`],
    ...Object.entries(versions),
    ["Rounds", `${run.rounds}, drivers in turn; ${run.share === 1 ? "all" : `${run.share * 100} % of the`} rows`],
  ];
  const about = "A number means something only with the machine it was measured on.";
  return card("Where and when", about, table(["", ""], facts));
}

function asked(workloads) {
  const about = "Each query with the name it has below; $rows is how many rows are asked for.";
  return card("What was asked", about, h("dl", { class: "asked" }, workloads.map(({ name, title, query }) => [
    h("dt", {}, `${name}: ${title}`),
    h("dd", {}, h("code", {}, query.length > 240 ? `${query.slice(0, 240)} …` : query)),
  ])));
}

function bars(verdicts) {
  const rows = verdicts.map(({ name, runtime, limit, least, value, ceiling, met }) => [
    name,
    RUNTIMES[runtime],
    `${least ? "≥" : "≤"}\u00a0${limit}`,
    value === null ? "not measured" : shown(value),
    ceiling === null ? "" : shown(ceiling),
    h("span", { class: met ? "met" : "short" }, met ? "met" : "short"),
  ]);
  const about = `Ratios are the official driver's time by ours, over all workloads by geometric mean: both over TCP, and
    in Chromium both by WebSocket. A ceiling is the same of the socket alone, of which nobody reads anything: no driver
    over it can come higher.`;
  return card("What the driver is held to", about, table(["", "", "bar", "measured", "ceiling", ""], rows));
}

/** Measurements by what they have in common, in the order in which they came. */
function grouped(measures) {
  const groups = new Map();
  for (const measure of measures) {
    if (measure.median === null) continue;
    const key = [measure.runtime, measure.endpoint, measure.what].join("|");
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(measure);
  }
  return [...groups.values()];
}

function measured(group) {
  const [{ runtime, endpoint, what, unit }] = group;
  const isOfficial = (driver) => driver.startsWith("official");
  const drivers = [...new Set(group.map(({ driver }) => driver))].sort((a, b) => isOfficial(b) - isOfficial(a));
  const workloads = [...new Set(group.map(({ workload }) => workload))];
  const of = (workload, driver) => group.find((one) => one.workload === workload && one.driver === driver);
  const rows = workloads.map((workload) => [
    workload,
    ...drivers.map((driver) => {
      const found = of(workload, driver);
      if (!found) return "–";
      const spread = h("span", { class: "spread" }, ` ${shown(found.low)}–${shown(found.high)}`);
      return h("span", {}, shown(found.median), ...(found.samples > 1 ? [spread] : []));
    }),
  ]);
  const title = [RUNTIMES[runtime], what].filter(Boolean).join(": ");
  const read = READ[what.split(" ").at(-1)] ?? "";
  const place = ENDPOINTS[endpoint] ?? endpoint;
  if (unit === COUNTED) return card(title, `${place}; to the end of the result`, table(["", ...drivers], rows));
  const about = `${place}; ${unit}; median, and where the middle 80 % lie${read}`;
  return card(title, about, plot({ drivers, workloads, of, unit }), table(["", ...drivers], rows));
}

try {
  const answer = await fetch("bench.json");
  if (!answer.ok) throw new Error(`bench.json: ${answer.status}. \`cargo xtask bench --publish\` writes it.`);
  const outcome = await answer.json();
  main.append(conditions(outcome), bars(outcome.bars), ...grouped(outcome.measures).map(measured));
  if (outcome.workloads.length) main.append(asked(outcome.workloads));
  state.remove();
} catch (error) {
  state.textContent = error.message;
}
