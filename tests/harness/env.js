// What a suite knows of its surroundings: { uri, user, password, version, runtime: "node" | "chromium", url? }.
// `uri` and the three after it are there for live tests only, `url` (of the demo page) for tests of the page.
// The runner sets it before it loads the first suite.

export const env = Object.freeze({ ...globalThis.testEnvironment });
