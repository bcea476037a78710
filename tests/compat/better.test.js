// What is better on purpose: only ours has to pass.

import { assert, equal, rejects, test } from "../harness/test.js";
import { connect, neo4j, start, value } from "./support.js";

const { int } = neo4j;

test("a node is no parameter, and the next query goes on", async (t) => {
  const session = start(t, connect(t));
  await rejects(session.run("RETURN $x", { x: new neo4j.Node(int(1), [], {}) }), neo4j.Neo4jError);
  equal((await value(session, "RETURN 1")).toNumber(), 1);
});
