// Cancelling: the query ends, the page and its connection do not.

import { assert, equal, match, test } from "../harness/test.js";
import { openConnected } from "./browse.js";

const running = (user) => user.until(() => !document.getElementById("cancel").disabled);

test("a slow query is cancelled, and the same connection runs the next", async (t) => {
  const user = await openConnected(t);
  await user.pick("Too slow", { wait: false });
  await running(user);
  await user.until(() => /\d/.test(document.getElementById("progress").textContent));
  await user.page.click("#cancel");
  await user.idle();
  match(await user.text("#error"), /^Cancelled after .* The connection is reset and used again\.$/);
  equal(await user.count("#error .error"), 0, "being cancelled is no error");
  await user.pick("A timetable");
  equal((await user.table()).length, 5);
  equal([user.sockets.opened, user.sockets.closed], [1, 0]);
});

test("rows that came before stay", async (t) => {
  const user = await openConnected(t);
  await user.run("UNWIND range(1, 50000000) AS n RETURN n", { wait: false });
  await user.until(() => document.querySelectorAll("#panel-table tbody tr").length >= 100);
  await user.page.click("#cancel");
  await user.idle();
  match(await user.text("#error"), /^Cancelled after .* rows in\./);
  assert((await user.count("#panel-table tbody tr")) >= 100);
  await user.run("RETURN 1 AS one");
  equal(await user.table(), [["1"]]);
  equal(user.sockets.opened, 1);
});

test("Escape cancels", async (t) => {
  const user = await openConnected(t);
  await user.run("UNWIND range(1, 100000) AS a UNWIND range(1, 100000) AS b WITH a WHERE a < 0 RETURN a", { wait: false });
  await running(user);
  await user.page.focus("#query");
  await user.page.keyboard.press("Escape");
  await user.idle();
  match(await user.text("#error"), /^Cancelled/);
});

test("an example picked meanwhile takes its turn", async (t) => {
  const user = await openConnected(t);
  await user.pick("Too slow", { wait: false });
  await running(user);
  await user.pick("Near Vienna");
  equal(await user.count("#error .note"), 0);
  assert((await user.table()).some(([city]) => city === "Salzburg"));
});

test("again and again", async (t) => {
  const user = await openConnected(t);
  for (let round = 1; round <= 5; round++) {
    await user.pick("Too slow", { wait: false });
    await running(user);
    await user.page.click("#cancel");
    await user.idle();
  }
  await user.run("RETURN 1 AS one");
  equal(await user.table(), [["1"]]);
  equal(user.sockets.opened - user.sockets.closed, 1);
});

test("disconnecting ends what runs", async (t) => {
  const user = await openConnected(t);
  await user.pick("Too slow", { wait: false });
  await running(user);
  await user.page.click("#disconnect");
  await user.page.waitForSelector("#welcome:not([hidden])");
  await user.until(() => document.getElementById("password").value);
  await user.connect();
  await user.run("RETURN 1 AS one");
  equal(await user.table(), [["1"]]);
});
