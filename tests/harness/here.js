// Runs a task where this script runs: in a page, in a worker, in a runtime without pages.

/** `task`: { suites, env, skipAll }; see run.js. */
export async function run({ suites, env, skipAll }, report) {
  // Before the first suite is loaded: env.js reads it once.
  globalThis.testEnvironment = env;
  // The driver's sockets are then the page's own.
  if (env.form === "without workers") delete globalThis.Worker;
  if (!env.withoutPackage) report({ startUp: await startUp() });
  const { runSuites } = await import("./run.js");
  await runSuites(suites, report, skipAll);
}

/** How many milliseconds it takes to import the package and make a driver. */
async function startUp() {
  const begin = performance.now();
  const neo4j = await import("neo4j-wasm");
  // The form "slim" has it.
  await neo4j.ready?.();
  const driver = neo4j.GraphDatabase.driver("bolt://127.0.0.1:1");
  const end = performance.now();
  await driver.close();
  return end - begin;
}
