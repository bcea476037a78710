// What the entries for the edge share. One file in the built package.

export * from "./api.js";
export { noteOpened, openSocket } from "./browser.js";
export { refusal } from "./errors.js";
export { start, unusable } from "./start.js";

// For tests of one part alone.
export { askByFetch, diagnoser } from "./diagnose.js";
export { encodeMap } from "./encode.js";
export { makeError } from "./errors.js";
export { time } from "./gate.js";
export { wasm } from "./start.js";
