// What a way really uses, as a server sees it in the first bytes that come: a row that is not what it says is worse than
// none.

import net from "node:net";

/** Bolt's magic, as it begins on TCP. */
const BOLT = [0x60, 0x60, 0xb0, 0x17];

function named(bytes) {
  if (BOLT.every((byte, index) => bytes[index] === byte)) return "TCP";
  const text = bytes.toString("latin1");
  return text.startsWith("GET ") && /^upgrade: *websocket/im.test(text) ? "WebSocket" : `neither: ${bytes.toString("hex", 0, 16)}`;
}

/** A port that looks at the first bytes of each connection, and hangs up. */
export async function startListener() {
  let seen;
  const server = net.createServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", (bytes) => {
      seen ??= named(bytes);
      socket.destroy();
    });
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    uri: `bolt://127.0.0.1:${server.address().port}`,
    /** What the first connection used since this was asked for the last time. */
    seen() {
      const was = seen ?? "nothing";
      seen = undefined;
      return was;
    },
    close: () => server.close(),
  };
}
