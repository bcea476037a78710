// The drivers under one face, so that they are asked in the same way. Each takes what it reads as its users would: a
// value of every record. Each goes the way its users go: in a page there are WebSockets; elsewhere the official driver
// has TCP, and ours has it unless it is told otherwise.

import { openSocketAlone } from "./socket-alone.js";

const inPage = Boolean(globalThis.document);
const DEFAULT = inPage ? "WebSocket" : "TCP";

/** What a way is called, how it is opened, and what it says that it uses: `bench.mjs` asks whether that is so. */
const WAYS = {
  /** As `npm install neo4j-driver` gives it to this runtime. */
  official: { transport: DEFAULT, open: official },
  ours: { transport: DEFAULT, open: ours },
  ...(inPage
    ? { "ours-page": { transport: "WebSocket", open: (uri, options) => ours(uri, { ...options, socket: "page" }) } }
    : { "ours-ws": { transport: "WebSocket", open: (uri, options) => ours(uri, { ...options, socket: "websocket" }) } }),
  "socket alone": { transport: DEFAULT, open: openSocketAlone },
};

/** The names of all ways of this runtime, with what they say that they use. */
export const transports = () => Object.entries(WAYS).map(([driver, { transport }]) => ({ driver, transport }));

async function ours(uri, { user, password, pool, socket, boltVersion }) {
  const neo4j = await import("neo4j-wasm");
  const config = { auth: [user, password], ...(pool && { maxConnectionPoolSize: pool }) };
  if (socket) config.socket = socket;
  if (boltVersion) config.boltVersion = boltVersion;
  const driver = neo4j.GraphDatabase.driver(uri, config);
  const reading = { accessMode: neo4j.READ };
  return {
    driver,
    reading,
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
    query: (query, reads) => driver.executeQuery(query, {}, reads ? reading : {}),
    close: () => driver.close(),
  };
}

async function official(uri, { user, password, pool, module }) {
  const { default: neo4j } = await import(module);
  const config = pool ? { maxConnectionPoolSize: pool } : {};
  const driver = neo4j.driver(uri, neo4j.auth.basic(user, password), config);
  const reading = { routing: neo4j.routing.READ };
  return {
    driver,
    reading,
    async records(query, rows) {
      return session(driver, async (session) => {
        const { records } = await session.run(query, { rows: neo4j.int(rows) });
        for (const record of records) record.get(0);
        return records.length;
      });
    },
    stream: (query, rows, each) =>
      session(driver, (session) => eachOf(session.run(query, { rows: neo4j.int(rows) }), each)),
    query: (query, reads) => driver.executeQuery(query, {}, reads ? reading : {}),
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

/** A new driver of this name for this address. */
export const openDriver = (name, uri, options) => WAYS[name].open(uri, options);

const opened = new Map();

/** The driver of this name for this address, opened once. */
export async function driverFor(name, uri, options) {
  const key = `${name} ${uri} ${options.pool}`;
  if (!opened.has(key)) opened.set(key, await openDriver(name, uri, options));
  return opened.get(key);
}

export async function closeAll() {
  for (const driver of opened.values()) await driver.close();
  opened.clear();
}
