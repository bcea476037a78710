// WebSockets off the page. Neo4j sends two messages for each record, and a browser spends so long on every message that a
// large result makes a page stutter. So a worker owns the sockets and hands over what came in, some milliseconds at a
// time. What it hands over is the same bytes in the same order: nothing above notices.

import { serve } from "./socket-serve.js";

/** Where the worker comes from: its file, as bundlers know to take it along, or where they did not, its text. */
const SOURCES = [
  () => new Worker(new URL("./socket-worker.js", import.meta.url), { type: "module" }),
  // Never revoked: some browsers fetch it later than they say.
  () => new Worker(URL.createObjectURL(new Blob([`(${serve})(globalThis)`], { type: "text/javascript" }))),
];

/** Milliseconds for which a worker without sockets is kept. */
const IDLE = 10_000;

/**
 * Opens sockets in a worker, or by `openDirect` where that is wanted or there is no worker to be had. Unless told, only a
 * page is spared: a worker that uses the driver has nothing to keep smooth.
 */
export function offPage(openDirect) {
  const host = new Host();
  return (url, { socket = globalThis.document ? "worker" : "page" } = {}) =>
    socket === "page" || !host.isPossible ? openDirect(url) : host.open(new WorkerSocket(url, openDirect));
}

/** A worker with its sockets; started for the first of them, and gone some time after the last. */
class Host {
  /** The first of `SOURCES` that has not failed here. */
  #source = 0;
  #started = false;
  #ready = false;
  #worker;
  #sockets = new Map();
  #next = 0;
  #idle;

  get isPossible() {
    return globalThis.Worker && this.#source < SOURCES.length;
  }

  open(socket) {
    clearTimeout(this.#idle);
    const id = this.#next++;
    this.#sockets.set(id, socket);
    socket.post = (message, transfer) => this.#worker?.postMessage({ id, ...message }, transfer ?? []);
    if (!this.#started) this.#start();
    socket.open();
    return socket;
  }

  #start() {
    this.#started = true;
    try {
      this.#worker = SOURCES[this.#source]();
    } catch {
      // Not yet: whoever opens a socket hears nothing before it has it.
      queueMicrotask(() => this.#failed());
      return;
    }
    this.#worker.onmessage = ({ data }) => this.#hear(data);
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.#failed();
    };
  }

  #hear({ ready, id, ...what }) {
    if (ready) {
      this.#ready = true;
      return;
    }
    const socket = this.#sockets.get(id);
    if (what.closed !== undefined) {
      this.#sockets.delete(id);
      if (this.#sockets.size === 0) this.#idle = setTimeout(() => this.#end(), IDLE);
    }
    socket?.hear(what);
  }

  /** A worker that never came is tried elsewhere; one that broke takes its sockets with it. */
  #failed() {
    const wasReady = this.#ready;
    const sockets = [...this.#sockets.values()];
    this.#end();
    if (!wasReady) this.#source++;
    if (!wasReady && this.isPossible) {
      this.#start();
      for (const socket of sockets) socket.open();
      return;
    }
    this.#sockets.clear();
    for (const socket of sockets) {
      if (wasReady) socket.hear({ closed: 1006, reason: "The worker that owned the socket ended" });
      else socket.openHere();
    }
  }

  #end() {
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#started = this.#ready = false;
  }
}

/** What the driver uses of the WebSocket interface, for a socket that a worker owns. */
class WorkerSocket {
  #url;
  #openDirect;
  /** The socket itself, where there was no worker after all. */
  #here;
  #closed = false;
  #type;

  constructor(url, openDirect) {
    this.#url = url;
    this.#openDirect = openDirect;
  }

  set binaryType(type) {
    this.#type = type;
  }

  open() {
    this.post({ open: this.#url });
  }

  openHere() {
    if (this.#closed) return this.hear({ closed: 1006, reason: "" });
    try {
      this.#here = this.#openDirect(this.#url);
    } catch ({ message }) {
      return this.hear({ closed: 1006, reason: message });
    }
    this.#here.binaryType = this.#type;
    for (const name of ["onopen", "onmessage", "onclose", "onerror"]) this.#here[name] = (event) => this[name]?.(event);
  }

  hear({ opened, received, error, closed, reason }) {
    if (received) this.onmessage?.({ data: received });
    else if (opened) this.onopen?.({});
    else if (error !== undefined) this.onerror?.({ message: error });
    else this.onclose?.({ code: closed, reason });
  }

  send(bytes) {
    if (this.#here) return this.#here.send(bytes);
    // A copy: the driver's memory is its own again when this returns.
    const send = bytes.slice();
    this.post({ send }, [send.buffer]);
  }

  close() {
    this.#closed = true;
    if (this.#here) this.#here.close();
    else this.post({});
  }
}
