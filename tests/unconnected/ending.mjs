// A program that asks, and is then told to end: it closes its driver, says what became of its queries, and should be gone.

import { GraphDatabase } from "neo4j-wasm";

const { uri, patience, queries = 1, ...config } = JSON.parse(process.argv.at(-1));
const begin = performance.now();
const driver = GraphDatabase.driver(uri, { auth: ["neo4j", "password"], maxRetryTime: 0, ...config });
const one = () => driver.executeQuery("RETURN 1");
const all = Promise.all(Array.from({ length: queries }, one));
const told = all.then(() => ({ code: "answered" }), ({ code, message, retryable }) => ({ code, message, retryable }));
let timer;
await Promise.race([told, new Promise((resolve) => (timer = setTimeout(resolve, patience)))]);
clearTimeout(timer);
const ms = performance.now() - begin;
await driver.close();
console.log(JSON.stringify({ ...await told, ms }));
