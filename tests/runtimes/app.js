// A small application, for its weight as a bundle: connects, asks, shows.

import { GraphDatabase } from "neo4j-wasm";

export async function show(uri, auth) {
  const driver = GraphDatabase.driver(uri, { auth });
  const { records } = await driver.executeQuery("MATCH (n) RETURN n LIMIT 10");
  for (const record of records) console.log(record.toObject());
  await driver.close();
}
