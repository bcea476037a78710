// Sockets that end soon after their close, whatever the peer does. The runtimes wait for a peer's farewell, and then for it
// to hang up: 30 s long, or for ever, and so long the process does not end.

import { connect as connectPlainly, isIP } from "node:net";
import { clearInterval, setImmediate, setInterval, setTimeout } from "node:timers";
import { connect as connectSecurely } from "node:tls";

/** Long enough to cost nothing, short enough for routers that forget silent connections. */
export const KEEP_ALIVE_DELAY = 60_000;

/** Milliseconds for the farewell. */
export const GRACE = 250;
/** How often a socket is looked at that does not tell when a farewell has come. */
const LOOK = 200;

const CLOSING = 2;

/** As `open(url, options)` does, with the runtime's own WebSocket. */
export function openOwn(open, url) {
  if (globalThis.Deno) {
    const socket = open(url);
    return endingWith(socket, () => endInDeno(socket));
  }
  return globalThis.Bun ? closingInTime(open(url)) : openInNode(open, url);
}

/** For sockets with a `terminate()`: those of `ws` and Bun's. */
export function closingInTime(socket) {
  endingWith(socket, () => socket.terminate());
  if (globalThis.Bun) {
    const look = setInterval(() => socket.readyState === CLOSING && socket.terminate(), LOOK).unref();
    socket.addEventListener("close", () => clearInterval(look));
  }
  return socket;
}

function endingWith(socket, end) {
  const { close } = socket;
  // `ws` calls it too, once a farewell has come: there is nothing left to wait for.
  socket.close = (...how) => {
    close.apply(socket, how);
    setTimeout(end, socket._closeFrameReceived ? 0 : GRACE).unref();
  };
  return socket;
}

/** Deno has no word for it. Where it is another inside, the process waits for the peer. */
function endInDeno(socket) {
  const { Deno } = globalThis;
  const id = Object.getOwnPropertySymbols(socket).find(({ description }) => description === "[[rid]]");
  if (Number.isInteger(socket[id])) Deno[Deno.internal]?.core?.tryClose?.(socket[id]);
}

/** Node's own takes an agent of ours, and so the connection beneath it is ours to end. One of the application's stays. */
function openInNode(open, url) {
  let tcp;
  const connect = ({ hostname: host, protocol, port, servername }, done) => {
    const isTls = protocol === "https:";
    const options = { host, port: port || (isTls ? 443 : 80), ALPNProtocols: ["http/1.1"] };
    tcp = isTls ? connectSecurely({ ...options, servername: servername ?? (isIP(host) ? "" : host) }) : connectPlainly(options);
    tcp.setNoDelay().setKeepAlive(true, KEEP_ALIVE_DELAY);
    tcp.once(isTls ? "secureConnect" : "connect", () => done(null, tcp)).once("error", done);
  };
  const [Agent] = [2, 1].map((version) => globalThis[Symbol.for(`undici.globalDispatcher.${version}`)]?.constructor).filter(Boolean);
  if (Agent?.name !== "Agent") return open(url);
  const socket = open(url, { dispatcher: new Agent({ connect }) });
  // By then it has read what has come; a farewell shows in nothing else.
  const look = () => setImmediate(() => socket.readyState === CLOSING && tcp.destroy());
  socket.addEventListener("open", () => {
    tcp.on("data", look);
    look();
  });
  return endingWith(socket, () => tcp?.destroy());
}
