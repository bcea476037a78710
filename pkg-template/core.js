// What the entries share: starts the wasm and gives it what it needs of JavaScript.

import { Decoder, useMemory } from "./decode.js";
import { ConnectionError, makeError } from "./errors.js";
import { initSync, install } from "./wasm-glue.js";

/** Whether the runtime lets a socket be told which certificates to trust; set once, by the entry. */
export let canTrustAll;

/** Whether the runtime's sockets notice by themselves that a connection is lost. */
export let keepsAlive = false;

/** Called with every signal that a user passes; set once, by an entry that has to. */
export let heed = () => {};

/** The wasm is inlined and compiled at once, so that an import is all it takes, in every bundler and worker. */
export function start(base64, openSocket, trust, onSignal = heed, keeps = false) {
  canTrustAll = trust;
  heed = onSignal;
  keepsAlive = keeps;
  const text = atob(base64);
  const module = new Uint8Array(text.length);
  for (let index = 0; index < text.length; index++) module[index] = text.charCodeAt(index);
  useMemory(initSync({ module }).memory);
  install({
    makeError,
    openSocket,
    values: (...areas) => new Decoder("auto").values(...areas),
  });
}

export const socketMissing = (message, cause) => new ConnectionError(message, { code: "WebSocketMissing", cause });

/** The runtime's own, looked up at each call: tests and proxies replace it. */
export function openSocket(url) {
  if (!globalThis.WebSocket) throw socketMissing("This runtime has no WebSocket: configure `webSocket`");
  return new globalThis.WebSocket(url);
}
