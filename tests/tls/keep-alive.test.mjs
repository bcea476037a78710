// TCP keep-alive, as the system has it: what `keepAlive` can do in each runtime, over TCP and TLS, on its own WebSockets and on
// those of `ws`.

import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { programs, ways } from "../harness/elsewhere.mjs";
import { env } from "../harness/env.js";
import { equal, test } from "../harness/test.js";

/** By default on the runtime's own WebSockets and on those of `ws`; then with `keepAlive: false`. */
const OF_WEBSOCKETS = {
  OldestNode: [true, true, false, false],
  // Its own sockets have it, whatever one says.
  NewestNode: [true, true, true, false],
  Deno: [false, true, false, false],
  Bun: [false, false, false, false],
};

/** In the clear and with TLS, and both without. */
const OF_TCP = [true, true, false, false];

for (const { name, socket, title } of ways(programs)) {
  test(`${title}: keep-alive is set where the runtime lets it`, { timeout: 60_000 }, () => {
    const auth = [env.user, env.password];
    const uris = [env.uri, env.uri.replace("bolt:", "bolt+ssc:")];
    const calls = [{ auth, socket }, { auth, socket, keepAlive: false }].flatMap((config) => uris.map((uri) => [uri, config]));
    const [program, ...flags] = env.programs[name];
    const script = fileURLToPath(new URL("./keep-alive.mjs", import.meta.url));
    const found = execFileSync(program, [...flags, script, JSON.stringify(calls)], { encoding: "utf8" });
    equal(JSON.parse(found), (socket === "tcp" ? OF_TCP : OF_WEBSOCKETS[name]).map((one) => [one]));
  });
}
