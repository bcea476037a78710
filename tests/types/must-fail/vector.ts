// TS2345
import { Vector } from "neo4j-wasm";
new Vector([1, 2, 3]);
