// Measurements in a page of headless Chromium, with what the page's main thread was busy meanwhile.

import { startBrowser } from "../harness/browser.mjs";

/** Also for a server whose certificate nobody has signed. */
const FLAGS = ["--enable-precise-memory-info", "--ignore-certificate-errors"];

/** `shared`: functions that measurements call, by their names. */
export async function openChromium({ page: url }, shared) {
  const browser = await startBrowser({ flags: FLAGS });
  const page = await opened();

  async function opened() {
    const page = await browser.newPage();
    page.on("console", (message) => message.args().length && console.log(`[chromium] ${message.text()}`));
    page.on("error", (error) => {
      throw error;
    });
    for (const [name, call] of Object.entries(shared)) await page.exposeFunction(name, call);
    await page.goto(url);
    return page;
  }

  const call = (page, name, spec) =>
    page.evaluate(async (name, spec) => (await import("/tests/bench/measure.js"))[name](spec), name, spec);
  const busySeconds = async () => (await page.metrics()).TaskDuration;

  return {
    version: await browser.version(),
    async measure(name, spec) {
      await call(page, "settle");
      const before = await busySeconds();
      const outcome = await call(page, name, spec);
      if (name !== "rows" || outcome.missing) return outcome;
      return { ...outcome, busy: (await busySeconds() - before) * 1_000 };
    },
    /** In a page of its own, which knows nothing yet. */
    async fresh(name, spec) {
      const page = await opened();
      try {
        return await call(page, name, spec);
      } finally {
        await page.close();
      }
    },
    async close() {
      await call(page, "closeAll");
      await browser.end();
    },
  };
}
