// TS2322, TS2339
import type { Session } from "neo4j-wasm";
export async function run(session: Session) {
  const age: string = (await session.run<{ age: number }>("RETURN 1 AS age").single()).get("age");
  for await (const { columns } of session.run<{ age: number }>("RETURN 1 AS age").batches()) columns.name;
  const texts: ReadableStream<string> = session.run("RETURN 1").toReadableStream();
  return [age, texts];
}
