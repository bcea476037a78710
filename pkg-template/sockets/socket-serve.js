// The worker's part of `socket.js`: opens WebSockets for the page and gathers what comes in.
//
// Apart from the worker's own file, which exports nothing: webpack fails on a worker that does. The build makes a text of
// the two besides, for where the file cannot be had.

/** Milliseconds for which records are kept to go along with others: short to look at, some hundred frames long. */
const GATHER = 5;
/** As many bytes as go to the page at once. */
const ENOUGH = 262_144;
const RECORD = 0x71;

/** Serves the page at the other end of `scope`, the worker's global object. */
export function serve(scope) {
  const lines = new Map();

  /** The address that the policy has blocked last; the socket says nothing of it. */
  let blocked;
  scope.addEventListener?.("securitypolicyviolation", ({ blockedURI }) => (blocked = blockedURI));
  const blocks = (url) => Boolean(blocked) && url.startsWith(blocked);

  // Nobody tells the page that a worker has been ended, but this lock is free then.
  const lock = `neo4j-wasm ${Math.random()}`;
  const hold = () => {
    scope.postMessage({ lock });
    return new Promise(() => {});
  };
  scope.navigator?.locks?.request(lock, hold).catch(() => {});

  function open(id, url) {
    const tell = (what, transfer = []) => scope.postMessage({ id, ...what }, transfer);
    try {
      lines.set(id, line(url, tell, blocks, () => lines.delete(id)));
      tell({ opening: true });
    } catch ({ name, message }) {
      tell({ closed: 1006, reason: `${name}: ${message}` });
    }
  }

  scope.onmessage = ({ data: { id, open: url, send } }) => {
    if (url !== undefined) open(id, url);
    else if (send) lines.get(id)?.send(send);
    else lines.get(id)?.close();
  };
}

/** A socket that tells the page what happens to it. */
function line(url, tell, blocks, forget) {
  const socket = new WebSocket(url);
  const hasAnswer = messages();
  let gathered = new Uint8Array(65_536);
  let length = 0;
  let sends = 0;
  let timer;

  function flush() {
    clearTimeout(timer);
    timer = undefined;
    if (length === 0) return;
    const received = gathered.slice(0, length).buffer;
    length = 0;
    tell({ received }, [received]);
  }

  function receive(bytes) {
    if (length + bytes.length > gathered.length) {
      const larger = new Uint8Array(2 * (length + bytes.length));
      larger.set(gathered.subarray(0, length));
      gathered = larger;
    }
    gathered.set(bytes, length);
    length += bytes.length;
    // What comes before the second thing sent is the handshake, which is not made of messages.
    if (sends < 2 || hasAnswer(bytes) || length >= ENOUGH) flush();
    else if (timer === undefined) timer = setTimeout(flush, GATHER);
  }

  socket.binaryType = "arraybuffer";
  socket.onopen = () => tell({ opened: true });
  socket.onmessage = ({ data }) => {
    if (typeof data !== "string") return receive(new Uint8Array(data));
    flush();
    tell({ text: true });
  };
  // In Chromium the only event, where the policy is why.
  socket.onerror = () => tell({ error: blocks(url) ? "content security policy" : "" });
  socket.onclose = ({ code, reason }) => {
    flush();
    forget();
    tell({ closed: code, reason });
  };
  return {
    send(bytes) {
      sends++;
      socket.send(bytes);
    },
    close: () => socket.close(),
  };
}

/** Follows the messages in what comes, cut anywhere, to know an answer from one of many records. */
function messages() {
  let head = 0;
  let headBytes = 0;
  let left = 0;
  let offset = 0;
  let isRecord = false;

  /** A byte of a chunk's head; true when an answer ends with it. */
  function chunk(byte) {
    head = (head << 8) | byte;
    if (++headBytes < 2) return false;
    const ended = head === 0 && offset > 0;
    left = head;
    head = headBytes = 0;
    if (ended) offset = 0;
    return ended && !isRecord;
  }

  /** What of a chunk is in these bytes. A message's second byte says what it is. */
  function body(bytes, at) {
    const length = Math.min(left, bytes.length - at);
    const tag = 1 - offset;
    if (tag >= 0 && tag < length) isRecord = bytes[at + tag] === RECORD;
    offset += length;
    left -= length;
    return at + length;
  }

  /** Whether a message that is no record ends in these bytes: somebody waits for it. */
  return (bytes) => {
    let found = false;
    for (let at = 0; at < bytes.length; ) {
      if (left > 0) at = body(bytes, at);
      else if (chunk(bytes[at++])) found = true;
    }
    return found;
  };
}
