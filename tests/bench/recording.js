// A recorded answer, cut up as a socket that has all of it at hand would give it.

/** As much as a relay puts into one frame. */
const PIECE = 65_536;
const HAS_MORE = Uint8Array.of(0, 13, 0xb1, 0x70, 0xa1, 0x88, ...new TextEncoder().encode("has_more"), 0xc3, 0, 0);

export class Recording {
  #records = [];
  #last;
  #pieces = new Map();

  /** `file`: frames, each behind its length. */
  constructor(file) {
    const bytes = withoutLengths(file);
    const messages = [];
    const view = new DataView(bytes.buffer);
    for (let at = 0, start = 0; at < bytes.length; ) {
      const length = view.getUint16(at);
      at += 2 + length;
      if (length > 0) continue;
      if (at - start > 2) messages.push(bytes.subarray(start, at));
      start = at;
    }
    /** The answer to RUN. */
    this.run = messages[0];
    this.#records = messages.slice(1, -1);
    this.#last = messages.at(-1);
  }

  /** How many columns a record has: behind the chunk's head and the message's own two bytes stands a list. */
  columns() {
    return this.#records[0][4] & 0x0f;
  }

  /** For each PULL of `fetchSize` the buffers that answer it, `rows` rows in all; recorded ones come round again. */
  pieces(rows, fetchSize) {
    const key = `${rows} ${fetchSize}`;
    if (!this.#pieces.has(key)) this.#pieces.set(key, this.#cut(rows, fetchSize));
    return this.#pieces.get(key);
  }

  #cut(rows, fetchSize) {
    const answers = [];
    for (let at = 0; at < rows; at += fetchSize) {
      const stop = Math.min(rows, at + fetchSize);
      const record = (_, index) => this.#records[(at + index) % this.#records.length];
      const messages = Array.from({ length: stop - at }, record);
      const all = concat([...messages, stop < rows ? HAS_MORE : this.#last]);
      const pieces = [];
      for (let start = 0; start < all.length; start += PIECE) pieces.push(all.slice(start, start + PIECE).buffer);
      answers.push(pieces);
    }
    return answers;
  }
}

function withoutLengths(file) {
  const view = new DataView(file.buffer, file.byteOffset);
  const frames = [];
  for (let at = 0; at < file.length; ) {
    const length = view.getUint32(at, true);
    frames.push(file.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return concat(frames);
}

function concat(parts) {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
