// The page of pools and routes: what the numbers say when work comes, waits, ends, fails or is aborted.

import { env } from "../harness/env.js";
import { assert, equal, match, test } from "../harness/test.js";
import { openPage } from "./browse.js";
import { focus, keptIn, looksGood, tab } from "./seen.js";

/** Connects with a pool of few. `scheme`: of the URI, in place of "bolt". */
async function open(t, { size = 2, patience = 60, uri = "bolt", ...options } = {}) {
  const user = await openPage(t, { path: "state.html", ...options });
  await connect(user, { size, patience, uri });
  return user;
}

async function connect(user, { size = 2, patience = 60, uri = "bolt" } = {}) {
  await user.fill("#size-wanted", String(size));
  await user.fill("#patience", String(patience));
  await user.connect(user.sockets.uri.replace("bolt", uri));
}

/** Waits until the only server has so many connections in use and idle, and so much work waits. */
function until(user, { inUse, idle, waiting = 0 }) {
  const expected = { "in-use": inUse, idle, waiting, opening: 0 };
  return user.until(
    (expected) =>
      document.querySelectorAll(".server").length === 1 &&
      Object.entries(expected).every(([name, value]) => document.querySelector(`.${name} dd span`).textContent === String(value)),
    expected,
  );
}

const most = (user, name) => user.page.$eval(`.${name} .most`, (most) => Number(most.textContent.replace("most ", "")));

/** How each piece of work goes, the latest first. */
const log = (user) => user.texts("#work .how");

/** Waits until so many pieces of work say so. */
function said(user, pattern, times = 1) {
  const saying = (source, times) =>
    [...document.querySelectorAll("#work .how")].filter((how) => new RegExp(source).test(how.textContent)).length === times;
  return user.until(saying, pattern.source, times);
}

async function click(user, ...ids) {
  for (const id of ids) await user.page.click(`#${id}`);
}

test("who finds no connection free waits for its turn", async (t) => {
  const user = await open(t, { size: 2 });
  await until(user, { inUse: 0, idle: 1 });
  equal(await user.text("#size"), "2");
  await click(user, "hold", "hold", "hold");
  await until(user, { inUse: 2, idle: 0, waiting: 1 });
  await said(user, /^holds a connection$/, 2);
  await said(user, /^waits for a connection$/);
  await click(user, "give-back");
  await until(user, { inUse: 2, idle: 0 });
  await said(user, /^holds a connection$/, 2);
  await click(user, "give-back", "give-back");
  await until(user, { inUse: 0, idle: 2 });
  equal(await log(user), Array(3).fill("gave its connection back"));
  assert(await user.page.$eval("#give-back", (button) => button.disabled), "there is nothing to give back");
  equal([await most(user, "in-use"), await most(user, "idle"), await most(user, "waiting")], [2, 2, 1]);
  equal([user.sockets.opened, user.sockets.closed], [2, 0]);
});

test("many queries share few connections", async (t) => {
  const user = await open(t, { size: 3 });
  await click(user, "many");
  await said(user, /^all 20 done in /);
  await until(user, { inUse: 0, idle: user.sockets.opened });
  assert(user.sockets.opened <= 3, `${user.sockets.opened} sockets`);
  assert((await most(user, "waiting")) >= 10, "most of them waited");
  assert((await most(user, "in-use")) <= 3);
  match(await user.text("#status"), /^20 short queries: all 20 done/);
});

test("an endless query is aborted, and its connection serves the next", async (t) => {
  const user = await open(t);
  await click(user, "endless");
  await said(user, /^runs until it is aborted$/);
  await until(user, { inUse: 1, idle: 0 });
  await user.page.click('[aria-label="Abort: An endless query"]');
  await said(user, /^aborted after /);
  await until(user, { inUse: 0, idle: 1 });
  equal(await user.text("#error"), "", "being aborted is no error");
  assert(await user.isFocused("#endless"), "the focus goes to where the work began");
  await click(user, "short");
  await said(user, /^done in /);
  equal([user.sockets.opened, user.sockets.closed], [1, 0]);
});

test("who waits can be aborted too, and disturbs nobody", async (t) => {
  const user = await open(t, { size: 1 });
  await click(user, "hold");
  await said(user, /^holds a connection$/);
  await click(user, "endless");
  await until(user, { inUse: 1, idle: 0, waiting: 1 });
  equal(await log(user), ["waits for a connection", "holds a connection"]);
  await user.page.click('[aria-label="Abort: An endless query"]');
  await said(user, /^aborted after /);
  await until(user, { inUse: 1, idle: 0 });
  equal((await log(user))[1], "holds a connection");
  await click(user, "give-back");
  await until(user, { inUse: 0, idle: 1 });
  equal([user.sockets.opened, user.sockets.closed], [1, 0]);
});

test("all at once are aborted", async (t) => {
  const user = await open(t, { size: 2 });
  await click(user, "hold", "endless", "hold", "many");
  await said(user, /^(holds|runs) /, 2);
  await click(user, "abort");
  await said(user, /^aborted after /, 4);
  await until(user, { inUse: 0, idle: 2 });
  assert(await user.page.$eval("#abort", (button) => button.disabled));
  equal(await user.count("#work button"), 0);
  equal(user.sockets.opened, 2);
});

test("a failing query says why where it was started, and gives its connection back", async (t) => {
  const user = await open(t);
  await click(user, "failing");
  await user.page.waitForSelector("#error .error");
  match(await user.text("#error"), /The calculation has no result/);
  match(await user.text("#error"), /What to do:/);
  equal(await user.page.$eval("#error", (panel) => panel.getAttribute("role")), "alert");
  await said(user, /^failed after /);
  await until(user, { inUse: 0, idle: 1 });
  await click(user, "short");
  await said(user, /^done in /);
  equal(await user.count("#error .error"), 0, "the error is gone with the next work");
  equal(user.sockets.opened, 1);
});

test("who waits for too long is told so", async (t) => {
  const user = await open(t, { size: 1, patience: 6, uri: "neo4j" });
  await click(user, "hold");
  await said(user, /^holds a connection$/);
  await click(user, "short", "refresh");
  await said(user, /^failed after /);
  match(await user.text("#error"), /No connection was free in time/);
  await user.page.waitForSelector("#routing-error .error");
  equal(await user.page.$eval("#routing-error", (panel) => panel.getAttribute("role")), "alert");
  await click(user, "give-back");
  await said(user, /^gave its connection back$/);
  await click(user, "refresh");
  await user.until(() => /is new/.test(document.getElementById("status").textContent));
  equal(await user.count("#routing-error .error"), 0);
});

test("curves are drawn, and told in words", async (t) => {
  const user = await open(t);
  await click(user, "hold");
  await user.until(() => / now: in use 1, idle 0, opening 0, waiting 0$/.test(document.querySelector(".server .plot").getAttribute("aria-label")));
  for (const name of ["in-use", "idle", "opening", "waiting"]) equal(await user.count(`.server .curve.${name}`), 1, name);
  // Up, when the connection was taken.
  match(await user.page.$eval(".server .curve.in-use", (curve) => curve.getAttribute("d")), /^M.*(H[\d.]+V[\d.]+){2}/);
});

test("a bolt: URI has no routing table, and the page says so", async (t) => {
  const user = await open(t);
  match(await user.text("#routing-about"), /^This is a DirectDriver: .* there is no routing table/);
  equal(await user.page.$eval("#routing", (table) => table.hidden), true);
});

test("a neo4j: URI has one, which runs out and is made anew", async (t) => {
  const user = await open(t, { uri: "neo4j" });
  match(await user.text("#routing-about"), /^This is a RoutingDriver/);
  equal(await user.text("#route-database"), "neo4j");
  // The server names itself as it was addressed.
  const address = new URL(user.sockets.uri).host;
  for (const role of ["routers", "readers", "writers"]) equal(await user.text(`#route-${role}`), address, role);
  const seconds = async () => {
    const [minutes, rest] = (await user.text("#route-ttl")).split(":").map(Number);
    return minutes * 60 + rest;
  };
  /** Waits until there are fewer seconds left, by a sign of −1, or more. */
  const passes = (sign, than) =>
    user.until(
      (sign, than) => {
        const [minutes, rest] = document.getElementById("route-ttl").textContent.split(":").map(Number);
        return sign * (minutes * 60 + rest - than) > 0;
      },
      sign,
      than,
    );
  const first = await seconds();
  assert(first > 0 && first <= 300, `${first} seconds`);
  await passes(-1, first - 1);
  const later = await seconds();
  await click(user, "refresh");
  await passes(1, later);
  match(await user.text("#status"), /^The routing table is new\.$/);
  await click(user, "short");
  await said(user, /^done in /);
});

test("beside each server stands what it is for, and work says where it goes", async (t) => {
  const user = await open(t, { uri: "neo4j" });
  const address = new URL(user.sockets.uri).host;
  await user.until(() => document.querySelector(".server .roles").textContent);
  equal(await user.texts(".server .roles"), ["writer, reader, router"]);
  await click(user, "steady");
  await said(user, new RegExp(`^[2-9] done; writes go to ${address}, reads to ${address}$`));
  await click(user, "abort");
  await said(user, /^aborted after /);
  await until(user, { inUse: 0, idle: user.sockets.opened });
});

test("servers of a bolt: URI have no roles", async (t) => {
  const user = await open(t);
  await until(user, { inUse: 0, idle: 1 });
  equal(await user.texts(".server .roles"), [""]);
});

test("a pool of none is refused before anything is opened", async (t) => {
  const user = await openPage(t, { path: "state.html" });
  for (const [size, patience, name] of [
    ["0", "60", /maxConnectionPoolSize/],
    ["", "60", /maxConnectionPoolSize/],
    ["1", "-1", /connectionAcquisitionTimeout/],
  ]) {
    await user.fill("#size-wanted", size);
    await user.fill("#patience", patience);
    await user.page.$eval("#connect-error", (panel) => panel.replaceChildren());
    await user.page.click("#connect-button");
    await user.page.waitForSelector("#connect-error .error");
    match(await user.text("#connect-error"), name);
  }
  equal(user.sockets.opened, 0);
});

test("disconnecting ends all work, and nothing is kept of the password", async (t) => {
  const user = await open(t);
  const kept = Object.values(await keptIn(user)).join("\n");
  assert(!kept.includes(env.password), "the password is still there");
  await click(user, "hold", "endless", "many");
  await said(user, /^(holds|runs) /, 2);
  await click(user, "disconnect");
  await user.page.waitForSelector("#welcome:not([hidden])");
  await user.untilHere(() => user.sockets.closed === user.sockets.opened);
  await user.until(() => document.getElementById("password").value);
  await connect(user);
  await until(user, { inUse: 0, idle: 1 });
  equal(await log(user), [], "what belonged to the last connection is gone");
  await click(user, "short");
  await said(user, /^done in /);
});

test("by keyboard alone", async (t) => {
  const user = await openPage(t, { path: "state.html" });
  const { keyboard } = user.page;
  await user.page.focus("#database");
  equal((await tab(user)).name, "size-wanted");
  equal((await tab(user)).name, "patience");
  await keyboard.press("Enter");
  await user.until(() => document.activeElement.id === "short");
  await keyboard.press("Enter");
  await said(user, /^done in /);
  equal((await focus(user)).name, "short", "the focus stays");
  const stops = [];
  for (let press = 0; press < 5; press++) {
    const { name, visible } = await tab(user);
    assert(visible, `nothing shows that ${name} has the focus`);
    stops.push(name);
  }
  equal(stops, ["many", "steady", "hold", "endless", "failing"], "what can do nothing is left out");
  await user.page.focus("#hold");
  await keyboard.press(" ");
  await said(user, /^holds a connection$/);
  equal((await tab(user)).name, "give-back");
  await keyboard.press(" ");
  await said(user, /^gave its connection back$/);
  equal((await focus(user)).name, "hold", "a button that can do nothing more hands its focus on");
});

for (const scheme of ["light", "dark"]) {
  test(`legible and inside its window: ${scheme}`, { timeout: 90_000 }, async (t) => {
    const user = await openPage(t, { path: "state.html", scheme, phone: true });
    await looksGood(user, "the form");
    await connect(user, { uri: "neo4j" });
    await looksGood(user, "connected");
    await click(user, "hold", "endless", "hold");
    await until(user, { inUse: 2, idle: 0, waiting: 1 });
    await looksGood(user, "at work");
    await click(user, "abort");
    await said(user, /^aborted after /, 3);
    await click(user, "failing");
    await user.page.waitForSelector("#error .error");
    await looksGood(user, "failed");
  });
}
