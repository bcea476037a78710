// The form: connecting, failing to, disconnecting, and what is left behind.

import { createServer } from "node:net";
import { env } from "../harness/env.js";
import { assert, equal, match, test } from "../harness/test.js";
import { openConnected, openPage } from "./browse.js";
import { keptIn } from "./seen.js";

const REFUSED = /WebSocket connection to .* failed/;
/** The driver asks around why a connection failed, and Chromium says what became of that. */
const ASKED = /^failed: https?:\/\/127\.0\.0\.1:\d+\/$|net::ERR_/;

/** A port of this machine: of a server that takes connections and says nothing, or of none. */
async function port(t, { silent }) {
  const held = new Set();
  const server = createServer((socket) => held.add(socket.on("error", () => {})));
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  const close = () => {
    for (const socket of held) socket.destroy();
    return new Promise((resolve) => server.close(resolve));
  };
  if (silent) t.after(close);
  else await close();
  return port;
}

test("the page loads, filled in for the demo server", async (t) => {
  const user = await openPage(t);
  equal(await user.page.title(), "neo4j-wasm");
  equal(await user.text("#uri"), env.uri);
  equal(await user.text("#user"), env.user);
  equal(await user.page.$eval("#password", (field) => field.type), "password");
  equal(user.sockets.opened, 0);
});

test("connecting says to what, and empties the password", async (t) => {
  const user = await openConnected(t);
  const facts = await user.text("#server");
  match(facts, new RegExp(`^Neo4j ${env.version.replaceAll(".", "\\.")} · Bolt \\d\\.\\d · database neo4j$`));
  match(await user.text("#status"), /^Connected to Neo4j/);
  equal(await user.text("#password"), "");
  equal(user.sockets.opened, 1);
});

test("a wrong password is told apart, then the right one works", async (t) => {
  const user = await openPage(t);
  await user.fill("#password", "not-the-password");
  await user.page.click("#connect-button");
  await user.page.waitForSelector("#connect-error .error");
  const said = await user.text("#connect-error");
  match(said, /does not accept this user and password/);
  match(said, /AuthError/);
  match(said, /Neo\.ClientError\.Security\.Unauthorized/);
  assert(!said.includes("not-the-password"), "the panel shows the password");
  assert(await user.isFocused("#password"), "the focus should be where to mend it");
  await user.untilHere(() => user.sockets.closed === user.sockets.opened);
  await user.fill("#password", env.password);
  await user.connect();
  equal(await user.count("#connect-error .error"), 0);
});

test("a server that is not there", async (t) => {
  const user = await openPage(t, { expected: [REFUSED, ASKED] });
  await user.fill("#uri", `bolt://127.0.0.1:${await port(t, { silent: false })}`);
  await user.page.keyboard.press("Enter");
  await user.page.waitForSelector("#connect-error .error");
  const said = await user.text("#connect-error");
  match(said, /No server answers there/);
  match(said, /ConnectionError/);
  match(said, /What to do:/);
  equal(await user.text("#connect-button"), "Connect");
});

test("a port that is not Bolt's", async (t) => {
  const user = await openPage(t, { expected: [REFUSED, ASKED] });
  await user.fill("#uri", `bolt://${new URL(env.url).host}`);
  await user.page.click("#connect-button");
  await user.page.waitForSelector("#connect-error .error");
  match(await user.text("#connect-error"), /That is no Bolt port/);
});

test("settings that do not go together open nothing", async (t) => {
  const user = await openPage(t);
  for (const [uri, encryption, pattern] of [
    ["http://127.0.0.1:7474", "default", /scheme "http"/],
    ["bolt+s://127.0.0.1", "off", /encrypted/],
    ["", "default", /URI/],
  ]) {
    await user.fill("#uri", uri);
    await user.page.click(`[name="encryption"][value="${encryption}"]`);
    await user.page.$eval("#connect-error", (panel) => panel.replaceChildren());
    await user.page.click("#connect-button");
    await user.page.waitForSelector("#connect-error .error");
    const said = await user.text("#connect-error");
    match(said, pattern, uri);
    match(said, /ConfigurationError/, uri);
  }
  equal(user.sockets.opened, 0);
});

test("connecting can be cancelled", async (t) => {
  const user = await openPage(t, { expected: [REFUSED] });
  await user.fill("#uri", `bolt://127.0.0.1:${await port(t, { silent: true })}`);
  await user.page.click("#connect-button");
  await user.page.waitForSelector("#connect-cancel:not([hidden])");
  await user.page.click("#connect-cancel");
  await user.page.waitForSelector("#connect-cancel[hidden]");
  match(await user.text("#status"), /cancelled/);
  equal(await user.count("#connect-error .error"), 0);
  await user.fill("#uri", env.uri);
  await user.connect();
});

test("disconnecting closes the socket and brings the form back", async (t) => {
  const user = await openConnected(t);
  await user.pick("A timetable");
  await user.page.click("#disconnect");
  await user.page.waitForSelector("#welcome:not([hidden])");
  await user.untilHere(() => user.sockets.closed === 1);
  await user.until(() => document.getElementById("password").value);
  await user.connect();
  equal(await user.page.$eval("#result", (result) => result.hidden), true, "the result of the last connection is gone");
  match(await user.text("#query"), /Polar Owl/, "what was typed stays");
});

test("nothing is kept of the password", async (t) => {
  const user = await openConnected(t);
  await user.pick("A timetable");
  const kept = await keptIn(user);
  for (const [place, text] of Object.entries(kept)) assert(!String(text).includes(env.password), `the password is in ${place}`);
  equal([kept.local, kept.session, kept.cookie, kept.databases, kept.caches], ["{}", "{}", "", 0, 0]);
});
