// What the driver holds of a result while it is read, and what a plan of any depth becomes.

import * as neo4j from "neo4j-wasm";
import { assert, equal, test } from "../harness/test.js";
import { internal } from "./internals.js";
import { int, list, map, replayed, str } from "./replay.js";

const MEGABYTE = 1 << 20;
const ROW = 1_000;
const ROWS = 40_000;

const message = (...bytes) => Uint8Array.of(0, bytes.length, ...bytes, 0, 0);
const SUCCESS = message(0xb1, 0x70, 0xa0);
const FIELDS = message(0xb1, 0x70, ...map({ fields: list(str("x")) }));
const HAS_MORE = message(0xb1, 0x70, ...map({ has_more: [0xc3] }));

/** So many rows with a text of 1,000 letters each, as chunks. */
function rows(count) {
  const row = Uint8Array.of((ROW + 6) >> 8, (ROW + 6) & 255, 0xb1, 0x71, 0x91, 0xd1, ROW >> 8, ROW & 255, ...new Array(ROW).fill(120), 0, 0);
  const bytes = new Uint8Array(count * row.length);
  for (let at = 0; at < bytes.length; at += row.length) bytes.set(row, at);
  return bytes;
}

const PIECE = rows(50);

/** A server that has so many rows for each query, and sends them as fast as they are taken. */
class Rows {
  #greeted = false;
  #left = 0;

  constructor() {
    queueMicrotask(() => this.onopen?.({}));
  }

  close() {
    setTimeout(() => this.onclose?.({ code: 1000, reason: "" }));
  }

  send(bytes) {
    const sent = bytes.slice();
    setTimeout(() => this.#answer(sent));
  }

  #give(bytes) {
    this.onmessage?.({ data: bytes.slice().buffer });
  }

  #answer(sent) {
    if (!this.#greeted) {
      this.#greeted = true;
      return this.#give(Uint8Array.of(0, 0, 8, 5));
    }
    for (let at = 0; at + 4 < sent.length; at += 4 + ((sent[at] << 8) | sent[at + 1])) {
      const tag = sent[at + 3];
      if (tag === 0x10) this.#left = ROWS;
      if (tag === 0x3f) this.#pull(new DataView(sent.buffer, at + 7));
      else this.#give(tag === 0x10 ? FIELDS : SUCCESS);
    }
  }

  async #pull(view) {
    // As `int` packs them: more than a byte has in 16 or in 32 bits.
    const asked = view.getUint8(0) === 0xc9 ? view.getInt16(1) : view.getUint8(0) === 0xca ? view.getInt32(1) : view.getInt8(0);
    let due = asked < 0 ? this.#left : Math.min(asked, this.#left);
    this.#left -= due;
    for (; due > 0; due -= 50) {
      this.#give(due < 50 ? rows(due) : PIECE);
      if (due % 500 < 50) await new Promise((taken) => setTimeout(taken));
    }
    this.#give(this.#left ? HAS_MORE : SUCCESS);
  }
}

const count = async (records) => {
  let found = 0;
  for await (const record of records) found += record.length;
  return found;
};

const ways = {
  "executeQuery that reads": async (driver) => (await driver.executeQuery("X", {}, { accessMode: neo4j.READ })).records.length,
  "executeQuery": async (driver) => (await driver.executeQuery("X")).records.length,
  "an awaited result": async (driver) => (await driver.session().run("X")).records.length,
  "batches()": (driver) => count(driver.session().run("X").batches()),
  "for await": (driver) => count(driver.session().run("X")),
};

for (const [name, take] of Object.entries(ways)) {
  test(`large results leave the wasm small: ${name}`, async (t) => {
    const { wasm } = await internal("core.js");
    const driver = neo4j.GraphDatabase.driver("bolt://127.0.0.1:1", { webSocket: () => new Rows(), telemetryDisabled: true });
    t.after(() => driver.close());
    for (let time = 0; time < 3; time++) equal(await take(driver), ROWS);
    const { byteLength } = wasm().memory.buffer;
    assert(byteLength < 64 * MEGABYTE, `${byteLength} bytes of wasm memory for 40 MB`);
  });
}

test("a deep profile is a tree, and a plan too", async () => {
  const DEPTH = 300;
  let operator = map({ operatorType: str("Argument") });
  for (let depth = 1; depth < DEPTH; depth++) {
    operator = map({ operatorType: str("Apply"), dbHits: int(3), args: map({ depth: int(depth) }), children: list(operator) });
  }
  const summary = await replayed(["x"], [[]], (result) => result.consume(), { last: { profile: operator } });
  equal(summary.omitted, []);
  for (const root of [summary.plan, summary.profile]) {
    let depth = 1;
    for (let next = root; next.children.length; next = next.children[0], depth++) {
      equal([next.operatorType, next.children.length, next.arguments.depth], ["Apply", 1, DEPTH - depth]);
      equal(next.dbHits, root === summary.profile ? 3 : undefined);
    }
    equal(depth, DEPTH);
  }
});
