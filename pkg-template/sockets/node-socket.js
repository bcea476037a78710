// What Node, Deno and Bun lend to the driver: sockets of TCP, unless WebSockets are wanted. Those are the runtime's own, or
// the ones of the package `ws` (which Bun brings along) where there are none or TLS has to be set.

import { setMaxListeners } from "node:events";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { noteOpened, openSocket, socketMissing } from "./browser.js";
import { askBy } from "./diagnose.js";
import { ask } from "./node-ask.js";
import { closingInTime, KEEP_ALIVE_DELAY, openOwn } from "./node-closing.js";
import { rules, transport } from "./node-config.js";
import { TcpSocket } from "./node-tcp.js";
import { holdToPinned } from "./node-tls.js";

askBy(ask);

/** Node's own WebSockets keep alive by themselves, and those of `ws` when they are told. Deno's and Bun's own do not. */
const OF_WEBSOCKETS = { canTrustAll: true, keepsAlive: !globalThis.Deno && !globalThis.Bun };

export const node = {
  ...OF_WEBSOCKETS,
  rules,
  transport: (config, uri) => transport(config, uri, OF_WEBSOCKETS),
  openSocket: (url, options) => (url.startsWith("bolt") ? new TcpSocket(url, options) : openWebSocket(url, options)),
  // One signal for many queries is a good habit, and no leak that Node should warn of.
  heed: (signal) => setMaxListeners(0, signal),
};

/** Node's `fetch` knows no files. A text without a scheme is a path. */
export function fileRead(source) {
  if (/^file:/.test(source)) return readFile(new URL(source));
  return typeof source === "string" && !/^[a-z][a-z\d+.-]+:/i.test(source) ? readFile(source) : source;
}

function openWebSocket(url, { trustAll, pinned, keepAlive } = {}) {
  if (globalThis.WebSocket && !trustAll && !pinned) return openOwn(openSocket, url);
  const require = createRequire(import.meta.url);
  let WebSocket;
  try {
    WebSocket = require("ws");
  } catch (error) {
    const why = globalThis.WebSocket ? "'s WebSocket does not let trust in certificates be set" : " has no WebSocket";
    throw socketMissing(`This runtime${why}: run \`npm install ws\``, error);
  }
  const options = { perMessageDeflate: false, rejectUnauthorized: !trustAll };
  if (pinned) options.createConnection = (given) => connectPinned(require("node:tls"), given, pinned);
  const socket = new WebSocket(url, options);
  // Bun keeps the socket to itself.
  socket.on("upgrade", ({ socket }) => socket?.setKeepAlive(keepAlive !== false, KEEP_ALIVE_DELAY));
  socket.on("open", () => noteOpened(url));
  return closingInTime(socket);
}

/** A connection for `ws` that trusts this certificate alone. */
function connectPinned(tls, given, pinned) {
  const { host } = given;
  // As `ws` has it: names the server, but not by an address; and a `path` would mean a local socket.
  const servername = /^[\d.]+$|:/.test(host) ? "" : host;
  const socket = tls.connect({ ...given, path: undefined, servername, rejectUnauthorized: false });
  holdToPinned(socket, pinned);
  return socket;
}
