export * from "neo4j-wasm/compat";
export { default } from "neo4j-wasm/compat";
