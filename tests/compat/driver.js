// The driver under test. The runner puts neo4j-driver itself in the place of ours, and every suite has to pass with both.

export { default as neo4j } from "neo4j-wasm/compat";
