// @neo4j/graphql and @neo4j/introspector: a schema over the graph, and the schema that a graph has.

import { Neo4jGraphQL } from "@neo4j/graphql";
import { toGraphQLTypeDefs } from "@neo4j/introspector";
import { graphql } from "graphql";

import { equal, match, test } from "../harness/test.js";
import { films, neo4j } from "./support.js";

const TYPES = `
  type Movie @node {
    title: String!
    released: Int
    rating: Float
    actors: [Person!]! @relationship(type: "ACTED_IN", direction: IN, properties: "ActedIn")
  }
  type Person @node { name: String!, born: Date, seen: LocalDateTime, place: Point }
  type ActedIn @relationshipProperties { roles: [String!]! }`;

async function ask(t) {
  const driver = await films(t);
  const schema = await new Neo4jGraphQL({ typeDefs: TYPES, driver }).getSchema();
  return async (source, variableValues) => {
    const { data, errors } = await graphql({ schema, source, variableValues, contextValue: {} });
    equal(errors?.map(({ message }) => message), undefined);
    return JSON.parse(JSON.stringify(data));
  };
}

test("@neo4j/graphql reads nodes, connections and their properties", async (t) => {
  const query = await ask(t);
  const data = await query(`{ movies(where: { title: { eq: "The Matrix" } }) {
    title released actorsConnection(sort: [{ node: { name: ASC } }]) { totalCount edges { properties { roles } node { name born } } } } }`);
  equal(data, { movies: [{
    title: "The Matrix",
    released: 1999,
    actorsConnection: { totalCount: 2, edges: [
      { properties: { roles: ["Trinity"] }, node: { name: "Carrie", born: "1967-08-21" } },
      { properties: { roles: ["Neo"] }, node: { name: "Keanu", born: "1964-09-02" } },
    ] },
  }] });
});

test("@neo4j/graphql writes numbers, dates, times and points as what they are", async (t) => {
  const query = await ask(t);
  const made = await query(
    `mutation ($input: [MovieCreateInput!]!) { createMovies(input: $input) {
      info { nodesCreated relationshipsCreated } movies { title released rating actors { name born seen place { longitude latitude srid } } } } }`,
    { input: [{
      title: "Speed",
      released: 1994,
      rating: 7.5,
      actors: { create: [{
        edge: { roles: ["Annie"] },
        node: { name: "Sandra", born: "1964-07-26", seen: "2024-05-06T07:08:09.123", place: { longitude: -77.1, latitude: 38.9 } },
      }] },
    }] },
  );
  equal(made.createMovies.info, { nodesCreated: 2, relationshipsCreated: 1 });
  const [{ title, released, rating, actors: [{ place, ...sandra }] }] = made.createMovies.movies;
  equal([title, released, rating, sandra], ["Speed", 1994, 7.5, { name: "Sandra", born: "1964-07-26", seen: "2024-05-06T07:08:09.123000000" }]);
  equal(place, { longitude: -77.1, latitude: 38.9, srid: 4326 });
  const counted = await query(`{ moviesConnection(where: { released: { lt: 2000 } }) { aggregate { count { nodes } node { released { max } } } } }`);
  equal(counted.moviesConnection.aggregate, { count: { nodes: 2 }, node: { released: { max: 1999 } } });
});

test("@neo4j/graphql updates and deletes", async (t) => {
  const query = await ask(t);
  const updated = await query(`mutation { updateMovies(where: { title: { eq: "Blow" } }, update: { released: { set: 2002 } }) { movies { released } } }`);
  equal(updated.updateMovies.movies, [{ released: 2002 }]);
  const deleted = await query(`mutation { deleteMovies(where: { title: { eq: "Blow" } }) { nodesDeleted } }`);
  equal(deleted.deleteMovies, { nodesDeleted: 1 });
});

test("@neo4j/introspector finds the types of a graph", async (t) => {
  const driver = await films(t);
  const types = await toGraphQLTypeDefs(() => {
    const session = driver.session({ defaultAccessMode: neo4j.session.READ });
    // It was written for version 5; 6.3.0 has the new name alone.
    session.readTransaction ??= session.executeRead;
    return session;
  });
  match(types, /type Movie @node\s*\{[^}]*released: BigInt!/);
  match(types, /type Person @node\s*\{[^}]*actedInMovies: \[Movie!\]! @relationship\(type: "ACTED_IN", direction: OUT, properties: "ActedInProperties"\)/);
  match(types, /roles: \[String\]!/);
});
