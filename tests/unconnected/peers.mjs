// Servers with bad manners: they speak just so much of TCP, HTTP, WebSocket and Bolt, and then say nothing any more. None
// of them ever hangs up. Whoever begins with Bolt is spoken to without a WebSocket.

import { createHash } from "node:crypto";
import { createServer } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { list, map, str } from "../package/replay.js";

const message = (tag, metadata) => {
  const content = [0xb1, tag, ...map(metadata)];
  return [content.length >> 8, content.length & 255, ...content, 0, 0];
};

const [GOODBYE, RESET] = [0x02, 0x0f];
const GREETING = message(0x70, { server: str("Neo4j/5.26.0"), connection_id: str("bolt-1") });
const SUCCESS = message(0x70, { fields: list() });

/** What each peer still answers, out of "upgrade", "handshake", HELLO and all other requests; and what else it does. */
const PEERS = {
  "says nothing": 0,
  "upgrades and says nothing": 1,
  "shakes hands and says nothing": 2,
  "greets and says nothing": 3,
  "answers all, and never hangs up": Infinity,
};

export const peers = Object.keys(PEERS);

/**
 * Starts such a peer on a free port, until the test ends. With `closes`, a query is answered by a Close frame with these
 * bytes; with `tls`, options of Node's, it speaks TLS. Gives { port, accepted() }.
 */
export async function peer(t, name, { closes, tls } = {}) {
  const sockets = new Set();
  let accepted = 0;
  const listening = tls ? createTlsServer(tls) : createServer({ allowHalfOpen: true });
  const server = listening.on(tls ? "secureConnection" : "connection", (socket) => {
    accepted++;
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
    converse(socket, PEERS[name], closes);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { port: server.address().port, accepted: () => accepted, open: () => sockets.size };
}

function converse(socket, patience, closes) {
  let bytes = Buffer.alloc(0);
  let answered = 0;
  let isTcp = false;
  socket.on("data", (data) => {
    bytes = Buffer.concat([bytes, data]);
    for (;;) {
      if (answered >= patience) return;
      if (answered === 0 && bytes[0] === 0x60) {
        // There is nothing to upgrade.
        isTcp = true;
        answered++;
        continue;
      }
      if (answered === 0) {
        const end = bytes.indexOf("\r\n\r\n");
        if (end < 0) return;
        socket.write(upgrade(bytes.subarray(0, end).toString()));
        bytes = bytes.subarray(end + 4);
        answered++;
        continue;
      }
      const frame = isTcp ? takeBolt(bytes, answered === 1) : take(bytes);
      if (!frame) return;
      bytes = bytes.subarray(frame.end);
      if (frame.opcode !== 2) continue;
      for (const reply of answers(frame.payload, answered === 1)) {
        if (answered++ >= patience) return;
        if (closes && answered > 4) return void socket.write(Buffer.from([0x88, closes.length, ...closes]));
        socket.write(Buffer.from(isTcp ? reply : [0x82, reply.length, ...reply]));
      }
    }
  });
}

function upgrade(head) {
  const [, key] = /sec-websocket-key: *(\S+)/i.exec(head) ?? [];
  const accept = createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
  return `HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\nsec-websocket-accept: ${accept}\r\n\r\n`;
}

/** The first frame of a client's, all of it. */
function take(bytes) {
  if (bytes.length < 6) return undefined;
  const short = bytes[1] & 127;
  const at = short < 126 ? 2 : 4;
  const length = short < 126 ? short : bytes.readUInt16BE(2);
  const end = at + 4 + length;
  if (bytes.length < end) return undefined;
  const mask = bytes.subarray(at, at + 4);
  return { opcode: bytes[0] & 15, payload: bytes.subarray(at + 4, end).map((byte, index) => byte ^ mask[index % 4]), end };
}

/** The same of what has no frames: the handshake, or a request of one chunk. */
function takeBolt(bytes, isHandshake) {
  const end = isHandshake ? 20 : bytes.length < 2 ? Infinity : bytes.readUInt16BE(0) + 4;
  return bytes.length < end ? undefined : { opcode: 2, payload: bytes.subarray(0, end), end };
}

/** The answers to what a frame has: whole requests, and before them the handshake by Bolt 5.8. */
function answers(payload, isHandshake) {
  if (isHandshake) return [[0, 0, 8, 5], ...answers(payload.subarray(20))];
  const replies = [];
  for (let at = 0; at + 4 <= payload.length; at += payload.readUInt16BE(at) + 4) {
    const tag = payload[at + 3];
    if (tag !== GOODBYE) replies.push(tag === 1 ? GREETING : SUCCESS);
  }
  return replies;
}
