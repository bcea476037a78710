// Parameters that mean nothing in Cypher: the error says where they stand, nothing is sent, and the work goes on.

import { ConfigurationError, UsageError } from "neo4j-wasm";
import { equal, match, rejects, test } from "../harness/test.js";
import { connect, count, label, one, start, watched } from "./support.js";

class Money {
  amount = 1;
}
const cycle = { name: "cycle" };
cycle.self = [cycle];
let deep = [];
for (let level = 0; level < 1_000; level++) deep = [deep];

/** What is refused, with what the message says. */
const SENSELESS = {
  "undefined": [undefined, /undefined/],
  "a function": [() => 1, /function/],
  "a symbol": [Symbol("s"), /symbol/],
  "an instance of a user's class": [new Money(), /Money/],
  "a promise": [Promise.resolve(1), /[Pp]romise.*await/],
  "an invalid Date": [new Date(NaN), /invalid Date/i],
  "a RegExp": [/x/, /RegExp/],
  "an Error": [new Error("secret words"), /Error/],
  "a WeakMap": [new WeakMap(), /WeakMap/],
  "a bigint beyond 64 bits": [2n ** 63n, /64 bits/],
  "a bigint beyond 64 bits, negative": [-(2n ** 63n) - 1n, /64 bits/],
  "half a surrogate pair": ["a\ud800b", /surrogate/],
  "an object that holds itself": [cycle, /holds itself/],
  "a thousand nested lists": [deep, /nested|deep/],
  "a hole in an array": [[1, , 3], /hole/],
  "a Map with keys that are not strings": [new Map([[1, 2]]), /key/],
};

/** Fails as it should, by each way into the driver, with the path of the value. */
async function refusedEverywhere(driver, session, value, message) {
  const parameters = { user: { since: [1, 2, value] } };
  const expected = { name: "UsageError", code: "InvalidParameter", retryable: false };
  const queries = [
    () => driver.executeQuery("RETURN $user", parameters),
    () => session.run("RETURN $user", parameters),
    () => session.run("RETURN $user", parameters).single(),
    () => session.run("RETURN $user", new Map(Object.entries(parameters))).keys(),
  ];
  for (const query of queries) {
    const error = await rejects(async () => query(), expected);
    match(error.message, /^parameters\.user\.since\[2\]/);
    match(error.message, message);
  }
}

for (const [what, [value, message]] of Object.entries(SENSELESS)) {
  test(`${what} is refused with its path, and nothing is sent`, async (t) => {
    const watch = watched();
    const driver = connect(t, { webSocket: watch.webSocket });
    const session = start(t, driver);
    await session.run("RETURN 1");
    const { sends } = watch;
    await refusedEverywhere(driver, session, value, message);
    equal([watch.sends, watch.opened.length], [sends, 1], "sends and sockets");
    equal((await session.run("RETURN $fine AS fine", { fine: [1] }).single()).get("fine"), [1]);
  });
}

test("a path shows keys that are no names in quotes, and the first fault only", async (t) => {
  const driver = connect(t);
  const path = async (parameters) => {
    const { message } = await rejects(driver.executeQuery("RETURN 1", parameters), UsageError);
    return message.split(": ")[0];
  };
  equal(await path({ "a b": [{ "": undefined }] }), 'parameters["a b"][0][""]');
  equal(await path({ größe: undefined }), "parameters.größe");
  equal(await path({ a: 1, b: undefined, c: undefined }), "parameters.b");
  equal(await path(new Map([["x", new Set([1, undefined])]])), "parameters.x[1]");
});

test("parameters that are no map are refused", async (t) => {
  const driver = connect(t);
  for (const parameters of [[1], "text", 7, new Money(), new Set(), new Date()]) {
    await rejects(driver.executeQuery("RETURN 1", parameters), { name: "UsageError", message: /^parameters: / });
  }
  equal(await one(driver, "RETURN 1"), 1);
});

test("a refused value does not show what is in it", async (t) => {
  const driver = connect(t);
  class Secret {
    password = "hunter2";
    toString = () => "hunter2";
  }
  for (const secret of [new Secret(), new Error("hunter2"), () => "hunter2"]) {
    const error = await rejects(driver.executeQuery("RETURN $s", { s: secret }), UsageError);
    equal(JSON.stringify(error).includes("hunter2") || error.message.includes("hunter2"), false);
  }
});

test("a refused parameter ends its transaction", async (t) => {
  const driver = connect(t);
  const name = label(t, driver);
  const session = start(t, driver);
  const tx = await session.beginTransaction();
  await tx.run(`CREATE (:${name})`);
  await rejects(tx.run("RETURN $x", { x: undefined }), { code: "InvalidParameter" });
  equal(tx.isOpen(), false);
  await rejects(tx.run(`CREATE (:${name})`), { code: "TransactionFailed" });
  await rejects(tx.commit(), { code: "TransactionFailed" });
  equal(await count(driver, name), 0);
});

test("a managed transaction with a refused parameter is rolled back and not tried again", async (t) => {
  const driver = connect(t);
  const name = label(t, driver);
  const session = start(t, driver);
  let tries = 0;
  const work = async (tx) => {
    tries++;
    await tx.run(`CREATE (:${name})`);
    await tx.run("RETURN $x", { x: Symbol("x") });
  };
  await rejects(session.executeWrite(work), { code: "InvalidParameter" });
  equal([tries, await count(driver, name)], [1, 0]);
});

test("metadata is looked at in the same way", async (t) => {
  const driver = connect(t);
  const session = start(t, driver);
  const metadata = { app: { parts: [undefined] } };
  const expected = { message: /^metadata\.app\.parts\[0\]: / };
  await rejects(driver.executeQuery("RETURN 1", {}, { metadata }), expected);
  await rejects(session.run("RETURN 1", {}, { metadata }), expected);
  await rejects(session.beginTransaction({ metadata }), expected);
  await rejects(session.executeRead((tx) => tx.run("RETURN 1"), { metadata }), expected);
  equal(await one(driver, "RETURN 1"), 1);
});

test("a query that is no text is refused, and nothing is opened", async (t) => {
  const driver = connect(t);
  const session = start(t, driver);
  for (const query of [undefined, null, 7, "", "  \n", { text: "RETURN 1" }]) {
    await rejects(driver.executeQuery(query), { name: "UsageError", code: "InvalidQuery" });
    await rejects(session.run(query), { name: "UsageError", code: "InvalidQuery" });
  }
  equal(driver.metrics(), []);
});

test("options that are unknown or wrong are refused where they are given, and nothing is opened", async (t) => {
  const driver = connect(t);
  const session = start(t, driver);
  const wrong = (message) => ({ name: "ConfigurationError", message });
  await rejects(driver.executeQuery("RETURN 1", {}, { databse: "neo4j" }), wrong(/databse.*database/));
  await rejects(session.run("RETURN 1", {}, { timeout: "30s" }), wrong(/timeout.*milliseconds.*"30s"/));
  await rejects(session.beginTransaction({ signal: {} }), wrong(/signal.*AbortSignal/));
  await rejects(session.executeRead(() => 1, { timeout: -1 }), ConfigurationError);
  await rejects(session.executeRead(undefined), UsageError);
  await rejects(driver.verifyConnectivity({ acessMode: "READ" }), wrong(/accessMode/));
  await rejects(async () => driver.session({ fetchSize: 0 }), wrong(/fetchSize/));
  equal(driver.metrics(), []);
});
