// The entry without the wasm in it, for Vercel's edge runtime: there it comes as a module either way.

export * from "./edge-light.js";
export { default } from "./edge-light.js";

/** With the import all is there. */
export const ready = async () => {};
