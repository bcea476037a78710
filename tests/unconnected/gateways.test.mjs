// What stands between and has no manners: connections that are reset, answers without an end, outages.

import { connect, createServer } from "node:net";
import { elsewhere, programs, ways } from "../harness/elsewhere.mjs";
import { assert, equal, test } from "../harness/test.js";
import { peer } from "./peers.mjs";
import { run } from "./program.mjs";
import { listen } from "./servers.mjs";

/** Longer than the driver's own limits together, and far shorter than a test's. */
const LONGEST = 10_000;

/** The driver's own, and not a question. */
const isUpgrade = (bytes) => bytes[0] === 0x60 || /upgrade: *websocket/i.test(bytes);

/** Passes on to `port` what the client has said and says. */
function relay(socket, port, said) {
  const onward = connect(port, "127.0.0.1").on("error", () => socket.destroy());
  onward.write(said);
  socket.pipe(onward).pipe(socket);
}

const quiet = (accept) => createServer((socket) => {
  socket.on("error", () => {});
  accept(socket);
});

for (const name of programs) {
  test(`${name} tries again where a healthy server resets the first upgrade`, { timeout: 60_000 }, async (t) => {
    const { port } = await peer(t, "answers all, and never hangs up");
    let upgrades = 0;
    let questions = 0;
    const server = await listen(t, quiet((socket) => socket.once("data", (bytes) => {
      if (!isUpgrade(bytes)) {
        questions++;
        socket.end("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}");
      } else if (++upgrades === 1) socket.resetAndDestroy();
      else relay(socket, port, bytes);
    })));
    const { code, exit } = await run(name, { uri: `bolt://127.0.0.1:${server}`, patience: 30_000, maxRetryTime: 20_000, socket: "websocket" });
    equal([code, exit, upgrades, questions], ["answered", 0, 2, 1]);
  });

}

for (const { name, socket: way, title } of ways(programs)) {
  test(`${title} comes to an end with an answer that has none`, { timeout: 90_000 }, async (t) => {
    const there = await elsewhere(name);
    t.after(() => there.end());
    const head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n";
    const answers = {
      "a body without an end": [`${head}\r\n`, " ".repeat(65_536), 1],
      "headers without an end": [head, `x: ${"y".repeat(1_000)}\r\n`, 1],
      "a body that drips": [`${head}content-length: 1000000\r\n\r\n{`, " ", 100],
      "headers that drip": [head, "x", 100],
    };
    for (const [what, [first, more, pause]] of Object.entries(answers)) {
      let open = 0;
      const server = await listen(t, quiet((socket) => {
        open++;
        const begin = setTimeout(() => socket.write(first));
        const going = setInterval(() => socket.writableNeedDrain || socket.write(more), pause);
        socket.on("data", () => {}).on("close", () => {
          open--;
          clearTimeout(begin);
          clearInterval(going);
        });
      }));
      const outcome = await there.attempt(`bolt://127.0.0.1:${server}`, { socket: way, connectionTimeout: 4_000 });
      // Over TCP it is plain that this is no Bolt, whatever else it is.
      const codes = way === "tcp" ? ["WrongPort"] : ["ConnectionFailed", "ConnectionTimeout", "ServerUnreachable"];
      assert(codes.includes(outcome.code), `${what}: ${outcome.code}: ${outcome.message}`);
      equal([outcome.retryable, outcome.strays], [way !== "tcp", []], what);
      assert(outcome.ms < LONGEST, `${what}: ${outcome.ms} ms`);
      for (let turns = 0; open && turns < 100; turns++) await new Promise((resolve) => setTimeout(resolve, 50));
      equal(open, 0, `${what}: connections left`);
    }
  });
}

for (const socket of ["tcp", "websocket"]) {
  test(`an outage under load is no storm of connections, over ${socket}`, { timeout: 60_000 }, async (t) => {
    const { port } = await peer(t, "answers all, and never hangs up");
    let questions = 0;
    let upgrades = 0;
    let isUp = false;
    const server = await listen(t, quiet((client) => client.once("data", (bytes) => {
      if (isUpgrade(bytes)) upgrades++;
      else questions++;
      if (isUp) relay(client, port, bytes);
      else client.destroy();
    })));
    setTimeout(() => (isUp = true), 4_000);
    const task = { uri: `bolt://127.0.0.1:${server}`, patience: 40_000, maxRetryTime: 30_000, queries: 60, socket };
    equal((await run("OldestNode", task)).code, "answered");
    // Before, each failure asked, three times: 665 connections.
    assert(questions <= 8 && questions + upgrades <= 180, `${questions} questions, ${upgrades} sockets`);
  });
}
