// Runs the programs that bundle.mjs has made, in Jasmine, and prints a line for each test: TASK is { programs, only } as
// JSON. Tests of neo4j-driver-core are Jest's: they get what they use of it.

import { createRequire } from "node:module";
import { jestGlobals } from "./jest.mjs";

const require = createRequire(import.meta.url);
const Jasmine = require("jasmine");
const { programs, only, checkout } = JSON.parse(process.env.TASK);
const LIMIT = 30_000;

const say = (result) => process.stdout.write(`@official ${JSON.stringify(result)}\n`);

const jasmine = new Jasmine({ globals: true });
jasmine.exitOnCompletion = false;
jasmine.clearReporters();
const wanted = new RegExp(only, "i");
jasmine.env.configure({ random: false, specFilter: (spec) => wanted.test(spec.getFullName()) });
globalThis.jasmine.DEFAULT_TIMEOUT_INTERVAL = LIMIT;
jasmine.addReporter({
  specStarted: ({ fullName }) => say({ begun: fullName }),
  specDone: ({ fullName, status, failedExpectations }) => {
    if (status === "excluded") return;
    const why = failedExpectations.map(({ message }) => message.slice(0, 600)).join("\n");
    say({ name: fullName, status, why });
  },
  suiteDone: ({ fullName, failedExpectations }) => {
    for (const { message } of failedExpectations) say({ name: `${fullName} (around its tests)`, status: "failed", why: message });
  },
});

// What one kind of suite sees, the other does not.
const NAMES = ["it", "test", "describe", "expect", "jest"];
const own = Object.fromEntries(NAMES.map((name) => [name, globalThis[name]]));
const { describe: plain } = own;
// Some are async functions, though they wait for nothing.
own.describe = (name, tests) => plain(name, function () { tests.call(this); });
const jests = jestGlobals(own, checkout);
for (const program of programs) {
  const suite = /made\/(.*)\.cjs$/.exec(program)[1];
  const globals = suite.endsWith(".ts") ? jests : own;
  plain(suite, () => {
    beforeAll(() => Object.assign(globalThis, globals));
    afterAll(() => {
      Object.assign(globalThis, own);
      globalThis.jasmine.DEFAULT_TIMEOUT_INTERVAL = LIMIT;
    });
    // Tests are named while the program is loaded.
    Object.assign(globalThis, globals);
    try {
      require(program);
    } catch (error) {
      own.it("is loaded", () => { throw error; });
    }
    Object.assign(globalThis, own);
  });
}
const { overallStatus } = await jasmine.execute();
say({ done: overallStatus });
process.exit();
