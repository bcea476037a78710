// What the storm does: all ways to work with the driver. Each operation writes a node with its own id at most once, and looks
// at everything that it is given.

import { setTimeout as pause } from "node:timers/promises";
import { CommitUncertainError, Neo4jError, READ, ServerError, WRITE } from "neo4j-wasm";
import { difference } from "../harness/equality.js";
import { about, heard, Planned, STATE, Wrong } from "./ledger.js";
import { scalar, value } from "./values.js";

const CREATE = "CREATE (o:Op {id: $id, v: $v}) RETURN o.v AS v";
const RANGE = "UNWIND range(1, $n) AS i RETURN i, i / 2.0 AS f, 'row ' + i AS s";
const SLOW = "UNWIND range(1, 200000) AS i WITH i WHERE i % 7 = 0 RETURN count(i) AS n";
const REFUSED = {
  "RETURN 1 / 0 AS x": "Neo.ClientError.Statement.ArithmeticError",
  "NO CYPHER": "Neo.ClientError.Statement.SyntaxError",
  "RETURN $missing AS x": "Neo.ClientError.Statement.ParameterMissing",
};

export function same(actual, expected, what) {
  const found = difference(actual, expected);
  if (found) throw new Wrong(`${what}: ${found}`);
}


/** A record of `RANGE`. */
function sameRow(record, i) {
  heard();
  if (record.get("i") !== i || record.get("f") !== i / 2 || record.get("s") !== `row ${i}`) {
    throw new Wrong(`record ${i} of a range is ${JSON.stringify(record)}`);
  }
}

function sizes(chance) {
  const size = chance.oneIn(400) ? 20_000 : chance.oneIn(20) ? chance.below(5_000) : chance.below(60);
  about(`${size} records`);
  return size;
}

/** A session that is closed whatever happens; what closing says is as good as what the work says. */
async function within(driver, config, work) {
  const session = driver.session(config);
  try {
    return await work(session);
  } finally {
    await session.close();
  }
}

async function readAll(result, n) {
  let i = 0;
  for await (const record of result) sameRow(record, ++i);
  same(i, n, "records");
}

/**
 * Does what commits by itself, or by the driver, and marks what has become of it. Where it fails it is undone, unless the error
 * says or means that this is not known; `isKnown` says of an error which it is.
 */
async function writes({ mark, options }, isKnown, work) {
  mark(STATE.open);
  try {
    const value = await work();
    mark(STATE.done);
    return value;
  } catch (error) {
    if (!options.signal?.aborted && isKnown(error)) mark(STATE.undone);
    throw error;
  }
}

/** The driver commits: only a lost COMMIT leaves it open, or what happens behind it. */
const unlessCommitIsLost = (error) => !(error instanceof CommitUncertainError) && error.code !== "BookmarkManagerFailed";
/** The server commits, before it says so. */
const ifRefused = (error) => error instanceof ServerError;

/** By name: `({ driver, chance, id, mark, called, options })`, `options` with a signal perhaps. */
export const OPERATIONS = {
  async query({ driver, chance, options }) {
    const v = value(chance);
    const { records } = await driver.executeQuery("RETURN $v AS v", { v }, { ...options, accessMode: READ });
    same(records[0].get("v"), v, "a value");
  },

  async queryWrite(operation) {
    const { driver, chance, id, options } = operation;
    const v = scalar(chance);
    const run = () => driver.executeQuery(CREATE, { id, v }, options);
    const { records, summary } = await writes(operation, unlessCommitIsLost, run);
    same(records[0].get("v"), v, "a property");
    same(summary.counters.nodesCreated, 1, "nodes created");
  },

  async read({ driver, chance, options }) {
    const n = sizes(chance);
    await within(driver, { accessMode: READ, fetchSize: chance.pick([undefined, 7, 100, -1]) }, (session) =>
      readAll(session.run(RANGE, { n }, options), n));
  },

  async collect({ driver, chance, options }) {
    const n = sizes(chance);
    // It says nothing before its end, and so a long one takes few round trips.
    const fetchSize = n > 5_000 ? 5_000 : undefined;
    await within(driver, { accessMode: READ, fetchSize }, async (session) => {
      const { records } = await session.run(RANGE, { n }, options);
      same(records.length, n, "records");
      for (const [at, record] of records.entries()) sameRow(record, at + 1);
    });
  },

  async halfRead({ driver, chance, options }) {
    const n = sizes(chance) + 3;
    await within(driver, { accessMode: READ, fetchSize: 10 }, async (session) => {
      let i = 0;
      for await (const record of session.run(RANGE, { n }, options)) {
        sameRow(record, ++i);
        if (i === 2) break;
      }
      const v = value(chance);
      same((await session.run("RETURN $v AS v", { v }, options).single()).get("v"), v, "a value");
    });
  },

  async unread({ driver, chance, options }) {
    await within(driver, { accessMode: READ }, async (session) => {
      const result = session.run(RANGE, { n: sizes(chance) }, options);
      if (chance.oneIn(2)) await result.keys();
      if (chance.oneIn(2)) await result.consume();
    });
  },

  async batches({ driver, chance, options }) {
    const n = sizes(chance);
    await within(driver, { accessMode: READ }, async (session) => {
      let [rows, sum] = [0, 0];
      for await (const { length, columns } of session.run(RANGE, { n }, options).batches()) {
        heard();
        for (let at = 0; at < length; at++) {
          sum += columns.f.get(at);
          if (columns.s.get(at) !== `row ${rows + at + 1}`) throw new Wrong(`row ${rows + at + 1} of batches is ${columns.s.get(at)}`);
        }
        rows += length;
      }
      same([rows, sum], [n, (n * (n + 1)) / 4], "batches");
    });
  },

  async stream({ driver, chance, options }) {
    const n = sizes(chance);
    await within(driver, { accessMode: READ }, async (session) => {
      const stream = session.run(RANGE, { n }, options).toReadableStream();
      if (chance.oneIn(4)) await stream.cancel();
      else await readAll(stream, n);
    });
  },

  async sessionWrite(operation) {
    const { driver, chance, id, options, bookmarkManager } = operation;
    const v = scalar(chance);
    await within(driver, { accessMode: WRITE, bookmarkManager }, async (session) => {
      const { records } = await writes(operation, ifRefused, () => session.run(CREATE, { id, v }, options));
      same(records[0].get("v"), v, "a property");
    });
  },

  async transaction({ driver, chance, id, mark, options }) {
    const v = scalar(chance);
    await within(driver, {}, async (session) => {
      const tx = await session.beginTransaction(options);
      // Unless it is committed: whatever becomes of a rollback, the node is not there.
      mark(STATE.undone);
      same((await tx.run(CREATE, { id, v }, options).single()).get("v"), v, "a property");
      if (chance.oneIn(3)) await readAll(tx.run(RANGE, { n: 20 }, options), 20);
      const end = chance.pick(["commit", "commit", "commit", "rollback", "close", "nothing"]);
      if (end === "commit") {
        mark(STATE.open);
        await tx.commit(options);
        mark(STATE.done);
      } else if (end !== "nothing") {
        await tx[end]();
      }
    });
  },

  async manyInOne({ driver, chance, options }) {
    await within(driver, { accessMode: READ }, async (session) => {
      const tx = await session.beginTransaction(options);
      const sizes = Array.from({ length: 4 }, () => chance.below(40));
      const results = sizes.map((n) => tx.run(RANGE, { n }, options));
      await Promise.all(results.map((result, at) => readAll(result, sizes[at])));
      await tx.commit(options);
    });
  },

  async managedWrite(operation) {
    const { driver, chance, id, called, options, bookmarkManager } = operation;
    const v = scalar(chance);
    const throws = chance.oneIn(4);
    const work = async (tx) => {
      called();
      const record = await tx.run(CREATE, { id, v }).single();
      if (chance.oneIn(4)) await pause(chance.below(20));
      if (throws) throw new Planned();
      return record.get("v");
    };
    await within(driver, { bookmarkManager }, async (session) => {
      const isKnown = throws ? () => true : unlessCommitIsLost;
      same(await writes(operation, isKnown, () => session.executeWrite(work, options)), v, "a property");
    });
  },

  async managedRead({ driver, chance, called, options }) {
    const n = chance.below(60);
    await within(driver, {}, async (session) => {
      const { records } = await session.executeRead((tx) => {
        called();
        return tx.run(RANGE, { n });
      }, options);
      same(records.length, n, "records");
    });
  },

  async refused({ driver, chance, options }) {
    const query = chance.pick(Object.keys(REFUSED));
    try {
      await driver.executeQuery(query, {}, { ...options, accessMode: READ });
    } catch (error) {
      if (!(error instanceof Neo4jError) || !/^Neo\./.test(error.code) || /^Neo\.TransientError/.test(error.code)) throw error;
      same(error.code, REFUSED[query], "the code of a refusal");
      return;
    }
    throw new Wrong(`${query} was not refused`);
  },

  async big({ driver, chance, options }) {
    const v = "0123456789".repeat(chance.between(1_000, 30_000));
    const { records } = await driver.executeQuery("RETURN $v AS v", { v }, { ...options, accessMode: READ });
    if (records[0].get("v") !== v) throw new Wrong("a long text came back as another");
  },

  async slow({ driver, options }) {
    const { records } = await driver.executeQuery(SLOW, {}, { ...options, accessMode: READ });
    same(records[0].get("n"), 28_571, "a count");
  },

  /** The session is closed while its work is under way: what was started is done first. */
  async closedSession({ driver, chance, id, mark, options }) {
    const session = driver.session({});
    mark(STATE.open);
    const first = session.run(CREATE, { id, v: 1 }, options);
    if (chance.oneIn(2)) session.run(RANGE, { n: 100 }, options);
    const heard = chance.oneIn(2) ? first.then(() => mark(STATE.done), () => {}) : undefined;
    await session.close();
    await heard;
  },

  async administration({ driver, chance, options }) {
    const what = chance.pick(["verifyConnectivity", "getServerInfo", "supportsMultiDb", "updateRoutingTable"]);
    if (what === "updateRoutingTable" && !driver.routingTable) return;
    await driver[what](options).catch((error) => {
      if (error.code !== "NoRoutingTable") throw error;
    });
  },
};

/** How often each comes up. */
export const WEIGHTS = {
  query: 22, queryWrite: 12, read: 8, collect: 8, halfRead: 4, unread: 4, batches: 6, stream: 3, sessionWrite: 8,
  transaction: 8, manyInOne: 2, managedWrite: 8, managedRead: 6, refused: 3, big: 0.6, slow: 0.4, closedSession: 2, administration: 1,
};
