// WebSockets off the page. Neo4j sends two messages for each record, and a browser spends so long on every message that a
// large result makes a page stutter. So a worker owns the sockets and hands over what came in, some milliseconds at a
// time. What it hands over is the same bytes in the same order: nothing above notices.

import { time } from "../wire/gate.js";
import { workerText } from "./worker-text.js";

/** Where the worker comes from: its file, as bundlers know to take it along, or where they did not, its text. */
const SOURCES = [
  () => new Worker(new URL("./socket-worker.js", import.meta.url), { type: "module" }),
  // Never revoked: some browsers fetch it later than they say.
  () => new Worker(URL.createObjectURL(new Blob([workerText], { type: "text/javascript" }))),
];

/** Milliseconds for which a worker without sockets is kept. */
const IDLE = 10_000;
/** Milliseconds until a worker that has not said a word is given up: it has a script to load. */
const FIRST_WORD = 5_000;

/**
 * Opens sockets in a worker, or by `openDirect` where that is wanted or there is no worker to be had. Unless told, only a
 * page is spared: a worker that uses the driver has nothing to keep smooth. `onOpened` hears the addresses that a worker
 * has reached.
 */
export function offPage(openDirect, onOpened) {
  const host = new Host();
  return (url, { socket = globalThis.document ? "worker" : "page" } = {}) =>
    socket === "page" || !host.isPossible ? openDirect(url) : host.open(new WorkerSocket(url, openDirect, onOpened));
}

/** A worker with its sockets; started for the first of them, and gone some time after the last. */
class Host {
  /** The first of `SOURCES` that has not failed here. */
  #source = 0;
  #started = false;
  /** Whether it has opened a socket: before, whatever goes wrong is its own fault. */
  #proven = false;
  #worker;
  #sockets = new Map();
  #next = 0;
  #timer;

  get isPossible() {
    return globalThis.Worker && this.#source < SOURCES.length;
  }

  open(socket) {
    const id = this.#next++;
    this.#sockets.set(id, socket);
    socket.post = (message, transfer = []) => this.#post({ id, ...message }, transfer);
    if (this.#sockets.size === 1 && this.#started) time.clearTimeout(this.#timer);
    if (this.#started) socket.open();
    else this.#start();
    return socket;
  }

  #post(message, transfer) {
    const worker = this.#worker;
    try {
      worker?.postMessage(message, transfer);
    } catch {
      // Not yet: whoever sends hears nothing before that has returned.
      time.setTimeout(() => this.#failed(worker), 0);
    }
  }

  #start() {
    this.#started = true;
    let worker;
    const failed = () => this.#failed(worker);
    try {
      worker = this.#worker = SOURCES[this.#source]();
      worker.onmessage = ({ data }) => this.#hear(worker, data);
      worker.onmessageerror = failed;
      worker.onerror = (event) => {
        event.preventDefault();
        failed();
      };
    } catch {
      time.setTimeout(failed, 0);
      return;
    }
    this.#timer = time.setTimeout(failed, FIRST_WORD);
    for (const socket of this.#sockets.values()) socket.open();
  }

  #hear(worker, what) {
    if (worker !== this.#worker) return;
    if (typeof what?.lock === "string") return this.#watch(worker, what.lock);
    if (!isWord(what)) return this.#failed(worker);
    if (!this.#proven) time.clearTimeout(this.#timer);
    if (what.opened) this.#proven = true;
    const socket = this.#sockets.get(what.id);
    if (what.closed !== undefined) {
      this.#sockets.delete(what.id);
      if (this.#sockets.size === 0) this.#timer = time.setTimeout(() => this.#end(), IDLE);
    }
    socket?.hear(what);
  }

  /** The lock that it holds is free once it has ended, whoever ended it. */
  #watch(worker, lock) {
    globalThis.navigator?.locks?.request(lock, () => this.#failed(worker)).catch(() => {});
  }

  /** It takes its open sockets with it. Those that were still to be opened are opened by another, or by the page. */
  #failed(worker) {
    if (worker !== this.#worker || !this.#started) return;
    if (!this.#proven) this.#source++;
    this.#end();
    for (const [id, socket] of [...this.#sockets]) {
      if (!socket.isOver) continue;
      this.#sockets.delete(id);
      socket.hear({ closed: 1006, reason: "The worker that owned the socket ended" });
    }
    if (this.#started || this.#sockets.size === 0) return;
    if (this.isPossible) return this.#start();
    const sockets = [...this.#sockets.values()];
    this.#sockets.clear();
    for (const socket of sockets) socket.openHere();
  }

  #end() {
    time.clearTimeout(this.#timer);
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#started = this.#proven = false;
  }
}

/** Whether it is something that the worker says of a socket. */
function isWord(what) {
  if (!Number.isInteger(what?.id)) return false;
  const { received, opening, opened, text, error, closed } = what;
  return received instanceof ArrayBuffer || opening || opened || text || typeof error === "string" || Number.isInteger(closed);
}

/** What the driver uses of the WebSocket interface, for a socket that a worker owns. */
class WorkerSocket {
  #url;
  #openDirect;
  #onOpened;
  /** The socket itself, where there was no worker after all. */
  #here;
  #opened = false;
  #closed = false;
  #type;

  constructor(url, openDirect, onOpened) {
    this.#url = url;
    this.#openDirect = openDirect;
    this.#onOpened = onOpened;
  }

  set binaryType(type) {
    this.#type = type;
  }

  /** Whether it is of no use to open it anew. */
  get isOver() {
    return this.#opened || this.#closed;
  }

  open() {
    this.post({ open: this.#url });
  }

  openHere() {
    try {
      this.#here = this.#openDirect(this.#url);
    } catch ({ message }) {
      return this.hear({ closed: 1006, reason: message });
    }
    this.#here.binaryType = this.#type;
    for (const name of ["onopen", "onmessage", "onclose", "onerror"]) this.#here[name] = (event) => this[name]?.(event);
  }

  hear({ opened, received, text, error, closed, reason }) {
    if (received) this.onmessage?.({ data: received });
    else if (text) this.onmessage?.({ data: "" });
    else if (opened) {
      this.#opened = true;
      this.#onOpened?.(this.#url);
      this.onopen?.({});
    } else if (error !== undefined) this.onerror?.({ message: error });
    else if (closed !== undefined) this.onclose?.({ code: closed, reason });
  }

  send(bytes) {
    if (this.#here) return this.#here.send(bytes);
    // They are a copy already.
    this.post({ send: bytes }, [bytes.buffer]);
  }

  close() {
    this.#closed = true;
    if (this.#here) this.#here.close();
    else this.post({});
  }
}
