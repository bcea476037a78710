// What the runners print for `cargo xtask`: a line per test, marked, so that it stands out among what suites print;
// and one at the end, so that a run that broke off is seen as one. Also: the end of our standard input is the end of us.

const MARK = "@test ";

export function report(result) {
  process.stdout.write(`${MARK}${JSON.stringify(result)}\n`);
}

export function done() {
  process.stdout.write(`${MARK}${JSON.stringify({ done: true })}\n`, () => process.exit(0));
}

/** The task to do: { browser, runs: [{ suites: [{ name, url }], env, skipAll, page, script }] }; the last two for browsers. */
export function task() {
  return JSON.parse(process.env.TEST_TASK);
}

export function endWithInput(cleanUp = () => {}) {
  process.stdin.resume();
  process.stdin.on("end", () => {
    cleanUp();
    process.exit(1);
  });
}
