// The page: connects, then lets queries run one at a time and shows what comes of them.

import { Connection } from "./connection.js";
import { placeOf } from "./cypher.js";
import { byId, count, duration, h } from "./dom.js";
import { Editor } from "./editor.js";
import { showExamples } from "./examples.js";
import { GraphModel } from "./graph/model.js";
import { GraphPanel } from "./graph/panel.js";
import { runQuery } from "./query.js";
import { showError } from "./result/error.js";
import { showSummary } from "./result/summary.js";
import { ROWS_SHOWN, Table } from "./result/table.js";
import { Tabs } from "./result/tabs.js";

/** The session of the connection; one for all queries, so that each sees what those before it wrote. */
let session;
/** What runs now: `{ abort, done }`. */
let current;
/** The tab that the user chose last, shown again when a result suits it. */
let preferred = "table";

const table = new Table(byId("panel-table"));
const graph = new GraphPanel(byId("panel-graph"));
const tabs = new Tabs(byId("tabs"), (name) => {
  preferred = name;
  if (name === "graph") graph.show();
});
const editor = new Editor(byId("editor"), { onRun: run, onCancel: cancel });
const first = showExamples(byId("examples"), pick);

const connection = new Connection({ onChange });

function onChange([driver], where) {
  cancel();
  session = driver?.session(where);
  clear();
  byId("invitation").hidden = false;
  if (!session) return;
  if (!editor.text) editor.replace(first.query);
  preferred = "table";
  editor.focus();
}

byId("run").addEventListener("click", run);
byId("cancel").addEventListener("click", cancel);
if (/Mac|iPhone|iPad/.test(navigator.platform)) byId("shortcut").textContent = "⌘";
connection.begin();

/** Puts an example into the editor and runs it; what runs gives way. */
async function pick(example) {
  editor.replace(example.query);
  preferred = example.tab;
  cancel();
  await current?.done;
  await run();
  // Where the outcome lies far down, as on a phone, it is brought into view.
  const outcome = byId("result").hidden ? byId("error") : byId("result");
  if (outcome.getBoundingClientRect().top < innerHeight * 0.6) return;
  const behavior = matchMedia("(prefers-reduced-motion: reduce)").matches ? "instant" : "smooth";
  outcome.scrollIntoView({ block: "start", behavior });
}

async function run() {
  if (current || !session) return;
  const abort = new AbortController();
  current = { abort };
  current.done = execute(abort.signal).finally(() => {
    current = undefined;
    setBusy(false);
  });
  await current.done;
}

function cancel() {
  current?.abort.abort();
}

async function execute(signal) {
  const query = editor.text;
  const ran = session;
  const model = new GraphModel();
  setBusy(true);
  byId("error").replaceChildren();
  editor.mark(undefined);
  let begun = false;
  const progress = progressLine();
  const outcome = await runQuery(ran, query, {
    signal,
    onKeys(keys) {
      begun = true;
      graph.set(undefined);
      table.begin(keys);
      tabs.note("table");
      tabs.note("graph");
      byId("panel-summary").replaceChildren();
      byId("timing").textContent = "";
      byId("invitation").hidden = true;
      byId("result").hidden = false;
      tabs.show(preferred);
    },
    onRecord(record, row) {
      progress.rows = row;
      if (row > ROWS_SHOWN) return;
      const values = [...record];
      table.add(values);
      values.forEach((value) => model.add(value));
    },
  });
  progress.end();
  // Someone disconnected meanwhile: there is nothing left to show it for.
  if (session !== ran) return;
  const cancelled = outcome.error !== undefined && outcome.error === signal.reason;
  if (outcome.error && !cancelled) return fail(query, outcome);
  if (begun && !(cancelled && !outcome.rows)) succeed(model, outcome);
  else clear();
  if (cancelled) sayCancelled(outcome);
}

function succeed(model, { keys, rows, summary, timing }) {
  table.end(keys, rows, summary !== undefined);
  graph.set(model);
  showSummary(byId("panel-summary"), summary, timing, { goTo });
  tabs.note("table", rows.toLocaleString("en"));
  tabs.note("graph", model.nodes.size.toLocaleString("en"));
  tabs.show(suitable(model, keys, summary));
  if (tabs.shown === "graph") graph.show();
  const server = summary && (summary.resultAvailableAfter ?? 0) + (summary.resultConsumedAfter ?? 0);
  const line = [count(rows, "row"), `${duration(timing.all)} in all`, summary && `server ${duration(server)}`];
  byId("timing").textContent = line.filter(Boolean).join(" · ");
  const notices = summary?.notifications.length ? `, ${count(summary.notifications.length, "notice")} in the summary` : "";
  byId("status").textContent = `${count(rows, "row")} in ${duration(timing.all)}${notices}.`;
}

/** The tab to show: the preferred one, unless it would be empty. */
function suitable(model, keys, summary) {
  if (summary?.plan && !summary.profile) return "summary";
  if (preferred === "graph" && !model.nodes.size) return "table";
  if (preferred === "table" && !keys.length) return "summary";
  return preferred;
}

function fail(query, { error }) {
  clear();
  byId("invitation").hidden = true;
  const place = placeOf(query, error.position);
  editor.mark(place);
  showError(byId("error"), error, { query, place, goThere: place && (() => editor.select(place)) });
  byId("status").textContent = "";
}

function sayCancelled({ rows, timing }) {
  const { open } = connection.sockets;
  const kept = open ? "The connection is reset and used again." : "The next query opens a new connection.";
  const text = `Cancelled after ${duration(timing.all)}${rows ? `, ${count(rows, "row")} in` : ""}. ${kept}`;
  byId("error").replaceChildren(h("p", { class: "note" }, text));
  byId("timing").textContent = "Cancelled";
}

function goTo(position) {
  const place = placeOf(editor.text, position);
  if (place) editor.select(place);
}

function clear() {
  byId("result").hidden = true;
  byId("error").replaceChildren();
  byId("timing").textContent = "";
  table.clear();
  graph.set(undefined);
  byId("panel-summary").replaceChildren();
}

function setBusy(busy) {
  // Not `disabled` for Run, which has the focus when it is pressed.
  byId("run").setAttribute("aria-disabled", busy);
  byId("run").textContent = busy ? "Running…" : "Run";
  const button = byId("cancel");
  if (!busy && document.activeElement === button) byId("run").focus();
  button.disabled = !busy;
  byId("result").setAttribute("aria-busy", busy);
  byId("query-hint").hidden = busy;
  byId("progress").hidden = !busy;
  byId("progress").textContent = "";
  if (busy) byId("status").textContent = "Running.";
}

/** Says while a query runs for how long it has, and how many rows have come. */
function progressLine() {
  const progress = { rows: 0 };
  const began = performance.now();
  const timer = setInterval(() => {
    const so = [progress.rows && count(progress.rows, "row"), duration(performance.now() - began)];
    byId("progress").textContent = so.filter(Boolean).join(" · ");
  }, 200);
  progress.end = () => clearInterval(timer);
  return progress;
}
