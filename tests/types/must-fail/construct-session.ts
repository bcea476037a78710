// TS2673, TS2674
import { Session, Transaction } from "neo4j-wasm";
new Session();
new Transaction();
