// A query plan as a tree: operators from the result down to where the data comes from, with what each did or expects.

import { count, h } from "../dom.js";

/** For `EXPLAIN`, what the planner expects; for `PROFILE`, what happened. */
export function planTree(plan, profiled) {
  const most = profiled ? largest(plan) : 0;
  return h("ul", { class: "plan" }, step(plan, profiled, most));
}

function step(plan, profiled, most) {
  const { Details: details, EstimatedRows: estimated, Order: order } = plan.arguments;
  const facts = [
    profiled && count(plan.rows, "row"),
    estimated !== undefined && `${number(Math.round(estimated * 10) / 10)} expected`,
    profiled && count(plan.dbHits, "db hit"),
    order && `ordered by ${order}`,
  ];
  return h(
    "li",
    {},
    h(
      "div",
      { class: "step" },
      h("p", {}, h("b", {}, plan.operatorType.replace(/@.*$/, "")), h("span", { class: "step-facts" }, facts.filter(Boolean).join(" · "))),
      details && h("code", {}, String(details)),
      profiled && most > 0 && bar(plan.dbHits / most),
    ),
    plan.children.length ? h("ul", {}, plan.children.map((child) => step(child, profiled, most))) : undefined,
  );
}

/** How much of the most expensive operator's cost this one has, for the eye; the number stands above it. */
function bar(share) {
  const filled = h("div");
  filled.style.width = `${share * 100}%`;
  return h("div", { class: "cost", "aria-hidden": "true" }, filled);
}

const number = (value) => value.toLocaleString("en");

function largest(plan) {
  return Math.max(plan.dbHits, ...plan.children.map(largest));
}
