// Runs suites in Node.js.

import { done, endWithInput, report, task } from "./report.mjs";

endWithInput();
const { suites, env, skipAll } = task();
globalThis.testEnvironment = { ...env, runtime: "node" };
const { runSuites } = await import("./run.js");
await runSuites(suites, report, skipAll);
done();
