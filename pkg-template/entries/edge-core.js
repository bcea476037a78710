// What the entries for the edge share. One file in the built package.

export * from "./api.js";
export { noteOpened, openSocket } from "../sockets/browser.js";
export { refusal } from "../driver/errors.js";
export { start, unusable } from "../wire/start.js";

// For tests of one part alone.
export { askByFetch, diagnoser } from "../sockets/diagnose.js";
export { encodeMap } from "../wire/encode.js";
export { makeError } from "../driver/errors.js";
export { time } from "../wire/gate.js";
export { wasm } from "../wire/start.js";
