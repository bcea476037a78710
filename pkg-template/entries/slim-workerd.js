// The entry without the wasm in it, for workerd: there it comes as a module either way.

export * from "./workerd.js";
export { default } from "./workerd.js";

/** With the import all is there. */
export const ready = async () => {};
