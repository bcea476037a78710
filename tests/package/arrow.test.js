// The buffers of `batches()` are Arrow's: apache-arrow reads them as they are, without a copy.

import { env } from "../harness/env.js";
import { assert, equal, test } from "../harness/test.js";
import { bool, int, list, NULL, real, replayed, str, structure, tiny } from "./replay.js";

// Where npm's packages are found; by a name that no bundler looks for.
const name = "apache-arrow";
const arrow = env.runtime === "node" ? await import(name) : undefined;

const TYPES = {
  int64: () => new arrow.Int64(),
  float64: () => new arrow.Float64(),
  bool: () => new arrow.Bool(),
  utf8: () => new arrow.Utf8(),
  date32: () => new arrow.DateDay(),
  time64: () => new arrow.TimeNanosecond(),
  timestamp: ({ timeZone }) => new arrow.TimestampNanosecond(timeZone),
  list: ({ children: [item] }) => new arrow.List(fieldOf(item)),
  struct: ({ children }) => new arrow.Struct(children.map(fieldOf)),
};
const fieldOf = (column) => new arrow.Field(column.name, TYPES[column.type](column), true);

/** A column as apache-arrow has it: the very same buffers. */
function dataOf(column) {
  const { length, nullCount, validity: nullBitmap, offsets: valueOffsets, values: data, children } = column;
  const parts = { type: TYPES[column.type](column), length, nullCount, nullBitmap, valueOffsets, data };
  if (column.type === "list") return arrow.makeData({ ...parts, child: dataOf(children[0]) });
  return arrow.makeData(column.type === "struct" ? { ...parts, children: children.map(dataOf) } : parts);
}

test("apache-arrow makes a table of a batch's buffers", async (t) => {
  if (!arrow) t.skip("apache-arrow is only where npm's packages are");
  const second = 1_719_873_000n;
  const person = (name) => structure("N", tiny(1), list(str("P")), [0xa1, ...str("name"), ...str(name)], str(`4:${name}`));
  const known = structure("r", tiny(1), str("KNOWS"), [0xa0], str("r"));
  const path = (index) => structure("P", list(person("a"), person(`n${index}`)), list(known), list(tiny(1), tiny(1)));
  const row = (index) => [
    int(2n ** 60n + BigInt(index)), index % 3 ? real(index / 2) : NULL, bool(index % 2), index % 5 ? str(`é${index}`) : NULL,
    list(...Array.from({ length: index % 4 }, () => real(index))), structure("D", int(19_000 + index)),
    structure("t", int(index * 1e9)), structure("i", int(second), int(index), str("Europe/Paris")), person(`n${index}`),
    path(index),
  ];
  const keys = ["whole", "float", "truth", "text", "list", "date", "time", "when", "node", "path"];
  const rows = Array.from({ length: 100 }, (_, index) => row(index));
  const [batch] = await replayed(keys, [rows], async (result) => {
    const found = [];
    for await (const each of result.batches()) found.push(each);
    return found;
  });
  const { columns } = batch;
  const table = new arrow.Table(Object.fromEntries(keys.map((key) => [key, arrow.makeVector(dataOf(columns[key]))])));
  equal([table.numRows, table.numCols], [100, 10]);
  for (const key of ["whole", "float", "list"]) {
    const theirs = table.getChild(key).data[0];
    const ours = columns[key].children?.[0] ?? columns[key];
    assert((theirs.children[0] ?? theirs).values.buffer === ours.values.buffer, `${key} was copied`);
  }
  for (let index = 0; index < 100; index++) {
    const theirs = table.get(index);
    for (const key of ["whole", "float", "truth", "text"]) equal(theirs[key], columns[key].get(index), key);
    equal([...theirs.list], columns.list.get(index));
    equal(Number(theirs.date) / 86_400_000, columns.date.values[index]);
    equal(theirs.time, columns.time.values[index]);
    const node = columns.node.get(index);
    equal([...theirs.path.nodes].map(({ properties }) => properties.name), ["a", `n${index}`]);
    equal([...theirs.path.indices], [1n, 1n]);
    equal([[...theirs.node.labels], theirs.node.elementId, theirs.node.properties.name], [node.labels, node.elementId, node.properties.name]);
  }
  equal(table.schema.fields[7].type.timezone, "Europe/Paris");
  equal(table.getChild("when").data[0].values.at(-1), second * 1_000_000_000n + 99n);
});
