// What the entries share: all that is public, and what they start it with. One file in the built package.

export * from "./api.js";
export { browser, noteOpened, openSocket, socketMissing } from "./browser.js";
export { askBy, diagnoser } from "./diagnose.js";
export { isOf, kindOf, refusal } from "./errors.js";
export { start, unusable } from "./start.js";

// For `neo4j-wasm/compat`: other values and another face over the same driver.
export { daysFromDate } from "./calendar.js";
export { Decoder } from "./decode.js";
export { openSession, runQuery } from "./driver.js";
export { writeOwn } from "./encode.js";
export { held, hold } from "./held.js";
export { Packer } from "./pack.js";
export { joined } from "./result.js";
export { VECTORS } from "./values.js";

// For tests of one part alone.
export { askByFetch } from "./diagnose.js";
export { encodeMap } from "./encode.js";
export { makeError } from "./errors.js";
export { offPage } from "./socket.js";
export { workerText } from "./worker-text.js";
export { time } from "./gate.js";
export { unpack } from "./unpack.js";
export { wasm } from "./start.js";
