// A Durable Object that holds the driver: whichever request comes, its connections are there already.

import { DurableObject } from "cloudflare:workers";
import { GraphDatabase, READ } from "neo4j-wasm";

const PEOPLE = "MATCH (p:Person) RETURN p.name AS name ORDER BY name LIMIT 100";
const ADD = "CREATE (:Person {name: $name})";

export class People extends DurableObject {
  constructor(state, env) {
    super(state, env);
    this.driver = GraphDatabase.driver(env.NEO4J_URI, {
      auth: [env.NEO4J_USER, env.NEO4J_PASSWORD],
      maxConnectionPoolSize: 10, // each at a time for one piece of work: more requests wait their turn
    });
  }

  async all() {
    const { records } = await this.driver.executeQuery(PEOPLE, {}, { accessMode: READ });
    return records.map((record) => record.toObject());
  }

  async add(name) {
    await this.driver.executeQuery(ADD, { name });
  }

  /** To each server, how many connections are open. */
  connections() {
    return this.driver.metrics().map(({ address, idle, inUse }) => ({ address, open: idle + inUse }));
  }
}

export default {
  async fetch(request, env) {
    const people = env.PEOPLE.get(env.PEOPLE.idFromName("all"));
    if (new URL(request.url).pathname === "/connections") return Response.json(await people.connections());
    if (request.method !== "POST") return Response.json(await people.all());
    await people.add(await request.text());
    return new Response(null, { status: 201 });
  },
};
