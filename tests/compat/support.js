// What the suites share.

import { env } from "../harness/env.js";
import { neo4j } from "./driver.js";

export { neo4j };

/** A driver that is closed when the test ends. */
export function connect(t, config, uri = env.uri) {
  const driver = neo4j.driver(uri, neo4j.auth.basic(env.user, env.password), config);
  t.after(() => driver.close());
  return driver;
}

/** A session that is closed when the test ends. */
export function start(t, driver, config) {
  const session = driver.session(config);
  t.after(() => session.close());
  return session;
}

/** The first value of the first record. */
export async function value(session, query, parameters) {
  const { records } = await session.run(query, parameters);
  return records[0].get(0);
}
