// The runtime's socket on a replay server, and nobody who reads what comes: no driver over it can be faster. A WebSocket
// in a page, TCP elsewhere.

const text = (string) => [...new TextEncoder().encode(string)];
const big = (tag, number) => [tag, ...[24, 16, 8, 0].map((shift) => (number >>> shift) & 0xff)];
const chunked = (message) => [message.length >> 8, message.length & 0xff, ...message, 0, 0];

const HANDSHAKE = [0x60, 0x60, 0xb0, 0x17, 0, 0, 4, 5, ...new Array(12).fill(0)];
const PULL_ALL = chunked([0xb1, 0x3f, 0xa1, 0x81, ...text("n"), 0xff]);

const run = (query, rows) => {
  const utf8 = text(query);
  return chunked([0xb3, 0x10, ...big(0xd2, utf8.length), ...utf8, 0xa1, 0x84, ...text("rows"), ...big(0xca, rows), 0xa0]);
};

/** `took` is called with the number of bytes that came, `ended` when no more will. */
async function openWebSocket(uri) {
  const socket = new WebSocket(uri.replace(/^bolt/, "ws"));
  socket.binaryType = "arraybuffer";
  await new Promise((resolve, reject) => Object.assign(socket, { onopen: resolve, onerror: reject }));
  const face = { send: (bytes) => socket.send(bytes), close: () => socket.close() };
  socket.onmessage = ({ data }) => face.took(data.byteLength);
  socket.onclose = () => face.ended();
  return face;
}

async function openTcp(uri) {
  const { connect } = await import("node:net");
  const { hostname, port } = new URL(uri.replace(/^bolt/, "http"));
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  await new Promise((resolve, reject) => socket.once("connect", resolve).once("error", reject));
  const face = { send: (bytes) => socket.write(bytes), close: () => socket.destroy() };
  socket.on("data", (bytes) => face.took(bytes.length)).on("error", () => {}).on("close", () => face.ended());
  return face;
}

/** Under the face of a driver; `recording` is what the server answers the query with. */
export async function openSocketAlone(uri) {
  const socket = await (globalThis.document ? openWebSocket : openTcp)(uri);
  const received = (bytes) => new Promise((resolve, reject) => {
    let left = bytes;
    socket.took = (count) => (left -= count) <= 0 && resolve();
    socket.ended = () => reject(new Error(`The socket was closed ${left} bytes before the end`));
  });
  const greeted = received(4);
  socket.send(Uint8Array.from(HANDSHAKE));
  await greeted;
  return {
    async records(query, rows, recording) {
      const all = received(recording.bytes(rows));
      socket.send(Uint8Array.from([...run(query, rows), ...PULL_ALL]));
      await all;
      return rows;
    },
    close() {
      socket.ended = () => {};
      socket.close();
    },
  };
}
