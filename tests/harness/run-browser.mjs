// Runs suites in a headless browser: Chromium or Firefox, in pages or in workers of them. The pages come from
// `cargo xtask`, which serves tests and package to them, and so does the script that runs them there.

import { startBrowser } from "./browser.mjs";
import { done, endWithInput, report, task } from "./report.mjs";

const { browser: kind, runs } = task();
const starting = startBrowser({ kind });
endWithInput(() => starting.then((browser) => browser.end()));
const browser = await starting;

/** One run, in a page of its own. */
async function inPage({ page: url, script, ...suites }) {
  const page = await browser.newPage();
  page.on("console", (message) => {
    // Without arguments it is the browser's own word on a connection that failed: many tests make one fail.
    if (message.args().length) console.log(`[${kind}] ${message.text()}`);
  });
  // A page that dies answers no more: the run would wait for ever.
  page.on("error", (error) => {
    report({ suite: kind, name: "(the page lives)", status: "failed", ms: 0, error: String(error) });
    process.exit(1);
  });
  await page.exposeFunction("reportToRunner", report);
  await page.goto(url);
  await page.evaluate(
    async (script, task) => {
      const { run } = await import(script);
      const reports = [];
      await run(task, (result) => reports.push(globalThis.reportToRunner(result)));
      await Promise.all(reports);
    },
    script,
    suites,
  );
  await page.close();
}

for (const run of runs) {
  await inPage(run);
  report({ ran: true });
}
await browser.end();
done();
