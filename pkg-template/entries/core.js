// What the entries share: all that is public, and what they start it with. One file in the built package.

export * from "./api.js";
export { browser, noteOpened, openSocket, socketMissing } from "../sockets/browser.js";
export { askBy, diagnoser } from "../sockets/diagnose.js";
export { isOf, kindOf, refusal } from "../driver/errors.js";
export { start, unusable } from "../wire/start.js";

// For `neo4j-wasm/compat`: other values and another face over the same driver.
export { daysFromDate } from "../values/calendar.js";
export { Decoder } from "../wire/decode.js";
export { openSession, runQuery } from "../driver/driver.js";
export { writeOwn } from "../wire/encode.js";
export { held, hold } from "../driver/held.js";
export { Packer } from "../wire/pack.js";
export { joined } from "../driver/result.js";
export { VECTORS } from "../values/values.js";

// For tests of one part alone.
export { askByFetch } from "../sockets/diagnose.js";
export { encodeMap } from "../wire/encode.js";
export { makeError } from "../driver/errors.js";
export { offPage } from "../sockets/socket.js";
export { workerText } from "../sockets/worker-text.js";
export { time } from "../wire/gate.js";
export { unpack } from "../wire/unpack.js";
export { wasm } from "../wire/start.js";
