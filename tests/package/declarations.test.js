// Declarations and package say the same: every declared export and member exists, every existing one is declared.

import * as neo4j from "neo4j-wasm";
import { env } from "../harness/env.js";
import { assert, equal, rejects, test } from "../harness/test.js";
import { declaredExports, membersOf } from "./declared.js";
import { replayed, str } from "./replay.js";

const found = await declaredExports();
/** By which copies of the package know each other's classes. Not in quotation marks: `cargo xtask` replaces such imports. */
const MARK = Symbol.for(`neo4j-wasm`);
const names = (set) => [...set].sort();

/** Symbols by the names under which they are declared; `Symbol.asyncDispose` may be missing in a runtime. */
const keyOf = (name) => (name.startsWith("[") ? (Symbol[name.slice(8, -1)] ?? Symbol.for(name.slice(1, -1))) : name);

/** An instance of each class whose fields are set by its constructor. */
async function instances() {
  const time = [12, 30, 15, 5];
  const driver = neo4j.GraphDatabase.driver("bolt://127.0.0.1:1");
  const session = driver.session();
  const result = session.run("RETURN 1", { x: undefined });
  const eager = await replayed(["x"], [[[str("a")]]], (all) => all);
  const error = await rejects(result, neo4j.UsageError);
  await driver.close();
  const node = new neo4j.Node("1", ["A"], {});
  return {
    Driver: driver,
    DirectDriver: driver,
    Session: session,
    Result: result,
    Record: eager.records[0],
    Summary: eager.summary,
    Counters: eager.summary.counters,
    UsageError: error,
    Node: node,
    Relationship: new neo4j.Relationship("1", "2", "3", "T", {}),
    Path: new neo4j.Path(node, []),
    Point: new neo4j.Point(7203, 1, 2),
    Vector: new neo4j.Vector(Int8Array.of(1)),
    Uuid: new neo4j.Uuid(new Uint8Array(16)),
    UnsupportedType: new neo4j.UnsupportedType("X", "6.1", undefined),
    Float: neo4j.float(1),
    LocalDate: new neo4j.LocalDate(2024, 1, 1),
    LocalTime: new neo4j.LocalTime(...time),
    ZonedTime: new neo4j.ZonedTime(...time, 0),
    LocalDateTime: new neo4j.LocalDateTime(2024, 1, 1, ...time),
    ZonedDateTime: new neo4j.ZonedDateTime(2024, 1, 1, ...time, 0),
    Duration: new neo4j.Duration(1),
  };
}

test("the exports are those declared", () => {
  assert(found.size > 40, `only ${found.size} declarations were found`);
  // `ready` is what makes "neo4j-wasm/slim" another entry; slim.d.ts declares it.
  const own = env.form === "slim" ? ["default", "ready"] : ["default"];
  equal(names(Object.keys(neo4j)), names([...found.keys(), ...own]));
  for (const [name, { kind }] of found) {
    if (kind !== "const") equal(typeof neo4j[name], "function", name);
    equal(neo4j.default[name], neo4j[name], `default.${name}`);
  }
});

const isBundled = ["vite", "webpack", "rollup", "esbuild"].includes(env.form) || env.runtime === "workerd";

test("a class is shown by its own name", { skip: isBundled ? "bundlers rename classes" : undefined }, () => {
  for (const [name, { kind }] of found) if (kind === "class") equal(neo4j[name].name, name);
});

test("every declared member exists", async () => {
  const made = await instances();
  for (const [name, { kind }] of found) {
    if (kind !== "class") continue;
    for (const { name: member, isStatic, isField, optional } of membersOf(found, name)) {
      const subject = isStatic ? neo4j[name] : isField ? made[name] : neo4j[name].prototype;
      // Fields of classes that only a server's answer fills are looked at in the live tests.
      if (!subject || optional) continue;
      assert(keyOf(member) in subject, `${name}.${member} is declared and does not exist`);
    }
  }
});

test("every member that exists is declared", async () => {
  const made = await instances();
  const inspect = Symbol.for("nodejs.util.inspect.custom");
  const thrown = await rejects(async () => { throw new Error("x"); });
  const ofErrors = [Error.prototype, thrown].flatMap((error) => (void error.stack, Reflect.ownKeys(error)));
  for (const [name, { kind }] of found) {
    if (kind !== "class") continue;
    const declared = membersOf(found, name);
    const known = new Set(declared.map((member) => keyOf(member.name)));
    // What is behind a handle stands under a symbol that nobody lists.
    const isSeen = (key) => typeof key === "string" || Object.getOwnPropertyDescriptor(made[name], key).enumerable;
    const own = [...Reflect.ownKeys(neo4j[name].prototype), ...Reflect.ownKeys(made[name] ?? {}).filter(isSeen)];
    for (const key of own) {
      // An error's own name, message and stack are those of every error, and so is what the runtime adds.
      const ofError = name.endsWith("Error") ? ["name", "message", "stack", "cause", ...ofErrors] : [];
      const ofAll = ["constructor", inspect, MARK, ...ofError];
      assert(ofAll.includes(key) || known.has(key), `${name}.${String(key)} exists and is not declared`);
    }
  }
});
