// AbortSignal: what waits stops at once with the signal's own reason, the server lets go, the connection is used again.

import { GraphDatabase } from "neo4j-wasm";
import { env } from "../harness/env.js";
import { assert, equal, rejects, test } from "../harness/test.js";
import {
  connect, count, label, metrics, one, PROMPT, sleep, slow, start, timed, until, used, watched,
} from "./support.js";

const NOBODY = { inUse: 0, opening: 0, waiting: 0 };
const REASON = { own: "reason" };

/** Aborts some work that is under way, once it waits; what it rejects with must be the reason itself, and promptly. */
async function aborted(work, waits) {
  const controller = new AbortController();
  const end = timed(() => work(controller.signal));
  await waits();
  const since = performance.now();
  controller.abort(REASON);
  const { error, value } = await end;
  const ms = performance.now() - since;
  assert(error === REASON, `rejects with the reason, not with ${error?.name} ${error?.message}; value ${value}`);
  assert(ms < PROMPT, `it took ${ms} ms`);
}

test("a signal that is aborted already: nothing is done at all", async (t) => {
  const watch = watched();
  const driver = connect(t, { webSocket: watch.webSocket });
  const session = start(t, driver);
  const signal = AbortSignal.abort(REASON);
  let worked = 0;
  const work = () => worked++;
  for (const way of [
    () => driver.executeQuery("RETURN 1", {}, { signal }),
    () => driver.verifyConnectivity({ signal }),
    () => session.run("RETURN 1", {}, { signal }),
    () => session.run("RETURN 1", {}, { signal }).keys(),
    () => session.run("RETURN 1", {}, { signal }).consume(),
    () => session.beginTransaction({ signal }),
    () => session.executeRead(work, { signal }),
    () => session.executeWrite(work, { signal }),
  ]) {
    equal((await timed(way)).error === REASON, true, String(way));
  }
  equal([worked, watch.opened.length, driver.metrics()], [0, 0, []]);
  const tx = await session.beginTransaction();
  const { sends } = watch;
  equal((await timed(tx.run("RETURN 1", {}, { signal }))).error === REASON, true);
  // Of what was asked for in the transaction it is not all that would be committed.
  equal(tx.isOpen(), false);
  equal((await rejects(tx.commit(), { code: "TransactionFailed" })).cause === REASON, true);
  // That is the RESET.
  equal(watch.sends, sends + 1);
});

test("without a reason of its own, a signal's reason is an AbortError", async (t) => {
  const driver = connect(t);
  await rejects(driver.executeQuery("RETURN 1", {}, { signal: AbortSignal.abort() }), { name: "AbortError" });
  const { query, begun, release } = await slow(t);
  const signal = AbortSignal.timeout(400);
  await rejects(driver.executeQuery(query, {}, { signal }), { name: "TimeoutError", code: 23 });
  await begun(0);
  await release();
});

test("a slow query is aborted: rejected at once, ended in the server, and the connection is used again", async (t) => {
  const watch = watched();
  const driver = connect(t, { webSocket: watch.webSocket });
  const { query, begun, release, writes } = await slow(t);
  const session = start(t, driver);
  await aborted((signal) => session.run(query, {}, { signal }), begun);
  await begun(0);
  equal((await session.run("RETURN 1 AS one").single()).get("one"), 1, "the session goes on");
  await aborted((signal) => driver.executeQuery(query, {}, { signal }), begun);
  equal(await one(driver, "RETURN 2"), 2);
  await begun(0);
  await release();
  equal(await writes(), 0);
  equal([watch.opened.length, metrics(driver).idle, used(driver)], [1, 1, NOBODY], "one connection for all");
});

test("in a transaction, an aborted query rolls it back", async (t) => {
  const driver = connect(t);
  const name = label(t, driver);
  const { query, begun, release } = await slow(t);
  const session = start(t, driver);
  const tx = await session.beginTransaction();
  await tx.run(`CREATE (:${name})`);
  await aborted((signal) => tx.run(query, {}, { signal }), begun);
  equal(tx.isOpen(), false);
  await rejects(tx.run("RETURN 1"), { name: "TransactionError" });
  await rejects(tx.commit(), { name: "TransactionError" });
  await tx.close();
  await begun(0);
  equal((await session.run(`MATCH (n:${name}) RETURN count(n) AS n`).single()).get("n"), 0);
  await release();
});

test("managed transactions are aborted in the middle of their work, and not tried again", async (t) => {
  const driver = connect(t);
  const name = label(t, driver);
  const { query, begun, release } = await slow(t);
  const session = start(t, driver);
  let tries = 0;
  const work = async (tx) => {
    tries++;
    await tx.run(`CREATE (:${name})`);
    return tx.run(query).catch(() => {});
  };
  await aborted((signal) => session.executeWrite(work, { signal }), begun);
  await begun(0);
  equal([tries, await count(driver, name), used(driver).inUse], [1, 0, 0]);
  // Neither is the pause before the next try waited for.
  const fail = () => Promise.reject(Object.assign(new Error("again"), { retryable: true }));
  await aborted((signal) => session.executeWrite(fail, { signal }), () => sleep(200));
  await release();
});

test("an abort while streaming ends the loop, and the connection is used again", async (t) => {
  const watch = watched();
  const driver = connect(t, { webSocket: watch.webSocket, fetchSize: 100 });
  const session = start(t, driver);
  const controller = new AbortController();
  const { signal } = controller;
  let seen = 0;
  const { error, ms } = await timed(async () => {
    for await (const record of session.run("UNWIND range(1, 1000000) AS i RETURN i", {}, { signal })) {
      equal(record.get("i"), ++seen);
      if (seen === 250) controller.abort(REASON);
    }
  });
  assert(error === REASON && ms < PROMPT, `${error} after ${ms} ms`);
  // What had come already may still be handed out.
  assert(seen >= 250 && seen <= 400, `${seen} records`);
  equal((await session.run("RETURN 1 AS one").single()).get("one"), 1);
  equal([watch.opened.length, metrics(driver).idle, used(driver)], [1, 1, NOBODY]);
});

test("an abort while everything is collected", async (t) => {
  const driver = connect(t, { fetchSize: 10 });
  const session = start(t, driver);
  const query = "UNWIND range(1, 1000000) AS i RETURN i";
  await aborted((signal) => driver.executeQuery(query, {}, { signal }), () => sleep(100));
  await aborted((signal) => session.run(query, {}, { signal }), () => sleep(100));
  equal([await one(driver, "RETURN 1"), used(driver)], [1, NOBODY]);
});

test("an aborted result stays aborted, whichever way it is taken", async (t) => {
  const driver = connect(t, { fetchSize: 10 });
  const session = start(t, driver);
  for (const way of ["consume", "collect", "keys", "peek", "single"]) {
    const controller = new AbortController();
    const result = session.run("UNWIND range(1, 10000) AS i RETURN i", {}, { signal: controller.signal });
    await result.keys();
    controller.abort(REASON);
    equal((await timed(() => result[way]())).error === REASON, true, way);
    equal((await timed(() => result[way]())).error === undefined, false, `${way}, again`);
  }
  equal([await one(driver, "RETURN 1"), used(driver)], [1, NOBODY]);
});

test("whoever waits for a connection of a full pool leaves the queue when aborted", async (t) => {
  const driver = connect(t, { maxConnectionPoolSize: 1 });
  const holder = await start(t, driver).beginTransaction();
  const session = start(t, driver);
  const waits = () => until("it waits", () => metrics(driver).waiting === 1);
  for (const work of [
    (signal) => session.beginTransaction({ signal }),
    (signal) => session.run("RETURN 1", {}, { signal }),
    (signal) => session.executeRead(() => 1, { signal }),
    (signal) => driver.executeQuery("RETURN 1", {}, { signal }),
    (signal) => driver.verifyConnectivity({ signal }),
  ]) {
    await aborted(work, waits);
    equal(used(driver), { inUse: 1, opening: 0, waiting: 0 });
  }
  await holder.commit();
  equal((await session.run("RETURN 1 AS one").single()).get("one"), 1);
});

test("opening a connection is aborted, too", async (t) => {
  const deaf = watched({ onReceive: () => undefined });
  const driver = connect(t, { webSocket: deaf.webSocket });
  const opening = () => until("one opens", () => metrics(driver).opening === 1);
  await aborted((signal) => driver.executeQuery("RETURN 1", {}, { signal }), opening);
  await aborted((signal) => driver.verifyConnectivity({ signal }), () => sleep(50));
  equal([used(driver), metrics(driver).idle], [NOBODY, 0]);
});

test("waiting for a server that is down is aborted, too", async (t) => {
  const driver = GraphDatabase.driver("bolt://127.0.0.1:61987", { auth: [env.user, env.password] });
  t.after(() => driver.close());
  await aborted((signal) => driver.executeQuery("RETURN 1", {}, { signal }), () => sleep(300));
  equal(used(driver), NOBODY);
});

test("an abort while COMMIT is under way rejects with the reason, and the connection is used again", async (t) => {
  const isCommit = (bytes) => bytes.length === 6 && bytes[2] === 0xb0 && bytes[3] === 0x12;
  // The COMMIT, and what comes behind it, stays on the way for a while.
  const held = [];
  let holding = true;
  const watch = watched({
    onSend: (bytes) => {
      if (!holding || !(isCommit(bytes) || held.length)) return bytes;
      held.push(bytes);
      return undefined;
    },
  });
  const driver = connect(t, { webSocket: watch.webSocket });
  const name = label(t, connect(t));
  const session = start(t, driver);
  const tx = await session.beginTransaction();
  await tx.run(`CREATE (:${name})`);
  await aborted((signal) => tx.commit({ signal }), () => until("COMMIT is sent", () => held.length));
  equal(tx.isOpen(), false);
  await rejects(tx.commit(), { name: "TransactionError" });
  const after = session.run(`MATCH (n:${name}) RETURN count(n) AS n`).single();
  holding = false;
  for (const bytes of held) watch.opened[0].pass(bytes);
  // Whether the RESET that follows was faster in the server than the COMMIT, nobody knows.
  assert([0, 1].includes((await after).get("n")));
  equal([used(driver), watch.opened.length], [NOBODY, 1]);
});

test("a rollback can be aborted, and what it was to undo is undone", async (t) => {
  const driver = connect(t);
  const name = label(t, driver);
  const session = start(t, driver);
  const tx = await session.beginTransaction();
  await tx.run(`CREATE (:${name})`);
  const { error } = await timed(tx.rollback({ signal: AbortSignal.abort(REASON) }));
  assert(error === REASON);
  await tx.close();
  equal([tx.isOpen(), await count(driver, name)], [false, 0]);
});

test("an abort after the end does nothing", async (t) => {
  const driver = connect(t);
  const controller = new AbortController();
  const { signal } = controller;
  const session = start(t, driver);
  const result = session.run("RETURN 1 AS one", {}, { signal });
  const all = await result;
  equal(await one(driver, "RETURN 1", {}, { signal }), 1);
  const tx = await session.beginTransaction({ signal });
  controller.abort(REASON);
  equal([(await result) === all, tx.isOpen()], [true, true]);
  equal((await tx.run("RETURN 2 AS two").single()).get("two"), 2, "the signal was for the start of the transaction");
  await tx.commit();
  equal(used(driver), NOBODY);
});

test("one signal can stop many", async (t) => {
  const driver = connect(t, { maxConnectionPoolSize: 5 });
  const { query, begun, release, writes } = await slow(t);
  const controller = new AbortController();
  const { signal } = controller;
  const ends = Array.from({ length: 20 }, () => timed(driver.executeQuery(query, {}, { signal })));
  await begun(5);
  controller.abort(REASON);
  equal((await Promise.all(ends)).every(({ error }) => error === REASON), true);
  equal(used(driver), NOBODY);
  await begun(0);
  await release();
  equal(await writes(), 0);
  equal(await one(driver, "RETURN 1"), 1);
});
