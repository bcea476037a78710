// The server's end of one connection: TCP with a WebSocket made by hand, so that a script can break any rule; or without one,
// for a client that begins with Bolt.

import { createHash } from "node:crypto";
import { bytes, chunked, closing, frame, OPCODE, structure } from "./wire.js";

const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/** How a client begins that wants no WebSocket, and as much of it. */
const BOLT = 0x60, HANDSHAKE = 20;

/** Ends a script whose client has gone. */
export class Gone extends Error {}

export class Peer {
  #socket;
  /** What has come and has not been read: TCP's bytes, then Bolt's. */
  #tcp = Buffer.alloc(0);
  #bolt = Buffer.alloc(0);
  #isUpgraded = false;
  /** Whether there is no WebSocket; known from the first byte on. */
  #isTcp;
  #isOver = false;
  #writes = 0;
  #wake = () => {};
  /** Whoever waits for room to send. */
  #hasRoom = () => {};
  /** Whether Close frames and pings of the client are answered. */
  isPolite = true;

  constructor(socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on("data", (data) => {
      this.#isTcp ??= data[0] === BOLT;
      this.#tcp = this.#tcp.length ? Buffer.concat([this.#tcp, data]) : data;
      if (this.#isUpgraded) this.#takeIn();
      this.#wake();
    });
    socket.on("drain", () => this.#hasRoom());
    for (const event of ["end", "close", "error"]) {
      socket.on(event, () => {
        this.#isOver = true;
        this.#wake();
        this.#hasRoom();
      });
    }
  }

  get isOver() {
    return this.#isOver;
  }

  /** The head of the client's HTTP request; of one that begins with Bolt, what is as good as the request to upgrade. */
  async head() {
    let end;
    while (this.#isTcp === undefined) await this.#more();
    if (this.#isTcp) {
      while (this.#tcp.length < HANDSHAKE) await this.#more();
      return "upgrade: bolt";
    }
    while ((end = this.#tcp.indexOf("\r\n\r\n")) < 0) await this.#more();
    const head = this.#tcp.subarray(0, end).toString("latin1");
    this.#tcp = this.#tcp.subarray(end + 4);
    return head;
  }

  /** What accepts a request to upgrade. */
  static acceptance(head, headers = []) {
    const [, key] = /^sec-websocket-key: *(.+?)\r?$/im.exec(head) ?? [];
    const accept = createHash("sha1").update(key + GUID).digest("base64");
    const lines = ["Upgrade: websocket", "Connection: Upgrade", `Sec-WebSocket-Accept: ${accept}`, ...headers];
    return `HTTP/1.1 101 Switching Protocols\r\n${lines.join("\r\n")}\r\n\r\n`;
  }

  /** From here on what comes is Bolt, in frames or without. */
  async upgrade() {
    const head = await this.head();
    if (!this.#isTcp) await this.raw(Peer.acceptance(head));
    this.#isUpgraded = true;
    this.#takeIn();
  }

  /** So many bytes of Bolt. */
  async take(count) {
    while (this.#bolt.length < count) await this.#more();
    const taken = this.#bolt.subarray(0, count);
    this.#bolt = this.#bolt.subarray(count);
    return taken;
  }

  /** The next message: its tag, and all of it. */
  async request() {
    const parts = [];
    for (;;) {
      const size = (await this.take(2)).readUInt16BE(0);
      if (size) parts.push(await this.take(size));
      else if (parts.length) break;
    }
    const whole = Buffer.concat(parts);
    return { tag: whole[1], whole };
  }

  /** Bytes as they are; resolves when there is room for more. */
  async raw(data) {
    if (this.#socket.destroyed || this.#socket.writableEnded) throw new Gone();
    // A client that takes all as it comes must not keep this process from everything else.
    if (this.#socket.write(data)) return ++this.#writes % 16 ? undefined : new Promise(setImmediate);
    await new Promise((resolve) => (this.#hasRoom = resolve));
    if (this.#isOver) throw new Gone();
  }

  /** Bolt's bytes, in one frame where there are frames. */
  send(...parts) {
    const all = bytes(...parts);
    return this.raw(this.#isTcp ? all : frame(OPCODE.binary, all));
  }

  message(tag, ...fields) {
    return this.send(chunked(structure(tag, ...fields)));
  }

  /** For so long, or until the client goes. */
  async wait(milliseconds) {
    const late = new Promise((resolve) => milliseconds === undefined || setTimeout(resolve, milliseconds, "late"));
    while ((await Promise.race([late, this.#more()])) !== "late");
  }

  /** The end of TCP: in good order, or by a reset. */
  end() {
    this.#socket.end();
  }

  reset() {
    this.#socket.resetAndDestroy();
  }

  /** However the script ended. */
  drop() {
    this.#socket.destroy();
  }

  #more() {
    if (this.#isOver) throw new Gone();
    return new Promise((resolve) => (this.#wake = resolve));
  }

  #takeIn() {
    if (this.#isTcp) {
      this.#bolt = Buffer.concat([this.#bolt, this.#tcp]);
      this.#tcp = Buffer.alloc(0);
      return;
    }
    for (let taken; (taken = frameIn(this.#tcp)); ) {
      const { opcode, payload, size } = taken;
      this.#tcp = this.#tcp.subarray(size);
      if (opcode <= OPCODE.binary) this.#bolt = Buffer.concat([this.#bolt, payload]);
      else if (this.isPolite) this.#answer(opcode, payload);
    }
  }

  #answer(opcode, payload) {
    if (this.#socket.destroyed || this.#socket.writableEnded) return;
    if (opcode === OPCODE.ping) this.#socket.write(frame(OPCODE.pong, payload));
    if (opcode !== OPCODE.close) return;
    this.#socket.write(closing(undefined, payload));
    this.#socket.end();
  }
}

/** The frame at the start of what a client has sent, if it is there as a whole. */
function frameIn(data) {
  if (data.length < 2) return undefined;
  const short = data[1] & 127;
  const width = short === 126 ? 2 : short === 127 ? 8 : 0;
  const start = 2 + width + 4;
  if (data.length < start) return undefined;
  const length = width === 2 ? data.readUInt16BE(2) : width === 8 ? Number(data.readBigUInt64BE(2)) : short;
  if (data.length < start + length) return undefined;
  const mask = data.subarray(start - 4, start);
  const payload = data.subarray(start, start + length).map((byte, index) => byte ^ mask[index & 3]);
  return { opcode: data[0] & 15, payload, size: start + length };
}
