// A Worker that answers from Neo4j with a stream: a person a line, as JSON. Each leaves when it comes, and only as fast as
// the visitor reads: however many there are, few are held.

import { connect } from "cloudflare:sockets";
import { GraphDatabase, READ } from "neo4j-wasm";

const PEOPLE = "MATCH (p:Person) RETURN p.name AS name ORDER BY name";

export default {
  async fetch(request, env, context) {
    // A socket belongs to the request that opened it, and so a driver does too.
    const driver = GraphDatabase.driver(env.NEO4J_URI, {
      auth: [env.NEO4J_USER, env.NEO4J_PASSWORD],
      socket: connect, // TCP; without it a WebSocket
      telemetryDisabled: true, // a message less
    });
    const result = driver.session({ accessMode: READ }).run(PEOPLE);
    try {
      // What is wrong shows here, while there is still a status to say so with.
      await result.peek();
    } catch (error) {
      console.error(error);
      context.waitUntil(driver.close());
      return new Response(`${error.code}\n`, { status: error.retryable ? 503 : 500 });
    }
    const utf8 = new TextEncoder();
    const lines = new TransformStream({
      transform: (record, out) => out.enqueue(utf8.encode(`${JSON.stringify(record.toObject())}\n`)),
    });
    // A visitor who leaves breaks the pipe, which ends the query.
    const sent = result.toReadableStream().pipeTo(lines.writable).catch(() => {});
    context.waitUntil(sent.then(() => driver.close()));
    return new Response(lines.readable, { headers: { "content-type": "application/x-ndjson" } });
  },
};
