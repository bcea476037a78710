// What the entries for the edge share. One file in the built package.

export * from "./api.js";
export { openSocket } from "./browser.js";
export { start } from "./start.js";
