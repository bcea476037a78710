// TS2345
import type { Driver } from "neo4j-wasm";
export const open = (driver: Driver) => driver.session("read", {});
