// TS2769
import type { Driver } from "neo4j-wasm";
export async function run(driver: Driver) {
  const { records } = await driver.executeQuery<{ name: string }>("RETURN 'x' AS name");
  return records.map((record) => record.get("age"));
}
