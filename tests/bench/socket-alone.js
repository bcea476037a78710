// The runtime's WebSocket on a replay server, and nobody who reads what comes: no driver over it can be faster.

const text = (string) => [...new TextEncoder().encode(string)];
const big = (tag, number) => [tag, ...[24, 16, 8, 0].map((shift) => (number >>> shift) & 0xff)];
const chunked = (message) => [message.length >> 8, message.length & 0xff, ...message, 0, 0];

const HANDSHAKE = [0x60, 0x60, 0xb0, 0x17, 0, 0, 4, 5, ...new Array(12).fill(0)];
const PULL_ALL = chunked([0xb1, 0x3f, 0xa1, 0x81, ...text("n"), 0xff]);

const run = (query, rows) => {
  const utf8 = text(query);
  return chunked([0xb3, 0x10, ...big(0xd2, utf8.length), ...utf8, 0xa1, 0x84, ...text("rows"), ...big(0xca, rows), 0xa0]);
};

/** Under the face of a driver; `recording` is what the server answers the query with. */
export async function openSocketAlone(uri) {
  const socket = new WebSocket(uri.replace(/^bolt/, "ws"));
  socket.binaryType = "arraybuffer";
  await new Promise((resolve, reject) => Object.assign(socket, { onopen: resolve, onerror: reject }));
  const received = (bytes) => new Promise((resolve, reject) => {
    let left = bytes;
    socket.onmessage = ({ data }) => (left -= data.byteLength) <= 0 && resolve();
    socket.onclose = () => reject(new Error(`The socket was closed ${left} bytes before the end`));
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
      socket.onclose = null;
      socket.close();
    },
  };
}
