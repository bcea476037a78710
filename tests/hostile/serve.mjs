// All the hostile servers in one process: a port, or more, for each script. Prints one line of JSON, the ports in the order of
// the scripts, and ends when its standard input does.

import { createServer } from "node:net";
import { converse, tableOf } from "./conversation.js";
import { Gone, Peer } from "./peer.mjs";
import { scripts } from "./scripts.js";

const open = new Set();

async function listening(serve) {
  const server = createServer({ allowHalfOpen: true }, async (socket) => {
    const peer = new Peer(socket);
    open.add(socket);
    socket.on("close", () => open.delete(socket));
    try {
      await serve(peer);
    } catch (error) {
      if (!(error instanceof Gone)) console.error(error);
    }
    // What was sent last has to arrive: TCP ends when the client ends it, or later.
    if (peer.isOver) peer.drop();
    else setTimeout(() => peer.drop(), 10_000).unref();
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

async function serverOf(script) {
  const ports = [];
  const act = (peer, port) => {
    const address = `127.0.0.1:${port}`;
    if (script.serve) return script.serve(peer, { port, ports, Peer });
    const misdeed = script.misdeed && ((peer, good) => script.misdeed(peer, good, address));
    return converse(peer, { ...script, misdeed, table: tableOf(address) });
  };
  for (let count = script.ports ?? 1; count > 0; count--) {
    const server = await listening((peer) => act(peer, server.address().port));
    ports.push(server.address().port);
  }
  return ports[0];
}

const names = new Set(scripts.map(({ name }) => name));
if (names.size !== scripts.length) {
  const twice = scripts.find(({ name }, at) => scripts.findIndex((other) => other.name === name) !== at);
  throw new Error(`two scripts are called ${twice.name}`);
}
const ports = [];
for (const script of scripts) ports.push(await serverOf(script));
console.log(JSON.stringify(ports));
process.stdin.resume().on("end", () => process.exit(0));
