// Runs suites in this process: Node.js, Deno or Bun.

import { run } from "./here.js";
import { done, endWithInput, report, task } from "./report.mjs";

endWithInput();
for (const each of task().runs) {
  await run(each, report);
  report({ ran: true });
}
done();
