// What the suites of the pages share: pages in one browser, and what a user does on them. Every page that is opened must end
// without an error in its console, a failed request or a violation of its content security policy.

import { env } from "../harness/env.js";
import { startBrowser } from "../harness/browser.mjs";
import { equal } from "../harness/test.js";
import { startRelay } from "./relay.js";

/** For all suites, by what they were started with; they end with the process. */
const browsers = new Map();

/** Which browser the tests run in. */
export const isFirefox = env.browser === "firefox";

/**
 * Opens a page in a fresh profile. `expected`: patterns of console errors that belong to the test, as Chromium says itself
 * that a socket was refused. Animations are off unless `motion` is true, and nothing is tested by waiting for them.
 */
export async function openPage(t, options = {}) {
  const { path = "", width = 1280, height = 860, scheme = "light", motion = false, phone = false, expected = [] } = options;
  const context = await profile({ scheme, motion });
  const page = await context.newPage();
  const problems = [];
  const complain = (text) => expected.some((pattern) => pattern.test(text)) || problems.push(text);
  page.on("console", (message) => /^(error|warn)/.test(message.type()) && complain(message.text()));
  page.on("pageerror", (error) => complain(`uncaught: ${error.message}`));
  page.on("requestfailed", (request) => complain(`failed: ${request.url()}`));
  page.on("response", (response) => response.status() >= 400 && complain(`${response.status()}: ${response.url()}`));
  t.after(async () => {
    await context.close();
    equal(problems, [], "what the page complained about");
  });
  await page.setViewport({ width, height, isMobile: phone, hasTouch: phone, deviceScaleFactor: phone ? 2 : 1 });
  if (!isFirefox) await page.emulateMediaFeatures(media({ scheme, motion }));
  await page.evaluateOnNewDocument(() => {
    addEventListener("securitypolicyviolation", (event) => console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`));
  });
  const sockets = await startRelay(t, env.uri);
  await page.goto(new URL(path, env.url).href);
  const user = new User(page, sockets);
  await user.until(() => !document.getElementById("welcome").hidden && document.getElementById("password").value);
  return user;
}

/** A fresh profile. Chromium is told per page what its user likes, Firefox when it starts. */
async function profile(likes) {
  const key = isFirefox ? JSON.stringify(likes) : "";
  if (!browsers.has(key)) browsers.set(key, startBrowser({ kind: env.browser, prefs: preferences(likes) }));
  const browser = await browsers.get(key);
  return browser.createBrowserContext();
}

const media = ({ scheme, motion }) => [
  { name: "prefers-color-scheme", value: scheme },
  { name: "prefers-reduced-motion", value: motion ? "no-preference" : "reduce" },
];

/** The same for Firefox. */
const preferences = ({ scheme, motion }) => ({
  "layout.css.prefers-color-scheme.content-override": scheme === "dark" ? 0 : 1,
  "ui.prefersReducedMotion": motion ? 0 : 1,
});

/** Opens the page and connects. */
export async function openConnected(t, options) {
  const user = await openPage(t, options);
  await user.connect();
  return user;
}

/** Someone at the page. */
export class User {
  /** `sockets`: the relay before the server, by which `connect` connects. */
  constructor(page, sockets) {
    this.page = page;
    this.sockets = sockets;
  }

  /** Waits until a condition holds in the page. Patient: the machine may be busy with other things. */
  async until(condition, ...args) {
    try {
      await this.page.waitForFunction(condition, { timeout: 30_000, polling: 20 }, ...args);
    } catch (error) {
      const seen = await this.page.evaluate(() => document.body.innerText.slice(0, 600));
      throw new Error(`never came true: ${condition}\nthe page says:\n${seen}`, { cause: error });
    }
  }

  /** Waits until a condition holds in this process. */
  async untilHere(condition) {
    const end = Date.now() + 30_000;
    while (!condition()) {
      if (Date.now() > end) throw new Error(`never came true: ${condition}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  async connect(uri = this.sockets.uri) {
    await this.fill("#uri", uri);
    await this.page.click("#connect-button");
    await this.until(() => !document.getElementById("workspace").hidden);
  }

  /** Types into a field, in place of what stands there. */
  async fill(selector, text) {
    await this.page.focus(selector);
    await this.page.$eval(selector, (field) => field.select());
    await this.page.keyboard.press("Backspace");
    // At once where that can be had.
    if (text) await (isFirefox ? this.page.keyboard.type(text) : this.page.keyboard.sendCharacter(text));
  }

  /** Clicks an example, and waits for its outcome unless told not to. */
  async pick(title, { wait = true } = {}) {
    const clicked = await this.page.$$eval(
      ".picks button",
      (buttons, title) => {
        const button = buttons.find((button) => button.querySelector("b").textContent === title);
        button?.click();
        return Boolean(button);
      },
      title,
    );
    if (!clicked) throw new Error(`there is no example "${title}"`);
    if (wait) await this.idle();
  }

  async run(query, { wait = true } = {}) {
    await this.fill("#query", query);
    await this.page.click("#run");
    if (wait) await this.idle();
  }

  /** Waits until nothing runs. */
  async idle() {
    await this.until(() => document.getElementById("run").getAttribute("aria-disabled") === "false");
  }

  async show(tab) {
    await this.page.click(`#tab-${tab}`);
  }

  /** What can be read in an element; nothing for one that is not there. */
  async text(selector) {
    const found = await this.page.$(selector);
    return found?.evaluate((element) => (element.matches("input, textarea") ? element.value : element.innerText).trim());
  }

  texts(selector) {
    return this.page.$$eval(selector, (elements) => elements.map((element) => element.textContent));
  }

  count(selector) {
    return this.page.$$eval(selector, (elements) => elements.length);
  }

  /** The table, as texts. */
  table() {
    return this.page.$$eval("#panel-table tbody tr", (rows) =>
      rows.map((row) => [...row.querySelectorAll("td")].map((cell) => cell.innerText.trim())),
    );
  }

  /** Where the middle of an element is, scrolled into view. */
  async middle(selector) {
    const handle = await this.page.$(selector);
    await handle.evaluate((element) => element.scrollIntoView({ block: "center" }));
    const { x, y, width, height } = await handle.boundingBox();
    return { x: x + width / 2, y: y + height / 2 };
  }

  async isFocused(selector) {
    return this.page.evaluate((selector) => document.activeElement.matches(selector), selector);
  }
}
