// What blocks of the documentation take for granted: a driver, a session, and some data.

import { GraphDatabase } from "neo4j-wasm";
import { env } from "../harness/env.js";

export const driver = GraphDatabase.driver(env.uri, { auth: [env.user, env.password] });

export const session = driver.session();

const DATA = `
  CREATE (:Person {name: "Grace", born: 1906})-[:KNOWS {since: 1944}]->(:Person {name: "Katherine", born: 1918}),
    (:Person {name: "Radia", born: 1951}), (:Person {name: "Barbara", born: 1939}), (:Person {name: "Margo", born: 1970})
  WITH 1 AS done UNWIND range(1, 1000) AS n CREATE (:Order {amount: n / 4.0, note: "order " + n})`;

/** The data, and nothing else. */
export async function prepare() {
  await driver.executeQuery("MATCH (n) DETACH DELETE n");
  await driver.executeQuery(DATA);
}
