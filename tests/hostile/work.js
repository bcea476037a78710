// What a driver is asked to do beside a hostile server: small pieces of work, each with the right value it has.

import { GraphDatabase, READ } from "neo4j-wasm";
import { ownWay } from "../harness/env.js";

/** Milliseconds, in the driver's configuration. */
export const LIMITS = { connectionTimeout: 1_000, connectionAcquisitionTimeout: 2_000, maxRetryTime: 0, maxMessageSize: 1 << 24 };

/** What the limits come to for one piece of work, and for the driver's end, on a machine that does much else. */
export const LONGEST = 10_000;

/** In the place of those in time, where it is something else that ends the work: on a machine that does much else. */
export const PATIENCE = { connectionTimeout: LONGEST, connectionAcquisitionTimeout: LONGEST };

const QUERY = "RETURN 1 AS n";
const MANY = "RETURN 1 AS n // MANY";
const first = ({ records }) => records.map((record) => record.get("n"));

async function inSession(driver, use, config) {
  const session = driver.session(config);
  try {
    return await use(session);
  } finally {
    await session.close().catch(() => {});
  }
}

function inTransaction(driver, signal, end) {
  return inSession(driver, async (session) => {
    const transaction = await session.beginTransaction({ signal });
    const result = first(await transaction.run(QUERY, {}, { signal }));
    await transaction[end]({ signal });
    return result;
  });
}

async function streamed(session, signal) {
  const result = [];
  for await (const record of session.run(MANY, {}, { signal })) result.push(record.get("n"));
  return result;
}

async function columns(session, signal) {
  const result = [];
  for await (const { columns } of session.run(MANY, {}, { signal }).batches()) result.push(...columns.n);
  return result;
}

const consumed = async (session, signal) => (await session.run(MANY, {}, { signal }).consume()).queryType;

const managed = (session, signal) =>
  session.executeWrite(async (transaction) => first(await transaction.run(QUERY, {}, { signal })), { signal });

const query = async (driver, signal) => first(await driver.executeQuery(QUERY, {}, { accessMode: READ, signal }));

/** One record at a time, so that there is something left to ask for. */
const ONE = { fetchSize: 1 };

/** By name: what to do, and what it gives when all is well. */
export const WORKS = {
  verify: [async (driver, signal) => (await driver.verifyConnectivity({ signal })).agent, "Neo4j/5.26.0"],
  query: [query, [1]],
  // What it gives is for a script to say.
  length: [async (driver, signal) => (await driver.executeQuery(QUERY, {}, { signal })).records[0].get("n").length],
  write: [async (driver, signal) => first(await driver.executeQuery(QUERY, {}, { signal })), [1]],
  stream: [(driver, signal) => inSession(driver, (session) => streamed(session, signal), ONE), [1, 1, 1]],
  columns: [(driver, signal) => inSession(driver, (session) => columns(session, signal), ONE), [1, 1, 1]],
  consume: [(driver, signal) => inSession(driver, (session) => consumed(session, signal), ONE), null],
  commit: [(driver, signal) => inTransaction(driver, signal, "commit"), [1]],
  rollback: [(driver, signal) => inTransaction(driver, signal, "rollback"), [1]],
  managed: [(driver, signal) => inSession(driver, (session) => managed(session, signal)), [1]],
  // After a failure the connection is reset before it is used again.
  again: [async (driver, signal) => {
    await driver.executeQuery("FAIL", {}, { signal }).catch(() => {});
    return query(driver, signal);
  }, [1]],
};

export const driverFor = (uri, config) => GraphDatabase.driver(uri, { ...LIMITS, ...ownWay, ...config });
