// Runs suites, one test after the other, and reports each. The same code in every runtime; only who starts it differs.

import { Skipped, takeRegistered } from "./test.js";

// As they are before a test puts something in their place.
const { setTimeout, clearTimeout } = globalThis;
const { now } = Date;

/** How long a suite may take to load, in milliseconds. */
const LOAD_LIMIT = 120_000;

/**
 * Loads each suite, { name, url } or { name, load }, and runs its tests. `report` gets
 * { suite, name, status, ms, reason?, error? }, and before each { suite, name, status: "begun", limit }: a test that
 * stops everything is known by its beginning.
 * With `skipAll`, a reason, nothing is run and every test is reported as skipped.
 */
export async function runSuites(suites, report, skipAll) {
  catchStrays();
  for (const { name: suite, url, load = () => import(url) } of suites) {
    let loading;
    await begin({ suite, name: "(the suite loads)", limit: LOAD_LIMIT });
    try {
      await within(LOAD_LIMIT, load);
    } catch (error) {
      loading = error;
    }
    const tests = takeRegistered();
    if (loading) {
      report({ suite, name: "(the suite loads)", status: "failed", ms: 0, error: describe(loading) });
      continue;
    }
    for (const test of tests) {
      const { name, timeout: limit } = test;
      const reason = skipAll ?? test.skip;
      if (!reason) await begin({ suite, name, limit });
      report({ suite, name, ...(reason ? { status: "skipped", ms: 0, reason: String(reason) } : await runOne(test)) });
    }
  }

  /** With a turn of the event loop, so that the word is out before the test may block it. */
  function begin(what) {
    report({ ...what, status: "begun" });
    return turn();
  }
}

const turn = () => new Promise((resolve) => setTimeout(resolve, 0));

async function runOne(test) {
  const cleanups = [];
  const context = {
    name: test.name,
    skip: (why) => {
      throw new Skipped(why);
    },
    /** Called when the test is over, however it ended; last one first. */
    after: (cleanup) => cleanups.unshift(cleanup),
  };
  const start = now();
  const errors = [];
  let skipped;
  const attempt = async (limit, work) => {
    try {
      await within(limit, work);
    } catch (error) {
      if (error instanceof Skipped) skipped = error.message;
      else errors.push(error);
    }
  };
  strays.length = 0;
  await attempt(test.timeout, async () => test.body(context));
  // They share what one test may take: together with the test that is the longest silence.
  const end = now() + test.timeout;
  for (const cleanup of cleanups) await attempt(Math.max(0, end - now()), async () => cleanup());
  // A promise that nobody awaits is reported one turn after it fails.
  await turn();
  errors.push(...strays.splice(0));
  const ms = now() - start;
  if (errors.length) return { status: "failed", ms, error: errors.map(describe).join("\n") };
  return skipped === undefined ? { status: "passed", ms } : { status: "skipped", ms, reason: skipped };
}

function within(limit, work) {
  let timer;
  const tooLong = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done after ${limit} ms`)), limit);
  });
  return Promise.race([work(), tooLong]).finally(() => clearTimeout(timer));
}

/** Errors that reach nobody: they fail the test during which they appear. */
const strays = [];
let catching = false;

function catchStrays() {
  if (catching) return;
  catching = true;
  const keep = (what, error, promise) => {
    strays.push(Object.assign(new Error(`${what}: ${error?.message ?? error}`, { cause: error }), { promise }));
  };
  if (typeof globalThis.process?.on === "function") {
    process.on("unhandledRejection", (error) => keep("unhandled rejection", error));
    process.on("uncaughtException", (error) => keep("uncaught error", error));
  } else {
    addEventListener("unhandledrejection", (event) => keep("unhandled rejection", event.reason, event.promise));
    // Older workerd speaks up before anyone can have listened, and takes it back.
    addEventListener("rejectionhandled", ({ promise }) => {
      strays.splice(0, Infinity, ...strays.filter((stray) => stray.promise !== promise));
    });
    addEventListener("error", (event) => keep("uncaught error", event.error ?? event.message));
  }
}

/** Frames that are the same for every test: ours and the runtime's. */
const NOISE = /\/tests\/harness\/(test|run|here|worker|run-node|run-browser)\.m?js|node:internal|pptr:/;

/** Message first, then the stack without the message again. */
export function describe(error) {
  if (!(error instanceof Error)) return `thrown: ${String(error)}`;
  const title = `${error.name}: ${error.message}`;
  const isFrame = (line) => /^\s+at |@/.test(line) && !title.includes(line) && !NOISE.test(line);
  const frames = String(error.stack ?? "").split("\n").filter(isFrame);
  const cause = error.cause instanceof Error ? `\ncaused by ${describe(error.cause)}` : "";
  return [title, ...frames].join("\n") + cause;
}
