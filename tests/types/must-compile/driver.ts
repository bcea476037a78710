// What a strict user writes with drivers, sessions and transactions.

import neo4j, {
  basicAuth, type Config, ConfigurationError, DirectDriver, Driver, GraphDatabase, Neo4jError, READ, RoutingDriver,
  type SessionConfig, WRITE,
} from "neo4j-wasm";

const config: Config = {
  auth: ["neo4j", "password"],
  encrypted: undefined,
  integers: "bigint",
  notificationFilter: { minimumSeverity: "WARNING", disabledClassifications: ["HINT"] },
  resolver: async (host, port) => [[host, port], `${host}:${port + 1}`],
  webSocket: (url) => new WebSocket(url),
};

export async function main(signal: AbortSignal): Promise<number> {
  await using driver: Driver = GraphDatabase.driver("neo4j://localhost", config);
  const direct: Driver = new DirectDriver(new URL("bolt://localhost"), { auth: basicAuth("neo4j", "pw") });
  if (direct instanceof RoutingDriver) throw new Error("no");
  const { keys, records, summary } = await driver.executeQuery<{ name: string; age: number | null }>(
    "MATCH (p:Person) WHERE p.age > $age RETURN p.name AS name, p.age AS age",
    { age: 30 },
    { accessMode: READ, database: "neo4j", timeout: 1_000, metadata: { app: "x" }, signal },
  );
  for (const record of records) {
    const name: string = record.get("name");
    const either: string | number | null = record.get(0);
    const { age } = record.toObject();
    console.log(keys.length, name, either, age?.toFixed(1), [...record], summary.counters.nodesCreated);
  }
  const options: SessionConfig = { accessMode: WRITE, bookmarks: ["a"], fetchSize: 10 };
  await using session = driver.session(options);
  driver.session(READ, { database: "neo4j" });
  for await (const record of session.run("UNWIND [1] AS x RETURN x")) console.log(record.get("anything"));
  const count: number = await session.executeRead(async (tx) => {
    const record = await tx.run<{ n: number }>("MATCH () RETURN count(*) AS n").single();
    return record.get("n");
  });
  const eager = await session.executeWrite((tx) => tx.run<{ n: bigint }>("RETURN 1 AS n"));
  const n: bigint | undefined = eager.records[0]?.get("n");
  await using transaction = await session.beginTransaction({ timeout: 5 });
  await transaction.run("RETURN $map", new Map([["map", n]])).consume();
  await transaction.commit();
  const servers = driver.metrics().map(({ address, idle }) => `${address}: ${idle}`);
  console.log(servers, (await driver.verifyConnectivity({ signal })).protocolVersion, session.lastBookmarks());
  return count;
}

/** A relay by name, or as a URL. */
export const relays: Config["webSocketUrl"][] = [(address) => `wss://relay/?to=${address}`, () => new URL("ws://x")];

export function explain(error: unknown): string {
  if (error instanceof ConfigurationError) return error.message;
  if (error instanceof neo4j.Neo4jError) return `${error.code ?? ""} ${error.position?.line ?? 0} ${error.retryable}`;
  return error instanceof Neo4jError ? "never" : String(error);
}
