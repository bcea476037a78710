// A server in the place of the socket that gives each query its parameters back, as a record: what a value becomes on its way
// through `encode`, the wasm, and `decode`. Or the records that it is told to.

import * as neo4j from "neo4j-wasm";

/** The place behind a value of PackStream: of what clients send, and so without structures of more than 15 fields. */
function behind(bytes, at) {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const marker = bytes[at++];
  const size = (width) => [view.getUint8, view.getUint16, , view.getUint32][width - 1].call(view, at);
  const over = (count, from) => {
    for (; count > 0; count--) from = behind(bytes, from);
    return from;
  };
  const low = marker & 15;
  switch (marker >> 4) {
    case 0x8: return at + low;
    case 0x9: return over(low, at);
    case 0xa: return over(2 * low, at);
    case 0xb: return over(low, at + 1);
    case 0xc: {
      if (marker >= 0xcc) return at + (1 << (marker - 0xcc)) + size(1 << (marker - 0xcc));
      return at + ({ 0xc1: 8, 0xc6: 4, 0xc8: 1, 0xc9: 2, 0xca: 4, 0xcb: 8 }[marker] ?? 0);
    }
    case 0xd: {
      const width = 1 << (low & 3);
      const count = size(width);
      return low < 4 ? at + width + count : over(low < 8 ? count : 2 * count, at + width);
    }
    case 0xe: return at + 16;
    default: return at;
  }
}

const success = (...metadata) => [0, metadata.length + 2, 0xb1, 0x70, ...metadata, 0, 0];
const FIELDS = success(0xa1, 0x86, ...new TextEncoder().encode("fields"), 0x91, 0x81, 0x78);
const END = success(0xa0);

/** A RECORD in chunks: [0xb1, 0x71, and what it holds]. */
function record(list) {
  const parts = [];
  const message = [0xb1, 0x71, ...list];
  for (let at = 0; at < message.length; at += 0xffff) {
    const chunk = message.slice(at, at + 0xffff);
    parts.push(chunk.length >> 8, chunk.length & 255, ...chunk);
  }
  return [...parts, 0, 0];
}

class Echo {
  readyState = 1;
  #heard = new Uint8Array();
  #greeted = 0;
  #records = [];

  /** `given()`: the records of the next query, each the bytes of a list; `undefined` for its parameters. */
  constructor(given) {
    this.given = given;
    queueMicrotask(() => this.onopen?.({}));
  }

  send(bytes) {
    const all = new Uint8Array(this.#heard.length + bytes.length);
    all.set(this.#heard);
    all.set(bytes, this.#heard.length);
    this.#heard = all;
    const answer = [];
    while (this.#greeted < 2 && this.#heard.length >= (this.#greeted ? 5 : 20)) {
      this.#heard = this.#heard.subarray(this.#greeted ? 5 : 20);
      if (this.#greeted++ === 0) answer.push(0, 0, 1, 0xff, 1, 0, 0, 1, 6, 0);
    }
    for (let message; this.#greeted === 2 && (message = this.#next()); ) answer.push(...this.#answer(message));
    if (answer.length) queueMicrotask(() => this.onmessage?.({ data: Uint8Array.from(answer).buffer }));
  }

  close() {
    queueMicrotask(() => this.onclose?.({ code: 1000, reason: "" }));
  }

  /** The next message, once all of its chunks are there. */
  #next() {
    const parts = [];
    for (let at = 0; at + 2 <= this.#heard.length; ) {
      const size = (this.#heard[at] << 8) | this.#heard[at + 1];
      at += 2;
      if (size === 0) {
        this.#heard = this.#heard.subarray(at);
        return Uint8Array.from(parts.flatMap((part) => [...part]));
      }
      parts.push(this.#heard.subarray(at, at + size));
      at += size;
    }
    return undefined;
  }

  #answer(message) {
    const [, tag] = message;
    if (tag === 0x10) {
      const from = behind(message, 2);
      this.#records = this.given() ?? [[0x91, ...message.subarray(from, behind(message, from))]];
      return FIELDS;
    }
    return tag === 0x3f ? [...this.#records.flatMap(record), ...END] : END;
  }
}

/** A driver for such a server. */
export const echoing = (given = () => undefined) =>
  neo4j.GraphDatabase.driver("bolt://127.0.0.1:1", { webSocket: () => new Echo(given), telemetryDisabled: true });
