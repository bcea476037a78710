// Runs suites in a headless browser: Chromium or Firefox, in pages or in workers of them. The pages come from
// `cargo xtask`, which serves tests and package to them, and so does the script that runs them there.

import { startBrowser } from "./browser.mjs";
import { done, endWithInput, MARK, report, task } from "./report.mjs";

const { browser: kind, runs } = task();
/** How long who is alive may take for an answer, in milliseconds. */
const ANSWER = 5_000;

let browser;
let page;
const starting = startBrowser({ kind });
// Whoever waits for us has waited in vain: what still answers tells what does not.
endWithInput(async () => report({ silent: await silence() }));
browser = await starting.catch((error) => died(error));
browser.once("disconnected", () => died("it has closed the connection"));

/** The browser is of no use any more. It is reported, and whoever started us starts us again. */
function died(why) {
  report({ died: String(why) }, () => process.exit(1));
  return new Promise(() => {});
}

const answers = (promise) =>
  Promise.race([promise.then(() => true, () => false), new Promise((resolve) => setTimeout(resolve, ANSWER, false))]);
const pageAnswers = () => answers(page.evaluate(() => 1));

/** Who it is that says nothing. */
async function silence() {
  if (page && (await pageAnswers())) return "a worker of the page, which answers itself";
  return browser && (await answers(browser.createBrowserContext())) ? "the page, in a browser that answers itself" : "the browser";
}

/** One run, in a page of its own. */
async function inPage({ page: url, script, ...suites }) {
  page = await browser.newPage();
  // Reports come as what the page writes to its console: one message each, and nothing to wait for.
  const reported = new Promise((resolve) => {
    page.on("console", (message) => {
      const text = message.text();
      if (text.startsWith(MARK)) {
        const result = JSON.parse(text.slice(MARK.length));
        if (result.ran) resolve();
        else report(result);
      } else if (message.args().length) {
        // Without arguments it is the browser's own word on a connection that failed: many tests make one fail.
        console.log(`[${kind}] ${text}`);
      }
    });
  });
  // A page that dies answers no more: the run would wait for ever.
  page.on("error", died);
  const closed = new Promise((resolve) => page.once("close", resolve)).then(() => died("it has closed the page"));
  await page.goto(url);
  const running = page.evaluate(
    async (mark, script, task) => {
      // As it is before a test puts something in its place.
      const say = console.debug.bind(console);
      const { run } = await import(script);
      const report = (result) => say(mark + JSON.stringify(result));
      await run(task, report);
      report({ ran: true });
    },
    MARK,
    script,
    suites,
  );
  await Promise.race([running.then(() => reported), closed]);
}

/** The page goes, and this time that is no death. */
async function leave() {
  page.removeAllListeners("close");
  await page.close();
}

for (const run of runs) {
  try {
    await inPage(run);
  } catch (error) {
    if (!page || !(await pageAnswers())) await died(error);
    report({ suite: kind, name: "(the run)", status: "failed", ms: 0, error: String(error) });
  }
  await leave();
  report({ ran: true });
}
browser.removeAllListeners("disconnected");
await browser.end();
done();
