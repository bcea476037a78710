// The group `round-trips`: whole numbers, counted through a relay that knows directions.

import { expected } from "../round-trips/expected.js";
import { startRelay } from "../round-trips/relay.mjs";

/** What the machine does meanwhile can only add to a count: the lowest of so many is what it takes. */
const TRIES = 2;

/** Each driver by `bolt:` and `neo4j:`, plain and by TLS; ours also when it was told the version. */
export async function roundTrips({ host, task, options, print, failed, counter }) {
  const { hostname, port } = new URL(task.endpoints.real.replace("bolt:", "http:"));
  const relay = await startRelay(hostname, Number(port));
  counter.relay = relay;
  const about = (endpoint, workload, driver) => ({ endpoint, workload, driver, what: "round trips" });
  // Of every cell of ours that there is a least for.
  let beyond = 0;
  for (const way of await waysOf(host, task, options)) {
    for (const routing of [false, true]) {
      for (const tls of [false, true]) {
        const scheme = `${routing ? "neo4j" : "bolt"}${tls ? `+${task.trustingScheme}` : ""}`;
        const spec = { driver: way.driver, uri: `${scheme}://127.0.0.1:${relay.port}`, options: way.options };
        const endpoint = `${routing ? "neo4j" : "bolt"}:${tls ? ", TLS" : ""}`;
        const { known, patched, transport } = way;
        const least = way.ours && expected({ routing, tls, webSocket: transport === "WebSocket", known, patched });
        const { missing, ...found } = await lowest(host, spec, least).catch(failed);
        if (missing) print(about(endpoint, "all", way.name), { missing });
        for (const [row, trips] of Object.entries(found)) {
          print(about(endpoint, row, way.name), { unit: "round trips", samples: [trips] });
        }
        for (const [row, trips] of Object.entries(least || {})) beyond += missing ? trips : Math.max(0, found[row] - trips);
      }
    }
  }
  print(about("least", "all", "ours"), { unit: "round trips", samples: [beyond] });
  relay.close();
}

async function waysOf(host, task, options) {
  const all = await host.measure("transports");
  const transport = (name) => all.find(({ driver }) => driver === name).transport;
  const version = await host.measure("protocol", { uri: task.endpoints.real, options: options("ours") });
  const names = ["official", "ours", ...(all.some(({ driver }) => driver === "ours-ws") ? ["ours-ws"] : [])];
  return names.flatMap((driver) => {
    const way = { name: driver, driver, options: options(driver), transport: transport(driver) };
    if (driver === "official") return [way];
    const told = { ...way.options, boltVersion: version };
    const own = { ...way, ours: true, patched: version === "4.4" };
    return [
      { ...own, known: false },
      { ...own, known: true, name: `${driver}, version known`, options: told },
    ];
  });
}

/** One try is enough where it finds the least that there is. */
async function lowest(host, spec, least) {
  const found = {};
  for (let tries = 0; tries < TRIES; tries++) {
    for (const [row, trips] of Object.entries(await host.measure("trips", spec))) {
      found[row] = Math.min(trips, found[row] ?? trips);
    }
    if (least && Object.entries(least).every(([row, trips]) => found[row] <= trips)) break;
  }
  return found;
}
