// The error panel: what happened, where in the query, and what to do next.

import { h } from "../dom.js";
import { adviceFor } from "./advice.js";

/** What a server says when it has no better GQL status; its description speaks of a debug log, which helps nobody. */
const NO_STATUS = "50N42";

/**
 * Puts an error into a live region. `place`, if the error has one in the query: `{ start, end, line, column }`;
 * `goThere` is called when the user wants to go to it.
 */
export function showError(panel, error, { query = "", place, goThere } = {}) {
  const { title, advice } = adviceFor(error);
  panel.replaceChildren(
    h(
      "section",
      { class: "error", "aria-label": title },
      h("h3", {}, title),
      h("p", { class: "message" }, textOf(error)),
      place && excerpt(query, place, goThere),
      advice && h("p", { class: "advice" }, h("strong", {}, "What to do: "), advice),
      details(error, place),
    ),
  );
}

/** The message without the excerpt that servers append: the panel shows a better one. */
function textOf(error) {
  const message = String(error?.message ?? error);
  return message.replace(/\s*\(line \d+, column \d+ \(offset: \d+\)\)[^]*$/, "");
}

/** The line of the query with the place marked. */
function excerpt(query, { start, end, line, column }, goThere) {
  const from = query.lastIndexOf("\n", start - 1) + 1;
  const next = query.indexOf("\n", start);
  const to = next < 0 ? query.length : next;
  const where = `Line ${line}, column ${column}`;
  return h(
    "figure",
    { class: "excerpt" },
    h(
      "figcaption",
      {},
      goThere ? h("button", { type: "button", class: "link", onclick: goThere, title: "Select it in the query" }, where) : where,
    ),
    h(
      "pre",
      { tabindex: "0", "aria-label": `${where}, in the query` },
      h("span", { class: "line-number", "aria-hidden": "true" }, String(line)),
      query.slice(from, start),
      h("mark", {}, query.slice(start, Math.min(end, to)) || " "),
      query.slice(Math.min(end, to), to),
    ),
  );
}

function details(error, place) {
  const status = error.gqlStatus;
  const rows = [
    ["Class", error.name ?? typeof error],
    ["Code", error.code && error.name !== "AbortError" ? String(error.code) : undefined],
    ["GQL status", status],
    ["", status && status !== NO_STATUS ? error.gqlStatusDescription : undefined],
    ["Position", place && `line ${place.line}, column ${place.column}`],
    ["Retry", error.retryable ? "can succeed" : undefined],
    ...causes(error).map((cause) => ["Caused by", cause]),
  ];
  return h(
    "dl",
    { class: "facts-list" },
    rows.filter(([, value]) => value).map(([key, value]) => [h("dt", {}, key), h("dd", {}, value)]),
  );
}

/** The errors beneath, a line each. */
function causes(error) {
  const found = [];
  for (let cause = error.cause; cause && found.length < 5; cause = cause.cause) {
    const kind = cause.code ?? (cause.name === "ServerError" ? undefined : cause.name);
    const message = cause.message ?? String(cause);
    // Neo4j says the same again as the cause, a little differently and with a more particular status.
    const repeated = letters(message).includes(letters(textOf(error)));
    const text = repeated ? /^\w{5}(?=:)/.exec(message)?.[0] : message;
    if (text) found.push([kind, text].filter(Boolean).join(": "));
  }
  return found;
}

const letters = (text) => text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "");
