// Runs every measurement of one runtime, drivers in turn within each round, and prints a line of each for `cargo xtask`:
//   @bench { runtime, endpoint, what, workload, driver, unit, samples } or, in place of samples, { missing: why }
// and before them one for each way, of what it says that it uses, and what it uses:
//   @bench { runtime, driver, transport, seen }

import { openHere } from "./host-here.mjs";
import { roundTrips } from "./round-trips.mjs";
import { startListener } from "./transports.mjs";
import { workloads } from "./workloads.js";

const MARK = "@bench ";
const task = JSON.parse(process.env.BENCH_TASK);
process.stdin.resume();
process.stdin.on("end", () => process.exit(1));

const { runtime, only, rounds, share, endpoints, user, password } = task;
const inPage = runtime === "chromium";
const counter = { relay: undefined };
const host = await openHost({
  tripsSoFar: async ({ idle }) => {
    if (idle) await counter.relay.idle();
    return counter.relay.trips;
  },
});
const wanted = (group) => task.groups.includes(group) && (!only.length || only.includes(group));
const POOL = 10;
/** Chromium spends so long on frames that fewer rows do. */
const SLOW = 20;

async function openHost(shared) {
  if (!inPage) return openHere(task, shared);
  const { openChromium } = await import("./host-chromium.mjs");
  return openChromium(task, shared);
}

function print(about, samples) {
  process.stdout.write(`${MARK}${JSON.stringify({ runtime, ...about, ...samples })}\n`);
}

/** One measurement that breaks is no reason to lose the others: it is told, and counts as missing. */
function failed(error) {
  console.log(error);
  return { missing: String(error.message ?? error) };
}

/**
 * Several ways to do the same, one after the other in every round: what the machine does meanwhile befalls all of them.
 * `ways`: [{ about, run }]; `run` gives { what: sample } or { missing }.
 */
async function rounded(ways) {
  const found = ways.map(() => ({}));
  // The first round is for the engine to get to know the code.
  for (let round = -1; round < rounds; round++) {
    for (const [index, { run }] of ways.entries()) {
      if (found[index].missing) continue;
      const outcome = await run().catch(failed);
      if (outcome.missing) found[index] = outcome;
      else if (round >= 0) for (const [what, { value, unit }] of Object.entries(outcome)) {
        (found[index][what] ??= { unit, samples: [] }).samples.push(...[value].flat());
      }
    }
  }
  for (const [index, { about }] of ways.entries()) {
    const { missing, ...samples } = found[index];
    if (missing) print(about, { missing });
    for (const [what, sampled] of Object.entries(samples)) print({ ...about, what }, sampled);
  }
}

const recordingOf = (name) => `${task.recordings}/${name}.bolt`;
const options = (driver) => ({ user, password, pool: POOL, module: task.modules.official, driver });

/** Nanoseconds a row, and those of them that the process, or of a page the main thread, was busy. */
async function rowsWay(spec) {
  const { ms, rows, busy, cpu, missing } = await host.measure(spec.call, spec);
  if (missing) return { missing };
  if (rows < spec.rows * 0.9) throw new Error(`${spec.driver} got ${rows} rows of ${spec.rows}: ${spec.query}`);
  const perRow = (milliseconds) => ({ value: (milliseconds * 1e6) / rows, unit: "ns/row" });
  const found = { [spec.what]: perRow(ms) };
  if (busy !== undefined) found[`main thread, ${spec.what}`] = perRow(busy);
  if (cpu !== undefined) found[`CPU, ${spec.what}`] = perRow(cpu);
  return found;
}

async function decoding() {
  for (const { name, query, rows } of workloads(task.queries)) {
    const way = (driver, what) => ({
      about: { endpoint: "memory", workload: name, driver, what },
      run: () => rowsWay({
        call: "decode", driver, what, query, rows: scaled(rows),
        recording: recordingOf(name), module: task.modules.officialDecode,
      }),
    });
    await rounded([way("official", "records"), way("ours", "records"), way("ours", "batches")]);
  }
}

const scaled = (rows) => Math.max(2_000, Math.round(rows * share));

async function whole(endpoint) {
  const framed = inPage && (endpoint === "real" || endpoint === "replay");
  for (const { name, query, rows } of workloads(task.queries)) {
    const count = Math.max(2_000, Math.round(scaled(rows) / (framed ? SLOW : 1)));
    const way = (driver, what) => ({
      about: { endpoint, workload: name, driver, what },
      run: () => rowsWay({
        call: "rows", driver, what, query, rows: count, uri: endpoints[endpoint], options: options(driver),
        recording: driver === "socket alone" && recordingOf(name),
      }),
    });
    const ways = [way("official", "records"), way("ours", "records"), way("ours", "batches")];
    if (inPage) ways.push(way("ours-page", "records"));
    else if (endpoint === "real") ways.push(way("ours-ws", "records"), way("ours-ws", "batches"));
    if (endpoint === "gathered" || endpoint === "replay") ways.push(way("socket alone", "records"));
    await rounded(ways);
  }
}

/** The official driver, ours, and ours by the way that is not the default. */
const competitors = () => ["official", "ours", inPage ? "ours-page" : "ours-ws"];

/** What each way really uses: nothing is measured under a name that says something else. */
async function transports() {
  const listener = await startListener();
  for (const { driver, transport } of await host.measure("transports")) {
    await host.measure("reach", { driver, uri: listener.uri, options: options(driver) });
    const seen = listener.seen();
    print({ driver, transport, seen });
    // Whoever asks for nothing else judges it himself.
    if (seen !== transport && !only.includes("transports")) throw new Error(`${driver} in ${host.version} should use ${transport}: ${seen}`);
  }
  listener.close();
}

/** Single queries: as they come, and on a server for reads, where a driver may do in one round trip what takes two. */
async function latency() {
  for (const reading of [false, true]) {
    const what = (name) => (reading ? `${name}, reading` : name);
    const ways = (call, name, spec, found) => competitors().map((driver) => ({
      about: { endpoint: "real", workload: "RETURN 1", driver, what: what(name) },
      run: async () => {
        const base = { driver, uri: endpoints.real, options: options(driver), query: "RETURN 1 AS one", reading };
        const outcome = await host.measure(call, { ...base, ...spec });
        return outcome.missing ? outcome : { [what(name)]: found(outcome) };
      },
    }));
    const count = Math.max(20, Math.round(100 * share));
    await rounded(ways("latency", "latency", { count }, ({ each }) => ({ value: each, unit: "ms" })));
    const many = { at: 50, count: Math.max(100, Math.round(1_000 * share)) };
    await rounded(ways("concurrent", "concurrent", many, ({ perSecond }) => ({ value: perSecond, unit: "queries/s" })));
  }
}

async function memory() {
  const { name, query } = workloads(task.queries).find(({ name }) => name === "t") ?? workloads(task.queries)[0];
  const rows = Math.round(1_000_000 * share);
  for (const driver of ["official", "ours"]) {
    const about = { endpoint: "gathered", workload: name, driver, what: "memory" };
    const spec = { driver, query, rows, uri: endpoints.gathered, options: options(driver) };
    const { bytes, missing } = await host.measure("memory", spec).catch(failed);
    print(about, missing ? { missing } : { unit: "MB", samples: [bytes / 1e6] });
  }
}

async function start() {
  const ways = Object.entries(task.modules.start).map(([driver, url]) => ({
    about: { endpoint: "none", workload: "import", driver, what: "start" },
    run: async () => {
      if (!url) return { missing: "this build has no such entry" };
      const { ms } = await host.fresh("start", { url });
      return { start: { value: ms, unit: "ms" } };
    },
  }));
  await rounded(ways);
}

await transports();
if (wanted("round-trips")) await roundTrips({ host, task, options, print, failed, counter });
if (wanted("decode")) await decoding();
for (const endpoint of ["gathered", "replay", "real", "relay"]) {
  if (wanted(endpoint)) {
    if (endpoints[endpoint]) await whole(endpoint);
    else print({ endpoint, workload: "all", driver: "all", what: "records" }, { missing: task.absent[endpoint] });
  }
}
if (wanted("latency")) await latency();
if (wanted("memory")) await memory();
if (wanted("start")) await start();
await host.close();
const asked = workloads(task.queries).map(({ name, title, query }) => ({ name, title, query }));
const done = { done: true, version: host.version, workloads: asked };
process.stdout.write(`${MARK}${JSON.stringify(done)}\n`, () => process.exit(0));
