// What never ends, or is large: run one at a time, for what is looked at is how much memory it takes.

import { bytes, chunked, frame, int64, OPCODE, record, RECORD, repeated, success, u16, u32 } from "./wire.js";
import { atStages, ONLY_WEB_SOCKET } from "./stages.js";

const CHUNK = new Uint8Array(0xffff);
const block = bytes(u16(0xffff), CHUNK);

/** The start of a message, and then chunks for ever. */
const endlessMessage = (...begin) => async (peer) => {
  await peer.send(chunked(bytes(...begin)).subarray(0, -2));
  for (;;) await peer.send(block);
};

const repeat = (data, pause = 0) => async (peer) => {
  for (;;) {
    await peer.raw(data);
    if (pause) await peer.wait(pause);
  }
};

const say = (data) => async (peer) => {
  for (;;) await peer.send(data);
};

const record1k = record("x".repeat(1_000));
const many = repeated(60, record1k);

/** One value of so many bytes, in a record and the end of the result. */
const large = (value) => async (peer) => {
  const whole = chunked(bytes(0xb1, RECORD, 0x91, value));
  for (let at = 0; at < whole.length; at += 65_536) await peer.send(whole.subarray(at, at + 65_536));
  await peer.send(success());
};

/** Close to the limit for a message, and above it. */
const BELOW = (1 << 24) - 1_000, ABOVE = (1 << 24) + 1_000;
const string = (size) => bytes(0xd2, u32(size), new Uint8Array(size).fill(0x78));
const blob = (size) => bytes(0xce, u32(size), new Uint8Array(size));
const list = (count, item) => bytes(0xd6, u32(count), repeated(count, bytes(item)));

const at = (name, stages, misdeed, ends, more) =>
  atStages(name, stages, misdeed, ends, { ...more, alone: true }).map((script) => ({ ...script, name: `memory: ${script.name}` }));

const framed = (name, misdeed) => at(name, ["HELLO", "PULL"], misdeed, "error", { signal: 1_500, ...ONLY_WEB_SOCKET });

export const memory = [
  ...at("a message that never ends", ["HELLO", "RUN", "PULL", "COMMIT", "ROUTE", "RESET"], endlessMessage(0xb1, 0x70, 0xa1), { RESET: "right", COMMIT: "error", else: "ProtocolError" }),
  ...at("a record that never ends", ["PULL"], endlessMessage(0xb1, RECORD, 0xd6, u32(2 ** 31)), "ProtocolError"),
  ...at("records that never end", ["PULL"], say(many), "ProtocolError", { works: ["stream", "columns"] }),
  ...at("records that never end, where all were asked for", ["PULL"], say(many), "error", { works: ["query"], signal: 1_500 }),
  ...at("empty messages that never end", ["HELLO", "PULL"], say(new Uint8Array(65_536)), "error", { signal: 1_500 }),
  ...framed("pings that never end", repeat(repeated(500, frame(OPCODE.ping, Array(125).fill(1))))),
  ...framed("empty frames that never end", repeat(repeated(500, frame(OPCODE.binary)))),
  ...framed("text that never ends", repeat(frame(OPCODE.text, new Uint8Array(65_536).fill(0x78)))),
  ...framed("parts of a frame that never end, slowly", async (peer) => {
    await peer.raw(frame(OPCODE.binary, [0], { fin: false }));
    await repeat(frame(OPCODE.continuation, new Uint8Array(10_000), { fin: false }), 10)(peer);
  }),
  ...[["string", string], ["byte array", blob]].flatMap(([kind, make]) => [
    ...at(`a ${kind} a little below the limit`, ["PULL"], large(make(BELOW)), "right", { works: ["length"], expected: BELOW }),
    ...at(`a ${kind} a little above the limit`, ["PULL"], large(make(ABOVE)), "ProtocolError", { works: ["length"] }),
  ]),
  ...at("a million nulls", ["PULL"], large(list(1_000_000, [0xc0])), "right", { works: ["length"], expected: 1_000_000 }),
  ...at("a million large integers", ["PULL"], large(list(1_000_000, int64(2n ** 60n))), "right", { works: ["length"], expected: 1_000_000 }),
  ...at("16 million nulls, a little below the limit", ["PULL"], large(list(BELOW, [0xc0])), "either", { works: ["length"] }),
  ...at("8 million empty maps", ["PULL"], large(list(BELOW >> 1, [0xa0])), "either", { works: ["length"] }),
];
