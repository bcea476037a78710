// TS2540
import { LocalDate } from "neo4j-wasm";
const date = new LocalDate(2024, 1, 1);
date.year = 2025;
