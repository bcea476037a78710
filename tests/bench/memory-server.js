// Our driver over a socket without a network: requests are answered from memory, as soon as they are sent.

const VERSION = Uint8Array.of(0, 0, 8, 5);
const SUCCESS = Uint8Array.of(0, 3, 0xb1, 0x70, 0xa0, 0, 0);

/** `pieces`: for each PULL the buffers that answer it. */
class MemorySocket {
  #run;
  #pieces;
  #pulled = 0;
  #greeted = false;

  constructor(run, pieces) {
    this.#run = run;
    this.#pieces = pieces;
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

  #give(...buffers) {
    for (const buffer of buffers) this.onmessage?.({ data: buffer });
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
      const tag = length > 0 ? bytes[at + 3] : undefined;
      at += 2 + length;
      while (length > 0 && view.getUint16(at) > 0) at += 2 + view.getUint16(at);
      at += length > 0 ? 2 : 0;
      if (tag !== undefined) this.#reply(tag);
    }
  }

  #reply(tag) {
    if (tag === 0x10) this.#give(this.#run.slice().buffer);
    else if (tag === 0x3f) this.#give(...this.#pieces[this.#pulled++]);
    else if (tag === 0x01) this.#give(hello());
    else if (tag !== 0x02) this.#give(SUCCESS.slice().buffer);
  }
}

function hello() {
  const text = (string) => [0x80 | string.length, ...new TextEncoder().encode(string)];
  const map = [0xa2, ...text("server"), ...text("Neo4j/5.26.0"), ...text("connection_id"), ...text("bolt-1")];
  return Uint8Array.of(0, map.length + 2, 0xb1, 0x70, ...map, 0, 0).buffer;
}

export async function openMemory(run, pieces, fetchSize) {
  const neo4j = await import("neo4j-wasm");
  const webSocket = () => new MemorySocket(run, pieces);
  const driver = neo4j.GraphDatabase.driver("bolt://127.0.0.1:1", { webSocket, fetchSize });
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
