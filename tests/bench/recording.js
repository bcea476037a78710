// A recorded answer, cut up as a socket that has all of it at hand would give it.

/** As much as a relay puts into one frame. */
export const PIECE = 65_536;
/** Rows that lie ready together: a driver that asks for as many or more gets some thousands. */
export const THOUSAND = 1_000;

export class Recording {
  #records = [];
  #thousands = new Map();

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
    /** The answer to the last PULL, behind its records. */
    this.last = messages.at(-1).slice().buffer;
  }

  /** How many columns a record has: behind the chunk's head and the message's own two bytes stands a list. */
  columns() {
    return this.#records[0][4] & 0x0f;
  }

  /** How many there are in the answers to RUN and to one PULL of so many rows. */
  bytes(rows) {
    const sizes = this.#records.map(({ length }) => length);
    const sum = (some) => some.reduce((total, size) => total + size, 0);
    const rounds = Math.floor(rows / sizes.length);
    return this.run.length + rounds * sum(sizes) + sum(sizes.slice(0, rows % sizes.length)) + this.last.byteLength;
  }

  /** The buffers of `rows` rows, by thousands; recorded ones come round again. */
  thousands(rows) {
    if (!this.#thousands.has(rows)) this.#thousands.set(rows, this.#cut(rows));
    return this.#thousands.get(rows);
  }

  /** The buffers of `count` of `rows` rows from one on, within a thousand: cut here where that is not all of it. */
  some(rows, from, count) {
    const index = Math.floor(from / THOUSAND);
    const whole = from % THOUSAND === 0 && count === Math.min(THOUSAND, rows - from);
    return whole ? this.thousands(rows)[index] : this.#pieces(from, count);
  }

  #cut(rows) {
    const thousands = [];
    for (let at = 0; at < rows; at += THOUSAND) thousands.push(this.#pieces(at, Math.min(THOUSAND, rows - at)));
    return thousands;
  }

  #pieces(from, count) {
    const record = (_, index) => this.#records[(from + index) % this.#records.length];
    const all = concat(Array.from({ length: count }, record));
    const pieces = [];
    for (let start = 0; start < all.length; start += PIECE) pieces.push(all.slice(start, start + PIECE).buffer);
    return pieces;
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
