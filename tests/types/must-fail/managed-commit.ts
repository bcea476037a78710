// TS2339
import type { Session } from "neo4j-wasm";
export const work = (session: Session) => session.executeWrite(async (tx) => tx.commit());
