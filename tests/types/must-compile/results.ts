// What is known of a record's columns is known wherever its records are.

import type {
  Batch, Column, EagerResult, Record, RecordIterator, Result, Session, Summary, Transaction,
} from "neo4j-wasm";

interface Row {
  name: string;
  age: number | null;
}

export async function everywhere(session: Session, transaction: Transaction): Promise<void> {
  const result: Result<Row> = session.run<Row>("…");
  const eager: EagerResult<Row> = await result;
  const same: Result<Row> = transaction.run<Row>("…");
  const one: Record<Row> = await same.single();
  const age: number | null = one.get("age");
  const peeked: string | undefined = (await session.run<Row>("…").peek())?.get("name");
  const read: EagerResult<Row> = await session.executeRead((tx) => tx.run<Row>("…"));
  const written: string[] = await session.executeWrite(async (tx) => {
    const names: string[] = [];
    for await (const record of tx.run<Row>("…")) names.push(record.get("name"));
    return names;
  });
  const iterator: RecordIterator<Row> = result[Symbol.asyncIterator]();
  const either: (string | number | null)[] = [...one, ...one.values];
  const [first]: readonly (string | number | null)[] = one.values;
  const summary: Summary = await result.consume();
  console.log(eager, age, peeked, read, written, iterator, either, first, summary);
}

export async function columns(session: Session): Promise<number> {
  let sum = 0;
  for await (const batch of session.run<Row>("…").batches()) {
    const own: Batch<Row> = batch;
    const ages: Column<number | null> = own.columns.age;
    const name: string | undefined = batch.columns.name.get(0);
    for (const age of ages) sum += age ?? 0;
    if (ages.values instanceof BigInt64Array) sum += Number(ages.values[0] ?? 0n);
    console.log(name, ages.toJSON());
  }
  return sum;
}

export async function streamed(session: Session, out: WritableStream<string>): Promise<void> {
  const stream: ReadableStream<Record<Row>> = session.run<Row>("…").toReadableStream();
  const names = new TransformStream<Record<Row>, string>({
    transform: (record, controller) => controller.enqueue(record.get("name")),
  });
  await stream.pipeThrough(names).pipeTo(out);
}
