// Queries that fail: what the panel says, and that the page goes on.

import { assert, equal, match, test } from "../harness/test.js";
import { openConnected } from "./browse.js";

test("a syntax error has a place, and the next query works", async (t) => {
  const user = await openConnected(t);
  await user.pick("A mistake");
  const said = await user.text("#error");
  match(said, /The query is not valid Cypher/);
  match(said, /Invalid input 'WERE'/);
  match(said, /Line 2, column 1/);
  match(said, /Class\s+ServerError/);
  match(said, /Code\s+Neo\.ClientError\.Statement\.SyntaxError/);
  match(said, /GQL status\s+\w{5}/);
  match(said, /What to do:/);
  equal(await user.text("#error mark"), "WERE");
  equal(await user.texts(".backdrop .wrong"), ["WERE"]);
  equal(await user.page.$eval("#query", (area) => area.getAttribute("aria-invalid")), "true");
  equal(await user.page.$eval("#result", (result) => result.hidden), true);

  await user.page.click("#error figcaption button");
  equal(await user.page.$eval("#query", (area) => area.value.slice(area.selectionStart, area.selectionEnd)), "WERE");
  await user.page.keyboard.sendCharacter("WHERE");
  equal(await user.count(".backdrop .wrong"), 0, "the mark goes when the text changes");
  await user.page.click("#run");
  await user.idle();
  equal(await user.count("#error .error"), 0);
  assert((await user.table()).length > 5);
});

test("the query stays as it was typed", async (t) => {
  const user = await openConnected(t);
  const query = "RETURN 1 +\n  // no more\n";
  await user.run(query);
  equal(await user.page.$eval("#query", (area) => area.value), query);
  equal(await user.count("#error .error"), 1);
});

test("the coloured copy never loses a character", async (t) => {
  const user = await openConnected(t);
  const queries = ["RETURN 'it''s' AS `a``b`, \"\\\"\" // end", "/* open\n\n", "RETURN '\n", "`", "$p :X {a:1}\t\r\n<&>", "🚆 → é\n\n"];
  for (const query of queries) {
    await user.fill("#query", query);
    const [text, copy] = await user.page.evaluate(() => [
      document.getElementById("query").value,
      document.querySelector(".backdrop").textContent.replace("\u200b", ""),
    ]);
    equal(copy, text);
  }
});

test("an error after the first rows", async (t) => {
  const user = await openConnected(t);
  await user.run("UNWIND [2, 1, 0] AS n RETURN 10 / n AS tenth");
  const said = await user.text("#error");
  match(said, /The calculation has no result/);
  match(said, /ArithmeticError/);
  await user.run("RETURN 1 AS one");
  equal(await user.table(), [["1"]]);
});

test("a missing parameter and an empty query", async (t) => {
  const user = await openConnected(t);
  await user.run("RETURN $name");
  match(await user.text("#error"), /A parameter is missing/);
  await user.run("  ");
  match(await user.text("#error"), /There is no query/);
  match(await user.text("#error"), /UsageError/);
});

test("errors reach screen readers, and are gone with the next run", async (t) => {
  const user = await openConnected(t);
  equal(await user.page.$eval("#error", (panel) => panel.getAttribute("role")), "alert");
  await user.run("RETURN");
  equal(await user.count("#error .error"), 1);
  await user.run("UNWIND range(1, 100000) AS a UNWIND range(1, 100000) AS b WITH a WHERE a < 0 RETURN a", { wait: false });
  await user.until(() => document.getElementById("run").getAttribute("aria-disabled") === "true");
  equal(await user.count("#error .error"), 0);
  await user.page.click("#cancel");
  await user.idle();
});
