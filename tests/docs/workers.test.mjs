// The Workers of the documentation: each is asked once, and what it answers is what the text has it print.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { start } from "../edge/workers.mjs";
import { env } from "../harness/env.js";
import { equal, test } from "../harness/test.js";
import { prepare } from "./setup.js";

const PEOPLE = { durableObjects: { PEOPLE: { className: "People", useSQLite: true } } };

for (const { name, file, prints } of env.workers) {
  test(name, async (t) => {
    await prepare();
    const source = fileURLToPath(new URL(file, import.meta.url));
    const hasObject = readFileSync(source, "utf8").includes("class People extends DurableObject");
    const answer = await (await start(t, source, hasObject ? PEOPLE : {}))("/");
    equal([answer.status, await answer.text()], [200, prints]);
  });
}
