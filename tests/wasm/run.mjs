// Runs a wasm-bindgen-test binary in a runtime, and prints what it says. In browsers without a driver of their own: the page
// that wasm-bindgen's test runner serves for people to look at is opened by the browser that all tests use.

import { spawn } from "node:child_process";
import { dirname } from "node:path";
import { createInterface } from "node:readline";
import { startBrowser } from "../harness/browser.mjs";
import { endWithInput, task } from "../harness/report.mjs";

/** All tests together, in milliseconds: a test that hangs must not hang whoever waits for us. */
const LIMIT = 300_000;

const { runtime, runner, node, environment } = task();
const [program, ...words] = runner;
const inNode = runtime === "node";
const own = inNode
  ? { ...environment, PATH: `${dirname(node)}:${process.env.PATH}` }
  : { NO_HEADLESS: "1", WASM_BINDGEN_USE_BROWSER: "1", WASM_BINDGEN_TEST_ADDRESS: "127.0.0.1:0" };
const child = spawn(program, words, { env: { ...process.env, ...own }, stdio: ["ignore", "pipe", "inherit"] });
process.once("exit", () => child.kill());
const lines = createInterface({ input: child.stdout });
const ended = new Promise((resolve) => child.once("exit", resolve));
setTimeout(() => fail(`no end within ${LIMIT} ms`), LIMIT).unref();

function fail(why) {
  console.log(why);
  process.exit(1);
}

/** The address that the test runner says it serves at. */
async function address() {
  for await (const line of lines) {
    const found = /http:\/\/127\.0\.0\.1:\d+/.exec(line);
    if (found) return found[0];
  }
  return fail("the test runner serves nothing");
}

async function inBrowser() {
  const starting = startBrowser({ kind: runtime });
  endWithInput(() => starting.then((browser) => browser.end()));
  const browser = await starting;
  const page = await browser.newPage();
  page.on("error", (error) => fail(`the page died: ${error}`));
  await page.evaluateOnNewDocument((variables) => (globalThis.testEnvironment = variables), environment);
  await page.goto(await address());
  const read = () => page.$eval("#output", (output) => output.textContent);
  try {
    await page.waitForFunction(() => /^(test result: |error|.*Error:)/m.test(document.getElementById("output").textContent), {
      timeout: LIMIT,
      polling: 50,
    });
  } catch (error) {
    fail(`${await read()}\n${error}`);
  }
  const output = await read();
  await browser.end();
  console.log(output);
  return /^test result: ok\. /m.test(output) ? 0 : 1;
}

async function inThisNode() {
  endWithInput();
  for await (const line of lines) console.log(line);
  return ended;
}

process.exit(await (inNode ? inThisNode() : inBrowser()));
