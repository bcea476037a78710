// `await using`, where the runtime has it: driver, session and transaction are closed where the block ends.

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { browsers, elsewhere, programs } from "../harness/elsewhere.mjs";
import { env } from "../harness/env.js";
import { equal, test } from "../harness/test.js";

const script = fileURLToPath(new URL("./using.mjs", import.meta.url));
const source = readFileSync(script, "utf8");

for (const name of [...programs, ...browsers]) {
  test(`${name}: await using`, { timeout: 60_000 }, async (t) => {
    const said = browsers.includes(name) ? await inPage(t, name) : inProgram(name);
    if (said === "SyntaxError") t.skip("this runtime has no `await using`");
    equal(said, { driver: true, session: false, transaction: false, order: ["ROLLBACK", "still open"] });
  });
}

function inProgram(name) {
  const [program, ...flags] = env.programs[name];
  try {
    return JSON.parse(execFileSync(program, [...flags, script], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }));
  } catch (error) {
    if (/SyntaxError/.test(error.stderr)) return "SyntaxError";
    throw error;
  }
}

async function inPage(t, name) {
  const there = await elsewhere(name, { page: env.page });
  t.after(() => there.end());
  // As text, for this runtime may not know it either.
  const body = source.slice(source.indexOf("const seen"), source.indexOf("console.log"));
  const program = `(async () => {
    const { replaying, ROLLBACK, str } = await import("/tests/package/replay.js");
    ${body}
    return seen;
  })()`;
  return there.page.evaluate(program).catch((error) => {
    if (/SyntaxError/.test(`${error.name} ${error.message}`)) return "SyntaxError";
    throw error;
  });
}
