// The pool against a real server: how many connections there are, who gets one, and when one is not used again.

import { assert, equal, rejects, test } from "../harness/test.js";
import { connect, metrics, one, PROMPT, sleep, slow, start, timed, until, used, watched } from "./support.js";

const NOBODY = { inUse: 0, opening: 0, waiting: 0 };

test("one after the other, queries share one connection", async (t) => {
  const watch = watched();
  const driver = connect(t, { webSocket: watch.webSocket });
  const session = start(t, driver);
  for (let i = 0; i < 20; i++) {
    equal((await session.run("RETURN $i AS i", { i }).single()).get("i"), i);
    equal(await one(driver, "RETURN $i", { i }), i);
  }
  await rejects(session.run("RETURN 1 / 0"));
  const tx = await start(t, driver).beginTransaction();
  equal(used(driver), { inUse: 1, opening: 0, waiting: 0 });
  await tx.rollback();
  equal([watch.opened.length, metrics(driver).idle, used(driver)], [1, 1, NOBODY]);
});

test("200 parallel queries on a pool of 10 are all answered right, 10 at a time", { timeout: 120_000 }, async (t) => {
  const watch = watched();
  const driver = connect(t, { maxConnectionPoolSize: 10, webSocket: watch.webSocket });
  let most = 0;
  let mostWaiting = 0;
  const look = () => {
    const { inUse, idle, opening, waiting } = metrics(driver);
    most = Math.max(most, inUse + idle + opening);
    mostWaiting = Math.max(mostWaiting, waiting);
  };
  const looking = setInterval(look, 2);
  t.after(() => clearInterval(looking));
  const query = "UNWIND range(1, 1 + $i % 25) AS n RETURN $i AS i, n";
  const ways = [
    async (i) => (await driver.executeQuery(query, { i })).records,
    async (i) => {
      const session = driver.session({ fetchSize: 10 });
      const records = [];
      for await (const record of session.run(query, { i })) records.push(record);
      await session.close();
      return records;
    },
    async (i) => {
      const session = driver.session();
      const { records } = await session.executeRead((tx) => tx.run(query, { i }));
      await session.close();
      return records;
    },
    async (i) => {
      const session = driver.session();
      const tx = await session.beginTransaction();
      const { records } = await tx.run(query, { i });
      await tx.commit();
      return records;
    },
  ];
  const work = Array.from({ length: 200 }, async (_, index) => {
    const i = index + 1;
    const records = await ways[index % ways.length](i);
    look();
    equal(records.map((record) => [...record]), Array.from({ length: 1 + (i % 25) }, (_, n) => [i, n + 1]));
    return i;
  });
  look();
  equal((await Promise.all(work)).length, 200);
  assert(most <= 10 && watch.opened.length <= 10, `${most} connections at a time, ${watch.opened.length} in all`);
  assert(mostWaiting >= 150, `${mostWaiting} were waiting`);
  equal([used(driver), metrics(driver).idle], [NOBODY, watch.opened.length]);
});

test("who waits is served in the order of coming", async (t) => {
  const driver = connect(t, { maxConnectionPoolSize: 1 });
  const holder = await start(t, driver).beginTransaction();
  const order = [];
  const waiting = [1, 2, 3, 4, 5].map((i) => one(driver, "RETURN $i", { i }).then((value) => order.push(value)));
  await until("all of them wait", () => metrics(driver).waiting === 5);
  equal(used(driver), { inUse: 1, opening: 0, waiting: 5 });
  await holder.commit();
  await Promise.all(waiting);
  equal(order, [1, 2, 3, 4, 5]);
});

test("who waits too long is told so, and nobody else is disturbed", async (t) => {
  const driver = connect(t, { maxConnectionPoolSize: 1, connectionAcquisitionTimeout: 1_000 });
  const holder = await start(t, driver).beginTransaction();
  const waiting = [
    () => driver.executeQuery("RETURN 1"),
    () => start(t, driver).run("RETURN 1"),
    () => start(t, driver).beginTransaction(),
  ].map(timed);
  for (const { error, ms } of await Promise.all(waiting)) {
    equal([error.name, error.code], ["TimeoutError", "AcquisitionTimeout"]);
    assert(/1000 ms/.test(error.message) && ms >= 990 && ms < PROMPT, `${ms} ms: ${error.message}`);
  }
  equal(used(driver), { inUse: 1, opening: 0, waiting: 0 });
  equal((await holder.run("RETURN 1 AS one").single()).get("one"), 1);
  await holder.commit();
  equal(await one(driver, "RETURN 1"), 1);
});

test("an old connection is closed when it comes back, and not used again", async (t) => {
  const watch = watched();
  const driver = connect(t, { maxConnectionLifetime: 300, webSocket: watch.webSocket });
  await one(driver, "RETURN 1");
  const { length } = watch.opened;
  await sleep(400);
  await one(driver, "RETURN 1");
  equal(watch.opened.length, length + 1, "what grew old while idle is not handed out");
  const tx = await start(t, driver).beginTransaction();
  await sleep(400);
  await tx.commit();
  equal([metrics(driver).idle, used(driver)], [0, NOBODY], "what grew old in use is not kept");
});

test("with a liveness check, an idle connection is probed, and one that is dead is replaced unnoticed", async (t) => {
  let deaf = false;
  const watch = watched({ onSend: (bytes) => (deaf ? undefined : bytes) });
  const options = { livenessCheckTimeout: 0, connectionTimeout: 1_500, maxRetryTime: 0, webSocket: watch.webSocket };
  const driver = connect(t, options);
  const session = start(t, driver);
  await session.run("RETURN 1");
  const { sends } = watch;
  await session.run("RETURN 1");
  equal([watch.sends - sends, watch.opened.length], [2, 1], "RESET, then RUN and PULL");
  deaf = true;
  const answer = session.run("RETURN 2 AS two").single();
  await until("the dead one is given up", () => watch.opened.length === 2);
  deaf = false;
  // What the new connection said while nobody listened is lost: what matters is that it is a new one.
  await timed(answer);
  equal(await one(driver, "RETURN 3"), 3);
});

test("what nobody reads of a result is discarded when the session closes", async (t) => {
  const watch = watched();
  const driver = connect(t, { fetchSize: 10, webSocket: watch.webSocket });
  await one(driver, "RETURN 1");
  for (let i = 0; i < 5; i++) {
    const session = driver.session();
    const result = session.run("UNWIND range(1, 10000) AS i RETURN i");
    await result.peek();
    equal(used(driver).inUse, 1);
    const { sends } = watch;
    await session.close();
    assert(watch.sends - sends <= 3, `${watch.sends - sends} requests to close a session`);
    equal(used(driver), NOBODY);
  }
  equal(metrics(driver).idle, 1);
});

test("a slow query holds only its own connection", async (t) => {
  const driver = connect(t, { maxConnectionPoolSize: 3 });
  const { query, begun, release } = await slow(t);
  const pending = driver.executeQuery(query);
  await begun();
  const quick = await Promise.all(Array.from({ length: 20 }, (_, i) => one(driver, "RETURN $i", { i })));
  equal([quick.length, used(driver).inUse], [20, 1]);
  await release();
  equal((await pending).records[0].get("writes"), 1);
});
