// What the live suites share: drivers that are closed and looked over when the test ends, data that goes away with it,
// sockets that can be watched and cut, and queries that wait for as long as a test likes.

import { GraphDatabase } from "neo4j-wasm";
import { env, ownWay } from "../harness/env.js";
import { assert, equal } from "../harness/test.js";

/** The newest Bolt of each server. Nothing is known where no server is: then tests are counted, not run. */
const PROTOCOLS = { "4.4": "4.4", "5.26": "5.8", "2026.04": "6.0", "2026.09": "6.1" };
export const release = (env.version ?? "").split(".").slice(0, 2).join(".");
export const protocol = PROTOCOLS[release];

/** Whether the server speaks this version of Bolt. */
export function speaks(version) {
  const number = (text) => text.split(".").reduce((sum, part) => sum * 100 + Number(part), 0);
  return protocol !== undefined && number(protocol) >= number(version);
}

/** A reason to skip tests of what came with a version of Bolt, and one for those of what went with it. */
export const since = (version) => (speaks(version) || !release ? undefined : `needs Bolt ${version}`);
export const before = (version) => (speaks(version) ? `not since Bolt ${version}` : undefined);

/** Where a relay stands between us and the servers, if one does: its URL for the server at an address. */
export const relayed = env.relay && ((address) => `${env.relay}?token=${encodeURIComponent(address)}`);

/** A driver that is closed when the test ends; by then nothing may be in use any more. */
export function connect(t, config, uri = env.uri) {
  // Sockets of the test's own are WebSockets, whatever the way.
  const way = config?.webSocket ? {} : ownWay;
  const driver = GraphDatabase.driver(uri, { auth: [env.user, env.password], webSocketUrl: relayed, ...way, ...config });
  t.after(async () => {
    const left = used(driver);
    await driver.close();
    equal(left, { inUse: 0, opening: 0, waiting: 0 }, "at the end of the test");
  });
  return driver;
}

/** The driver's connections, of all its servers. */
export function metrics(driver) {
  const sum = { inUse: 0, idle: 0, opening: 0, waiting: 0 };
  for (const server of driver.metrics()) for (const key in sum) sum[key] += server[key];
  return sum;
}

export function used(driver) {
  const { idle, ...rest } = metrics(driver);
  return rest;
}

/** A session that is closed when the test ends. */
export function start(t, driver, config) {
  const session = driver.session(config);
  t.after(() => session.close());
  return session;
}

/** The values of the first record. */
export async function row(driver, query, parameters, config) {
  const { records } = await driver.executeQuery(query, parameters, config);
  assert(records.length > 0, `no record from ${query}`);
  return records[0].toObject();
}

/** The one value that a query returns. */
export async function one(driver, query, parameters, config) {
  const [value, ...more] = Object.values(await row(driver, query, parameters, config));
  equal(more, [], `${query} has one column`);
  return value;
}

/** A name that nobody else has. */
export const unique = (prefix = "Live") => `${prefix}${Math.random().toString(36).slice(2, 12)}`;

/** A label of the test's own; nodes that bear it are deleted when the test ends. */
export function label(t, driver, name = unique()) {
  t.after(() => driver.executeQuery(`MATCH (n:${name}) DETACH DELETE n`));
  return name;
}

export const count = (driver, name) => one(driver, `MATCH (n:${name}) RETURN count(n)`);

export const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Waits until something holds, looking every few milliseconds. */
export async function until(what, holds, limit = 10_000) {
  const end = Date.now() + limit;
  while (!(await holds())) {
    assert(Date.now() < end, `not within ${limit} ms: ${what}`);
    await sleep(5);
  }
}

/** How long some work takes, and what comes of it. */
export async function timed(work) {
  const begin = performance.now();
  const result = await Promise.resolve(typeof work === "function" ? work() : work).then(
    (value) => ({ value }),
    (error) => ({ error }),
  );
  return { ...result, ms: performance.now() - begin };
}

/** Well above what a loaded machine needs, well below any timeout of driver or server. */
export const PROMPT = 5_000;

/**
 * A query that waits in the server until `release()`: it wants to write to a node that another transaction, of another
 * driver, has written to. Burns nothing meanwhile, and every server lets go of it when it is told to.
 */
export async function slow(t) {
  const other = connect(t);
  const name = label(t, other);
  await other.executeQuery(`CREATE (:${name} {writes: 0})`);
  const session = start(t, other);
  const tx = await session.beginTransaction();
  await tx.run(`MATCH (n:${name}) SET n.held = true`);
  // The query that asks does not find itself: it has the text as a parameter.
  const running = () =>
    one(other, "SHOW TRANSACTIONS YIELD currentQuery AS query WHERE query CONTAINS $text RETURN count(*)", {
      text: `${name}) SET n.writes`,
    });
  return {
    query: `MATCH (n:${name}) SET n.writes = n.writes + 1 RETURN n.writes AS writes`,
    writes: () => one(other, `MATCH (n:${name}) RETURN n.writes`),
    /** Waits until the server works on so many of them. */
    begun: (many = 1) => until(`the server works on ${many}`, async () => (await running()) === many),
    release: () => tx.rollback(),
  };
}

const Socket = globalThis.WebSocket ?? (await nodeSocket());

async function nodeSocket() {
  const { default: WebSocket } = await import("ws");
  return WebSocket;
}

/**
 * A `webSocket` for a driver's configuration, with all that passes through it. `onSend` and `onReceive` may give other
 * bytes in place of the ones they get, and nothing to have none passed on.
 */
export function watched({ onSend = (bytes) => bytes, onReceive = (bytes) => bytes } = {}) {
  const watch = {
    /** The sockets, in the order they were opened. */
    opened: [],
    /** How often the driver has sent something. */
    sends: 0,
    webSocket: (url) => {
      const socket = new Socket(url);
      const pass = {
        cut: () => socket.close(),
        /** Sends what `onSend` has held back. */
        pass: (bytes) => socket.send(bytes),
        send: (bytes) => {
          watch.sends++;
          // A copy: what the driver gives is memory that it uses again.
          const sent = onSend(bytes.slice(), pass);
          if (sent) socket.send(sent);
        },
        close: (...why) => socket.close(...why),
      };
      socket.onopen = (event) => pass.onopen?.(event);
      socket.onclose = ({ code, reason }) => pass.onclose?.({ code, reason });
      socket.onerror = ({ message }) => pass.onerror?.({ message });
      socket.binaryType = "arraybuffer";
      socket.onmessage = ({ data }) => {
        const received = onReceive(new Uint8Array(data), pass);
        if (received) pass.onmessage?.({ data: received.slice().buffer });
      };
      watch.opened.push(pass);
      return pass;
    },
  };
  return watch;
}

/** A `webSocket` that offers one version of Bolt only, in the way that servers of all ages understand. */
export function offering(version) {
  const [major, minor] = version.split(".").map(Number);
  const isHandshake = (bytes) => bytes.length >= 20 && bytes[0] === 0x60 && bytes[1] === 0x60 && bytes[2] === 0xb0;
  return watched({
    onSend: (bytes) => {
      if (!isHandshake(bytes)) return bytes;
      const proposals = new Uint8Array(bytes.length);
      proposals.set(bytes.subarray(0, 4));
      proposals.set([0, 0, minor, major], 4);
      proposals.set(bytes.subarray(20), 20);
      return proposals;
    },
  }).webSocket;
}
