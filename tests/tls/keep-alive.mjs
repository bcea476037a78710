// For keep-alive.test.mjs: a connection for each [uri, config] of the argument; the timer that the system runs for each.

import { readFileSync } from "node:fs";
import { GraphDatabase } from "neo4j-wasm";

const KEEP_ALIVE = "02";

/** Whether the connections that are open to a port have a keep-alive timer. */
function timers(port) {
  const rows = ["tcp", "tcp6"].flatMap((file) => readFileSync(`/proc/net/${file}`, "utf8").split("\n"));
  const to = `:${Number(port).toString(16).toUpperCase().padStart(4, "0")}`;
  const fields = rows.map((row) => row.trim().split(/\s+/));
  return fields.filter(([, , remote, state]) => remote?.endsWith(to) && state === "01").map((row) => row[5].startsWith(KEEP_ALIVE));
}

const found = [];
for (const [uri, config] of JSON.parse(process.argv.at(-1))) {
  const driver = GraphDatabase.driver(uri, config);
  await driver.verifyConnectivity();
  found.push(timers(new URL(uri).port));
  await driver.close();
  while (timers(new URL(uri).port).length) await new Promise((resolve) => setTimeout(resolve, 10));
}
process.stdout.write(JSON.stringify(found), () => process.exit(0));
