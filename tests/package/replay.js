// A server in the place of the socket: it accepts whoever comes, and answers each query with the same records.

import * as neo4j from "neo4j-wasm";

// A server knows nothing of the timers that a test puts in their place.
const { queueMicrotask, setTimeout } = globalThis;

const pack = (tag, size, content) => [...(size < 16 ? [tag + size] : [[0xd5, 0xd9][(tag - 0x90) / 16], size >> 8, size & 255]), ...content];

const bytesOf = (size, write) => {
  const view = new DataView(new ArrayBuffer(size));
  write(view);
  return [...new Uint8Array(view.buffer)];
};

// PackStream, as short as a test needs it: arrays of bytes.
export const NULL = [0xc0];
export const bool = (value) => [value ? 0xc3 : 0xc2];
export const int = (value) => [0xcb, ...bytesOf(8, (view) => view.setBigInt64(0, BigInt(value)))];
export const tiny = (value) => [value & 0xff];
export const real = (value) => [0xc1, ...bytesOf(8, (view) => view.setFloat64(0, value))];
export const str = (text) => {
  const utf8 = [...new TextEncoder().encode(text)];
  return utf8.length < 16 ? [0x80 + utf8.length, ...utf8] : [0xd1, utf8.length >> 8, utf8.length & 255, ...utf8];
};
export const bin = (...bytes) => [0xcc, bytes.length, ...bytes];
export const list = (...items) => pack(0x90, items.length, items.flat());
export const map = (entries) => {
  const pairs = Object.entries(entries);
  return pack(0xa0, pairs.length, pairs.flatMap(([key, value]) => [...str(key), ...value]));
};
export const structure = (tag, ...fields) => [0xb0 + fields.length, tag.charCodeAt(0), ...fields.flat()];

export const message = (tag, ...fields) => {
  const content = [0xb0 + fields.length, tag, ...fields.flat()];
  let chunks = [];
  for (let at = 0; at < content.length; at += 0xffff) {
    const chunk = content.slice(at, at + 0xffff);
    chunks = [...chunks, chunk.length >> 8, chunk.length & 255, ...chunk];
  }
  return [...chunks, 0, 0];
};

export const [RUN, PULL, DISCARD, RESET, COMMIT, ROLLBACK, ROUTE] = [0x10, 0x3f, 0x2f, 0x0f, 0x12, 0x13, 0x66];
export const [FAILURE, IGNORED] = [0x7f, 0x7e];

/** `batches`: of each query, for each PULL, the rows; a row is its values as bytes. */
class Replay {
  readyState = 1;
  #heard = [];
  #greeted = 0;

  constructor([major, minor], keys, batches, { heard, began, last }) {
    this.version = [major, minor];
    this.heard = heard;
    let left = [];
    this.answers = {
      [RUN]: () => {
        left = batches.slice();
        return message(0x70, map({ fields: list(...keys.map(str)), ...began }));
      },
      [PULL]: () => {
        const rows = left.shift() ?? [];
        const more = map(left.length ? { has_more: bool(true) } : last);
        return [...rows.flatMap((row) => message(0x71, list(...row))), ...message(0x70, more)];
      },
    };
    queueMicrotask(() => this.onopen?.({}));
  }

  send(bytes) {
    this.#heard.push(...bytes);
    const answer = this.#greeted < 2 ? this.#greet() : this.#answer();
    // As a server would: later.
    if (answer.length) setTimeout(() => this.onmessage?.({ data: Uint8Array.from(answer).buffer }));
  }

  close() {
    setTimeout(() => this.onclose?.({ code: 1000, reason: "" }));
  }

  /** 20 bytes of versions; a manifest of one; the choice, in 5 bytes; from then on messages. */
  #greet() {
    const size = this.#greeted ? 5 : 20;
    if (this.#heard.length < size) return [];
    this.#heard.splice(0, size);
    const [major, minor] = this.version;
    return this.#greeted++ ? this.#answer() : [0, 0, 1, 0xff, 1, 0, 0, minor, major, 0];
  }

  #answer() {
    let answer = [];
    // A chunk that is a message, and the two bytes behind it: what is sent here is never longer.
    for (let size; (size = (this.#heard[0] << 8) | this.#heard[1]) && this.#heard.length >= size + 4; ) {
      const [, tag] = this.#heard.splice(0, size + 4).slice(2);
      this.heard.push(tag);
      answer = [...answer, ...(this.answers[tag]?.() ?? message(0x70, map({})))];
    }
    return answer;
  }
}

/** Such a server; the tags of all requests go to `heard`; it says `began` of a result at its start and `last` at its end. */
export const replay = (keys, batches, { version = [6, 1], heard = [], began = {}, last = {} } = {}) =>
  new Replay(version, keys, batches, { heard, began, last });

/** A driver for such a server. */
export function replaying(keys, batches, { version, heard, began, last, ...config } = {}) {
  const webSocket = () => replay(keys, batches, { version, heard, began, last });
  // As many as come in the largest batch: what comes for one PULL is never more than it asks for.
  const fetchSize = Math.max(1, ...batches.map((batch) => batch.length));
  return neo4j.GraphDatabase.driver("bolt://127.0.0.1:1", { webSocket, telemetryDisabled: true, fetchSize, ...config });
}

/** What `take` makes of the result of a query whose answer are these batches of rows. */
export async function replayed(keys, batches, take, options) {
  const driver = replaying(keys, batches, options);
  try {
    return await take(driver.session().run("RETURN 1"));
  } finally {
    await driver.close();
  }
}

/** The values of one row. */
export const row = async (values, options) => {
  const keys = values.map((_, index) => `c${index}`);
  const { records } = await replayed(keys, [[values]], (result) => result, options);
  return [...records[0]];
};
