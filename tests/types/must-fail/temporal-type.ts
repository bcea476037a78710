// TS2740
import { LocalDate, ZonedTime } from "neo4j-wasm";
export const time: Temporal.PlainTime = new LocalDate(2024, 2, 29).toTemporal();
export const zoned: Date = new ZonedTime(1, 2, 3, 4, 0);
