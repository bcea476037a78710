// Our driver over a socket without a network: requests are answered from memory, as soon as they are sent.

import { PIECE, THOUSAND } from "./recording.js";

const VERSION = Uint8Array.of(0, 0, 8, 5);
const SUCCESS = Uint8Array.of(0, 3, 0xb1, 0x70, 0xa0, 0, 0);
const HAS_MORE = Uint8Array.of(0, 13, 0xb1, 0x70, 0xa1, 0x88, ...new TextEncoder().encode("has_more"), 0xc3, 0, 0);

class MemorySocket {
  #recording;
  #rows;
  #next = 0;
  #greeted = false;

  constructor(recording, rows) {
    this.#recording = recording;
    this.#rows = rows;
    setTimeout(() => this.onopen?.({}));
  }

  send(bytes) {
    // A copy: the driver's memory is its own again when this returns.
    const sent = bytes.slice();
    queueMicrotask(() => this.#answer(sent));
  }

  close() {
    setTimeout(() => this.onclose?.({ code: 1000, reason: "" }));
  }

  #give(buffer) {
    this.onmessage?.({ data: buffer });
  }

  #answer(bytes) {
    if (!this.#greeted) {
      this.#greeted = true;
      this.#give(VERSION.buffer);
      bytes = bytes.subarray(20);
    }
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    for (let at = 0; at + 2 < bytes.length; ) {
      const length = view.getUint16(at);
      if (length > 0) this.#reply(bytes.subarray(at + 2, at + 2 + length));
      at += 2 + length;
      while (length > 0 && view.getUint16(at) > 0) at += 2 + view.getUint16(at);
      at += length > 0 ? 2 : 0;
    }
  }

  #reply(message) {
    const tag = message[1];
    if (tag === 0x10) this.#give(this.#recording.run.slice().buffer);
    else if (tag === 0x3f) this.#pull(pulled(message));
    else if (tag === 0x01) this.#give(hello());
    else if (tag !== 0x02) this.#give(SUCCESS.slice().buffer);
  }

  /** As from a network: so much at a time, and whoever waits for records has them before the next ones come. */
  #pull(rows) {
    let given = 0;
    while (given < PIECE) {
      const count = Math.min(rows, THOUSAND - (this.#next % THOUSAND), this.#rows - this.#next);
      for (const buffer of this.#recording.some(this.#rows, this.#next, count)) {
        this.#give(buffer);
        given += buffer.byteLength;
      }
      this.#next += count;
      rows -= count;
      if (this.#next === this.#rows) return this.#give(this.#recording.last);
      // Fewer than were asked for, rather than to take a thousand apart.
      if (rows < THOUSAND) return this.#give(HAS_MORE.slice().buffer);
    }
    queueMicrotask(() => this.#pull(rows));
  }
}

/** How many rows a PULL asks for: `{ n }`, and nothing else in an auto-commit transaction. */
function pulled(message) {
  const view = new DataView(message.buffer, message.byteOffset + 5);
  const read = { 0xc8: () => view.getInt8(1), 0xc9: () => view.getInt16(1), 0xca: () => view.getInt32(1) };
  const n = read[view.getUint8(0)]?.() ?? view.getInt8(0);
  return n < 0 ? Infinity : n;
}

function hello() {
  const text = (string) => [0x80 | string.length, ...new TextEncoder().encode(string)];
  const map = [0xa2, ...text("server"), ...text("Neo4j/5.26.0"), ...text("connection_id"), ...text("bolt-1")];
  return Uint8Array.of(0, map.length + 2, 0xb1, 0x70, ...map, 0, 0).buffer;
}

/** Our driver, for which a recording has so many rows. */
export async function openMemory(recording, rows) {
  const neo4j = await import("neo4j-wasm");
  // Cut before anything is measured.
  recording.thousands(rows);
  const webSocket = () => new MemorySocket(recording, rows);
  const driver = neo4j.GraphDatabase.driver("bolt://127.0.0.1:1", { webSocket });
  await driver.verifyConnectivity();
  const session = driver.session();
  return {
    async records(query) {
      const { records } = await session.run(query);
      for (const record of records) record.get(0);
      return records.length;
    },
    batches: neo4j.Result.prototype.batches && (async (query) => {
      let count = 0;
      for await (const batch of session.run(query).batches()) count += batch.length;
      return count;
    }),
    async close() {
      await session.close();
      await driver.close();
    },
  };
}
