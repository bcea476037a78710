// Bolt over a socket made of two streams, as `connect` of "cloudflare:sockets" gives it: as much of the WebSocket interface
// as the driver uses.

const [CONNECTING, OPEN, CLOSING, CLOSED] = [0, 1, 2, 3];

const ENCRYPT = "the server wants TLS: use bolt+s: or neo4j+s:, or set `encrypted`";
const HTTP = "what answers there speaks HTTP and not Bolt: Bolt has a port of its own (7687 by default)";
const DOWN = "is it running, is this its Bolt port (7687 by default), and does the platform let a socket be opened there?";

/** What an answer begins with that is no Bolt; its first four bytes are enough to tell. */
function foreign(head) {
  if (String.fromCharCode(...head) === "HTTP") return ["WrongPort", HTTP, false];
  return head[0] === 0x15 && head[1] === 3 ? ["TlsRequired", ENCRYPT, false] : undefined;
}

/** What a socket of another request says when it is used; the runtime's own words do not say what to do. */
export const ELSEWHERE =
  "it belongs to another request, and so do the transactions and results on it: each is used in the request that began it " +
  "(see docs/edge.md)";

/** Something that throws when another request looks at it. Streams do not: they fail when they have been written to. */
const belonging = () => globalThis.WebSocketPair && new globalThis.WebSocketPair()[0];

export class StreamSocket {
  readyState = CONNECTING;
  /** Bytes that the runtime has not taken yet. */
  bufferedAmount = 0;
  #socket;
  #writer;
  #authority;
  #request = belonging();
  /** The first bytes that came, until it is plain whether they are Bolt. */
  #head = [];

  /** `url`: `bolt://host:port` or `bolt+s://host:port`; `socket`: the runtime's `connect`. */
  constructor(url, { socket: [connect] }) {
    const [, security, authority, hostname, port] = /^bolt(\+s)?:\/\/((.*):(\d+))$/.exec(url);
    this.#authority = authority;
    // Looked at where it enters: whatever it throws or gives, one who waits hears of it.
    this.#run(() => connect({ hostname, port: Number(port) }, { secureTransport: security ? "on" : "off", allowHalfOpen: false }));
  }

  send(bytes) {
    if (this.readyState !== OPEN) return;
    this.#checkRequest();
    const { length } = bytes;
    this.bufferedAmount += length;
    this.#writer.write(bytes).then(() => (this.bufferedAmount -= length), (error) => this.#over(error));
  }

  #checkRequest() {
    try {
      // By a call: minifiers take a property that nobody uses away.
      if (this.#request) Reflect.get(this.#request, "readyState");
    } catch (cause) {
      throw new Error(ELSEWHERE, { cause });
    }
  }

  close() {
    if (this.readyState >= CLOSING) return;
    this.readyState = CLOSING;
    this.#end().then(() => this.#over());
  }

  async #run(open) {
    try {
      this.#socket = open();
      this.#writer = this.#socket.writable.getWriter();
      await this.#socket.opened;
      if (this.readyState !== CONNECTING) return;
      this.readyState = OPEN;
      this.onopen?.({});
      const reader = this.#socket.readable.getReader();
      for (;;) {
        const { done, value } = await reader.read();
        if (done || this.readyState === CLOSED) break;
        this.#hear(value);
      }
      this.#over();
    } catch (error) {
      // Whoever has asked for the socket listens by then.
      await undefined;
      this.#over(error);
    }
  }

  #hear(bytes) {
    const heard = this.#head ? this.#look(bytes) : bytes;
    if (heard) this.onmessage?.({ data: heard.slice().buffer });
  }

  #look(bytes) {
    const head = this.#head.concat(...bytes);
    if (head.length < 4) return void (this.#head = head);
    const met = foreign(head.slice(0, 4));
    if (met) return void this.#over(undefined, met);
    this.#head = undefined;
    return Uint8Array.from(head);
  }

  #over(error, met) {
    if (this.readyState === CLOSED) return;
    const wasOpen = this.readyState !== CONNECTING;
    this.readyState = CLOSED;
    this.#end();
    const spoke = met && (met[0] === "WrongPort" ? "it answered in HTTP" : "it answered in TLS");
    const reason = String(error?.message ?? error ?? spoke ?? "the peer ended it");
    const down = wasOpen ? undefined : ["ServerUnreachable", `no server answers at ${this.#authority}: ${DOWN}`, true];
    this.onclose?.({ code: 0, reason, diagnosis: met ?? down });
  }

  /** What has been sent goes first. */
  async #end() {
    try {
      await this.#writer?.close();
    } catch {
      // It was over already.
    }
    try {
      await this.#socket?.close();
    } catch {
      // As before.
    }
  }
}
