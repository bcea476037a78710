// The declaration of `neo4j-wasm/wasm`: the wasm itself, for bundlers and runtimes that make a module of the import.

/** What such an import gives: in workerd the compiled module; in Vite (`?url`) and others, where it is. */
declare const wasm: WebAssembly.Module;
export default wasm;
