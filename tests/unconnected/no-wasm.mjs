// For start.mjs: what the package says where there is no WebAssembly.

delete globalThis.WebAssembly;
const said = await import("neo4j-wasm").then(() => ({}), ({ name, code, message }) => ({ name, code, message }));
process.stdout.write(JSON.stringify(said), () => process.exit(0));
