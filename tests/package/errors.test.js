// Errors: their classes, what they carry, what they look like printed and in JSON, and where they say they come from.

import * as neo4j from "neo4j-wasm";
import { assert, equal, rejects, test } from "../harness/test.js";
import { internal } from "./internals.js";

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
