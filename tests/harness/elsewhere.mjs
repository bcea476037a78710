// Another runtime to connect from, one that trusts a certificate authority if need be: a process, or a page of a browser.

import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { startBrowser } from "./browser.mjs";
import { env } from "./env.js";

/** The runtimes there are: those with a program of their own, and the browsers. */
export const programs = Object.keys(env.programs);
export const browsers = ["chromium", "firefox"];

/** Each with each of its ways to a server, as `socket` has it, and what both are called; a browser has one way. */
export const ways = (names) =>
  names.flatMap((name) =>
    browsers.includes(name)
      ? [{ name, title: name }]
      : ["tcp", "websocket"].map((socket) => ({ name, socket, title: `${name} over ${socket}` })));

/**
 * Starts `name`; with `authority`, a PEM file, it trusts what that has signed. Browsers open `page`; programs run the
 * `script` that stands in for this folder's own. Gives { attempt(uri, config), end() }; see attempt.js.
 */
export function elsewhere(name, options = {}) {
  return browsers.includes(name) ? inBrowser(name, options) : inProcess(name, options);
}

const SCRIPT = fileURLToPath(new URL("./attempt-here.mjs", import.meta.url));

function inProcess(name, { authority, script = SCRIPT }) {
  const [program, ...flags] = env.programs[name];
  const trust = authority && { NODE_EXTRA_CA_CERTS: authority, DENO_CERT: authority };
  const stdio = ["pipe", "pipe", "inherit"];
  const child = spawn(program, [...flags, script], { env: { ...process.env, ...trust }, stdio });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async attempt(uri, config = {}) {
      child.stdin.write(`${JSON.stringify([uri, config])}\n`);
      return JSON.parse((await lines.next()).value);
    },
    end: () => new Promise((resolve) => child.once("exit", resolve).stdin.end()),
  };
}

async function inBrowser(kind, { authority, page: url, flags = [], insecure = false }) {
  const home = mkdtempSync(join(tmpdir(), "neo4j-wasm-home-"));
  const prepare = (profile) => authority && trustIn(kind === "firefox" ? profile : join(home, ".pki/nssdb"), authority);
  const browser = await startBrowser({ kind, flags, prepare, insecure, env: { ...process.env, HOME: home } });
  const page = await browser.newPage();
  await page.goto(url);
  return {
    page,
    attempt: (uri, config = {}) =>
      page.evaluate(async (...call) => (await import("/tests/harness/attempt.js")).attempt(...call), uri, config),
    end: () => browser.end().finally(() => rmSync(home, { recursive: true, force: true, maxRetries: 5 })),
  };
}

/** Browsers keep what they trust in a database of their own. */
function trustIn(folder, authority) {
  mkdirSync(folder, { recursive: true });
  execFileSync(env.certutil, ["-N", "--empty-password", "-d", `sql:${folder}`]);
  execFileSync(env.certutil, ["-A", "-t", "C,,", "-n", "test", "-i", authority, "-d", `sql:${folder}`]);
}
