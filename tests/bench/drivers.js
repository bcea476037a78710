// The drivers under one face, so that they are asked in the same way. Each takes what it reads as its users would: a
// value of every record.

import { openSocketAlone } from "./socket-alone.js";

/** The socket of either driver in Node.js: `ws`, whatever this Node.js has of its own. */
async function useWs() {
  if (!globalThis.process?.versions?.node) return;
  const { default: WebSocket } = await import("ws");
  globalThis.WebSocket = WebSocket;
}

async function ours(uri, { user, password, pool, socket }) {
  const neo4j = await import("neo4j-wasm");
  const config = { auth: [user, password], encrypted: false, maxConnectionPoolSize: pool };
  // All are compared over WebSockets.
  const way = globalThis.document ? socket : "websocket";
  const driver = neo4j.GraphDatabase.driver(uri, way ? { ...config, socket: way } : config);
  return {
    async records(query, rows) {
      return session(driver, async (session) => {
        const { records } = await session.run(query, { rows });
        for (const record of records) record.get(0);
        return records.length;
      });
    },
    batches: neo4j.Result.prototype.batches && ((query, rows) =>
      session(driver, async (session) => {
        let count = 0;
        for await (const batch of session.run(query, { rows }).batches()) count += batch.length;
        return count;
      })),
    stream: (query, rows, each) => session(driver, (session) => eachOf(session.run(query, { rows }), each)),
    query: (query, reading) => driver.executeQuery(query, {}, reading ? { accessMode: neo4j.READ } : {}),
    close: () => driver.close(),
  };
}

async function official(uri, { user, password, pool, module }) {
  const { default: neo4j } = await import(module);
  const config = { encrypted: "ENCRYPTION_OFF", maxConnectionPoolSize: pool };
  const driver = neo4j.driver(uri, neo4j.auth.basic(user, password), config);
  return {
    async records(query, rows) {
      return session(driver, async (session) => {
        const { records } = await session.run(query, { rows: neo4j.int(rows) });
        for (const record of records) record.get(0);
        return records.length;
      });
    },
    stream: (query, rows, each) =>
      session(driver, (session) => eachOf(session.run(query, { rows: neo4j.int(rows) }), each)),
    query: (query, reading) => driver.executeQuery(query, {}, reading ? { routing: neo4j.routing.READ } : {}),
    close: () => driver.close(),
  };
}

async function session(driver, work) {
  const session = driver.session();
  try {
    return await work(session);
  } finally {
    await session.close();
  }
}

async function eachOf(result, each) {
  let count = 0;
  for await (const record of result) {
    record.get(0);
    count++;
    if (count % 50_000 === 0) await each();
  }
  return count;
}

const OPEN = {
  official,
  /** The official driver over its own TCP: Node.js only, to know what the WebSocket costs it. */
  "official-tcp": official,
  ours,
  "ours-page": (uri, options) => ours(uri, { ...options, socket: "page" }),
  "socket alone": openSocketAlone,
};

const opened = new Map();

/** The driver of this name for this address, opened once. */
export async function driverFor(name, uri, options) {
  await useWs();
  const key = `${name} ${uri} ${options.pool}`;
  if (!opened.has(key)) opened.set(key, await OPEN[name](uri, options));
  return opened.get(key);
}

export async function closeAll() {
  for (const driver of opened.values()) await driver.close();
  opened.clear();
}
