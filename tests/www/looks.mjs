// How the page looks: no width too narrow, both colour schemes legible.

import { equal, notEqual, test } from "../harness/test.js";
import { openConnected, openPage } from "./browse.js";
import { extent, faint } from "./seen.js";

/** What the page can look like: a name, and how to get there. */
const VIEWS = [
  ["a table", (user) => user.pick("A timetable")],
  ["values", (user) => user.pick("Every kind of value")],
  ["nodes", (user) => user.pick("Who runs what")],
  ["paths", (user) => user.pick("A journey as a row")],
  ["a graph", (user) => user.pick("Lisbon to Tallinn")],
  ["a plan", (user) => user.pick("How it is planned")],
  ["notices", (user) => user.run("MATCH (n:Nowhere), (m:Nothing) RETURN n.what").then(() => user.show("summary"))],
  ["an error", (user) => user.pick("A mistake")],
  ["a long word", (user) => user.run(`RETURN "${"word".repeat(90)}" AS ${"column".repeat(20)}`)],
  ["a long error", (user) => user.run(`RETURN ${"nonsense".repeat(40)}`)],
];

for (const width of [360, 320]) {
  test(`nothing sticks out at ${width} pixels`, { timeout: 90_000 }, async (t) => {
    const user = await openPage(t, { width, height: 740, phone: true });
    const check = async (view) => {
      equal(await extent(user), { page: 0, window: width }, view);
    };
    await check("the form");
    await user.connect();
    await check("connected");
    for (const [view, go] of VIEWS) {
      await go(user);
      await check(view);
    }
  });
}

for (const scheme of ["light", "dark"]) {
  test(`every text can be read: ${scheme}`, { timeout: 90_000 }, async (t) => {
    const user = await openPage(t, { scheme });
    equal(await faint(user), [], "the form");
    await user.connect();
    for (const [view, go] of VIEWS) {
      await go(user);
      equal(await faint(user), [], view);
    }
  });
}

test("light and dark differ", async (t) => {
  const grounds = [];
  for (const scheme of ["light", "dark"]) {
    const user = await openConnected(t, { scheme });
    grounds.push(await user.page.evaluate(() => getComputedStyle(document.body).backgroundColor));
  }
  notEqual(grounds[0], grounds[1]);
});
