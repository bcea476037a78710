// Frames, Close frames and ends of TCP that break the rules, or come where nobody expects them; and silence.

import { bytes, chunked, closing, frame, OPCODE, split, success, text, u32 } from "./wire.js";
import { ALL, atStages, ONLY_WEB_SOCKET } from "./stages.js";

/** Where one kind of work for a stage is enough: all that is seen is that the connection is lost. */
const SOME = ["HELLO", "LOGON", "RUN", "PULL", "COMMIT", "RESET", "ROUTE"];
const FEW = ["HELLO", "PULL", "COMMIT"];

/** A lost COMMIT is uncertain; whatever else is lost is lost, and RESET has another connection to be sent on. */
const LOST = { RESET: "right", ROLLBACK: "either", COMMIT: "CommitUncertainError", else: "error" };

const raw = (...parts) => (peer) => peer.raw(bytes(...parts));

const BROKEN = [
  ["a text frame", frame(OPCODE.text, text("hello"))],
  ["a text frame that is a number", frame(OPCODE.text, text("4294967295"))],
  ["an empty text frame", frame(OPCODE.text)],
  ["a text frame that is not UTF-8", frame(OPCODE.text, [0xff, 0xfe])],
  ["a frame of an opcode that is reserved", frame(3, [1])],
  ["a control frame that is reserved", frame(11, [1])],
  ["a frame with a reserved bit", frame(OPCODE.binary, success(), { rsv: 4 })],
  ["a masked frame", frame(OPCODE.binary, success(), { masked: true })],
  ["a ping of 126 bytes", frame(OPCODE.ping, Array(126).fill(1))],
  ["a ping in two parts", bytes(frame(OPCODE.ping, [1], { fin: false }), frame(OPCODE.continuation, [1]))],
  ["a part of a message that has not begun", frame(OPCODE.continuation, success())],
  ["a message within a message", bytes(frame(OPCODE.binary, [0], { fin: false }), frame(OPCODE.binary, [0]))],
  ["a length of more than 63 bits", frame(OPCODE.binary, [], { length: 2n ** 63n, wide: 8 })],
  ["a length of 2^53", frame(OPCODE.binary, [0, 3], { length: 2n ** 53n, wide: 8 })],
  ["a frame that does not end", frame(OPCODE.binary, [0, 3, 0xb1], { length: 60_000, wide: 2 })],
  ["garbage", text("SSH-2.0-OpenSSH_9.2\r\n")],
];

/** Rules that runtimes do not insist on: what comes is right, or the end. */
const HARMLESS = [
  ["in parts", (good) => [...good].map((byte, at) => frame(at ? OPCODE.continuation : OPCODE.binary, [byte], { fin: at === good.length - 1 }))],
  ["in parts, with pings between them", (good) => [
    frame(OPCODE.binary, good.subarray(0, 1), { fin: false }), frame(OPCODE.ping, [1]), frame(OPCODE.pong),
    frame(OPCODE.continuation, good.subarray(1)),
  ]],
  ["behind 50 pings", (good) => [...Array(50).fill(frame(OPCODE.ping, text("ping"))), frame(OPCODE.binary, good)]],
  ["behind 2,000 pongs", (good) => [...Array(2_000).fill(frame(OPCODE.pong)), frame(OPCODE.binary, good)]],
  ["behind 2,000 empty frames", (good) => [...Array(2_000).fill(frame(OPCODE.binary)), frame(OPCODE.binary, good)]],
  ["behind an empty part", (good) => [frame(OPCODE.binary, [], { fin: false }), frame(OPCODE.continuation, good)]],
];

const SIZES = [
  ["chunks of one byte", (last) => chunked(last, 1)],
  ["a chunk of 65,535 bytes", (last) => chunked(padTo(last, 0xffff))],
];

/** The message's map with a padding, so that all of it has so many bytes. */
function padTo(whole, size) {
  const count = new DataView(whole.buffer, whole.byteOffset).getUint32(3);
  const key = bytes(0x81, text("p"), 0xd2);
  const room = size - whole.length - key.length - 4;
  return bytes(whole.subarray(0, 3), u32(count + 1), key, u32(room), text("x".repeat(room)), whole.subarray(7));
}

const CODES = [1000, 1001, 1002, 1003, 1006, 1007, 1008, 1009, 1011, 1012, 1013, 3000, 4999, 999, 0, 5000, 65535];
const REASONS = [
  ["without a code", closing()],
  ["of one byte", closing(undefined, [3])],
  ["with the longest reason", closing(1011, "r".repeat(123))],
  ["with a reason that is too long", closing(1011, "r".repeat(124))],
  ["with a reason that is not UTF-8", closing(1011, [0xff, 0xfe])],
  ["with a reason that is a password", closing(1008, "password: secret")],
];

/** A Close frame, and then TCP is cut, or left open by a server that says nothing more. */
function closes(data, isCut) {
  return async (peer) => {
    peer.isPolite = false;
    await peer.raw(data);
    if (isCut) peer.end();
    else await peer.wait();
  };
}

const mute = async (peer) => {
  peer.isPolite = false;
  await peer.wait();
};

const half = (good) => good.subarray(0, Math.ceil(good.length / 2));

const ENDS = [
  ["silence", mute],
  ["half an answer, then silence", async (peer, good) => {
    await peer.send(half(good));
    await mute(peer);
  }],
  ["empty messages for ever", async (peer) => {
    for (;;) {
      await peer.send(0, 0);
      await peer.wait(20);
    }
  }],
  ["the end of TCP", (peer) => peer.end()],
  ["a reset of TCP", (peer) => peer.reset()],
  ["half an answer, then the end of TCP", async (peer, good) => {
    await peer.send(half(good));
    peer.end();
  }],
  ["half an answer, then a reset of TCP", async (peer, good) => {
    await peer.send(half(good));
    peer.reset();
  }],
  ["the answer, then a reset of TCP", async (peer, good) => {
    await peer.send(good);
    peer.reset();
  }],
];
const CLEAN = [
  ["half a frame, then a reset of TCP", async (peer, good) => {
    await peer.raw(half(frame(OPCODE.binary, good)));
    peer.reset();
  }],
  ["a clean close", closes(closing(1000), true)],
  ["a clean close behind half an answer", async (peer, good) => {
    await peer.send(half(good));
    await closes(closing(1000), true)(peer);
  }],
];
/** Those that no receive timeout ends: a server that says that it is there may take hours. */
const SIGNALLED = ["empty messages for ever"];
const EITHER = ["the answer, then a reset of TCP"];

/** At these stages, where there is a WebSocket. */
const framed = (name, stages, misdeed, ends, more) => atStages(name, stages, misdeed, ends, { ...more, ...ONLY_WEB_SOCKET });

const pinged = (peer, good) => peer.raw(bytes(...Array(2_000).fill(frame(OPCODE.ping, text("ping"))), frame(OPCODE.binary, good)));

export const frames = [
  ...BROKEN.flatMap(([name, data]) => framed(name, SOME, raw(data), LOST)),
  ...HARMLESS.flatMap(([name, made]) => framed(`an answer ${name}`, SOME, (peer, good) => peer.raw(bytes(...made(good))), "right", { every: true })),
  // Some runtimes end a connection on which so many answers are due.
  ...framed("an answer behind 2,000 pings", SOME, pinged, "either"),
  ...SIZES.flatMap(([name, made]) => atStages(name, ["HELLO", "RUN", "PULL", "ROUTE"], (peer, good) => {
    const [before, last] = split(good);
    return peer.send(before, made(last));
  }, "right")),
  ...CODES.flatMap((code) => [true, false].flatMap((isCut) =>
    framed(`a Close frame with ${code}, TCP ${isCut ? "cut" : "left open"}`, FEW, closes(closing(code), isCut), LOST))),
  ...REASONS.flatMap(([name, data]) => [true, false].flatMap((isCut) =>
    framed(`a Close frame ${name}, TCP ${isCut ? "cut" : "left open"}`, FEW, closes(data, isCut), LOST))),
  ...CLEAN.flatMap(([name, misdeed]) => framed(name, ALL, misdeed, LOST, { every: true })),
  ...ENDS.flatMap(([name, misdeed]) =>
    atStages(name, ALL, misdeed, EITHER.includes(name) ? "either" : LOST, { every: true, signal: SIGNALLED.includes(name) ? 1_500 : undefined })),
];
