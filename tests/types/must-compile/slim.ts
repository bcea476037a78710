// The entry without the wasm: everything of the other one, and `ready`.

import neo4j, { ConnectionError, GraphDatabase, type Driver, ready, type WasmSource } from "neo4j-wasm/slim";

const sources: WasmSource[] = ["/neo4j.wasm", new URL("file:///neo4j.wasm"), new Uint8Array(8), new ArrayBuffer(8)];
for (const source of sources) await ready(source);
await ready(fetch("/neo4j.wasm"));
const loaded: void = await ready();

export const driver: Driver = GraphDatabase.driver("bolt://localhost");
export const thread: symbol = driver.thread;
export const same: typeof GraphDatabase = neo4j.GraphDatabase;
export const code = (error: unknown) => (error instanceof ConnectionError ? error.code : loaded);
