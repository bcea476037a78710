// Connections of the suite that live in a page of headless Chromium: this side only hands text to and fro.

import { startBrowser } from "../harness/browser.mjs";

/** Opens the page at an address, in which the package is to be found. */
export async function openerIn(url) {
  const browser = await startBrowser();
  const page = await browser.newPage();
  page.on("console", (message) => {
    // Without arguments it is the browser's own word on a connection that failed: many tests make one fail.
    if (message.args().length) console.error(`[chromium] ${message.text()}`);
  });
  page.on("pageerror", (error) => console.error("UNHANDLED", error));
  page.on("error", (error) => {
    console.error("The page is gone", error);
    process.exit(1);
  });
  const writers = new Map();
  await page.exposeFunction("toSuite", (id, text) => writers.get(id)?.(text));
  await page.goto(url);
  await page.evaluate(async () => {
    const { Connection } = await import("/tests/testkit/suite.mjs");
    const connections = new Map();
    globalThis.fromSuite = {
      open: (id) => void connections.set(id, new Connection((text) => globalThis.toSuite(id, text))),
      receive: (id, text) => void connections.get(id).receive(text),
      end: (id) => void connections.get(id).end() || connections.delete(id),
    };
  });
  // Calls arrive in the order in which they were made.
  const call = (...given) => page.evaluate((name, ...rest) => globalThis.fromSuite[name](...rest), ...given);
  let ids = 0;
  return (write) => {
    const id = ids++;
    writers.set(id, write);
    call("open", id);
    return {
      receive: (text) => call("receive", id, text),
      end: () => writers.delete(id) && call("end", id),
    };
  };
}
