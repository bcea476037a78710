// Headless browsers for tests: an empty profile of their own, no traffic of their own, gone when we are.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import puppeteer from "puppeteer-core";

const CHROMIUM = [
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  // `gc()` for tests of memory, as in Node.js.
  "--js-flags=--expose-gc",
  // It runs our own pages only, and as root or in a container there is no sandbox to be had.
  "--no-sandbox",
];

const FIREFOX = {
  "app.update.enabled": false,
  "datareporting.policy.dataSubmissionEnabled": false,
  "network.captive-portal-service.enabled": false,
  "network.connectivity-service.enabled": false,
};

/**
 * Starts a browser, "chromium" or "firefox"; `browser.end()` ends it and removes its profile. Use `browser.newPage()`
 * as puppeteer has it. `prepare` gets the profile's folder before the browser does; `insecure` lets pages be opened
 * whose certificates nobody trusts; `prefs` are Firefox's.
 */
export async function startBrowser(given = {}) {
  const { kind = "chromium", flags = [], timeout = 60_000, prepare = () => {}, insecure = false, prefs, env } = given;
  const userDataDir = mkdtempSync(join(tmpdir(), `neo4j-wasm-${kind}-`));
  prepare(userDataDir);
  const own = kind === "chromium"
    // By pipe: when this process dies, however it does, the pipe closes and the browser goes too.
    ? { executablePath: process.env.CHROMIUM, pipe: true, args: [...CHROMIUM, ...flags] }
    : { executablePath: process.env.FIREFOX, browser: "firefox", extraPrefsFirefox: { ...FIREFOX, ...prefs }, args: flags };
  const options = { headless: true, userDataDir, timeout, acceptInsecureCerts: insecure, env };
  // One call to the page may last as long as all suites together; tests have limits of their own.
  const browser = await puppeteer.launch({ ...options, ...own, protocolTimeout: 0 });
  const kill = () => {
    browser.process()?.kill("SIGKILL");
    rmSync(userDataDir, { recursive: true, force: true, maxRetries: 5 });
  };
  process.once("exit", kill);
  browser.end = async () => {
    await Promise.race([browser.close(), new Promise((resolve) => setTimeout(resolve, 5_000))]);
    process.off("exit", kill);
    kill();
  };
  return browser;
}
