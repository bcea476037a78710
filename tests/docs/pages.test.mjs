// The documentation's pages, and what of it is for browsers, in Chromium under a strict content security policy.

import { startBrowser } from "../harness/browser.mjs";
import { env } from "../harness/env.js";
import { equal, test } from "../harness/test.js";
import { prepare } from "./setup.js";

const LOOKS = [
  { scheme: "light", width: 1280, height: 860 },
  { scheme: "dark", width: 360, height: 740 },
];

/** One for all; it ends with the process. */
let browser;

/** A page that must end without a complaint, and what it has printed. */
async function open(t, path, { scheme = "light", width = 1280, height = 860 } = {}) {
  browser ??= startBrowser();
  const page = await (await browser).newPage();
  const [problems, said] = [[], []];
  page.on("console", (message) => {
    const { url = "" } = message.location();
    if (message.type() === "log") said.push(message.text());
    // Blocks are no whole pages: they have no icon. rustdoc's pages warn of fonts that they did not need after all.
    else if (!url.endsWith("/favicon.ico") && !(message.type() === "warn" && path.includes("/rust/"))) problems.push(message.text());
  });
  page.on("pageerror", (error) => problems.push(`uncaught: ${error.message}`));
  t.after(async () => {
    await page.close();
    equal(problems, [], "what the page complained about");
  });
  await page.evaluateOnNewDocument(() => {
    addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI, sourceFile, lineNumber }) =>
      console.error(`policy: ${violatedDirective} ${blockedURI} ${sourceFile}:${lineNumber}`));
  });
  await page.setViewport({ width, height });
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
  const response = await page.goto(new URL(path, env.url).href);
  equal(response.status(), 200, path);
  return { page, said, problems };
}

for (const { name, file, prints } of env.browserBlocks) {
  test(name, async (t) => {
    await prepare();
    const { page, said } = await open(t, "harness");
    await page.evaluate(async (env, file) => {
      globalThis.testEnvironment = env;
      await import(`/tests/docs/${file}`);
    }, env, file);
    if (prints !== null) equal(said.join(" "), prints, "what it prints");
  });
}

for (const { name, path, prints } of env.browserPages) {
  test(name, async (t) => {
    await prepare();
    const { said, problems } = await open(t, path);
    // Nothing says when a page is done, but what it prints.
    for (const end = Date.now() + 30_000; said.join(" ").length < prints.length && !problems.length && Date.now() < end; ) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    equal(said.join(" "), prints, "what it prints");
  });
}

for (const file of env.docs) {
  test(`docs/${file} as a page`, async (t) => {
    for (const look of LOOKS) {
      const { page } = await open(t, `docs/${file}`, look);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      equal(wide > 0 ? `${wide} px wider than a window of ${look.width}` : "", "");
    }
  });
}
