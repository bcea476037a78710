// Vectors, UUIDs, and what stands for a value that an older protocol cannot carry.

import { UnsupportedType, Uuid, Vector } from "neo4j-wasm";
import { assert, equal, match, rejects, test } from "../harness/test.js";
import { before, connect, offering, one, row, since, start, watched } from "./support.js";

const TYPES = {
  INTEGER8: Int8Array.of(-128, -1, 0, 1, 127),
  INTEGER16: Int16Array.of(-32_768, -1, 0, 258, 32_767),
  INTEGER32: Int32Array.of(-2_147_483_648, -1, 0, 16_909_060, 2_147_483_647),
  INTEGER: BigInt64Array.of(-(2n ** 63n), -1n, 0n, 72_623_859_790_382_856n, 2n ** 63n - 1n),
  FLOAT32: Float32Array.of(0.1, -0, 1.5, 1.401298464324817e-45, 3.4028234663852886e38),
  FLOAT: Float64Array.of(0.1, -0, 1.5, 5e-324, 1.7976931348623157e308),
};
const TEXT = "00112233-4455-6677-8899-aabbccddeeff";

for (const [type, values] of Object.entries(TYPES)) {
  test(`vectors of ${type} come back`, { skip: since("6.0") }, async (t) => {
    const driver = connect(t);
    const vector = new Vector(values);
    equal(await row(driver, "RETURN $vector AS plain, [[$vector]] AS list, {in: $vector} AS map", { vector }), {
      plain: vector, list: [[vector]], map: { in: vector },
    });
    equal(await one(driver, "RETURN $map.list[0]", { map: { list: [vector] } }), vector);
    const literal = type.startsWith("FLOAT") ? [0.5, -2] : [...values];
    const expected = type.startsWith("FLOAT") ? values.constructor.of(0.5, -2) : values;
    const made = await one(driver, `CYPHER 25 RETURN vector([${literal.join(", ")}], ${literal.length}, ${type})`);
    equal(made, new Vector(expected));
    match(made.toString(), new RegExp(`, ${literal.length}, ${type}\\)$`));
  });
}

test("the shortest and the longest vector come back, and a part of an array", { skip: since("6.0") }, async (t) => {
  const driver = connect(t);
  const many = new Vector(Float32Array.from({ length: 4_096 }, (_, index) => index / 7));
  const returned = await one(driver, "RETURN $many", { many });
  equal([returned.type, returned.values.length], ["float32", 4_096]);
  assert(returned.values.every((value, index) => value === many.values[index]));
  const part = new Vector(Int16Array.of(1, 2, 3, 4).subarray(1, 3));
  equal(await one(driver, "RETURN [$one, $part]", { one: new Vector(Int8Array.of(7)), part }), [
    new Vector(Int8Array.of(7)), new Vector(Int16Array.of(2, 3)),
  ]);
});

test("a vector that the server refuses is its error, and the session goes on", { skip: since("6.0") }, async (t) => {
  const session = start(t, connect(t));
  for (const values of [Float64Array.of(NaN), Float32Array.of(Infinity), new Int8Array(0), new Int8Array(4_097)]) {
    const vector = new Vector(values);
    await rejects(session.run("RETURN $vector", { vector }), { name: "ServerError", retryable: false });
  }
  equal((await session.run("RETURN 1 AS one").single()).get("one"), 1);
});

test("UUIDs come back", { skip: since("6.1") }, async (t) => {
  const driver = connect(t);
  const uuid = Uuid.from(TEXT);
  const all = ["00000000-0000-0000-0000-000000000000", TEXT, "ffffffff-ffff-ffff-ffff-ffffffffffff"].map(Uuid.from);
  const query = "RETURN $uuid AS plain, $all AS list, {in: [$uuid]} AS map, toString($uuid) AS text";
  equal(await row(driver, query, { uuid, all }), { plain: uuid, list: all, map: { in: [uuid] }, text: TEXT });
  equal(await one(driver, `CYPHER 25 RETURN uuid('${TEXT}')`), uuid);
  equal(await one(driver, `CYPHER 25 RETURN uuid('${TEXT}') = $uuid`, { uuid }), true);
  equal(String(await one(driver, "CYPHER 25 RETURN [uuid($text)][0]", { text: TEXT.toUpperCase() })), TEXT);
});

/** The connection is told what it cannot carry before anything is sent, and is as good as before. */
async function refused(t, driver, value, message) {
  const expected = { name: "UsageError", code: "InvalidParameter", retryable: false, message };
  const parameters = { deep: { list: [1, value] } };
  await rejects(driver.executeQuery("RETURN $deep", parameters), expected);
  const session = start(t, driver);
  await rejects(session.run("RETURN $deep", parameters), expected);
  equal((await session.run("RETURN 1 AS one").single()).get("one"), 1);
  const tx = await session.beginTransaction();
  await rejects(tx.run("RETURN $deep", parameters), expected);
  await rejects(tx.commit(), { code: "TransactionFailed" });
  await rejects(session.run("RETURN 1", {}, { metadata: parameters }), { name: "UsageError" });
  equal((await session.run("RETURN 3 AS three").single()).get("three"), 3);
}

test("before Bolt 6.0 a vector is an error that says where it stands", { skip: before("6.0") }, async (t) => {
  await refused(t, connect(t), new Vector(Float32Array.of(1)), /^parameters\.deep\.list\[1\]: .*vector.*Bolt 6\.0/);
});

test("before Bolt 6.1 a UUID is an error that says where it stands", { skip: before("6.1") }, async (t) => {
  await refused(t, connect(t), Uuid.from(TEXT), /^parameters\.deep\.list\[1\]: .*UUID.*Bolt 6\.1/);
});

test("a vector or UUID that cannot be sent is not sent at all", { skip: before("6.1") }, async (t) => {
  const watch = watched();
  const driver = connect(t, { webSocket: watch.webSocket });
  const session = start(t, driver);
  await session.run("RETURN 1");
  const before = watch.sends;
  await rejects(session.run("RETURN $uuid", { uuid: Uuid.from(TEXT) }), { code: "InvalidParameter" });
  equal([watch.sends, watch.opened.length], [before, 1]);
});

test("over Bolt 6.0 a UUID is an UnsupportedType that says what it needs", { skip: since("6.1") }, async (t) => {
  const driver = connect(t, { webSocket: offering("6.0") });
  const { plain, list, map, after } = await row(
    driver,
    `CYPHER 25 WITH uuid('${TEXT}') AS id RETURN id AS plain, [id, 1] AS list, {in: id} AS map, 'after' AS after`,
  );
  for (const value of [plain, list[0], map.in]) {
    assert(value instanceof UnsupportedType);
    equal([value.name, value.minimumProtocolVersion], ["UUID", "6.1"]);
  }
  equal([list.length, list[1], after], [2, 1, "after"]);
  const expected = { code: "InvalidParameter", message: /^parameters\.value\[0\]: / };
  await rejects(driver.executeQuery("RETURN $value", { value: [plain] }), expected);
  await refused(t, driver, Uuid.from(TEXT), /Bolt 6\.1/);
});

test("over Bolt 5.8 a newer server puts a map in place of a vector", { skip: since("6.0") }, async (t) => {
  const driver = connect(t, { webSocket: offering("5.8") });
  const value = await one(driver, "CYPHER 25 RETURN [vector([1, 2], 2, INTEGER8)]");
  equal(value, [{ originalType: "VECTOR(2, INTEGER8)", reason: "UNKNOWN_TYPE" }]);
  await refused(t, driver, new Vector(Int8Array.of(1)), /Bolt 6\.0/);
});
