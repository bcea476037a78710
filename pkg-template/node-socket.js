// Sockets in Node: the runtime's own, or those of the package `ws` where there is none or TLS has to be set.

import { createRequire } from "node:module";
import { openSocket, socketMissing } from "./core.js";

/** Long enough to cost nothing, short enough for routers that forget silent connections. */
const KEEP_ALIVE_DELAY = 60_000;

export function openNodeSocket(url, { trustAll, pinned, keepAlive } = {}) {
  if (globalThis.WebSocket && !trustAll && !pinned) return openSocket(url);
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
  socket.on("upgrade", (response) => response.socket.setKeepAlive(keepAlive !== false, KEEP_ALIVE_DELAY));
  return socket;
}

/** Trusts one certificate and no other, whoever signed it and whatever name it bears. */
function connectPinned(tls, given, pinned) {
  const { host } = given;
  // As `ws` has it: names the server, but not by an address; and a `path` would mean a local socket.
  const servername = /^[\d.]+$|:/.test(host) ? "" : host;
  const socket = tls.connect({ ...given, path: undefined, servername, rejectUnauthorized: false });
  return socket.once("secureConnect", () => {
    if (!socket.getPeerCertificate().raw?.equals(pinned)) {
      socket.destroy(new Error("The server's certificate is not the one in derEncodedServerCertificate"));
    }
  });
}
