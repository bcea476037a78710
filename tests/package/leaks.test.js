// Sessions that are forgotten: their connections come back, and a warning says where they were at work.

import { assert, equal, match, test } from "../harness/test.js";
import { replaying, ROLLBACK, tiny } from "./replay.js";

/** Asks for the collection of garbage, where a program may. */
const collect = globalThis.gc ?? (globalThis.Bun ? () => globalThis.Bun.gc(true) : undefined);
const skip = collect ? undefined : "this runtime does not collect garbage when it is asked to";

const batches = [[[tiny(1)], [tiny(2)]], [[tiny(3)]]];
const inUse = (driver) => driver.metrics().reduce((sum, server) => sum + server.inUse, 0);

/** What is warned of until `holds`, or, without it, in so many rounds of collection as a leak would take twice over. */
async function warnings(t, forget, holds = () => false, rounds = 500) {
  const found = [];
  const { warn } = console;
  console.warn = (text) => found.push(text);
  t.after(() => (console.warn = warn));
  await forget();
  for (let round = 0; round < rounds && !holds(found); round++) {
    collect();
    await new Promise((resolve) => setTimeout(resolve));
  }
  console.warn = warn;
  return found;
}

function start(t, options) {
  const driver = replaying(["n"], batches, options);
  t.after(() => driver.close());
  return driver;
}

/** In a function of its own, so that nothing of it stays on the stack. */
async function forgetResult(driver) {
  const session = driver.session();
  equal((await session.run("RETURN 1").peek()).get("n"), 1);
  equal(inUse(driver), 1);
}

test("an unread result gives its connection back, with one warning for one place", { skip }, async (t) => {
  const driver = start(t);
  // More than have their stacks kept.
  for (let run = 0; run < 60; run++) await driver.session().run("RETURN 1");
  const found = [];
  for (let time = 0; time < 4; time++) {
    found.push(await warnings(t, () => forgetResult(driver), () => !inUse(driver)));
    equal(inUse(driver), 0);
  }
  const [first, second, ...more] = found;
  equal([first.length, second.length, more], [1, 1, [[], []]]);
  match(first[0], /^neo4j-wasm: a session was forgotten with an open result; .* The next warning will say where\.$/);
  match(second[0], /The result was begun here:\n.*:\d+:\d+/);
});

test("an open transaction is rolled back", { skip }, async (t) => {
  const heard = [];
  const driver = start(t, { heard });
  const forget = async () => {
    const transaction = await driver.session().beginTransaction();
    await transaction.run("RETURN 1");
  };
  const [warning] = await warnings(t, forget, (found) => found.length && !inUse(driver));
  match(warning, /with an open transaction[^]*await using/);
  assert(heard.includes(ROLLBACK), "ROLLBACK");
  equal(inUse(driver), 0);
});

test("what is still in use is not forgotten, though the session is", { skip }, async (t) => {
  const driver = start(t);
  const found = [];
  const warned = await warnings(t, async () => {
    for await (const record of (await driver.session().beginTransaction()).run("RETURN 1")) {
      found.push(record.get("n"));
      for (let round = 0; round < 20; round++) {
        collect();
        await new Promise((resolve) => setTimeout(resolve));
      }
      if (found.length < 3) equal(inUse(driver), 1);
    }
  }, undefined, 0);
  equal([found, warned], [[1, 2, 3], []]);
});

test("sessions that hold nothing may be forgotten in silence", { skip }, async (t) => {
  const driver = start(t);
  const warned = await warnings(t, async () => {
    await driver.session().run("RETURN 1");
    await driver.session().executeRead((tx) => tx.run("RETURN 1"));
    const closed = driver.session();
    await closed.run("RETURN 1").peek();
    await closed.close();
    const ended = await driver.session().beginTransaction();
    await ended.commit();
    const controller = new AbortController();
    await driver.session().run("RETURN 1", {}, { signal: controller.signal }).peek();
    controller.abort();
    const other = start(t);
    await other.session().run("RETURN 1").peek();
    await other.close();
  }, undefined, 50);
  equal([warned, inUse(driver)], [[], 0]);
});
