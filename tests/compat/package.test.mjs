// How programs get at it: by `import` and `require`, by its own name and by that of neo4j-driver.

import { createRequire } from "node:module";
import { dirname, join } from "node:path";

import { assert, equal, test } from "../harness/test.js";
import { connect, neo4j } from "./support.js";

const require = createRequire(import.meta.url);

test("`require` and `import` give the same, by either name", async () => {
  const loaded = [require("neo4j-wasm/compat"), require("neo4j-driver"), await import("neo4j-driver"), await import("neo4j-wasm/compat")];
  for (const each of loaded) {
    equal([each.Neo4jError, each.default.driver, each.driver], [neo4j.Neo4jError, neo4j.driver, neo4j.driver]);
    assert(each.default.default === each.default, "the default has itself");
  }
  equal(Object.keys(loaded[0]).sort(), Object.keys(loaded[3]).sort());
  assert(loaded[0].__esModule, "compilers see a module");
});

test("a program's tests may replace functions", () => {
  const { driver } = neo4j;
  const loaded = require("neo4j-driver");
  loaded.driver = neo4j.driver = () => "mine";
  equal([loaded.driver(), neo4j.driver()], ["mine", "mine"]);
  loaded.driver = neo4j.driver = driver;
});

test("where `require` loads no modules, one file has everything", async (t) => {
  const folder = dirname(require.resolve("neo4j-wasm/package.json"));
  const whole = require(join(folder, "node/compat-whole.cjs"));
  equal(Object.keys(whole).sort(), Object.keys(await import("neo4j-wasm/compat")).sort());
  assert(whole.Neo4jError !== neo4j.Neo4jError, "a copy of its own");
  const driver = whole.driver("bolt://127.0.0.1:1");
  t.after(() => driver.close());
  const error = await driver.executeQuery("RETURN 1").catch((error) => error);
  equal([error.constructor, error.code], [whole.Neo4jError, "ServiceUnavailable"]);
  assert(whole.isInt(neo4j.int(1)), "values of the other copy are known");
});

test("rxSession finds rxjs", async (t) => {
  const { map, toArray } = require("rxjs");
  const session = connect(t).rxSession();
  const rows = session.run("UNWIND [1, 2] AS n RETURN n").records().pipe(map((record) => record.get("n").toNumber()), toArray());
  equal(await new Promise((next, error) => rows.subscribe({ next, error })), [1, 2]);
  await new Promise((complete, error) => session.close().subscribe({ complete, error }));
});
