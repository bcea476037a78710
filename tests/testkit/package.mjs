// The package under test: everything here uses it through this file, in Node.js and in a page alike.

export * as neo4j from "neo4j-wasm";
