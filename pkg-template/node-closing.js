// Sockets that end soon after their close, whatever the peer does. The runtimes wait for a peer's farewell, and then for it
// to hang up: 30 s long, or for ever, and so long the process does not end.

/** Milliseconds for the farewell. */
const GRACE = 250;
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

/** Node's own lets whoever opens it look at the exchange that leads to it, which ends with the socket beneath. */
function openInNode(open, url) {
  let tcp;
  const dispatcher = {
    dispatch(options, handler) {
      const name = handler.onRequestUpgrade ? "onRequestUpgrade" : "onUpgrade";
      const upgrade = handler[name];
      handler[name] = (...given) => {
        tcp = given.at(-1);
        // By then it has read what has come; a farewell shows in nothing else.
        tcp.on("data", () => setImmediate(() => socket.readyState === CLOSING && tcp.destroy()));
        return upgrade.apply(handler, given);
      };
      const theirs = ["2", "1"].map((version) => globalThis[Symbol.for(`undici.globalDispatcher.${version}`)]);
      return theirs.find(Boolean).dispatch(options, handler);
    },
  };
  const socket = open(url, { dispatcher });
  return endingWith(socket, () => tcp?.destroy());
}
