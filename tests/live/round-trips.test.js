// How many round trips things take: counted, not timed, through a relay before the server.

import { GraphDatabase, READ } from "neo4j-wasm";
import { env, isWeb, ownWay } from "../harness/env.js";
import { equal, test } from "../harness/test.js";
import { expected } from "../round-trips/expected.js";
import { counts } from "../round-trips/steps.js";
import { protocol } from "./support.js";

const webSocket = ownWay.socket === "websocket";
/** What a stall of the machine adds to a count, it hardly adds thrice. */
const TRIES = 3;

async function startRelay(t) {
  // Where there are no servers it is not even loaded, and no bundler takes it along.
  const relayed = "../round-trips/relay.mjs";
  const { startRelay } = await import(relayed);
  const { hostname, port } = new URL(env.uri.replace(/^[a-z+]+:/, "http:"));
  const relay = await startRelay(hostname, Number(port));
  t.after(() => relay.close());
  return relay;
}

/** The lowest counts of several tries; one is enough where it is what was expected. */
async function lowest(relay, open, wanted) {
  const found = {};
  for (let tries = 0; tries < TRIES; tries++) {
    for (const [row, trips] of Object.entries(await counts(open, (work) => relay.count(work)))) {
      found[row] = Math.min(trips, found[row] ?? trips);
    }
    if (Object.entries(wanted).every(([row, trips]) => found[row] <= trips)) break;
  }
  return found;
}

/** With `ws` in Deno TLS's last word may leave before the first data, and what the server says to it is a round of its own. */
function forgive(found, wanted) {
  for (const row of Object.keys(wanted).filter((row) => /^(first|each further)/.test(row))) {
    if (found[row] === wanted[row] + 1) found[row] = wanted[row];
  }
}

function counted(scheme, { known }) {
  const tls = scheme.endsWith("+ssc");
  const skip = (isWeb && "no relay can be played here") || (tls && !env.tls && "this server has no TLS") || undefined;
  test(`${scheme}: ${known ? "the version was said" : "nothing is known"}`, { skip, timeout: 120_000 }, async (t) => {
    const relay = await startRelay(t);
    const config = { auth: [env.user, env.password], ...ownWay, ...(known && { boltVersion: protocol }) };
    const open = () => ({
      driver: GraphDatabase.driver(`${scheme}://127.0.0.1:${relay.port}`, config),
      reading: { accessMode: READ },
    });
    const routing = scheme.startsWith("neo4j");
    const wanted = expected({ routing, webSocket, tls, known, patched: protocol === "4.4" });
    const found = await lowest(relay, open, wanted);
    if (env.runtime === "deno" && webSocket && tls) forgive(found, wanted);
    equal(found, wanted);
  });
}

for (const scheme of ["bolt", "neo4j", "bolt+ssc", "neo4j+ssc"]) {
  counted(scheme, { known: true });
  counted(scheme, { known: false });
}
