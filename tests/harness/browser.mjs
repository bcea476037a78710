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

const SYSTEM_ACCESS = "-remote-allow-system-access";

/**
 * Whoever drives Firefox is told of each worker, and for that a worker that starts another waits, its event loop standing
 * still, until the page's thread has noted it: under load one in twenty waits for ever. We do not want to be told.
 */
async function leaveWorkersAlone({ connection }) {
  const { result } = await connection.send("browsingContext.getTree", { "moz:scope": "chrome", maxDepth: 0 });
  const module = "chrome://remote/content/shared/js-process-actors/WebDriverWorkerListenerActor.sys.mjs";
  await connection.send("script.evaluate", {
    // Where there is no such module, nothing waits.
    expression: `try { ChromeUtils.importESModule("${module}").unregisterWebDriverWorkerListenerActor() } catch {}`,
    target: { context: result.contexts[0].context },
    awaitPromise: false,
  });
}

/**
 * Starts a browser, "chromium" or "firefox"; `browser.end()` ends it and removes its profile. Use `browser.newPage()`
 * as puppeteer has it. `prepare` gets the profile's folder before the browser does; `insecure` lets pages be opened
 * whose certificates nobody trusts; `prefs` are Firefox's.
 */
export async function startBrowser(given = {}) {
  const { kind = "chromium", flags = [], timeout = 60_000, prepare = () => {}, insecure = false, prefs, env } = given;
  const userDataDir = mkdtempSync(join(tmpdir(), `neo4j-wasm-${kind}-`));
  prepare(userDataDir);
  const isChromium = kind === "chromium";
  const own = isChromium
    // By pipe: when this process dies, however it does, the pipe closes and the browser goes too.
    ? { executablePath: process.env.CHROMIUM, pipe: true, args: [...CHROMIUM, ...flags] }
    : { executablePath: process.env.FIREFOX, browser: "firefox", extraPrefsFirefox: { ...FIREFOX, ...prefs }, args: [...flags, SYSTEM_ACCESS] };
  const options = { headless: true, userDataDir, timeout, acceptInsecureCerts: insecure, env };
  // One call to the page may last as long as all suites together; tests have limits of their own.
  const browser = await puppeteer.launch({ ...options, ...own, protocolTimeout: 0 });
  const kill = () => {
    browser.process()?.kill("SIGKILL");
    rmSync(userDataDir, { recursive: true, force: true, maxRetries: 5 });
  };
  process.once("exit", kill);
  if (!isChromium) await leaveWorkersAlone(browser);
  browser.end = async () => {
    await Promise.race([browser.close(), new Promise((resolve) => setTimeout(resolve, 5_000))]);
    process.off("exit", kill);
    kill();
  };
  return browser;
}
