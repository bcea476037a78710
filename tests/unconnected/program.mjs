// Runs ending.mjs in another runtime.

import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { env } from "../harness/env.js";

const script = fileURLToPath(new URL("./ending.mjs", import.meta.url));

/** What the program says, and how long it takes to be gone after it has closed its driver. */
export async function run(name, task) {
  const [program, ...flags] = env.programs[name];
  const child = spawn(program, [...flags, script, JSON.stringify(task)], { stdio: ["ignore", "pipe", "inherit"] });
  let said = "";
  let closed;
  child.stdout.on("data", (text) => {
    closed ??= performance.now();
    said += text;
  });
  const killing = setTimeout(() => child.kill("SIGKILL"), task.patience + 20_000);
  const code = await new Promise((resolve) => child.on("close", resolve));
  clearTimeout(killing);
  return { ...JSON.parse(said || "{}"), exit: code, lived: performance.now() - closed };
}
