// The declarations of `neo4j-wasm/slim`: the same as `neo4j-wasm`, and the wasm comes from where you say.

export * from "./index.js";
export { default } from "./index.js";

/**
 * The wasm, or where it is: a URL, its bytes, a response, or a module that is compiled already. In Node, Deno and Bun a text
 * without a scheme is the path of a file.
 */
export type WasmSource = string | URL | ArrayBuffer | ArrayBufferView | Response | WebAssembly.Module;

/**
 * Loads the wasm: `neo4j_wasm_bg.wasm` of the package, which Vite and webpack bring along, unless told otherwise. To
 * be awaited before the first driver is made. Calling it again does nothing, unless it failed.
 *
 * @throws ConfigurationError `WasmNotFound`, `WasmBlocked`, `WasmMissing` or `WasmInvalid`
 * @example
 * await ready();
 * const driver = GraphDatabase.driver("neo4j://localhost", { auth: ["neo4j", "password"] });
 * @example From elsewhere
 * await ready("/assets/neo4j_wasm_bg.wasm"); // where you have put it, with other bundlers
 */
export function ready(source?: WasmSource | Promise<WasmSource>): Promise<void>;
