// Writes what the queries read into a real server, and records what it answers: for each workload NAME.json and
// NAME.bolt, frames as they came, each behind its length. `cargo xtask bench` replays them.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { GraphDatabase } from "neo4j-wasm";
import WebSocket from "ws";
import { DATA, workloads } from "./workloads.js";

/** Enough for a decoder to meet some variety; a replay goes round. */
const RECORDED = 5_000;

const { uri, user, password, queries, folder } = JSON.parse(process.env.BENCH_TASK);
let frames;

/** Frames as they come, kept while there is somewhere to keep them. */
function recorded(url) {
  const socket = new WebSocket(url, { perMessageDeflate: false });
  socket.addEventListener("message", ({ data }) => frames?.push(Buffer.from(data)));
  return socket;
}

const config = { auth: [user, password], fetchSize: -1, maxConnectionPoolSize: 1, webSocket: recorded };
const driver = GraphDatabase.driver(uri, config);
for (const query of DATA) await driver.executeQuery(query);

mkdirSync(folder, { recursive: true });
for (const { name, query, rows } of workloads(queries)) {
  const session = driver.session();
  frames = [];
  const { records } = await session.run(query, { rows: Math.min(rows, RECORDED) });
  const taken = frames;
  frames = undefined;
  await session.close();
  const parts = taken.flatMap((frame) => {
    const length = Buffer.alloc(4);
    length.writeUInt32LE(frame.length);
    return [length, frame];
  });
  writeFileSync(join(folder, `${name}.bolt`), Buffer.concat(parts));
  writeFileSync(join(folder, `${name}.json`), JSON.stringify({ query, rows: records.length }));
  console.log(`recorded ${name}: ${records.length} rows, ${taken.length} frames`);
}
await driver.close();
