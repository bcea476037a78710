// What frameworks make of the objects they are given: proxies, of all that is reached through one, too.

import * as neo4j from "neo4j-wasm";
import { env } from "../harness/env.js";
import { assert, equal, match, test, throws } from "../harness/test.js";
import { internal } from "./internals.js";
import { replayed, replaying, str, structure, tiny } from "./replay.js";

const { encodeMap } = await internal("core.js");
const { Duration, float, LocalDate, Node, Path, Point, READ, Relationship, ZonedDateTime } = neo4j;

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
    // Not all quote what they cannot clone.
    const said = ["firefox", "bun"].includes(env.runtime) ? /unsupported|clone/ : /belongs to the page or worker that made it/;
    match(String(throws(() => structuredClone(handle), { name: "DataCloneError" }).message), said);
  }
  await tx.close();
});

const { Counters } = neo4j;
const ann = new Node("4:x:1", ["A"], { name: "Ann", born: new LocalDate(1970, 1, 2) });
const knows = new Relationship("5:x:1", "4:x:1", "4:x:1", "KNOWS", {});

test("records and values work behind a proxy of everything they hold", async () => {
  const { records } = await replayed(["day", "name"], [[[structure("D", tiny(1)), str("Ann")]]], (result) => result);
  const [record] = wrapped([records[0]]);
  equal([record.get("name"), record.get(1), record.has("x"), record.has("day"), record.length], ["Ann", "Ann", false, true, 2]);
  equal(String(record.get("day")), "1970-01-02");
  equal([...record].length, 2);
  equal([JSON.stringify(record), record.toObject().name], ['{"day":"1970-01-02","name":"Ann"}', "Ann"]);
  throws(() => record.get("x"), { code: "UnknownKey", message: /its keys are "day", "name"/ });
  const values = [
    ann, knows, new Path(ann, [{ start: ann, relationship: knows, end: ann }]), new Point(7203, 1, 2), float(2),
    new LocalDate(2024, 1, 2), new Duration(1, 2, 3n, 4),
    new ZonedDateTime(2024, 7, 2, 3, 4, 5, 6, undefined, "Europe/Paris"),
  ];
  for (const value of values) {
    equal(String(wrapped(value)), String(value));
    equal(JSON.stringify(wrapped([value])), JSON.stringify([value]));
    assert(wrapped(value) instanceof value.constructor);
  }
  const counters = wrapped({ of: new Counters({ "nodes-created": 1 }) }).of;
  equal([counters.containsUpdates(), counters.containsSystemUpdates(), counters.nodesCreated], [true, false, 1]);
  equal(Object.keys(counters).length, 12);
});

test("what is behind a proxy is a parameter like itself", () => {
  const parameters = {
    list: [1, [2, { x: null }]], map: { a: { b: "c" } }, day: new LocalDate(2024, 1, 2), place: new Point(7203, 1, 2),
    real: float(2), span: new Duration(1, 2, 3n, 4), when: new ZonedDateTime(1970, 1, 1, 0, 0, 0, 0, 0),
  };
  equal(encodeMap(wrapped(parameters)), encodeMap(parameters));
});

test("what a proxy keeps to itself is refused by its path, never sent as something else", () => {
  const bytes = Uint8Array.of(1, 2);
  const values = [
    new Date(0), new Map([["a", 1]]), new Set([1]), bytes, Float64Array.of(1), bytes.buffer, new DataView(bytes.buffer),
    new neo4j.Vector(Float32Array.of(1)), new neo4j.Uuid(new Uint8Array(16)),
  ];
  for (const value of values) {
    const { message } = throws(() => encodeMap(wrapped({ a: [value] })), { name: "UsageError", code: "InvalidParameter" });
    assert(message.startsWith("parameters.a[0]") && message.includes("behind a proxy"), message);
  }
});

test("a Date behind a proxy is told from an invalid one", () => {
  const from = (date) => throws(() => ZonedDateTime.from(date), { code: "InvalidValue" }).message;
  equal(from(wrapped(new Date(0))), "ZonedDateTime.from takes a valid Date, got an instance of Date behind a proxy");
  equal(from(new Date(NaN)), "ZonedDateTime.from takes a valid Date, got an invalid one");
});

test("tokens and configurations may be behind proxies", () => {
  for (const auth of [["neo4j", "secret"], neo4j.basicAuth("neo4j", "secret"), neo4j.bearerAuth("secret")]) {
    equal(neo4j.GraphDatabase.driver("bolt://127.0.0.1:1", wrapped({ auth })).closed(), false);
  }
});

// Where npm's packages are found; by names that no bundler looks for.
const [vueName, mobxName] = ["@vue/reactivity", "mobx"];
const skip = env.runtime === "node" ? undefined : "needs packages of npm";

test("reactive() and ref() of Vue", { skip }, async (t) => {
  const { isReactive, reactive, readonly, ref, shallowReactive, toRaw } = await import(vueName);
  const { records } = await replayed(["n", "a"], [[[tiny(1), str("x")]]], (result) => result);
  const list = ref([records[0]]);
  assert(isReactive(list.value[0]));
  equal([list.value[0].get("n"), [...list.value[0]], list.value[0].toObject()], [1, [1, "x"], { n: 1, a: "x" }]);
  equal(String(reactive({ ann }).ann), String(ann));
  const parameters = { list: [1, { day: new Date(0) }], map: new Map([["a", ann.properties.born]]), bytes: Uint8Array.of(1) };
  for (const wrap of [reactive, readonly, shallowReactive]) {
    equal(encodeMap(wrap(parameters)), encodeMap(parameters));
    const driver = wrap(start(t));
    equal(numbers((await driver.executeQuery("RETURN 1")).records), [1, 2, 3]);
    const session = wrap(driver.session());
    equal(await session.executeWrite(async (tx) => numbers((await wrap(tx).run("RETURN 1")).records)), [1, 2, 3]);
    equal(numbers((await wrap(session.run("RETURN 1"))).records), [1, 2, 3]);
    const tx = wrap(await session.beginTransaction());
    await tx.run("RETURN 1").consume();
    await tx.rollback();
    await session.close();
    assert(toRaw(driver) instanceof neo4j.Driver && driver instanceof neo4j.DirectDriver);
    await driver.close();
  }
  const columns = await replayed(["n", "s"], [[[tiny(1), str("x")]]], async (result) => {
    for await (const batch of result.batches()) return reactive(batch).columns;
  });
  equal([...columns.s, ...columns.n], ["x", 1]);
});

test("observable() and makeAutoObservable() of MobX", { skip }, async (t) => {
  const { autorun, makeAutoObservable, observable, runInAction } = await import(mobxName);
  const { records } = await replayed(["n"], [[[tiny(1)]]], (result) => result);
  const store = makeAutoObservable({ rows: [], driver: start(t), parameters: { list: [1, [2]], map: new Map([["a", 1]]) } });
  const seen = [];
  autorun(() => seen.push(store.rows.map((record) => record.get("n"))));
  runInAction(() => store.rows.push(...records));
  equal(seen, [[], [1]]);
  equal(encodeMap(store.parameters), encodeMap({ list: [1, [2]], map: { a: 1 } }));
  equal(encodeMap({ a: observable(new Set([1])) }), encodeMap({ a: [1] }));
  equal(numbers((await store.driver.executeQuery("RETURN $x", { x: store.parameters })).records), [1, 2, 3]);
});
