// TestKit's backend: a TCP server that loads the built package and does what the suite asks, one context a connection.

import { createServer } from "node:net";
import { Context } from "./context.mjs";
import { parse } from "./json.mjs";
import { options } from "./package.mjs";
import { handlers } from "./requests.mjs";

// A promise that the driver leaves to fail unseen is a fault of the driver: it must be seen, and must not end the run.
process.on("unhandledRejection", (error) => console.error("UNHANDLED", error));
process.on("uncaughtException", (error) => console.error("UNCAUGHT", error));

createServer(serve).listen(Number(options.port), () => console.error(`listening on ${options.port}`));

function serve(socket) {
  const write = (text) => {
    if (!socket.destroyed) socket.write(`#response begin\n${text}\n#response end\n`);
  };
  const context = new Context(write);
  let rest = "";
  let request;
  socket.setEncoding("utf8");
  socket.on("data", (text) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop();
    for (const line of lines) {
      if (line === "#request begin") request = "";
      else if (line !== "#request end") request += line;
      else answer(context, parse(request));
    }
  });
  // The suite may hang up in the middle of anything.
  socket.on("error", () => {});
  socket.on("close", () => context.abandon());
}

/** Requests are not queued: while one waits, the suite answers what the driver asks of it. */
async function answer(context, { name, data }) {
  try {
    const handler = handlers[name];
    if (!handler) throw new Error(`There is no request ${name}`);
    const response = await handler(context, data ?? {});
    if (response) context.respond(...response);
  } catch (error) {
    context.fail(error);
  }
}
