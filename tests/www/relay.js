// A relay before the server that counts connections: how a test knows, in any browser, how many sockets a page has opened,
// also those that a worker owns.

import { connect, createServer } from "node:net";

/** Relays to a URI's server, for as long as the test lasts. `{ uri, opened, closed, cut() }`; the counts go on. */
export async function startRelay(t, uri) {
  const { protocol, hostname, port } = new URL(uri);
  const relay = { opened: 0, closed: 0 };
  const held = new Set();
  const server = createServer((client) => {
    const beyond = connect(Number(port), hostname);
    held.add(client).add(beyond);
    // Browsers may connect ahead of time; what says something is a socket.
    client.once("data", () => {
      relay.opened++;
      client.once("close", () => relay.closed++);
    });
    for (const [from, to] of [[client, beyond], [beyond, client]]) {
      from.pipe(to);
      // A socket that breaks at one end breaks at the other.
      from.on("error", () => {}).on("close", () => to.destroy());
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  /** Breaks every connection. */
  relay.cut = () => held.forEach((socket) => socket.destroy());
  t.after(() => {
    relay.cut();
    return new Promise((resolve) => server.close(resolve));
  });
  relay.uri = `${protocol}//127.0.0.1:${server.address().port}`;
  return relay;
}
