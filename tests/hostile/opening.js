// What comes before Bolt's first message: the HTTP answer to the upgrade, what the port says when it is asked over HTTP why
// that failed, and the handshake.

import { ONLY_WEB_SOCKET } from "./stages.js";
import { bytes, closing, frame, OPCODE, success, text, u16 } from "./wire.js";

const reply = (status, headers = [], body = "") =>
  `HTTP/1.1 ${status} X\r\n${[`Content-Length: ${text(body).length}`, "Connection: close", ...headers].join("\r\n")}\r\n\r\n${body}`;

const JSON_HEADERS = ["Content-Type: application/json", "Access-Control-Allow-Origin: *"];

/** Until the client goes. */
async function forever(peer, data) {
  for (;;) await peer.raw(data);
}

/** Every request, be it for an upgrade or a question, is answered so. */
const http = (name, serve, ends = "error", more) => ({
  name: `upgrade: ${name}`,
  work: "verify",
  ends,
  serve: async (peer, tools) => {
    const head = await peer.head();
    await serve(peer, head, tools);
  },
  ...more,
});

const answered = (data) => async (peer) => {
  await peer.raw(data);
  peer.end();
};

const upgrades = [
  ...[200, 204, 400, 401, 403, 404, 407, 418, 426, 429, 500, 502, 503, 504, 999].map((status) =>
    http(`${status}`, answered(reply(status, [], "no")))),
  ...[301, 302, 307, 308].map((status) => http(`${status} to itself`, answered(reply(status, ["Location: /"])))),
  http("302 to another scheme", answered(reply(302, ["Location: javascript:alert(1)"]))),
  http("JSON, with each status", answered(reply(200, JSON_HEADERS, "{}"))),
  http("JSON that is not", answered(reply(200, JSON_HEADERS, "{"))),
  http("discovery with a bolt_direct that is none", answered(reply(200, JSON_HEADERS, '{"bolt_direct":"javascript:alert(1)","neo4j_version":"5"}'))),
  http("discovery 100,000 levels deep", answered(reply(200, JSON_HEADERS, `{"bolt_direct":${"[".repeat(100_000)}`))),
  http("nothing", (peer) => peer.wait()),
  http("the end at once", (peer) => peer.end()),
  http("a reset at once", (peer) => peer.reset()),
  http("half a status line", async (peer) => {
    await peer.raw("HTTP/1.1 1");
    await peer.wait();
  }),
  http("HTTP 0.9", answered("hello")),
  http("another protocol", answered("SSH-2.0-OpenSSH_9.2\r\n\r\n")),
  http("zeros", answered(new Uint8Array(1_000))),
  http("an alert of TLS", answered(bytes(21, 3, 3, 0, 2, 2, 40))),
  http("a header that never ends", async (peer) => {
    await peer.raw("HTTP/1.1 200 OK\r\nX-Long: ");
    await forever(peer, "x".repeat(1_000));
  }),
  http("headers that never end", async (peer) => {
    await peer.raw("HTTP/1.1 200 OK\r\n");
    await forever(peer, "X-Header: value\r\n".repeat(60));
  }),
  http("a megabyte of headers", answered(reply(200, [`X-Long: ${"x".repeat(1 << 20)}`]))),
  http("101 without a key", answered("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n")),
  http("101 with another's key", answered("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\n\r\n")),
  http("101 to something else", answered("HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n")),
  ...[
    ["an extension that was not offered", ["Sec-WebSocket-Extensions: x-unknown"]],
    ["a protocol that was not offered", ["Sec-WebSocket-Protocol: bolt"]],
  ].map(([name, headers]) => http(`101 with ${name}`, async (peer, head, { Peer }) => {
    await peer.raw(Peer.acceptance(head, headers));
    await peer.wait();
  })),
  http("101, byte by byte", async (peer, head, { Peer }) => {
    for (const letter of Peer.acceptance(head)) await peer.raw(letter);
    await peer.wait();
  }),
];

/** The upgrade fails; the questions that follow over HTTP get this. */
const diagnosis = (name, serve) => http(`the question why: ${name}`, async (peer, head, tools) => {
  if (/^upgrade:/im.test(head)) return peer.reset();
  return serve(peer, head, tools);
});

const endless = (headers) => async (peer) => {
  await peer.raw(`HTTP/1.1 200 OK\r\n${headers.join("\r\n")}\r\n\r\n`);
  await forever(peer, "x".repeat(1_000));
};

const questions = [
  diagnosis("JSON", answered(reply(200, JSON_HEADERS, '{"a":1}'))),
  diagnosis("JSON of Neo4j", answered(reply(200, JSON_HEADERS, '{"bolt_direct":"bolt://127.0.0.1:7687"}'))),
  diagnosis("HTML", answered(reply(200, ["Content-Type: text/html"], "<h1>hello</h1>"))),
  diagnosis("nothing in it", answered(reply(200, JSON_HEADERS))),
  diagnosis("204", answered("HTTP/1.1 204 No Content\r\n\r\n")),
  ...[401, 404, 500, 502, 503, 504].map((status) => diagnosis(`${status}`, answered(reply(status, JSON_HEADERS, "{}")))),
  diagnosis("silence", (peer) => peer.wait()),
  diagnosis("a reset", (peer) => peer.reset()),
  diagnosis("the end", (peer) => peer.end()),
  diagnosis("a body that never ends", endless([])),
  diagnosis("JSON that never ends", endless(JSON_HEADERS)),
  diagnosis("a body of 2^53 bytes", endless([...JSON_HEADERS, "Content-Length: 9007199254740992"])),
  diagnosis("a body shorter than it says", answered(reply(200, [...JSON_HEADERS, "Content-Length: 100"], "{}"))),
  diagnosis("a redirect to itself", answered(reply(302, [...JSON_HEADERS, "Location: /"]))),
  diagnosis("a slow body", async (peer) => {
    await peer.raw(`HTTP/1.1 200 OK\r\n${JSON_HEADERS.join("\r\n")}\r\n\r\n`);
    for (;;) {
      await peer.raw("x");
      await peer.wait(100);
    }
  }),
];

/** What the server says to the 20 bytes: `say(peer)`, and then it waits. */
const handshake = (name, say, ends = "error", more) => ({
  name: `handshake: ${name}`,
  work: "verify",
  ends,
  serve: async (peer) => {
    await peer.upgrade();
    await peer.take(20);
    await say(peer);
    await peer.wait();
  },
  ...more,
});

/** The same in frames that only a WebSocket has. */
const framed = (name, say, ends) => handshake(name, say, ends, ONLY_WEB_SOCKET);

const raw = (...parts) => (peer) => peer.raw(bytes(...parts));
const says = (...parts) => (peer) => peer.send(...parts);
const manifest = (...rest) => says(0, 0, 1, 0xff, ...rest);
const VERSIONS = [[0, 0], [0, 1], [0, 3], [3, 4], [9, 5], [0, 7], [255, 255]];

const answers = [
  ...VERSIONS.map(([minor, major]) => handshake(`version ${major}.${minor}`, says(0, 0, minor, major), "ProtocolError")),
  handshake("a range", says(0, 4, 8, 5), "error"),
  // Over TCP it is an answer to the connection, and there is more to say of it.
  handshake("HTTP", says(text("HTTP/1.1 400 Bad Request\r\n\r\n")), "ProtocolError", { overTcp: "ConnectionError" }),
  handshake("HTML", says(text("<!doctype html>")), "ProtocolError"),
  handshake("TLS", says(22, 3, 3, 0), "ProtocolError"),
  handshake("another manifest", says(0, 0, 2, 0xff, 1, 0, 0, 8, 5, 0), "ProtocolError"),
  handshake("a manifest of no version", manifest(0, 0), "ProtocolError"),
  handshake("a manifest of others' versions", manifest(2, 0, 0, 9, 9, 0, 0, 0, 3, 0), "ProtocolError"),
  handshake("a manifest of 2^63 versions", manifest(Array(9).fill(0xff), 0x7f), "ProtocolError"),
  handshake("a manifest whose number never ends", manifest(Array(1_000).fill(0xff)), "ProtocolError"),
  handshake("a manifest of more versions than come", manifest(100, 0, 0, 8, 5), "TimeoutError"),
  handshake("a manifest of 1,025 versions", manifest(0x81, 8, Array(1_025 * 4).fill(0), 0), "ProtocolError"),
  handshake("a manifest whose capabilities never end", manifest(1, 0, 0, 8, 5, Array(1_000).fill(0xff)), "ProtocolError"),
  handshake("nothing", () => {}, "TimeoutError"),
  handshake("three bytes", says(0, 0, 8), "TimeoutError"),
  framed("10,000 empty frames", raw(...Array(10_000).fill(frame(OPCODE.binary))), "TimeoutError"),
  // A socket may be given up before its time is: it has to answer each.
  framed("pings for ever", async (peer) => {
    for (;;) {
      await peer.raw(frame(OPCODE.ping));
      await peer.wait(5);
    }
  }),
  framed("text", raw(frame(OPCODE.text, text("\0\0\b\u0005")))),
  framed("text that is a number", raw(frame(OPCODE.text, text("4294967295")))),
  handshake("zeros for ever", async (peer) => {
    for (;;) await peer.send(new Uint8Array(1_000));
  }),
  handshake("the end", (peer) => peer.end()),
  handshake("a reset", (peer) => peer.reset()),
  ...[1000, 1008, 1013].map((code) => framed(`a Close frame with ${code}`, async (peer) => {
    await peer.raw(closing(code));
    peer.end();
  })),
  handshake("the answer to HELLO with it", manifest(1, 0, 0, 8, 5, 0, success()), "ProtocolError"),
  handshake("a message that is cut short with it", manifest(1, 0, 0, 8, 5, 0, u16(100), 0xb1), "TimeoutError"),
];

/** What is said is right, and only how is odd. */
const oddly = (name, greet) => ({
  name: `handshake: ${name}`,
  work: "query",
  ends: "right",
  greet,
});

const right = [0, 0, 1, 0xff, 1, 0, 0, 8, 5, 0];

export const opening = [
  ...upgrades,
  ...questions,
  ...answers,
  oddly("byte by byte", async (peer) => {
    for (const byte of right) await peer.send(byte);
  }),
  oddly("with 500 versions", (peer) => peer.send(0, 0, 1, 0xff, 0xf4, 3, ...Array(499).fill([0, 0, 1, 9]), 0, 0, 8, 5, 0)),
  oddly("with the same version ten times", (peer) => peer.send(0, 0, 1, 0xff, 10, ...Array(10).fill([0, 0, 8, 5]), 0)),
  oddly("with capabilities that nobody knows", (peer) => peer.send(0, 0, 1, 0xff, 1, 0, 0, 8, 5, 0xff, 0x7f)),
];
