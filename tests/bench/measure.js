// One measurement each, in whatever runtime this was loaded into: Node.js, Deno, Bun or a page.

import { counts } from "../round-trips/steps.js";
import { closeAll, driverFor, openDriver, transports } from "./drivers.js";
import { openMemory } from "./memory-server.js";
import { Recording } from "./recording.js";

const now = () => performance.now();

/** A measurement that cannot be made, and why. */
const missing = (why) => ({ missing: why });

/** Before a measurement: garbage that others have left is none of its business. */
export function settle() {
  globalThis.gc?.();
}

async function opened({ driver, uri, options }) {
  try {
    return await driverFor(driver, uri, options);
  } catch (error) {
    // An option that this build does not know yet.
    return { missing: `${error.name}: ${error.message}` };
  }
}

/** Milliseconds of the processor that work took, all threads of the process together; a page cannot say. */
async function withProcessor(work) {
  if (!globalThis.process?.cpuUsage) return [await work()];
  const before = process.cpuUsage();
  const result = await work();
  const { user, system } = process.cpuUsage(before);
  return [result, (user + system) / 1_000];
}

/** Milliseconds for all rows of a query, taken as `what` says, and how many came. */
export async function rows(spec) {
  const driver = await opened(spec);
  if (driver.missing) return driver;
  if (!driver[spec.what]) return missing(`this build has no ${spec.what}()`);
  const recording = spec.recording && (await load(spec.recording));
  const begin = now();
  const [count, cpu] = await withProcessor(() => driver[spec.what](spec.query, spec.rows, recording));
  return { ms: now() - begin, rows: count, cpu };
}

/**
 * Milliseconds for the same bytes in memory. The official driver's part is what takes bytes apart, and nothing else;
 * ours is the whole driver over a socket that has all bytes at hand: it has no seam where records could be had alone.
 */
export async function decode(spec) {
  const recording = await load(spec.recording);
  const thousands = recording.thousands(spec.rows);
  settle();
  if (spec.driver === "official") {
    const { decode } = await import(spec.module);
    const begin = now();
    const count = decode(thousands.flat(), recording.columns());
    return { ms: now() - begin, rows: count };
  }
  const driver = await openMemory(recording, spec.rows);
  if (!driver[spec.what]) return missing(`this build has no ${spec.what}()`);
  const begin = now();
  const count = await driver[spec.what](spec.query);
  const ms = now() - begin;
  await driver.close();
  return { ms, rows: count };
}

const loaded = new Map();

async function load(url) {
  if (!loaded.has(url)) loaded.set(url, new Recording(await bytesOf(url)));
  return loaded.get(url);
}

async function bytesOf(url) {
  if (!url.startsWith("file:")) return new Uint8Array(await (await fetch(url)).arrayBuffer());
  const { readFile } = await import("node:fs/promises");
  return new Uint8Array(await readFile(new URL(url)));
}

/** Milliseconds of each of `count` queries, one after the other. */
export async function latency(spec) {
  const driver = await opened(spec);
  if (driver.missing) return driver;
  const each = [];
  for (let index = 0; index < spec.count; index++) {
    const begin = now();
    await driver.query(spec.query, spec.reading);
    each.push(now() - begin);
  }
  return { each };
}

/** Queries a second, `at` of them at any time. */
export async function concurrent(spec) {
  const driver = await opened(spec);
  if (driver.missing) return driver;
  const begin = now();
  let left = spec.count;
  await Promise.all(Array.from({ length: spec.at }, async () => {
    while (left-- > 0) await driver.query(spec.query, spec.reading);
  }));
  return { perSecond: (spec.count / (now() - begin)) * 1_000 };
}

/** Bytes by which the heap, garbage taken away, is larger at its largest while a result streams. */
export async function memory(spec) {
  const driver = await opened(spec);
  if (driver.missing) return driver;
  await driver.stream(spec.query, 10_000, () => {});
  const before = await heap();
  let peak = 0;
  const count = await driver.stream(spec.query, spec.rows, async () => {
    peak = Math.max(peak, (await heap()) - before);
  });
  return { bytes: peak, rows: count };
}

async function heap() {
  globalThis.gc?.();
  const { wasm } = await import(new URL("core.js", import.meta.resolve("neo4j-wasm")));
  const shared = wasm().memory.buffer.byteLength;
  if (!globalThis.process?.memoryUsage) return performance.memory.usedJSHeapSize + shared;
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external + shared;
}

/** Milliseconds from the import to a driver that could connect. */
export async function start({ url }) {
  const begin = now();
  const module = await import(url);
  // Only an entry that fetches its wasm has to be waited for.
  await module.ready?.();
  const neo4j = module.default ?? module;
  const make = neo4j.GraphDatabase?.driver ?? neo4j.driver;
  make("bolt://127.0.0.1:1");
  return { ms: now() - begin };
}

/** Reaches for a server that hangs up, so that this sees by what way it is reached for. */
export async function reach({ driver: name, uri, options }) {
  try {
    const { driver, close } = await openDriver(name, uri, options);
    // Not to be tried again, as `executeQuery` would.
    await driver.session().run("RETURN 1").catch(() => {});
    await close();
  } catch {
    // Nobody answers.
  }
  return {};
}

/** Round trips of everything that tests/round-trips counts; `tripsSoFar` is the relay's. */
export async function trips({ driver: name, uri, options }) {
  const count = async (work) => {
    const before = await globalThis.tripsSoFar({ idle: true });
    await work();
    return (await globalThis.tripsSoFar({ idle: false })) - before;
  };
  return counts(() => openDriver(name, uri, options), count);
}

/** The version of Bolt that a server and we agree on. */
export const protocol = async ({ uri, options }) => {
  const { driver, close } = await openDriver("ours", uri, options);
  const { protocolVersion } = await driver.getServerInfo();
  await close();
  return protocolVersion;
};

export { closeAll, transports };
