// A plot of medians on a logarithmic axis: a line for each workload, a dot with its spread for each driver.

import { s } from "./dom.js";

const WIDTH = 900;
const LEFT = 90;
const RIGHT = 30;
const LINE = 13;
const GAP = 10;
const TOP = 44;

/** `of(workload, driver)`: what was measured, if anything: { median, low, high }. */
export function plot({ drivers, workloads, of, unit }) {
  const all = workloads.flatMap((workload) => drivers.map((driver) => of(workload, driver))).filter(Boolean);
  const values = all.flatMap(({ median, low, high }) => [median, low, high]).filter((value) => value > 0);
  const from = Math.floor(Math.log10(Math.min(...values)));
  const to = Math.max(from + 1, Math.ceil(Math.log10(Math.max(...values))));
  const x = (value) => LEFT + ((Math.log10(Math.max(value, 10 ** from)) - from) / (to - from)) * (WIDTH - LEFT - RIGHT);
  const band = drivers.length * LINE + GAP;
  const height = TOP + workloads.length * band + 24;

  const svg = s("svg", { viewBox: `0 0 ${WIDTH} ${height}`, class: "plot", role: "img" });
  svg.append(s("title", {}, `${drivers.join(", ")} in ${unit}, on a logarithmic axis; the table below has the numbers`));
  legend(svg, drivers);
  for (let power = from; power <= to; power++) {
    const at = x(10 ** power);
    svg.append(s("line", { x1: at, x2: at, y1: TOP - 8, y2: height - 20, class: "grid" }));
    const text = (10 ** power).toLocaleString("en", { maximumSignificantDigits: 3 });
    svg.append(s("text", { x: at, y: height - 6, "text-anchor": "middle", class: "tick" }, text));
  }
  for (const [row, workload] of workloads.entries()) {
    const top = TOP + row * band;
    svg.append(s("text", { x: 4, y: top + (drivers.length * LINE) / 2 + 4 }, workload));
    for (const [index, driver] of drivers.entries()) {
      const found = of(workload, driver);
      if (!found) continue;
      const y = top + index * LINE + LINE / 2;
      svg.append(
        s("line", { x1: x(found.low), x2: x(found.high), y1: y, y2: y, class: `mark driver-${index % 6}` }),
        s("circle", { cx: x(found.median), cy: y, r: 4, class: `driver-${index % 6}` }),
      );
    }
  }
  return svg;
}

function legend(svg, drivers) {
  let at = LEFT;
  for (const [index, driver] of drivers.entries()) {
    svg.append(s("circle", { cx: at, cy: 14, r: 4, class: `driver-${index % 6}` }));
    svg.append(s("text", { x: at + 9, y: 18 }, driver));
    at += 30 + driver.length * 7;
  }
}
