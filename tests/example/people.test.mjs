// The page of examples/leptos, as someone with a browser has it: connects, adds, edits, deletes, and is told what goes wrong.
// It must end without an error in its console, a failed request or a violation of its content security policy.

import { env } from "../harness/env.js";
import { startBrowser } from "../harness/browser.mjs";
import { assert, equal, match, test } from "../harness/test.js";
import { looksGood, tab } from "../www/seen.js";

const browser = await startBrowser();

/** Someone at the page, in a fresh profile. `expected`: console errors that belong to the test. */
async function open(t, { scheme = "light", expected = /^$/ } = {}) {
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  const problems = [];
  const complain = (text) => expected.test(text) || problems.push(text);
  page.on("console", (message) => /^(error|warn)/.test(message.type()) && complain(message.text()));
  page.on("pageerror", (error) => complain(`uncaught: ${error.message}`));
  page.on("requestfailed", (request) => complain(`failed: ${request.url()}`));
  t.after(async () => {
    await context.close();
    equal(problems, [], "what the page complained about");
  });
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
  await page.evaluateOnNewDocument(() => {
    addEventListener("securitypolicyviolation", (event) => console.error(`policy: ${event.violatedDirective}`));
  });
  await page.goto(env.url);
  await page.waitForSelector("form");
  return new User(page);
}

class User {
  constructor(page) {
    this.page = page;
  }

  /** Waits until a condition holds in the page; `name` is what has not come true if it never does. */
  async until(name, condition, ...args) {
    try {
      await this.page.waitForFunction(condition, { timeout: 30_000, polling: 20 }, ...args);
    } catch (error) {
      const seen = await this.page.evaluate(() => document.body.innerText);
      throw new Error(`never came true: ${name}\nthe page says:\n${seen}`, { cause: error });
    }
  }

  async fill(selector, text) {
    await this.page.focus(selector);
    await this.page.$eval(selector, (field) => field.select());
    await this.page.keyboard.press("Backspace");
    if (text) await this.page.keyboard.sendCharacter(text);
  }

  async connect({ uri = env.uri, password = env.password } = {}) {
    await this.fill('[name="uri"]', uri);
    await this.fill('[name="password"]', password);
    await this.page.keyboard.press("Enter");
  }

  async connected() {
    await this.connect();
    await this.page.waitForSelector("#new-name");
  }

  async error() {
    await this.until("an error is shown", () => document.querySelector('[role="alert"]').textContent);
    return this.page.$eval('[role="alert"]', (alert) => alert.textContent);
  }

  /** What the list says, name and year. */
  people() {
    return this.page.$$eval("li b", (names) => names.map((name) => `${name.textContent} ${name.nextElementSibling.textContent}`.trim()));
  }

  /** Waits until the list says so. */
  async lists(people) {
    const same = (people) =>
      JSON.stringify([...document.querySelectorAll("li b")].map((name) => `${name.textContent} ${name.nextElementSibling.textContent}`.trim())) ===
      JSON.stringify(people);
    await this.until(`the list is ${people.join(", ") || "empty"}`, same, people);
  }

  async add(name, born) {
    await this.fill("#new-name", name);
    await this.fill("#new-born", born);
    await this.page.keyboard.press("Enter");
  }

  async isFocused(selector) {
    const has = (selector) => document.activeElement?.matches(selector);
    await this.until(`${selector} has the focus`, has, selector);
  }
}

test("people are listed, added, edited and deleted", async (t) => {
  const user = await open(t);
  await user.connected();
  await user.lists([]);
  match(await user.page.$eval("ul", (list) => list.innerText), /No one yet/);
  await user.add("Grace Hopper", "1906");
  await user.lists(["Grace Hopper born 1906"]);
  await user.add("Ada Lovelace", "");
  await user.lists(["Ada Lovelace", "Grace Hopper born 1906"]);
  equal(await user.page.$eval("#new-name", (field) => field.value), "", "ready for the next one");

  await user.page.click('[aria-label="Edit Ada Lovelace"]');
  await user.isFocused('li [aria-label="Name"]');
  await user.fill('li [aria-label="Name"]', "Ada King");
  await user.fill('li [aria-label="Born"]', "1815");
  await user.page.keyboard.press("Enter");
  await user.lists(["Ada King born 1815", "Grace Hopper born 1906"]);

  // It is the database that has them.
  const other = await open(t);
  await other.connected();
  await other.lists(["Ada King born 1815", "Grace Hopper born 1906"]);
  for (const name of ["Ada King", "Grace Hopper"]) {
    await other.page.click(`[aria-label="Delete ${name}"]`);
    await other.until(`${name} is gone`, (name) => !document.querySelector(`[aria-label="Delete ${name}"]`), name);
  }
  await user.page.click('[aria-label="Edit Ada King"]');
  await user.page.click("li .primary");
  match(await user.error(), /Ada King is not there any more/);
  await user.page.click("header button");
  await user.page.waitForSelector('[name="uri"]');
});

test("everything can be done by keyboard", async (t) => {
  const user = await open(t);
  const { keyboard } = user.page;
  await user.connected();
  await user.add("Mary Jackson", "1921");
  await user.lists(["Mary Jackson born 1921"]);
  await user.isFocused("#new-name");
  await user.page.focus("header button");
  equal(await tab(user), { name: await user.page.$eval("li button", (button) => button.id), visible: true });
  await keyboard.press("Enter");
  await user.isFocused('li [aria-label="Name"]');
  await keyboard.type("x");
  await keyboard.press("Escape");
  await user.isFocused('[aria-label="Edit Mary Jackson"]');
  equal(await tab(user), { name: "Delete Mary Jackson", visible: true });
  await keyboard.press("Enter");
  await user.lists([]);
  await user.isFocused("#title");
});

test("what goes wrong is said, and mended", async (t) => {
  const user = await open(t, { expected: /WebSocket connection to .* failed/ });
  await user.connect({ uri: "http://127.0.0.1:7474" });
  match(await user.error(), /the scheme "http" is not one of/);
  await user.connect({ password: "not the password" });
  await user.until("the server has refused", () => /Unauthorized/.test(document.querySelector('[role="alert"]').textContent));
  assert(!(await user.error()).includes("not the password"), "the password is shown");
  await user.connect({ uri: env.uri.replace("127.0.0.1", "127.0.0.2") });
  await user.until("nobody answers", () => /127\.0\.0\.2/.test(document.querySelector('[role="alert"]').textContent));
  await user.connected();
  await user.until("the error is gone", () => !document.querySelector('[role="alert"]').textContent);
});

for (const scheme of ["light", "dark"]) {
  test(`it looks good: ${scheme}`, async (t) => {
    const user = await open(t, { scheme });
    await looksGood(user, "the form");
    await user.connected();
    await looksGood(user, "an empty list");
    const name = "Wolfeschlegelsteinhausenbergerdorff".repeat(3);
    await user.add(name, "1904");
    await user.lists([`${name} born 1904`]);
    await looksGood(user, "a long name");
    await user.page.click("li button");
    await user.page.waitForSelector("li form");
    await looksGood(user, "someone who is edited");
    await user.page.click("li form [type='button']");
    await user.page.waitForSelector("li b");
    await user.page.click('li [aria-label^="Delete"]');
    await user.lists([]);
  });
}
