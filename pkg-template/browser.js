// What a browser lends to the driver, and what everyone has who has a WebSocket.

import { ConnectionError } from "./errors.js";
import { offPage } from "./socket.js";

export const socketMissing = (message, cause) => new ConnectionError(message, { code: "WebSocketMissing", cause });

/** The runtime's own, looked up at each call: tests and proxies replace it. */
export function openSocket(url) {
  if (!globalThis.WebSocket) throw socketMissing("This runtime has no WebSocket: configure `webSocket`");
  return new globalThis.WebSocket(url);
}

export const browser = { openSocket: offPage(openSocket), canTrustAll: false, keepsAlive: false };
