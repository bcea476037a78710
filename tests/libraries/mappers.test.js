// Libraries between objects or queries and the graph: neogma, cypher-query-builder, Neo4jGraph of @langchain/community.

import { Neo4jGraph } from "@langchain/community/graphs/neo4j_graph";
import { Connection, node, relation } from "cypher-query-builder";
import { ModelFactory, Neogma, QueryBuilder } from "neogma";

import { env } from "../harness/env.js";
import { equal, rejects, test } from "../harness/test.js";
import { films, login, neo4j } from "./support.js";

test("neogma creates, finds, relates and updates models", async (t) => {
  await films(t);
  const neogma = new Neogma(login);
  t.after(() => neogma.driver.close());
  await neogma.verifyConnectivity();
  const properties = { id: { type: "string", required: true }, name: { type: "string", required: true }, age: { type: "number" } };
  const Order = ModelFactory({ label: "Order", schema: { id: properties.id }, primaryKeyField: "id" }, neogma);
  const User = ModelFactory({
    label: "User",
    schema: properties,
    primaryKeyField: "id",
    relationships: { Orders: { direction: "out", model: Order, name: "ORDERS" } },
  }, neogma);
  const user = await User.createOne({ id: "1", name: "Ada", age: 36, Orders: { properties: [{ id: "a" }, { id: "b" }] } });
  user.age = 37;
  await user.save();
  const found = await User.findMany({ where: { id: "1" } });
  equal(found.map((user) => user.getDataValues()), [{ id: "1", name: "Ada", age: 37 }]);
  const orders = await user.findRelationships({ alias: "Orders" });
  equal(orders.map(({ target }) => target.id).sort(), ["a", "b"]);
  equal(await User.delete({ where: { id: "1" }, detach: true }), 1);
  const built = await new QueryBuilder().match({ label: "Person", identifier: "p" }).return("p").orderBy("p.name").run(neogma.queryRunner);
  equal(built.records.map((record) => record.get("p").properties.name), ["Carrie", "Keanu"]);
  await rejects(User.createOne({ id: 2 }), Error);
});

test("cypher-query-builder builds, runs, streams, and unwraps what it gets", async (t) => {
  await films(t);
  const connection = new Connection(env.uri, { username: env.user, password: env.password });
  t.after(() => connection.close());
  const [{ p, roles }] = await connection
    .match([node("p", "Person", { name: "Keanu" }), relation("out", "r", "ACTED_IN"), node("m", "Movie")])
    .return(["p", "r.roles AS roles"]).run();
  equal([p.labels, p.properties.name, typeof p.identity, roles], [["Person"], "Keanu", "string", ["Neo"]]);
  const created = await connection.create(node("n", "Count", { at: neo4j.int(3) })).return({ n: "made", "n.at": "at" }).first();
  equal([created.at, created.made.properties], [3, { at: 3 }]);
  const names = await new Promise((resolve, reject) => {
    const seen = [];
    connection.matchNode("p", "Person").return("p.name AS name").orderBy("name").stream()
      .subscribe({ next: ({ name }) => seen.push(name), complete: () => resolve(seen), error: reject });
  });
  equal(names, ["Carrie", "Keanu"]);
  await rejects(connection.raw("RETURN").run(), /Invalid input|syntax/i);
});

test("Neo4jGraph of @langchain/community queries", async (t) => {
  await films(t);
  const graph = new Neo4jGraph({ ...login, timeoutMs: 30_000 });
  t.after(() => graph.close());
  await graph.verifyConnectivity();
  const rows = await graph.query(
    "MATCH (p:Person)-[:ACTED_IN]->(m {title: $title}) RETURN p.name AS name, m.released AS released, collect(m) AS movies ORDER BY name",
    { title: "The Matrix" },
  );
  equal(rows.map(({ name }) => name), ["Carrie", "Keanu"]);
  // It makes texts of integers, wherever they are.
  equal([rows[0].released, rows[0].movies], ["1999", [{ title: "The Matrix", released: "1999" }]]);
  // What it asks of a schema is for a plugin of the server's.
  const error = await graph.refreshSchema().then(() => undefined, (error) => error);
  equal(error.code, "Neo.ClientError.Procedure.ProcedureNotFound");
});
