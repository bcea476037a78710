// What the runners print for `cargo xtask`: a line per test, marked, so that it stands out among what suites print;
// and one at the end, so that a run that broke off is seen as one. Also: the end of our standard input is the end of us.

export const MARK = "@test ";

/** `written` is called when it is. */
export function report(result, written) {
  process.stdout.write(`${MARK}${JSON.stringify(result)}\n`, written);
}

export function done() {
  report({ done: true }, () => process.exit(0));
}

/**
 * The task to do: { browser, runs: [{ suites: [{ name, url }], env, skipAll, page, script, date }] }; `page` for
 * browsers, `script` for them and workerd, `date` for workerd.
 */
export function task() {
  return JSON.parse(process.env.TEST_TASK);
}

export function endWithInput(cleanUp = () => {}) {
  process.stdin.resume();
  process.stdin.on("end", async () => {
    await cleanUp();
    process.exit(1);
  });
}
