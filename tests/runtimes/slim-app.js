// A small application with the entry that leaves the wasm out, as a bundler is given it.

import { GraphDatabase, ready } from "neo4j-wasm/slim";

/** Starts the driver; without `source` from where the bundler has put the wasm. */
export async function go(source) {
  await ready(source);
  const driver = GraphDatabase.driver("bolt://127.0.0.1:1");
  await driver.close();
  return driver.closed();
}
