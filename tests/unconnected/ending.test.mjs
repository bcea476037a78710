// Programs end soon after their driver is closed, and hear at once of a connection that its peer has ended, whatever the
// peer does with what is beneath.

import { programs, ways } from "../harness/elsewhere.mjs";
import { assert, equal, test } from "../harness/test.js";
import { peer, peers } from "./peers.mjs";
import { run } from "./program.mjs";

/** Long enough for any machine, and far shorter than the runtimes' own patience: 30 s and more. */
const SOON = 6_000;

for (const { name, socket, title } of ways(programs)) {
  test(`${title} ends when its driver is closed, whatever the peer does`, { timeout: 90_000 }, async (t) => {
    const outcomes = await Promise.all(peers.map(async (kind) => {
      const { port } = await peer(t, kind);
      return { kind, ...await run(name, { uri: `bolt://127.0.0.1:${port}`, socket, patience: kind === peers.at(-1) ? 20_000 : 1_000 }) };
    }));
    const codes = outcomes.map(({ code, exit }) => [code, exit]);
    equal(codes, [...Array(4).fill(["DriverClosed", 0]), ["answered", 0]]);
    for (const { kind, lived } of outcomes) assert(lived < SOON, `a peer that ${kind}: lived on for ${lived} ms`);
  });
}

for (const name of programs) {
  test(`${name} hears at once that a peer closes the WebSocket and nothing else`, { timeout: 60_000 }, async (t) => {
    const closes = [1013 >> 8, 1013 & 255, ...Buffer.from("come back later")];
    for (const [bytes, how] of [[closes, '1013, "come back later"'], [[], "1005"]]) {
      const { port } = await peer(t, "answers all, and never hangs up", { closes: bytes });
      const outcome = await run(name, { uri: `bolt://127.0.0.1:${port}`, patience: 20_000, socket: "websocket" });
      const { code, message, retryable, exit, ms, lived } = outcome;
      equal([code, retryable, exit], ["ConnectionClosed", true, 0]);
      assert(message.includes(`(close code ${how})`), message);
      assert(ms < SOON && lived < SOON, `heard after ${ms} ms, lived on for ${lived} ms`);
    }
  });
}
