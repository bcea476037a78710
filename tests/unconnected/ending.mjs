// A program that is told to end: it closes its driver, says so in JSON, and should be gone at once.

import { GraphDatabase } from "neo4j-wasm";

const { uri, patience, ...config } = JSON.parse(process.argv.at(-1));
const begin = performance.now();
const driver = GraphDatabase.driver(uri, { auth: ["neo4j", "password"], maxRetryTime: 0, ...config });
const told = driver.executeQuery("RETURN 1").then(() => ({ code: "answered" }), ({ code, message, retryable }) => ({ code, message, retryable }));
let timer;
await Promise.race([told, new Promise((resolve) => (timer = setTimeout(resolve, patience)))]);
clearTimeout(timer);
const ms = performance.now() - begin;
await driver.close();
console.log(JSON.stringify({ ...await told, ms }));
