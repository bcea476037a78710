// Not a suite of ours: tests that end in every way a test can, for harness.test.js to look at.

import { fail, test } from "./test.js";

export function registerSamples() {
  test("passes", (t) => t.after(() => {}));
  // In a block: a call in tail position leaves no frame behind in some runtimes.
  test("fails", () => {
    fail("why");
  });
  test("fails in its cleanup", (t) => t.after(() => fail("late")));
  test("is skipped", { skip: "because" }, () => fail("never"));
  test("skips itself", (t) => t.skip("seen in time"));
  test("hangs", { timeout: 20 }, () => new Promise(() => {}));
  test("forgets a promise", () => {
    Promise.reject(new Error("stray"));
  });
}
