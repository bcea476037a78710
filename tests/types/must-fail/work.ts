// TS2345, TS2561
import type { Session } from "neo4j-wasm";
export async function work(session: Session) {
  await session.executeRead("RETURN 1");
  await session.beginTransaction({ timeOut: 5 });
}
