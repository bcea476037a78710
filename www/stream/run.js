// One run: streams rows, and keeps what there is to tell of it while they come.

import { runQuery } from "../query.js";
import { Frames } from "./frames.js";

export const QUERY = 'UNWIND range(1, $rows) AS n RETURN n, sqrt(n) AS root, "row " + n AS text';

/** Milliseconds between two points of a curve, until there are too many of them. */
const STEP = 100;
const MOST_POINTS = 400;

export class Run {
  rows = 0;
  bytes = 0;
  /** `[milliseconds, rows]` and `[milliseconds, longest gap]`. */
  curve = [[0, 0]];
  gaps = [];
  /** Milliseconds from the start to the end, once it has ended. */
  took;
  #began = performance.now();
  #step = STEP;
  #gap = 0;
  #frames;

  /** `onFrame(run)` is called with each frame the page draws meanwhile. */
  constructor(socket, wanted, onFrame) {
    this.socket = socket;
    this.wanted = wanted;
    this.#frames = new Frames((gap) => {
      this.#gap = Math.max(this.#gap, gap);
      if (this.elapsed - this.curve.at(-1)[0] >= this.#step) this.#point();
      onFrame(this);
    });
  }

  get elapsed() {
    return this.took ?? performance.now() - this.#began;
  }

  get rate() {
    return this.elapsed > 0 ? (this.rows / this.elapsed) * 1_000 : 0;
  }

  get longestGap() {
    return this.#frames.longest;
  }

  /** Resolves, never rejects, to what `runQuery` does. */
  async stream(session, signal) {
    this.#began = performance.now();
    this.#frames.start();
    const parameters = { rows: this.wanted };
    const outcome = await runQuery(session, QUERY, { parameters, signal, onRecord: (record) => this.#take(record) });
    this.took = outcome.timing.all;
    await this.#frames.stop();
    this.#point();
    return outcome;
  }

  #take(record) {
    this.rows++;
    for (const value of record) this.bytes += typeof value === "string" ? value.length : 8;
  }

  #point() {
    this.curve.push([this.elapsed, this.rows]);
    this.gaps.push([this.elapsed, this.#gap]);
    this.#gap = 0;
    if (this.curve.length <= MOST_POINTS) return;
    // A long run has fewer points for the time, never more of them.
    this.#step *= 2;
    this.curve = this.curve.filter((_, at) => at % 2 === 0);
    this.gaps = pairs(this.gaps);
  }
}

/** Each two gaps become the longer one, where the second is. */
function pairs(gaps) {
  const merged = [];
  for (let at = 0; at < gaps.length; at += 2) {
    const [one, two = one] = [gaps[at], gaps[at + 1]];
    merged.push([two[0], Math.max(one[1], two[1])]);
  }
  return merged;
}
