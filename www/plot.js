// Curves over time, drawn as they grow. Sizes are pixels, so that text is as large on a phone as anywhere.

import { s } from "./dom.js";

const LEFT = 58;
const RIGHT = 20;
const TOP = 8;
const BOTTOM = 22;
/** Lines across, at most, and the least width for a moment along. */
const LINES = 4;
const MOMENT = 75;

export class Plot {
  #svg;
  #height;
  #width = 0;
  #format;
  #shown;

  /** `format(value)` words the axis at the left. */
  constructor(panel, { height = 170, format = (value) => value.toLocaleString("en") } = {}) {
    this.#height = height;
    this.#format = format;
    this.#svg = s("svg", { class: "plot", role: "img", height, "aria-label": "nothing yet" });
    panel.append(this.#svg);
    new ResizeObserver(([{ contentRect }]) => {
      this.#width = contentRect.width;
      if (this.#shown) this.draw(this.#shown);
    }).observe(panel);
  }

  /**
   * `curves`: `{ name, points, steps }`, a class of its own for each name; points are `[milliseconds, value]`. `from` and `to`: what
   * of the time is shown; `most`: the least that the axis at the left goes up to; `label`: the picture in words.
   */
  draw(shown) {
    this.#shown = shown;
    if (this.#width < LEFT + RIGHT) return;
    const { from, to, most, curves, label } = shown;
    const top = ceiling(Math.max(most, ...curves.flatMap(({ points }) => points.map(([, value]) => value))));
    const x = (time) => LEFT + ((time - from) / (to - from)) * (this.#width - LEFT - RIGHT);
    const y = (value) => TOP + (1 - value / top) * (this.#height - TOP - BOTTOM);
    this.#svg.setAttribute("width", this.#width);
    this.#svg.setAttribute("aria-label", label);
    this.#svg.replaceChildren(
      ...this.#across(top, y),
      ...this.#along(shown, x),
      ...curves.map(({ name, points, steps }) => s("path", { class: `curve ${name}`, d: path(points, x, y, steps) })),
    );
  }

  #across(top, y) {
    const step = ceiling(top / LINES);
    const lines = [];
    for (let value = 0; value <= top * 1.001; value += step) {
      const at = y(value);
      lines.push(s("line", { class: "grid", x1: LEFT, x2: this.#width - RIGHT, y1: at, y2: at }));
      lines.push(s("text", { x: LEFT - 8, y: at + 4, "text-anchor": "end" }, this.#format(value)));
    }
    return lines;
  }

  /** Moments since the start; or before now, where time is told backwards. */
  #along({ from, to, now }, x) {
    const origin = now ?? 0;
    const fit = Math.floor((this.#width - LEFT - RIGHT) / MOMENT);
    const step = Math.max(ceiling((to - from) / Math.max(fit, 1)), 100);
    const moments = [];
    for (let at = Math.ceil((from - origin) / step) * step; at <= to - origin; at += step) {
      const text = now !== undefined && at === 0 ? "now" : `${(at / 1_000).toLocaleString("en").replace("-", "−")} s`;
      moments.push(s("text", { x: x(at + origin), y: this.#height - 4, "text-anchor": "middle" }, text));
    }
    return moments;
  }
}

/** The next number of the kind 1, 2, 5, 10, 20 … */
function ceiling(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((digit) => digit * power).find((round) => round >= value * 0.999);
}

function path(points, x, y, steps) {
  const line = points.map(([time, value], at) => {
    const [px, py] = [x(time).toFixed(1), y(value).toFixed(1)];
    if (at === 0) return `M${px} ${py}`;
    return steps ? `H${px}V${py}` : `L${px} ${py}`;
  });
  return line.join("");
}
