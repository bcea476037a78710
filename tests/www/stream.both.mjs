// The page that streams: rows come and are counted, Cancel ends it at once, and the connection lives on.

import { env } from "../harness/env.js";
import { assert, equal, match, test } from "../harness/test.js";
import { isFirefox, openPage } from "./browse.js";
import { focus, keptIn, looksGood, tab } from "./seen.js";

/** So many that a run never ends by itself. */
const ENDLESS = 10_000_000;
const LOST = /WebSocket|interrupted/;

async function open(t, options) {
  const user = await openPage(t, { path: "stream.html", ...options });
  await user.connect();
  return user;
}

/** Starts a run; waits for its end unless told not to. */
async function stream(user, { rows, socket = "worker", wait = true }) {
  await user.fill("#rows", String(rows));
  await user.page.click(`[name="socket"][value="${socket}"]`);
  await user.page.click("#run");
  if (wait) await user.idle();
}

/** Waits until there are more rows than so many, and returns how many. */
async function more(user, than = 0) {
  const rows = () => Number(document.getElementById("figure-rows").textContent.replaceAll(",", ""));
  await user.until((than) => Number(document.getElementById("figure-rows").textContent.replaceAll(",", "")) > than, than);
  return user.page.evaluate(rows);
}

const runs = (user) =>
  user.page.$$eval("#runs-body tr", (rows) => rows.map((row) => [...row.cells].map((cell) => cell.textContent)));

/** How many points a curve has. */
const points = (user, plot, name) =>
  user.page.$eval(`#plot-${plot} .curve.${name}`, (curve) => curve.getAttribute("d").split(/[MLH]/).length - 1);

test("all rows come, and what they came to is told", async (t) => {
  const user = await open(t);
  await stream(user, { rows: 12_345 });
  equal(await user.text("#figure-rows"), "12,345");
  const texts = Array.from({ length: 12_345 }, (_, at) => `row ${at + 1}`).join("");
  equal(await user.text("#figure-bytes"), `${((12_345 * 16 + texts.length) / 1e6).toFixed(2)} MB`);
  for (const figure of ["rate", "time", "gap"]) match(await user.text(`#figure-${figure}`), /^[\d,.]+( m?s)?$/, figure);
  match(await user.text("#figure-memory"), isFirefox ? /^not told$/ : /^[\d.]+ MB$/);
  match(await user.text("#status"), /^Complete: 12,345 rows in .*, longest frame gap /);
  const [[socket, rows, , , , ended], ...others] = await runs(user);
  equal([socket, rows, ended, others], ["a worker’s", "12,345", "complete", []]);
  assert((await points(user, "rows", "worker")) >= 2, "the curve has its end");
  equal([user.sockets.opened, user.sockets.closed], [1, 0]);
});

test("figures and curve grow, Cancel ends it, and the same connection streams again", async (t) => {
  const user = await open(t);
  await stream(user, { rows: ENDLESS, wait: false });
  const before = await more(user);
  const curve = await points(user, "rows", "worker");
  await more(user, before);
  await user.until((than) => document.querySelector("#plot-rows .worker").getAttribute("d").split("L").length > than, curve + 1);
  await user.page.click("#cancel");
  await user.idle();
  match(await user.text("#error"), /^Cancelled after .*, [\d,]+ rows in\. The connection is reset and used again\.$/);
  equal(await user.count("#error .error"), 0, "being cancelled is no error");
  const rows = await user.text("#figure-rows");
  const [[, listed, , , , ended]] = await runs(user);
  equal([listed, ended], [rows, "cancelled"]);
  await stream(user, { rows: 100 });
  equal(await user.text("#figure-rows"), "100");
  equal(await user.text("#error"), "");
  equal([user.sockets.opened, user.sockets.closed], [1, 0]);
});

test("a worker's socket and the page's, side by side", async (t) => {
  const user = await open(t);
  await user.page.evaluate(() => {
    const Own = WebSocket;
    globalThis.made = 0;
    globalThis.WebSocket = class extends Own {
      constructor(...given) {
        super(...given);
        globalThis.made++;
      }
    };
  });
  const made = () => user.page.evaluate(() => globalThis.made);
  await stream(user, { rows: 3_000, socket: "worker" });
  equal(await made(), 0);
  await stream(user, { rows: 2_000, socket: "page" });
  equal(await made(), 1, "sockets of the page");
  equal(user.sockets.opened, 2);
  equal((await runs(user)).map(([socket, rows]) => [socket, rows]), [["the page’s", "2,000"], ["a worker’s", "3,000"]]);
  for (const name of ["worker", "page"]) assert((await points(user, "rows", name)) >= 2, `there is no curve for ${name}`);
});

test("a page's socket is cancelled too", async (t) => {
  const user = await open(t);
  await stream(user, { rows: ENDLESS, socket: "page", wait: false });
  await more(user);
  await user.page.click("#cancel");
  await user.idle();
  await stream(user, { rows: 10, socket: "page" });
  equal(await user.text("#figure-rows"), "10");
  equal(user.sockets.opened, 2, "one to connect, one for both runs");
});

test("again and again", async (t) => {
  const user = await open(t);
  for (let round = 1; round <= 4; round++) {
    await stream(user, { rows: ENDLESS, wait: false });
    await more(user);
    await user.page.click("#cancel");
    await user.idle();
  }
  equal((await runs(user)).length, 4);
  equal(user.sockets.opened, 1);
});

test("a number of rows that is none is refused where it stands", async (t) => {
  const user = await open(t);
  for (const rows of ["", "0", "-5", "1.5", "1000000000"]) {
    await stream(user, { rows, wait: false });
    match(await user.text("#rows-error"), /^A whole number from 1 to 10,000,000\.$/, rows);
    assert(await user.isFocused('#rows[aria-invalid="true"]'), rows);
  }
  equal(await user.page.$eval("#rows-error", (line) => line.getAttribute("role")), "alert");
  equal(await user.page.$eval("#live", (live) => live.hidden), true, "nothing ran");
  await stream(user, { rows: 5 });
  equal([await user.text("#rows-error"), await user.text("#figure-rows")], ["", "5"]);
});

test("a connection that is lost is told, and the next run opens another", async (t) => {
  const user = await open(t, { expected: [LOST] });
  await stream(user, { rows: ENDLESS, wait: false });
  await more(user);
  user.sockets.cut();
  await user.idle();
  match(await user.text("#error"), /The connection was lost/);
  match(await user.text("#error"), /What to do:/);
  equal(await user.page.$eval("#error", (panel) => panel.getAttribute("role")), "alert");
  equal((await runs(user))[0].at(-1), "failed");
  await stream(user, { rows: 7 });
  equal([await user.text("#figure-rows"), await user.count("#error .error")], ["7", 0]);
  equal(user.sockets.opened, 2);
});

test("disconnecting ends what streams, and nothing is kept of the password", async (t) => {
  const user = await open(t);
  const kept = Object.values(await keptIn(user)).join("\n");
  assert(!kept.includes(env.password), "the password is still there");
  await stream(user, { rows: ENDLESS, wait: false });
  await more(user);
  await user.page.click("#disconnect");
  await user.page.waitForSelector("#welcome:not([hidden])");
  await user.untilHere(() => user.sockets.closed === user.sockets.opened);
  await user.until(() => document.getElementById("password").value);
  await user.connect();
  await user.idle();
  equal(await user.page.$eval("#runs", (list) => list.hidden), true, "what belonged to the last connection is gone");
  await stream(user, { rows: 3 });
  equal(await user.text("#figure-rows"), "3");
});

test("by keyboard alone", async (t) => {
  const user = await openPage(t, { path: "stream.html" });
  const { keyboard } = user.page;
  await user.page.focus("#password");
  await keyboard.press("Enter");
  await user.until(() => document.activeElement.id === "run");
  await user.page.focus("#disconnect");
  const stops = [];
  for (let press = 0; press < 3; press++) {
    const { name, visible } = await tab(user);
    assert(visible, `nothing shows that ${name} has the focus`);
    stops.push(name);
  }
  // A group of radio buttons is one stop, and these have no id.
  equal([stops[0], stops[2]], ["rows", "run"]);
  await user.fill("#rows", String(ENDLESS));
  await keyboard.press("Enter");
  await more(user);
  await keyboard.press("Escape");
  await user.idle();
  match(await user.text("#error"), /^Cancelled/);
  equal((await focus(user)).name, "rows", "the focus stays");

  await user.page.focus("#run");
  await keyboard.press("Enter");
  await user.until(() => document.getElementById("run").getAttribute("aria-disabled") === "true");
  equal((await tab(user)).name, "cancel");
  await keyboard.press(" ");
  await user.idle();
  equal((await focus(user)).name, "run", "cancelling gives the focus back");
});

test("the pages lead to each other", async (t) => {
  const user = await open(t);
  const links = await user.page.$$eval("header nav a", (links) => links.map((link) => [link.textContent, link.getAttribute("aria-current")]));
  equal(links, [["Query", null], ["Stream", "page"], ["Pool", null], ["Bench", null], ["Docs", null]]);
  await user.page.click('header nav a[href="index.html"]');
  await user.until(() => document.title === "neo4j-wasm" && !document.getElementById("welcome").hidden);
  await user.untilHere(() => user.sockets.closed === user.sockets.opened);
});

for (const scheme of ["light", "dark"]) {
  test(`legible and inside its window: ${scheme}`, { timeout: 90_000 }, async (t) => {
    const user = await openPage(t, { path: "stream.html", scheme, phone: true });
    await looksGood(user, "the form");
    await user.connect();
    await looksGood(user, "connected");
    await stream(user, { rows: "", wait: false });
    await looksGood(user, "a complaint");
    await stream(user, { rows: ENDLESS, socket: "page", wait: false });
    await more(user);
    await looksGood(user, "streaming");
    await user.page.click("#cancel");
    await user.idle();
    await stream(user, { rows: 2_000 });
    await looksGood(user, "streamed");
  });
}
