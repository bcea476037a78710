// Results as a table and as a summary.

import { COUNTRIES } from "../../www/night-trains.mjs";
import { assert, equal, match, test } from "../harness/test.js";
import { openConnected } from "./browse.js";

test("an example gives the right rows", async (t) => {
  const user = await openConnected(t);
  await user.pick("A timetable");
  const rows = await user.table();
  equal(rows.map(([city]) => city), ["Copenhagen", "Malmö", "Stockholm", "Kiruna", "Narvik"]);
  equal(rows[0], ["Copenhagen", "Denmark", "null", "17:05 +01:00", "0 s"]);
  equal(rows[4][1], "Norway");
  equal(await user.texts("#panel-table thead th:not(.index)"), ["city", "country", "arrives", "departs", "after"]);
  match(await user.text("#timing"), /^5 rows · .*ms in all · server \d+ ms$/);
  equal(await user.text("#tab-table"), "Table 5");
  match(await user.text("#status"), /^5 rows in /);
});

test("every kind of value can be read", async (t) => {
  const user = await openConnected(t);
  await user.pick("Every kind of value");
  const { "a map": map, ...values } = Object.fromEntries(await user.table());
  // A map has no order of its own.
  for (const part of ['name\n"Vienna"', "coaches\n[1, 2]", "open\n"]) assert(map.includes(part), map);
  match(map, /bar\ntrue/);
  match(map, /seats\nnull/);
  equal(values, {
    "an integer": "42",
    "a large one": "9007199254740993",
    "a float": "0.30000000000000004",
    "a boolean": "true",
    nothing: "null",
    text: "naïve noć νύχτα ночь",
    "a date": "2026-12-13",
    "a time of day": "21:40:00.5",
    "with an offset": "21:40 +01:00",
    both: "2026-12-13 21:40",
    "in a zone": "2026-12-13 21:40 +01:00 Europe/Vienna",
    "a duration": "1 mo 2 d 14 h 30 min",
    "a place": "48.2082° N, 16.3738° E",
    "a point": "(1, 2.5, 3)",
    "a list": '1\n[2, 3]\n"four"',
  });
});

test("nodes, bytes and lists; a chip opens", async (t) => {
  const user = await openConnected(t);
  await user.pick("Who runs what");
  const [first] = await user.table();
  match(first[0], /^Operator\s*Luna Rail$/);
  equal(first.slice(1, 3), ["2d 34 4b 3 B", "7"]);
  match(first[3], /Nightjar/);
  await user.page.click("#panel-table tbody tr:first-child summary");
  await user.page.waitForSelector("#panel-table tr:first-child .properties");
  match(await user.text("#panel-table tr:first-child .properties"), /founded\s*2019-07-20/);
});

test("paths stand in their direction", async (t) => {
  const user = await openConnected(t);
  await user.run('MATCH p = (:City {name: "Oslo"})<-[:CALLS_AT]-(:Train)<-[:RUNS]-(:Operator) RETURN p LIMIT 1');
  const [[path]] = await user.table();
  match(path.replace(/\s+/g, " "), /^City:Capital Oslo ← CALLS_AT — Train [\w ]+ ← RUNS — Operator Nordlicht$/);
});

test("what a database holds is text, never HTML", async (t) => {
  const user = await openConnected(t);
  const html = '<img src=x onerror="document.title=1">';
  await user.run(`RETURN '${html}' AS \`<b>key</b>\`, {\`<i>\`: ['${html}']} AS map`);
  const [[text]] = await user.table();
  equal(text, html);
  equal(await user.count("#panel-table img, #panel-table i, #panel-table b"), 0);
  equal(await user.page.title(), "neo4j-wasm");
});

test("long texts, lists and bytes are shortened, and open", async (t) => {
  const user = await openConnected(t);
  await user.run('RETURN reduce(text = "", n IN range(1, 1000) | text + "x") AS text, range(1, 100) AS list');
  const lengths = () => user.page.$$eval("#panel-table td", ([text, list]) => [text.innerText.length, list.querySelectorAll("li").length]);
  const [text, list] = await lengths();
  assert(text < 500, `${text} characters`);
  equal(list, 25);
  await user.page.$$eval("#panel-table td button", (buttons) => buttons.forEach((button) => button.click()));
  const [longer, all] = await lengths();
  assert(longer >= 1_000, `${longer} characters`);
  equal(all, 100);
});

test("of many rows the first thousand are kept", async (t) => {
  const user = await openConnected(t);
  await user.run("UNWIND range(1, 5000) AS n RETURN n, 'row ' + n AS text");
  equal(await user.count("#panel-table tbody tr"), 1_000);
  match(await user.text(".table-foot"), /The first 1,000 rows of 5,000\./);
  match(await user.text("#timing"), /^5,000 rows/);
  equal(await user.text("#tab-table"), "Table 5,000");
});

test("no rows, and no columns", async (t) => {
  const user = await openConnected(t);
  await user.run("MATCH (n:City) WHERE n.population < 0 RETURN n");
  match(await user.text("#panel-table"), /No rows match/);
  await user.run("EXPLAIN MATCH (n:City) RETURN n");
  equal(await user.page.$eval("#tab-summary", (tab) => tab.getAttribute("aria-selected")), "true");
  match(await user.text(".plan"), /NodeByLabelScan/);
});

test("the summary counts changes and shows the plan as it ran", async (t) => {
  const user = await openConnected(t);
  await user.pick("Write something");
  const changes = await user.texts(".changes li");
  for (const change of ["2 nodes created", "2 nodes deleted", "1 relationship created", "3 labels added"]) {
    assert(changes.includes(change), `${change} is not in ${changes}`);
  }
  match(await user.text("#panel-summary"), /Database\s+neo4j/);
  await user.pick("How it is planned");
  match(await user.text(".plan"), /ProduceResults\s+\d+ rows · [\d.,]+ expected · 0 db hits/);
  assert((await user.count(".plan .step")) >= 5);
  match(await user.text("#panel-summary"), /Server, until the first row\s+\d+ ms/);
});

test("notifications say where, and lead there", async (t) => {
  const user = await openConnected(t);
  await user.run("MATCH (n:Nowhere)\nRETURN n.what");
  await user.show("summary");
  match(await user.text(".notices"), /Nowhere/);
  match(await user.text(".notices"), /line 1, column 10/);
  await user.page.click(".notices button");
  const selected = await user.page.$eval("#query", (area) => area.value.slice(area.selectionStart, area.selectionEnd));
  match(selected, /Nowhere/);
});

test("the sample graph is complete", async (t) => {
  const user = await openConnected(t);
  await user.run("MATCH (c:Country) RETURN count(c) AS countries, count(c.timeZone) AS zones");
  equal(await user.table(), [[String(COUNTRIES.length), String(COUNTRIES.length)]]);
});
