// TCP keep-alive, as the system has it: what `keepAlive` can do in each runtime, on its own sockets and on those of `ws`.

import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { programs } from "../harness/elsewhere.mjs";
import { env } from "../harness/env.js";
import { equal, test } from "../harness/test.js";

/** By default on the runtime's own sockets and on those of `ws`; then with `keepAlive: false`. */
const EXPECTED = {
  OldestNode: [true, true, false, false],
  // Its own sockets have it, whatever one says.
  NewestNode: [true, true, true, false],
  Deno: [false, true, false, false],
  Bun: [false, false, false, false],
};

for (const name of programs) {
  test(`${name}: keep-alive is set where the runtime lets it`, { timeout: 60_000 }, () => {
    const auth = [env.user, env.password];
    const uris = [env.uri, env.uri.replace("bolt:", "bolt+ssc:")];
    const calls = [...uris.map((uri) => [uri, { auth }]), ...uris.map((uri) => [uri, { auth, keepAlive: false }])];
    const [program, ...flags] = env.programs[name];
    const script = fileURLToPath(new URL("./keep-alive.mjs", import.meta.url));
    const found = execFileSync(program, [...flags, script, JSON.stringify(calls)], { encoding: "utf8" });
    equal(JSON.parse(found), EXPECTED[name].map((one) => [one]));
  });
}
