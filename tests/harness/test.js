// The whole test framework: `test` and a few asserts. Runs wherever the driver does, so it uses nothing but JavaScript.
//
//   import { test, equal, rejects } from "../harness/test.js";
//   test("adds", async (t) => { equal(1 + 1, 2); });
//   test("needs TLS", { skip: "no certificate here" }, async () => {});
//   test("is slow", { timeout: 120_000 }, async (t) => { t.after(() => driver.close()); });

import { difference, show } from "./equality.js";

export { difference, show };

const DEFAULT_TIMEOUT = 60_000;
/** Whoever runs us takes five minutes of silence for a hang. */
const LONGEST_TIMEOUT = 240_000;

/** What suites registered and no runner has taken yet. */
const waiting = [];

/** Registers a test. Options: `skip` (a reason), `timeout` (milliseconds). */
export function test(name, options, body) {
  if (typeof options === "function") [options, body] = [{}, options];
  if (typeof name !== "string" || typeof body !== "function") throw new TypeError("test(name, [options], function)");
  for (const key of Object.keys(options)) {
    // A misspelt option would otherwise quietly not skip.
    if (key !== "skip" && key !== "timeout") throw new TypeError(`test "${name}": unknown option ${key}`);
  }
  if (options.timeout > LONGEST_TIMEOUT) throw new RangeError(`test "${name}": timeout above ${LONGEST_TIMEOUT}`);
  waiting.push({ name, skip: options.skip, timeout: options.timeout ?? DEFAULT_TIMEOUT, body });
}

/** For runners: hands over what was registered since the last call. */
export function takeRegistered() {
  return waiting.splice(0);
}

export class AssertionError extends Error {
  get name() {
    return "AssertionError";
  }
}

/** Thrown by `t.skip`; runners know it. */
export class Skipped extends Error {}

export function fail(message) {
  throw new AssertionError(message);
}

export function assert(condition, message = "expected something true") {
  if (!condition) fail(message);
}

/** Deep and strict: 1 is not 1n, 0 is not -0, NaN is NaN, and an object equals only one of its own class. */
export function equal(actual, expected, message) {
  const found = difference(actual, expected);
  if (found) fail((message ? `${message}: ` : "") + found);
}

export function notEqual(actual, unexpected, message = "expected something else than") {
  if (!difference(actual, unexpected)) fail(`${message} ${show(unexpected)}`);
}

export function match(text, pattern, message) {
  if (typeof text !== "string" || !pattern.test(text)) {
    fail((message ? `${message}: ` : "") + `${show(text)} does not match ${pattern}`);
  }
}

/** Calls and returns the error. `expected`: a class, a pattern for the message, or an object of properties it must have. */
export function throws(call, expected) {
  let result;
  try {
    result = call();
  } catch (error) {
    return checkError(error, expected);
  }
  return fail(`expected an error, got ${show(result)}`);
}

/** The same for a promise or an async function. */
export async function rejects(promise, expected) {
  let result;
  try {
    result = await (typeof promise === "function" ? promise() : promise);
  } catch (error) {
    return checkError(error, expected);
  }
  return fail(`expected a rejection, got ${show(result)}`);
}

function checkError(error, expected) {
  if (expected === undefined) return error;
  if (typeof expected === "function") {
    if (!(error instanceof expected)) fail(`expected ${expected.name}, got ${show(error)}`);
  } else if (expected instanceof RegExp) {
    match(String(error?.message ?? error), expected, "message");
  } else {
    for (const [key, value] of Object.entries(expected)) {
      if (value instanceof RegExp) match(String(error?.[key]), value, key);
      else equal(error?.[key], value, key);
    }
  }
  return error;
}
