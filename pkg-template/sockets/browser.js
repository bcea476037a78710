// What a browser lends to the driver, and what everyone has who has a WebSocket.

import { ConnectionError } from "../driver/errors.js";
import { offPage } from "./socket.js";

const refusal = (code, message, cause) => new ConnectionError(message, { code, cause });

export const socketMissing = (message, cause) => refusal("WebSocketMissing", message, cause);

/** The address that the page's policy has blocked last; the socket says nothing of it. */
let blocked;
globalThis.addEventListener?.("securitypolicyviolation", ({ blockedURI }) => (blocked = blockedURI));

export const blockedByPolicy = (url) => Boolean(blocked) && url.startsWith(blocked);

/** Where sockets have been open: whatever else answers there now will pass. */
const opened = new Set();
const MOST_OPENED = 1_000;

export const hasOpened = (url) => opened.has(url);

export function noteOpened(url) {
  if (opened.size < MOST_OPENED) opened.add(url);
}

/** The runtime's own, looked up at each call: tests and proxies replace it. */
export function openSocket(url, ...options) {
  if (!globalThis.WebSocket) throw socketMissing("This runtime has no WebSocket: configure `webSocket`");
  try {
    const socket = new globalThis.WebSocket(url, ...options);
    socket.addEventListener?.("open", () => noteOpened(url));
    return socket;
  } catch (error) {
    const why = url.startsWith("ws:") && globalThis.location?.protocol === "https:" ? ["MixedContent", MIXED]
      // Firefox throws at once, and gives this name to its reason.
      : /CONTENT_BLOCKED/.test(error.name) ? ["BlockedByPolicy", POLICY]
      : undefined;
    // Neither who is to log in there, nor what an application has added.
    const shown = url.replace(/\/\/[^/?#]*@|[?#].*/g, (part) => (part[0] === "/" ? "//" : ""));
    throw why ? refusal(why[0], `Could not connect to ${shown}: ${why[1]}`, error) : error;
  }
}

export const MIXED = "a page served by https opens encrypted connections only (mixed content): encrypt it";
export const POLICY = "the page's content security policy does not allow it: add it to connect-src";

export const browser = { openSocket: /* @__PURE__ */ offPage(openSocket, noteOpened), canTrustAll: false, keepsAlive: false };
