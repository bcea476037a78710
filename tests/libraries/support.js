// What the suites share: the driver by the name that the libraries know it by, and a graph of films.

import neo4j from "neo4j-driver";

import { env } from "../harness/env.js";

export { neo4j };

export const login = { url: env.uri, username: env.user, password: env.password };

/** A driver that is closed when the test ends. */
export function connect(t) {
  const driver = neo4j.driver(env.uri, neo4j.auth.basic(env.user, env.password));
  t.after(() => driver.close());
  return driver;
}

/** The graph alone is in the database: libraries look at all there is. */
export async function films(t) {
  const driver = connect(t);
  await driver.executeQuery("MATCH (n) DETACH DELETE n");
  await driver.executeQuery(
    `CREATE (m:Movie {title: 'The Matrix', released: 1999}), (b:Movie {title: 'Blow', released: 2001})
     CREATE (k:Person {name: 'Keanu', born: date('1964-09-02')}), (c:Person {name: 'Carrie', born: date('1967-08-21')})
     CREATE (k)-[:ACTED_IN {roles: ['Neo']}]->(m), (c)-[:ACTED_IN {roles: ['Trinity']}]->(m)`,
  );
  t.after(() => driver.executeQuery("MATCH (n) DETACH DELETE n"));
  return driver;
}
