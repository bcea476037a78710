// In the place of `internal/shared-neo4j`, which would start a container: the server that is there, by the environment.

import neo4j from "../src";

const { NEO4J_PORT: port, NEO4J_PASSWORD: password } = process.env;
const username = "neo4j";

async function inSession(driver, work) {
  const session = driver.session();
  try {
    return await work(session);
  } finally {
    await session.close();
  }
}

const cleanupAndGetProtocolVersionAndBookmarks = (driver) =>
  inSession(driver, async (session) => {
    const { summary } = await session.executeWrite((tx) => tx.run("MATCH (n) DETACH DELETE n"));
    return [summary.server.protocolVersion, session.lastBookmarks()];
  });

export default {
  username,
  password,
  authToken: neo4j.auth.basic(username, password),
  logging: { level: "debug", logger: () => {} },
  cleanupAndGetProtocolVersionAndBookmarks,
  cleanupAndGetProtocolVersion: async (driver) => (await cleanupAndGetProtocolVersionAndBookmarks(driver))[0],
  getEdition: async () => "community",
  hostname: "localhost",
  hostnameWithBoltPort: `localhost:${port}`,
  boltPort: port,
  isTestContainer: false,
  ipv6Enabled: false,
  edition: "community",
  scheme: "bolt",
  cluster: false,
};
