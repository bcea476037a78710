// Attempts in this process: Node.js, Deno or Bun. A line of JSON in, [uri, config]; a line of JSON out.

import { createInterface } from "node:readline";
import { attempt } from "./attempt.js";

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await attempt(...JSON.parse(line)))}\n`);
}
process.exit(0);
