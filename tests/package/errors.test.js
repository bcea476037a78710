// Errors: their classes, what they carry, what they look like printed and in JSON, and where they say they come from.

import * as neo4j from "neo4j-wasm";
import { assert, equal, rejects, test, throws } from "../harness/test.js";
import { internal } from "./internals.js";
import { replaying, tiny } from "./replay.js";

const { makeError } = await internal("core.js");

const KINDS = [
  "ConfigurationError", "AuthError", "ConnectionError", "TimeoutError", "CommitUncertainError", "ProtocolError",
  "TransactionError", "ResultConsumedError", "UsageError", "ServerError",
];

test("each kind is a class of its own, and a Neo4jError", () => {
  for (const kind of KINDS) {
    const error = makeError(kind, "Code", "text", false);
    assert(error instanceof neo4j[kind] && error instanceof neo4j.Neo4jError && error instanceof Error, kind);
    equal([error.name, error.code, error.message, error.retryable], [kind, "Code", "text", false]);
    equal(String(error), `${kind}: text`);
    equal(KINDS.filter((other) => error instanceof neo4j[other]), [kind]);
  }
  equal(new neo4j.Neo4jError("x").name, "Neo4jError");
});

test("an error has what is known and nothing else", () => {
  const cause = makeError("ServerError", "", "inner", false);
  equal(Object.keys(cause), ["retryable"]);
  const status = { gqlStatus: "42N01", statusDescription: "error: …", diagnosticRecord: { OPERATION: "" } };
  const position = { offset: 1, line: 2, column: 3 };
  const error = makeError("ServerError", "Neo.X", "text", true, status, position, cause);
  equal(error.cause, cause);
  equal(JSON.parse(JSON.stringify(error)), {
    name: "ServerError",
    message: "text",
    retryable: true,
    code: "Neo.X",
    gqlStatus: "42N01",
    gqlStatusDescription: "error: …",
    classification: "UNKNOWN",
    diagnosticRecord: { OPERATION: "" },
    position,
    cause: { name: "ServerError", message: "inner", retryable: false },
  });
  const foreign = makeError("ConnectionError", "", "text", false, undefined, undefined, new TypeError("odd"));
  equal(JSON.parse(JSON.stringify(foreign)).cause, { name: "TypeError", message: "odd" });
});

test("a failed call says where in the user's code it was made", async (t) => {
  // Nothing listens there, and browsers do not even try.
  const driver = neo4j.GraphDatabase.driver("bolt://127.0.0.1:1", { maxRetryTime: 0 });
  t.after(() => driver.close());
  const session = driver.session();
  // Not `return driver…`: a call in tail position leaves no frame behind in some runtimes.
  const calls = [
    async function queries() { await driver.executeQuery("RETURN 1"); },
    async function verifies() { await driver.verifyConnectivity(); },
    async function runs() { await session.run("RETURN 1"); },
    async function begins() { await session.beginTransaction(); },
    async function works() { await session.executeRead(() => {}); },
  ];
  for (const call of calls) {
    const error = await rejects(call, neo4j.ConnectionError);
    assert(error.stack.includes(call.name) && !error.stack.includes("wasm://"), error.stack);
    firstFrame(error, call.name);
  }
});

/** The first frame is the caller's; nothing of the driver's stands before it. */
function firstFrame(error, name) {
  if (!Error.captureStackTrace) return;
  const [first] = error.stack.replace(`${error.name}: ${error.message}\n`, "").split("\n");
  assert(first.includes(name), error.stack);
}

test("what is refused says first where in the user's code that was", async (t) => {
  const driver = replaying(["n"], [[[tiny(1)], [tiny(2)]]]);
  t.after(() => driver.close());
  const session = driver.session();
  const record = (await driver.executeQuery("RETURN 1")).records[0];
  const wrong = { deep: [{ x: undefined }] };
  const URI = "bolt://127.0.0.1:1";
  const calls = [
    async function makes() { neo4j.GraphDatabase.driver(URI, { logging: 1 }); },
    async function makesAnew() { new neo4j.Driver(URI, { maxConnectionPoolSize: 0 }); },
    async function withoutScheme() { neo4j.GraphDatabase.driver("localhost"); },
    async function opens() { driver.session({ database: 5 }); },
    async function queries() { await driver.executeQuery("RETURN 1", wrong); },
    async function queriesNothing() { await driver.executeQuery(""); },
    async function setsWrong() { await driver.executeQuery("RETURN 1", {}, { timeout: "1" }); },
    async function verifies() { await driver.verifyConnectivity({ x: 1 }); },
    async function runs() { await session.run("RETURN 1", wrong); },
    async function reads() { await session.executeRead("RETURN 1"); },
    async function begins() { await session.beginTransaction({ timeout: -1 }); },
    async function looksUp() { record.get("x"); },
    async function manages() { neo4j.bookmarkManager({ initialBookmarks: 1 }); },
    async function renews() { neo4j.authTokenManagers.basic({}); },
  ];
  for (const call of calls) firstFrame(await rejects(call, neo4j.Neo4jError), call.name);
  const failed = session.executeRead(async function inside(tx) {
    async function worksWrong() { await tx.run("RETURN 1", wrong); }
    firstFrame(await rejects(worksWrong, neo4j.UsageError), worksWrong.name);
  });
  await rejects(failed, neo4j.TransactionError);
  const result = session.run("RETURN 1");
  await result;
  async function takesTwice() { await result.single(); }
  firstFrame(await rejects(takesTwice, neo4j.ResultConsumedError), takesTwice.name);
});

test("texts say what was got, as far as it can hold no secret", async (t) => {
  const driver = replaying([...Array(30).keys()].map(String), [[Array(30).fill(tiny(1))]]);
  t.after(() => driver.close());
  const { records } = await driver.executeQuery("RETURN 1");
  const many = throws(() => records[0].get("x"), { code: "UnknownKey" }).message;
  assert(many.endsWith('"18", "19", …'), many);
  const URI = "bolt://127.0.0.1:1";
  const made = (uri, config) => throws(() => neo4j.GraphDatabase.driver(uri, config), neo4j.ConfigurationError).message;
  equal(made(undefined), "A URI is a string, got undefined: is an environment variable not set?");
  const mixed = made(URI, { notificationFilter: { disabledClassifications: ["HINT", 5] } });
  equal(mixed, "disabledClassifications takes an array of strings, got an array of a string, a number");
  const asked = await rejects(driver.executeQuery({ text: "RETURN 1", parameters: {} }), { code: "InvalidQuery" });
  equal(asked.message, "A query is a string of Cypher, got an object: pass its text and its parameters one after the other");
  for (const [url, got] of [["http://relay/?key=s3cret", "one with http:"], ["ws://x/?key=s3cret#y", "one with a fragment"]]) {
    const relayed = neo4j.GraphDatabase.driver(URI, { maxRetryTime: 0, webSocketUrl: () => url });
    const error = await rejects(relayed.verifyConnectivity(), neo4j.Neo4jError);
    const text = `${error.message} ${error.cause?.message}`;
    assert(text.includes(`URL without a fragment, got ${got}`) && !text.includes("s3cret"), text);
    await relayed.close();
  }
});

test("what the user's own work throws stays as it is", async (t) => {
  const webSocket = () => {
    throw "odd";
  };
  const driver = neo4j.GraphDatabase.driver("bolt://127.0.0.1:1", { maxRetryTime: 0, webSocket });
  t.after(() => driver.close());
  const error = await rejects(driver.executeQuery("RETURN 1"), neo4j.ConnectionError);
  assert(error.message.includes("odd"), error.message);
  const aborted = AbortSignal.abort("my reason");
  equal(await driver.executeQuery("RETURN 1", {}, { signal: aborted }).catch((reason) => reason), "my reason");
});
