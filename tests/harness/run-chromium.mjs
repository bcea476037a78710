// Runs suites in a page of headless Chromium. The page comes from `cargo xtask`, which serves tests and package to it.

import { startBrowser } from "./browser.mjs";
import { done, endWithInput, report, task } from "./report.mjs";

endWithInput();
const { suites, env, skipAll, page: url } = task();
const browser = await startBrowser();
const page = await browser.newPage();
page.on("console", (message) => {
  // Without arguments it is the browser's own word on a connection that failed: many tests make one fail.
  if (message.args().length) console.log(`[chromium] ${message.text()}`);
});
// A page that dies answers no more: the run would wait for ever.
page.on("error", (error) => {
  report({ suite: "chromium", name: "(the page lives)", status: "failed", ms: 0, error: String(error) });
  process.exit(1);
});
await page.exposeFunction("reportToRunner", report);
await page.evaluateOnNewDocument((env) => {
  globalThis.testEnvironment = env;
}, { ...env, runtime: "chromium" });
await page.goto(url);
await page.evaluate(
  async (suites, skipAll) => {
    const { runSuites } = await import("/tests/harness/run.js");
    const reports = [];
    await runSuites(suites, (result) => reports.push(globalThis.reportToRunner(result)), skipAll);
    await Promise.all(reports);
  },
  suites,
  skipAll,
);
await browser.end();
done();
