// The JavaScript in README.md and docs/, block by block as it stands there. Written out as modules by `cargo xtask`.

import { env } from "../harness/env.js";
import { equal, test } from "../harness/test.js";
import { prepare } from "./setup.js";

for (const { name, file, prints } of env.blocks) {
  test(name, async (t) => {
    await prepare();
    const said = [];
    const { log } = console;
    console.log = (...words) => said.push(words.join(" "));
    t.after(() => (console.log = log));
    await import(`./${file}`);
    if (prints !== null) equal(said.join(" "), prints, "what it prints");
  });
}
