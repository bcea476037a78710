// Which way to the server a configuration means, where there are two.

/** What makes it a WebSocket, if anything does. */
export function webSocketFor({ socket, webSocket, webSocketUrl }, uri) {
  if (socket === "websocket") return 'socket: "websocket"';
  if (webSocket) return "webSocket";
  if (webSocketUrl) return "webSocketUrl";
  return /^[^/?#]*:\/\/[^/?#]*\/[^?#]/.test(uri) ? "a URI with a path" : undefined;
}
