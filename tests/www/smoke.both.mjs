// The query page, in short: what must work in every browser. The other suites of the page look closer, in one.

import { assert, equal, match, test } from "../harness/test.js";
import { openConnected } from "./browse.js";
import { extent, faint } from "./seen.js";

test("a table, a graph, an error, and a query that is cancelled", async (t) => {
  const user = await openConnected(t);
  await user.pick("A timetable");
  equal((await user.table()).length, 5);
  await user.pick("Lisbon to Tallinn");
  await user.page.waitForSelector(".picture[data-settled]");
  assert((await user.count(".picture .node")) >= 3, "nodes in the picture");
  await user.pick("A mistake");
  match(await user.text("#error"), /The query is not valid Cypher/);
  await user.pick("Too slow", { wait: false });
  await user.until(() => !document.getElementById("cancel").disabled);
  await user.page.click("#cancel");
  await user.idle();
  match(await user.text("#error"), /^Cancelled after .* The connection is reset and used again\.$/);
  await user.run("RETURN 1 AS one");
  equal(await user.table(), [["1"]]);
  equal([user.sockets.opened, user.sockets.closed], [1, 0]);
});

test("dark and narrow", async (t) => {
  const user = await openConnected(t, { scheme: "dark", width: 360, height: 740, phone: true });
  await user.pick("Every kind of value");
  equal(await faint(user), []);
  equal(await extent(user), { page: 0, window: 360 });
});
