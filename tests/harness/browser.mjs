// Headless Chromium for tests: its own empty profile, no traffic of its own, gone when we are.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import puppeteer from "puppeteer-core";

const FLAGS = [
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

/** Starts Chromium; `browser.end()` ends it and removes its profile. Use `browser.newPage()` as puppeteer has it. */
export async function startBrowser({ flags = [], timeout = 60_000 } = {}) {
  const userDataDir = mkdtempSync(join(tmpdir(), "neo4j-wasm-chromium-"));
  const browser = await puppeteer.launch({
    executablePath: process.env.CHROMIUM,
    headless: true,
    // By pipe: when this process dies, however it does, the pipe closes and the browser goes too.
    pipe: true,
    userDataDir,
    timeout,
    // One call to the page may last as long as all suites together; tests have limits of their own.
    protocolTimeout: 0,
    args: [...FLAGS, ...flags],
  });
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
