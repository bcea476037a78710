// The page that streams: rows come one by one, figures and curves grow with them, and Cancel ends it at once.

import { Connection } from "../connection.js";
import { byId, count, duration, h, megabytes } from "../dom.js";
import { Plot } from "../plot.js";
import { showError } from "../result/error.js";
import { QUERY, Run } from "./run.js";

const SOCKETS = { worker: "a worker’s", page: "the page’s" };
const RUNS_SHOWN = 12;
/** Gaps are shown up to so many milliseconds at least: six frames of a common screen. */
const LEAST_GAP = 100;

/** Drivers by who owns their sockets. */
let drivers = {};
let where;
/** What streams now: `{ abort, done }`. */
let current;
/** The last run for each kind of socket: their curves are shown together. */
let shown = {};

const rowsPlot = new Plot(byId("plot-rows"));
const gapsPlot = new Plot(byId("plot-gaps"), { height: 120, format: (value) => `${value} ms` });

const connection = new Connection({
  // Both drivers are made while the password is known. The second opens nothing until it is used.
  configs: () => [{ socket: "worker" }, { socket: "page" }],
  onChange([worker, page], database) {
    current?.abort.abort();
    drivers = { worker, page };
    where = database;
    clear();
    if (worker) byId("run").focus();
  },
});

byId("query").textContent = QUERY;
byId("stream").addEventListener("submit", (event) => {
  event.preventDefault();
  start();
});
byId("cancel").addEventListener("click", cancel);
addEventListener("keydown", ({ key }) => key === "Escape" && cancel());
connection.begin();

function cancel() {
  current?.abort.abort();
}

function start() {
  if (current) return;
  const { rows, socket } = byId("stream").elements;
  const isGood = rows.validity.valid && rows.value !== "";
  byId("rows-error").textContent = isGood ? "" : `A whole number from 1 to ${Number(rows.max).toLocaleString("en")}.`;
  rows.setAttribute("aria-invalid", !isGood);
  if (!isGood) return rows.focus();
  const abort = new AbortController();
  current = { abort };
  stream(new Run(socket.value, rows.valueAsNumber, show), abort.signal);
}

async function stream(run, signal) {
  const driver = drivers[run.socket];
  shown = { ...shown, [run.socket]: run };
  setBusy(true);
  byId("error").replaceChildren();
  byId("live").hidden = false;
  // Not the figures of the run before, until the first frame.
  show(run);
  const session = driver.session({ ...where, accessMode: "READ" });
  const { error } = await run.stream(session, signal);
  await session.close();
  current = undefined;
  setBusy(false);
  // Someone disconnected meanwhile: there is nothing left to show it for.
  if (driver.closed()) return;
  show(run);
  const cancelled = error !== undefined && error === signal.reason;
  list(run, cancelled ? "cancelled" : error ? "failed" : "complete");
  if (error && !cancelled) return showError(byId("error"), error);
  if (cancelled) sayCancelled(run);
  const text = `${cancelled ? "Cancelled" : "Complete"}: ${count(run.rows, "row")} in ${duration(run.took)}`;
  byId("status").textContent = `${text}, longest frame gap ${duration(run.longestGap)}.`;
}

/** Draws what there is; called with every frame while rows come. */
function show(run) {
  byId("figure-rows").textContent = run.rows.toLocaleString("en");
  byId("figure-rate").textContent = Math.round(run.rate).toLocaleString("en");
  byId("figure-bytes").textContent = megabytes(run.bytes);
  byId("figure-time").textContent = duration(Math.round(run.elapsed));
  byId("figure-gap").textContent = duration(Math.round(run.longestGap));
  // Only some browsers tell.
  const heap = performance.memory?.usedJSHeapSize;
  byId("figure-memory").textContent = heap === undefined ? "not told" : megabytes(heap);
  draw(run);
}

/** Plots are drawn anew when there is a point more. */
function draw(run) {
  if (run.took === undefined && run.drawn === run.curve.length) return;
  run.drawn = run.curve.length;
  const runs = Object.values(shown);
  const to = Math.max(1_000, ...runs.map(({ elapsed }) => elapsed));
  const curves = (points) => runs.map((one) => ({ name: one.socket, points: one[points] }));
  const most = Math.max(...runs.map(({ rows }) => rows), 1_000);
  const [rows, gap] = [count(run.rows, "row"), duration(Math.round(run.longestGap))];
  rowsPlot.draw({ from: 0, to, most, curves: curves("curve"), label: `${rows} after ${duration(run.elapsed)}` });
  gapsPlot.draw({ from: 0, to, most: LEAST_GAP, curves: curves("gaps"), label: `Gaps between frames, the longest ${gap}` });
}

function list(run, ended) {
  const cells = [
    SOCKETS[run.socket],
    run.rows.toLocaleString("en"),
    duration(run.took),
    Math.round(run.rate).toLocaleString("en"),
    duration(Math.round(run.longestGap)),
    ended,
  ];
  const [first, ...rest] = cells;
  byId("runs-body").prepend(h("tr", {}, h("th", { scope: "row" }, first), rest.map((cell) => h("td", {}, cell))));
  while (byId("runs-body").rows.length > RUNS_SHOWN) byId("runs-body").lastChild.remove();
  byId("runs").hidden = false;
}

function sayCancelled(run) {
  const kept = connection.sockets.open ? "The connection is reset and used again." : "The next run opens a new connection.";
  const text = `Cancelled after ${duration(run.took)}, ${count(run.rows, "row")} in. ${kept}`;
  byId("error").replaceChildren(h("p", { class: "note" }, text));
}

function clear() {
  shown = {};
  byId("error").replaceChildren();
  byId("rows-error").textContent = "";
  byId("live").hidden = true;
  byId("runs").hidden = true;
  byId("runs-body").replaceChildren();
}

function setBusy(busy) {
  // Not `disabled` for the button that has the focus when it is pressed.
  byId("run").setAttribute("aria-disabled", busy);
  byId("run").textContent = busy ? "Streaming…" : "Stream";
  const button = byId("cancel");
  if (!busy && document.activeElement === button) byId("run").focus();
  button.disabled = !busy;
  byId("live").setAttribute("aria-busy", busy);
  if (busy) byId("status").textContent = "Streaming.";
}
