// TS2345
import type { Driver } from "neo4j-wasm";
export const run = (driver: Driver) => driver.executeQuery({ text: "RETURN 1" });
