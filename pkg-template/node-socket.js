// What Node, Deno and Bun lend to the driver. Sockets are the runtime's own, or those of the package `ws` (which Bun
// brings along) where there are none or TLS has to be set.

import { setMaxListeners } from "node:events";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { noteOpened, openSocket, socketMissing } from "./browser.js";
import { askBy } from "./diagnose.js";
import { ask } from "./node-ask.js";
import { closingInTime, KEEP_ALIVE_DELAY, openOwn } from "./node-closing.js";

askBy(ask);

export const node = {
  openSocket: openNodeSocket,
  canTrustAll: true,
  // Node's own sockets do so by themselves, and those of `ws` when they are told. Deno's and Bun's own do not.
  keepsAlive: !globalThis.Deno && !globalThis.Bun,
  // One signal for many queries is a good habit, and no leak that Node should warn of.
  heed: (signal) => setMaxListeners(0, signal),
};

/** Node's `fetch` knows no files. */
export const fileRead = (source) => (/^file:/.test(source) ? readFile(new URL(source)) : source);

function openNodeSocket(url, { trustAll, pinned, keepAlive } = {}) {
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

/** Trusts one certificate and no other, whoever signed it and whatever name it bears. */
function connectPinned(tls, given, pinned) {
  const { host } = given;
  // As `ws` has it: names the server, but not by an address; and a `path` would mean a local socket.
  const servername = /^[\d.]+$|:/.test(host) ? "" : host;
  const socket = tls.connect({ ...given, path: undefined, servername, rejectUnauthorized: false });
  return socket.once("secureConnect", () => {
    const { raw } = socket.getPeerCertificate();
    if (!raw || Buffer.compare(raw, pinned)) {
      socket.destroy(new Error("The server's certificate is not the one in derEncodedServerCertificate"));
    }
  });
}
