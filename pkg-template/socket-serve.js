// The worker's part of `socket.js`: opens WebSockets for the page and gathers what comes in.
//
// One function that refers to nothing around it: where the worker cannot be had as a file, its text is the worker. Apart
// from the worker's own file, which exports nothing: webpack fails on a worker that does.

/** Serves the page at the other end of `scope`, the worker's global object. */
export function serve(scope) {
  /** Milliseconds for which records are kept to go along with others: short to look at, some hundred frames long. */
  const GATHER = 5;
  /** As many bytes as go to the page at once. */
  const ENOUGH = 262_144;
  const RECORD = 0x71;

  /** Follows the messages in what comes, cut anywhere, to know an answer from one of many records. */
  class Messages {
    #head = 0;
    #headBytes = 0;
    #left = 0;
    #offset = 0;
    #isRecord = false;

    /** Whether a message that is no record ends in these bytes: somebody waits for it. */
    answer(bytes) {
      let found = false;
      for (let at = 0; at < bytes.length; ) {
        if (this.#left > 0) at = this.#body(bytes, at);
        else if (this.#chunk(bytes[at++])) found = true;
      }
      return found;
    }

    /** A byte of a chunk's head; true when an answer ends with it. */
    #chunk(byte) {
      this.#head = (this.#head << 8) | byte;
      if (++this.#headBytes < 2) return false;
      const ended = this.#head === 0 && this.#offset > 0;
      this.#left = this.#head;
      this.#head = this.#headBytes = 0;
      if (ended) this.#offset = 0;
      return ended && !this.#isRecord;
    }

    /** What of a chunk is in these bytes. A message's second byte says what it is. */
    #body(bytes, at) {
      const length = Math.min(this.#left, bytes.length - at);
      const tag = 1 - this.#offset;
      if (tag >= 0 && tag < length) this.#isRecord = bytes[at + tag] === RECORD;
      this.#offset += length;
      this.#left -= length;
      return at + length;
    }
  }

  class Line {
    #id;
    #socket;
    #sends = 0;
    #messages = new Messages();
    #gathered = new Uint8Array(65_536);
    #length = 0;
    #timer;

    constructor(id, url) {
      this.#id = id;
      this.#socket = new WebSocket(url);
      this.#socket.binaryType = "arraybuffer";
      this.#socket.onopen = () => this.#tell({ opened: true });
      this.#socket.onmessage = ({ data }) => this.#receive(new Uint8Array(data));
      // In Chromium the only event, where the policy is why.
      this.#socket.onerror = () => this.#tell({ error: blocked && url.startsWith(blocked) ? "content security policy" : "" });
      this.#socket.onclose = ({ code, reason }) => {
        this.#flush();
        lines.delete(id);
        this.#tell({ closed: code, reason });
      };
    }

    send(bytes) {
      this.#sends++;
      this.#socket.send(bytes);
    }

    close() {
      this.#socket.close();
    }

    #receive(bytes) {
      if (this.#length + bytes.length > this.#gathered.length) this.#grow(bytes.length);
      this.#gathered.set(bytes, this.#length);
      this.#length += bytes.length;
      // What comes before the second thing sent is the handshake, which is not made of messages.
      if (this.#sends < 2 || this.#messages.answer(bytes) || this.#length >= ENOUGH) this.#flush();
      else this.#timer ??= setTimeout(() => this.#flush(), GATHER);
    }

    #grow(length) {
      const larger = new Uint8Array(2 * (this.#length + length));
      larger.set(this.#gathered.subarray(0, this.#length));
      this.#gathered = larger;
    }

    #flush() {
      clearTimeout(this.#timer);
      this.#timer = undefined;
      if (this.#length === 0) return;
      const { buffer } = this.#gathered.slice(0, this.#length);
      this.#length = 0;
      scope.postMessage({ id: this.#id, received: buffer }, [buffer]);
    }

    #tell(what) {
      scope.postMessage({ id: this.#id, ...what });
    }
  }

  const lines = new Map();

  /** The address that the policy has blocked last; the socket says nothing of it. */
  let blocked;
  scope.addEventListener?.("securitypolicyviolation", ({ blockedURI }) => (blocked = blockedURI));

  function open(id, url) {
    try {
      lines.set(id, new Line(id, url));
    } catch ({ name, message }) {
      scope.postMessage({ id, closed: 1006, reason: `${name}: ${message}` });
    }
  }

  scope.onmessage = ({ data: { id, open: url, send } }) => {
    if (url !== undefined) open(id, url);
    else if (send) lines.get(id)?.send(send);
    else lines.get(id)?.close();
  };
  scope.postMessage({ ready: true });
}
