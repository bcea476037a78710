// What a runtime at the edge lends to the driver: its own WebSocket, or TCP where the application hands over the runtime's
// `connect`. No part of a page is asked for here.

import { openSocket } from "./browser.js";
import { ELSEWHERE, StreamSocket } from "./edge-tcp.js";
import { webSocketFor } from "./ways.js";
import { refusal } from "../driver/errors.js";

const OF_THE_RUNTIME = { canTrustAll: false, keepsAlive: false };

const rules = {
  socket: {
    takes: '"websocket", or for TCP the function connect of "cloudflare:sockets"',
    ready: (value) => (value === "websocket" || typeof value === "function" ? value : undefined),
  },
};

/** Where it is TCP, `config.socket` becomes what its sockets need. */
function transport(config, uri) {
  const { socket: connect } = config;
  config.socket = undefined;
  if (typeof connect !== "function") return OF_THE_RUNTIME;
  const other = webSocketFor(config, uri);
  if (other) throw refusal(`socket: connect means TCP, and does not go with ${other}, which means a WebSocket`);
  config.socket = [connect];
  return OF_THE_RUNTIME;
}

/** The runtime's own, which says it in the driver's words when another request uses it. */
function webSocket(url) {
  const socket = openSocket(url);
  const send = socket.send.bind(socket);
  socket.send = (bytes) => {
    try {
      send(bytes);
    } catch (cause) {
      throw /different request/.test(cause.message) ? new Error(ELSEWHERE, { cause }) : cause;
    }
  };
  return socket;
}

export const edge = {
  ...OF_THE_RUNTIME,
  rules,
  transport,
  openSocket: (url, options) => (url.startsWith("bolt") ? new StreamSocket(url, options) : webSocket(url)),
};
