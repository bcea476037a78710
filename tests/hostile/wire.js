// What a hostile server says, as bytes: PackStream, chunks and frames that may be as wrong as a script wants them.

const utf8 = new TextEncoder();

/** Bytes one behind the other: numbers, arrays of them, and arrays of bytes. */
export function bytes(...parts) {
  const whole = parts.map((part) =>
    part instanceof Uint8Array ? part : typeof part === "number" ? Uint8Array.of(part) : Uint8Array.from(part));
  const all = new Uint8Array(whole.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of whole) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

export const u16 = (number) => [(number >> 8) & 255, number & 255];
export const u32 = (number) => [...u16(number >>> 16), ...u16(number & 0xffff)];

function number64(set, value) {
  const view = new DataView(new ArrayBuffer(8));
  view[set](0, value);
  return new Uint8Array(view.buffer);
}

export const text = (string) => utf8.encode(string);
export const int64 = (value) => bytes(0xcb, number64("setBigInt64", BigInt(value)));
export const float = (value) => bytes(0xc1, number64("setFloat64", value));

/** A value as PackStream; bytes are taken as they are, and so a script can put anything in any place. */
export function pack(value) {
  if (value instanceof Uint8Array) return value;
  if (value === null || value === undefined) return bytes(0xc0);
  if (typeof value === "boolean") return bytes(value ? 0xc3 : 0xc2);
  if (typeof value === "number" && Number.isSafeInteger(value)) return value >= -16 && value < 128 ? bytes(value & 255) : int64(value);
  if (typeof value === "number") return float(value);
  if (typeof value === "bigint") return int64(value);
  if (typeof value === "string") return bytes(0xd2, u32(text(value).length), text(value));
  if (Array.isArray(value)) return bytes(0xd6, u32(value.length), ...value.map(pack));
  const entries = Object.entries(value);
  return bytes(0xda, u32(entries.length), ...entries.map(([key, item]) => bytes(pack(key), pack(item))));
}

export const structure = (tag, ...fields) => bytes(0xb0 + fields.length, tag, ...fields.map(pack));

/** A value inside so many others, with `before` in front of each of them. */
export const nested = (depth, before, value = 0xc0) => bytes(repeated(depth, bytes(before)), value);

/** The same bytes so many times. */
export function repeated(times, part) {
  const all = new Uint8Array(times * part.length);
  for (let at = 0; at < all.length; at += part.length) all.set(part, at);
  return all;
}

/** A message in chunks of a size. */
export function chunked(message, size = 0xffff) {
  const parts = [];
  for (let at = 0; at < message.length; at += size) {
    const chunk = message.subarray(at, at + size);
    parts.push(bytes(u16(chunk.length), chunk));
  }
  return bytes(...parts, [0, 0]);
}

export const SUCCESS = 0x70, RECORD = 0x71, IGNORED = 0x7e, FAILURE = 0x7f;

export const message = (tag, ...fields) => chunked(structure(tag, ...fields));
export const success = (metadata = {}) => message(SUCCESS, metadata);
export const record = (...values) => message(RECORD, values);
export const ignored = () => message(IGNORED);

/** As servers from Bolt 5.7 on have it. */
export const failing = (code, told = "as the script wants it", more = {}) => ({
  neo4j_code: code,
  message: told,
  gql_status: "50N42",
  description: "error: general processing exception",
  diagnostic_record: {},
  ...more,
});
export const failure = (...given) => message(FAILURE, failing(...given));

export const NOOP = bytes(0, 0);

export const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 };

/**
 * A frame of a WebSocket. `rsv` are the three reserved bits, `masked` is what no server may do, `length` is what the header
 * says in the place of the payload's, in so many bytes as `wide` says.
 */
export function frame(opcode, payload = [], { fin = true, rsv = 0, masked = false, length, wide } = {}) {
  const size = length ?? payload.length;
  const width = wide ?? (size < 126 ? 0 : size < 0x10000 ? 2 : 8);
  const mask = masked ? 0x80 : 0;
  const head = (fin ? 0x80 : 0) | (rsv << 4) | opcode;
  const told = width === 0 ? [mask | Number(size)]
    : width === 2 ? [mask | 126, ...u16(Number(size))]
    : [mask | 127, ...number64("setBigUint64", BigInt(size))];
  return bytes(head, told, masked ? [0, 0, 0, 0] : [], payload);
}

export const closing = (code, reason = []) =>
  frame(OPCODE.close, code === undefined ? reason : bytes(u16(code), typeof reason === "string" ? text(reason) : reason));

/** The last message of an answer, and what is before it; all of them are one chunk. */
export function split(good) {
  let at = 0;
  for (;;) {
    const size = (good[at] << 8) | good[at + 1];
    if (at + size + 4 >= good.length) return [good.subarray(0, at), good.subarray(at + 2, at + 2 + size)];
    at += size + 4;
  }
}
