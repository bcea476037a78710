// A Worker that does what docs/edge.md advises against: one driver for all its requests.

import { connect } from "cloudflare:sockets";
import { GraphDatabase } from "neo4j-wasm";

const drivers = {};
let kept;

const work = {
  async query(driver) {
    return (await driver.executeQuery("RETURN 1 AS n")).records[0].get("n");
  },
  async run(driver) {
    await using session = driver.session();
    return (await session.run("RETURN 1 AS n").single()).get("n");
  },
  async managed(driver) {
    await using session = driver.session();
    return (await session.executeWrite((tx) => tx.run("RETURN 1 AS n"))).records[0].get("n");
  },
  async begin(driver) {
    kept = await driver.session().beginTransaction();
    return 1;
  },
  goOn: async () => (await kept.run("RETURN 1 AS n")).records[0].get("n"),
};

export default {
  async fetch(request, env) {
    const { pathname, searchParams } = new URL(request.url);
    const way = searchParams.get("way");
    const config = { auth: [env.NEO4J_USER, env.NEO4J_PASSWORD], ...(way === "tcp" && { socket: connect }) };
    const driver = (drivers[way] ??= GraphDatabase.driver(env.NEO4J_URI, config));
    try {
      return Response.json({ done: await work[pathname.slice(1)](driver) });
    } catch ({ name, code, message }) {
      return Response.json({ name, code, message });
    }
  },
};
