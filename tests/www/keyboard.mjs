// The page without a mouse.

import { assert, equal, match, test } from "../harness/test.js";
import { openConnected, openPage } from "./browse.js";
import { focus, nameless, tab } from "./seen.js";

test("the form, in its order, to a connection", async (t) => {
  const user = await openPage(t);
  const names = [];
  equal((await tab(user, 5)).name, "Docs", "the links to the pages come first");
  for (let press = 0; press < 6; press++) {
    const { name, visible } = await tab(user);
    names.push(name);
    assert(visible, `nothing shows that ${name} has the focus`);
  }
  equal(names.slice(0, 3), ["uri", "user", "password"]);
  equal(names.slice(4), ["database", "connect-button"]);
  await user.page.keyboard.press("Enter");
  await user.until(() => !document.getElementById("workspace").hidden);
  equal((await focus(user)).name, "query");
});

test("Enter in the password field connects", async (t) => {
  const user = await openPage(t);
  await user.page.focus("#password");
  await user.page.keyboard.press("Enter");
  await user.until(() => !document.getElementById("workspace").hidden);
});

test("type, run, walk the tabs, come back", async (t) => {
  const user = await openConnected(t);
  const { keyboard } = user.page;
  await keyboard.down("Control");
  await keyboard.press("a");
  await keyboard.up("Control");
  await keyboard.type('MATCH p = (:Train {name: "Amber"})-->(:City) RETURN p');
  await keyboard.down("Control");
  await keyboard.press("Enter");
  await keyboard.up("Control");
  await user.until(() => !document.getElementById("result").hidden);
  await user.idle();
  equal((await user.table()).length, 4);
  equal((await focus(user)).name, "query", "running leaves the focus alone");

  const stops = [];
  let last;
  for (let press = 0; press < 3; press++) {
    last = await tab(user);
    assert(last.visible, `nothing shows that ${last.name} has the focus`);
    stops.push(last.name);
    if (last.name === "tab-table") break;
  }
  equal(stops, ["run", "tab-table"], "a button that can do nothing is left out");
  const shown = () => user.page.$$eval('[role="tabpanel"]', (panels) => panels.filter((panel) => !panel.hidden).map((panel) => panel.id));
  await keyboard.press("ArrowRight");
  equal(await shown(), ["panel-graph"]);
  equal((await focus(user)).name, "tab-graph");
  await keyboard.press("End");
  equal(await shown(), ["panel-summary"]);
  await keyboard.press("ArrowRight");
  equal(await shown(), ["panel-table"]);
  await keyboard.press("ArrowLeft");
  equal(await shown(), ["panel-summary"]);
  equal((await tab(user)).name, "panel-summary", "a panel can be scrolled by keys");
});

test("examples are buttons, and keep the focus", async (t) => {
  const user = await openConnected(t);
  await user.page.focus(".picks li:nth-child(3) button");
  await user.page.keyboard.press("Enter");
  await user.until(() => !document.getElementById("result").hidden);
  await user.idle();
  equal((await user.table()).length, 5);
  match((await focus(user)).name, /^A timetable/);
});

test("from node to node by arrow keys", async (t) => {
  const user = await openConnected(t);
  await user.pick("Lisbon to Tallinn");
  await user.page.waitForSelector(".picture[data-settled]");
  equal(await user.count('.picture [tabindex="0"]'), 1, "one stop for the Tab key");
  await user.page.$eval('.picture [tabindex="0"]', (node) => node.focus());
  const names = new Set([(await focus(user)).name]);
  for (const key of ["ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp", "ArrowRight", "ArrowDown"]) {
    await user.page.keyboard.press(key);
    const { name, visible } = await focus(user);
    assert(visible, `nothing shows that ${name} has the focus`);
    names.add(name);
  }
  assert(names.size >= 3, `only ${[...names]}`);
  equal(await user.count('.picture [tabindex="0"]'), 1);
  const { name } = await focus(user);
  await user.page.keyboard.press("Enter");
  await user.page.waitForSelector(".details:not([hidden])");
  assert((await user.text(".details")).includes(name.split(",")[0]));
  await user.page.keyboard.press("Escape");
  await user.page.waitForSelector(".details[hidden]");
  const before = await user.page.$eval(".scene", (scene) => scene.getAttribute("transform"));
  await user.page.keyboard.press("+");
  await user.until((before) => document.querySelector(".scene").getAttribute("transform") !== before, before);
});

test("cancelling by keyboard gives the focus back", async (t) => {
  const user = await openConnected(t);
  await user.pick("Too slow", { wait: false });
  await user.until(() => !document.getElementById("cancel").disabled);
  await user.page.focus("#cancel");
  await user.page.keyboard.press("Space");
  await user.idle();
  equal((await focus(user)).name, "run");
});

test("everything that can be used has a name and a role", async (t) => {
  const user = await openConnected(t);
  await user.pick("Lisbon to Tallinn");
  equal(await nameless(user), []);
  equal(await user.page.$eval("#status", (status) => status.getAttribute("role")), "status");
});
