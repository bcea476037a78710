// What a suite knows of its surroundings: { uri, user, password, version, runtime, form, url? }.
// `runtime` is "node", "deno", "bun", "chromium", "firefox" or "workerd"; `form` says how the package got there: "module",
// "module worker", "classic worker", "slim", a bundler's name, "without workers" for a page
// that has none, and so has its sockets itself, or "over WebSocket" where the drivers are to use that in place of TCP;
// in workerd a compatibility date, or "over TCP" where the drivers are to use its sockets.
// `uri` and the three after it are there for live tests only, `url` (of the demo pages) and `browser` (the one in which they
// are opened) for tests of the pages.
// `withoutPackage` is there where the package is not.
// `relay` is the URL of a relay, in a run in which one stands before the server; `tls` says that the server offers TLS too.
// The runner sets it before it loads the first suite.

export const env = Object.freeze({ ...globalThis.testEnvironment });

export const isBrowser = ["chromium", "firefox"].includes(env.runtime);

/** Whether there are WebSockets only as browsers have them: nothing can be set on them. */
export const isWeb = isBrowser || env.runtime === "workerd";

/** A driver's configuration, for suites that run both ways. */
export const ownWay = env.form === "over WebSocket" ? { socket: "websocket" }
  : env.form === "over TCP" ? { socket: globalThis.testConnect }
  : {};
