// The summary panel: what the query changed, how long each part took, what the server has to say, and its plan.

import { count, duration, h } from "../dom.js";
import { planTree } from "./plan.js";

const CHANGES = [
  ["nodesCreated", "node created", "nodes created"],
  ["nodesDeleted", "node deleted", "nodes deleted"],
  ["relationshipsCreated", "relationship created", "relationships created"],
  ["relationshipsDeleted", "relationship deleted", "relationships deleted"],
  ["propertiesSet", "property set", "properties set"],
  ["labelsAdded", "label added", "labels added"],
  ["labelsRemoved", "label removed", "labels removed"],
  ["indexesAdded", "index added", "indexes added"],
  ["indexesRemoved", "index removed", "indexes removed"],
  ["constraintsAdded", "constraint added", "constraints added"],
  ["constraintsRemoved", "constraint removed", "constraints removed"],
  ["systemUpdates", "system update", "system updates"],
];

const KINDS = { r: "reads", rw: "reads and writes", w: "writes", s: "changes the schema" };

/** `summary` is missing when the query was stopped: then there are only the browser's own times. */
export function showSummary(panel, summary, timing, { goTo }) {
  panel.replaceChildren(
    h("div", { class: "sections" }, [
      summary && section("Changes", changes(summary.counters)),
      section("Time", times(summary, timing)),
      summary && section("Server", server(summary)),
    ]),
    ...[summary && notices(summary, goTo), summary && plan(summary)].filter(Boolean),
  );
}

function section(title, ...content) {
  return h("section", {}, h("h3", {}, title), content);
}

function facts(rows) {
  const known = rows.filter(([, value]) => value !== undefined && value !== null);
  return h("dl", { class: "facts-list" }, known.map(([key, value]) => [h("dt", {}, key), h("dd", {}, value)]));
}

function changes(counters) {
  const made = CHANGES.filter(([name]) => counters[name]).map(([name, one, many]) => h("li", {}, count(counters[name], one, many)));
  return made.length ? h("ul", { class: "changes" }, made) : h("p", {}, "None: nothing was written.");
}

function times(summary, { keys, first, all, rows }) {
  const ms = (value) => (value === undefined || value === null ? undefined : duration(value));
  return facts([
    ["Server, until the first row", ms(summary?.resultAvailableAfter)],
    ["Server, until the last", ms(summary?.resultConsumedAfter)],
    ["Browser, until the columns", ms(keys)],
    ["Browser, until the first row", ms(first)],
    ["Browser, all in all", ms(all)],
    ["Rows a second", rows > 1_000 ? Math.round((rows / all) * 1_000).toLocaleString("en") : undefined],
  ]);
}

function server({ server, database, queryType }) {
  return facts([
    ["Address", server.address],
    ["Version", server.agent],
    ["Bolt", server.protocolVersion],
    ["Database", database],
    ["The query", KINDS[queryType]],
  ]);
}

/** Warnings and hints, each with its place in the query. Older servers have notifications only; newer ones both. */
function notices({ notifications, gqlStatusObjects }, goTo) {
  const said = notifications.map((notice, index) => {
    const { title, description, severity, category, code, position } = notice;
    const status = gqlStatusObjects.filter((status) => status.isNotification)[index];
    const id = [status?.gqlStatus, code].filter(Boolean).join(" · ");
    const hasPlace = position && position.line > 0;
    const where = hasPlace ? `line ${position.line}, column ${position.column}` : undefined;
    return h(
      "li",
      { class: `notice-item ${severity === "WARNING" ? "warning" : "information"}` },
      h("p", {}, h("b", {}, title), h("span", { class: "badge" }, [severity, category].filter(Boolean).join(" · ").toLowerCase())),
      h("p", {}, description),
      h("p", { class: "small" }, id, where && " · ", where && h("button", { type: "button", class: "link", onclick: () => goTo(position) }, where)),
    );
  });
  const outcome = gqlStatusObjects.filter((status) => !status.isNotification);
  if (!said.length && !outcome.length) return undefined;
  return section(
    "The server says",
    said.length > 0 && h("ul", { class: "notices" }, said),
    outcome.map(({ gqlStatus, statusDescription }) => h("p", { class: "small" }, `${gqlStatus} · ${statusDescription}`)),
  );
}

function plan({ plan, profile }) {
  if (!plan) return undefined;
  const { planner, runtime } = plan.arguments;
  const by = [planner && `planner ${planner}`, runtime && `runtime ${runtime}`].filter(Boolean).join(", ").toLowerCase();
  return section(profile ? "Plan, as it ran" : "Plan", by && h("p", { class: "small" }, by), planTree(profile ?? plan, Boolean(profile)));
}
