// PackStream as it is written: the forms of its values, byte by byte, in the newest dialect; Rust puts it into that of each
// connection. What becomes of which JavaScript value is said by those who extend this.

import { HALF, isWhole } from "../driver/errors.js";
import { vectorType } from "../values/values.js";

const utf8 = new TextEncoder();

export class Packer {
  bytes = new Uint8Array(512);
  #view = new DataView(this.bytes.buffer);
  at = 0;

  packed() {
    return this.bytes.subarray(0, this.at);
  }

  /** A structure of integers, and in one place a string. */
  structure(tag, ...fields) {
    this.head(tag, fields.length);
    // The name of a zone stands third; what is a string elsewhere is no integer.
    fields.forEach((field, at) => (tag === "i" && at === 2 ? this.string(field) : this.integer(field)));
  }

  head(tag, fields) {
    this.byte(0xb0 | fields);
    this.byte(tag.charCodeAt(0));
  }

  integer(number) {
    if (number >= -16 && number < 128) this.byte(Number(number) & 0xff);
    else if (number >= -0x80 && number < 0x80) this.put(0xc8, 1, "setInt8", Number(number));
    else if (number >= -0x8000 && number < 0x8000) this.put(0xc9, 2, "setInt16", Number(number));
    else if (number >= -0x80000000 && number < 0x80000000) this.put(0xca, 4, "setInt32", Number(number));
    else this.put(0xcb, 8, "setBigInt64", BigInt(number));
  }

  float(number) {
    this.put(0xc1, 8, "setFloat64", number);
  }

  string(text) {
    // Room for the worst case, and the header where it stands if all is ASCII.
    this.#reserve(text.length * 3 + 5);
    const start = this.at;
    this.size(0x80, 0xd0, text.length);
    const { written } = utf8.encodeInto(text, this.bytes.subarray(this.at));
    if (written !== text.length) {
      if (!isWhole(text)) this.refuse(`a string with ${HALF}`);
      const from = this.at;
      this.at = start;
      this.size(0x80, 0xd0, written);
      // The header has grown over the first bytes: write them again behind it.
      if (this.at !== from) utf8.encodeInto(text, this.bytes.subarray(this.at));
    }
    this.at += written;
  }

  blob(bytes) {
    this.size(0, 0xcc, bytes.length);
    this.raw(bytes);
  }

  raw(bytes) {
    this.#reserve(bytes.length);
    this.bytes.set(bytes, this.at);
    this.at += bytes.length;
  }

  /** The bytes of numbers of one size, most significant first. */
  vector({ type, values }) {
    const size = values.BYTES_PER_ELEMENT;
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    this.head("V", 2);
    this.blob(Uint8Array.of(vectorType(type)[3]));
    this.blob(bytes.map((_, index) => bytes[index - (index % size) + size - 1 - (index % size)]));
  }

  /** A length, in as few bytes as it needs: `tiny` takes up to 15 itself, `marker` and the two after it the others. */
  size(tiny, marker, size) {
    if (size < 16 && tiny) this.byte(tiny | size);
    else if (size < 0x100) this.put(marker, 1, "setUint8", size);
    else if (size < 0x10000) this.put(marker + 1, 2, "setUint16", size);
    else this.put(marker + 2, 4, "setUint32", size);
  }

  put(marker, size, set, number) {
    this.byte(marker);
    this.#reserve(size);
    this.#view[set](this.at, number);
    this.at += size;
  }

  byte(byte) {
    this.#reserve(1);
    this.bytes[this.at++] = byte;
  }

  #reserve(size) {
    if (this.at + size <= this.bytes.length) return;
    const larger = new Uint8Array(Math.max(this.bytes.length * 2, this.at + size));
    larger.set(this.bytes);
    this.bytes = larger;
    this.#view = new DataView(larger.buffer);
  }
}
