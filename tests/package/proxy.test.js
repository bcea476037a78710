// What frameworks make of the objects they are given: proxies, of all that is reached through one, too.

import { READ } from "neo4j-wasm";
import { assert, equal, match, test, throws } from "../harness/test.js";
import { replaying, tiny } from "./replay.js";

/** Hands out proxies of all objects, and counts those of what is not data of the user's. */
function wrapped(target, seen = new Set()) {
  return new Proxy(target, {
    get(object, key, receiver) {
      const value = Reflect.get(object, key, receiver);
      if (value === null || typeof value !== "object") return value;
      seen.add(value.constructor?.name);
      return wrapped(value, seen);
    },
  });
}

function start(t) {
  const driver = replaying(["n"], [[[tiny(1)], [tiny(2)]], [[tiny(3)]]]);
  t.after(() => driver.close());
  return driver;
}

const numbers = (records) => records.map((record) => record.get("n"));

test("a driver, its sessions, transactions and results work behind a proxy", async (t) => {
  const seen = new Set();
  const driver = wrapped(start(t), seen);
  equal(driver.isEncrypted(), false);
  equal(numbers((await driver.executeQuery("RETURN 1")).records), [1, 2, 3]);
  const session = wrapped(driver.session({ accessMode: READ }), seen);
  equal(numbers((await wrapped(session.run("RETURN 1"), seen)).records), [1, 2, 3]);
  equal(await session.executeRead(async (tx) => numbers((await wrapped(tx, seen).run("RETURN 1")).records)), [1, 2, 3]);
  const tx = wrapped(await session.beginTransaction(), seen);
  const result = wrapped(tx.run("RETURN 1"), seen);
  equal((await result.peek()).get("n"), 1);
  const found = [];
  for await (const record of result) found.push(record);
  equal(numbers(found), [1, 2, 3]);
  equal((await result.consume()).query.text, "RETURN 1");
  assert(tx.isOpen());
  await tx.rollback();
  await session.close();
  equal(session.isOpen(), false);
  await driver.close();
  assert(driver.closed());
  equal([...seen].filter((name) => /handle|Map|tracker/i.test(name)), []);
});

test("what is behind a handle shows nowhere", async (t) => {
  const driver = start(t);
  const session = driver.session();
  const tx = await session.beginTransaction();
  for (const handle of [driver, session, tx, tx.run("RETURN 1")]) {
    equal(Object.keys(handle), ["thread"]);
    equal(JSON.stringify(handle), "{}");
    match(String(throws(() => structuredClone(handle)).message), /belongs to the page or worker that made it/);
  }
  await tx.close();
});
