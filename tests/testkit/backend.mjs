// TestKit's backend: a TCP server, one `Connection` for each that the suite opens, here or in a page of Chromium.
// `cargo xtask testkit` starts it; TESTKIT_PAGE is the page's address, and nothing for Node.js itself.

import { createServer } from "node:net";
import { endWithInput } from "../harness/report.mjs";

// A promise that the driver leaves to fail unseen is a fault of the driver: it must be seen, and must not end the run.
process.on("unhandledRejection", (error) => console.error("UNHANDLED", error));
process.on("uncaughtException", (error) => console.error("UNCAUGHT", error));

endWithInput();
const open = await opener(process.env.TESTKIT_PAGE);
const server = createServer(serve);
server.listen(0, "127.0.0.1", () => console.log(`listening on ${server.address().port}`));

/** What makes a connection for a function that takes the answers. */
async function opener(page) {
  if (page) return (await import("./chromium.mjs")).openerIn(page);
  const { Connection } = await import("./suite.mjs");
  return (write) => new Connection(write);
}

function serve(socket) {
  const connection = open((text) => {
    if (!socket.destroyed) socket.write(text);
  });
  socket.setEncoding("utf8");
  socket.on("data", (text) => connection.receive(text));
  socket.on("error", () => {});
  socket.on("close", () => connection.end());
}
