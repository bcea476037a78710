// What the examples in the declarations have without saying where from.

declare const driver: import("neo4j-wasm").Driver;
declare const session: import("neo4j-wasm").Session;
declare function readPassword(): Promise<string>;
declare function readToken(): Promise<string>;
