// Bolt over TCP, with TLS or without: as much of the WebSocket interface as the driver uses. What comes goes on in the pieces
// that the kernel gives, in the memory that it was read into; what one flush sends is one write.

import { Buffer } from "node:buffer";
import { connect as connectPlainly } from "node:net";
import { clearTimeout, setTimeout } from "node:timers";
import { connect as connectSecurely } from "node:tls";
import { noteOpened } from "./browser.js";
import { explain, worded } from "./node-explain.js";
import { GRACE, KEEP_ALIVE_DELAY } from "./node-closing.js";
import { certificateOf, holdToPinned, tlsOptions } from "./node-tls.js";

const [CONNECTING, OPEN, CLOSING, CLOSED] = [0, 1, 2, 3];

/** As many bytes as the driver sends at a time; where it has more to send, more follow at once. */
const PART = 65_536;

/** Where `bolt://host:port` or `bolt+s://host:port` is, and where it would be as a WebSocket. */
function peerOf(url) {
  const [, security, authority, name, port] = /^bolt(\+s)?:\/\/((.*):(\d+))$/.exec(url);
  const isTls = Boolean(security);
  return { isTls, host: name.replace(/[[\]]/g, ""), port: Number(port), url: `${isTls ? "wss" : "ws"}://${authority}/` };
}

/** `how`: { trustAll, pinned, keepAlive, socket: [certificate, authorities], caller }, as Rust has it. */
export class TcpSocket {
  readyState = CONNECTING;
  #peer;
  #how;
  #socket;
  /** The first bytes that came, until it is plain whether they are Bolt. */
  #head = Buffer.alloc(0);
  #isBolt = false;
  #isClosing = false;
  #isGathering = false;

  constructor(url, how) {
    this.#peer = peerOf(url);
    this.#how = how;
    const [certificate] = how.socket;
    if (!this.#peer.isTls || !certificate) this.#open();
    else certificateOf(certificate, how.caller).then((own) => this.#open(own)).catch((error) => this.#over(error, "certificate"));
  }

  /** Bytes that the kernel has not taken yet. */
  get bufferedAmount() {
    return this.#socket?.writableLength ?? 0;
  }

  /** What comes while it is set stays with the kernel, and then with the server. */
  set isPaused(isPaused) {
    if (isPaused) this.#socket.pause();
    else this.#socket.resume();
  }

  send(bytes) {
    if (this.readyState !== OPEN) return;
    const isLast = bytes.length < PART;
    if (!isLast && !this.#isGathering) {
      this.#isGathering = true;
      this.#socket.cork();
      // What is sent may end with a part that is full.
      queueMicrotask(() => this.#flush());
    }
    // They are a copy already.
    this.#socket.write(bytes);
    if (isLast) this.#flush();
  }

  close() {
    this.#isClosing = true;
    if (this.readyState === CONNECTING) {
      // Those who close hear of it later.
      if (this.#socket) this.#socket.destroy();
      else queueMicrotask(() => this.#over());
    } else if (this.readyState === OPEN) {
      this.readyState = CLOSING;
      // Until the peer has ended it too: it may be at its last word. None keeps the program from ending.
      this.#socket.end();
      this.#socket.resume();
      const late = setTimeout(() => this.#socket.destroy(), GRACE);
      late.unref();
      this.#socket.once("close", () => clearTimeout(late));
    }
  }

  #flush() {
    if (!this.#isGathering) return;
    this.#isGathering = false;
    this.#socket.uncork();
  }

  #open(certificate) {
    if (this.#isClosing) return;
    const { isTls, host, port } = this.#peer;
    const { pinned, keepAlive } = this.#how;
    const socket = (this.#socket = isTls
      ? connectSecurely({ host, port, ...tlsOptions(host, this.#how, certificate) })
      : connectPlainly({ host, port }));
    socket.once("connect", () => socket.setNoDelay(true).setKeepAlive(keepAlive !== false, KEEP_ALIVE_DELAY));
    if (isTls && pinned) holdToPinned(socket, pinned);
    socket.once(isTls ? "secureConnect" : "connect", () => this.#opened());
    socket.on("data", (bytes) => this.#hear(bytes));
    socket.on("end", () => this.#over());
    socket.on("error", (error) => this.#over(error));
    socket.on("close", () => this.#over());
  }

  #opened() {
    if (this.readyState !== CONNECTING || this.#socket.destroyed) return;
    this.readyState = OPEN;
    this.onopen?.({});
  }

  #hear(bytes) {
    if (this.readyState === CLOSED) return;
    const heard = this.#isBolt ? bytes : this.#look(bytes);
    if (!heard) return;
    const { buffer, byteOffset, byteLength } = heard;
    const isAll = byteLength === buffer.byteLength;
    this.onmessage?.({ data: isAll ? buffer : buffer.slice(byteOffset, byteOffset + byteLength) });
  }

  /** What a handshake is answered with has four bytes at least. HTTP, and a server that wants TLS, speak otherwise. */
  #look(bytes) {
    const head = (this.#head = Buffer.concat([this.#head, bytes]));
    if (head.length < 4) return undefined;
    if (head.toString("latin1", 0, 4) === "HTTP") return void this.#over(undefined, "HTTP");
    if (head[0] === 0x15 && head[1] === 3) return void this.#over(undefined, "TLS");
    this.#isBolt = true;
    this.#head = undefined;
    noteOpened(this.#peer.url);
    return head;
  }

  /** `met`: what has answered in the place of Bolt, or a certificate that cannot be shown. */
  async #over(error, met) {
    if (this.readyState === CLOSED) return;
    const wasOpen = this.readyState === OPEN;
    this.readyState = CLOSED;
    this.#socket?.destroy();
    const reason = worded(error) || (met ? `it answered in ${met}` : "the peer ended it");
    const isPlain = this.#isBolt || this.#isClosing;
    const what = { error, met, isGiven: Boolean(this.#how.socket[0]), wasOpen };
    const diagnosis = isPlain ? undefined : await explain(this.#peer, what);
    this.onclose?.({ code: 0, reason, diagnosis });
  }
}
