// Routing tables that lead nowhere, or to oneself, or are none.

import { converse, tableOf } from "./conversation.js";
import { failure, nested, success } from "./wire.js";

const roles = (addresses, names = ["ROUTE", "READ", "WRITE"]) => names.map((role) => ({ addresses, role }));
const servers = (addresses) => ({ servers: roles(addresses) });

/** Whoever asks at this address gets `metadata(address)`. */
const answered = (name, metadata, ends, more) => ({
  name: `routing: ${name}`,
  work: "query",
  routed: true,
  ends,
  at: "ROUTE",
  misdeed: (peer, good, address) => peer.send(success(metadata(address))),
  ...more,
});

const table = (name, more, ends, rest) => answered(`a table ${name}`, (own) => ({ rt: tableOf(own, typeof more === "function" ? more(own) : more) }), ends, rest);

const ADDRESSES = [
  "", ":", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:65536", "127.0.0.1:-1", "127.0.0.1:99999999999999999999", "127.0.0.1:x", "[::1", "::1]",
  "[::1]:1", "[nonsense]:1", "a b", "a\nb", "127.0.0.1:1/path", "127.0.0.1:1?query", "127.0.0.1:1#part", "user:password@127.0.0.1:1", "javascript:alert(1)",
  "http://127.0.0.1:1", "\u0000", "💥", "xn--", "..", "%41", "1".repeat(10_000), "256.256.256.256:1", "0x7f.1:1", "127.0.0.1:1 ",
];
const many = Array.from({ length: 10_000 }, (_, index) => `127.0.0.1:${1 + (index % 9)}`);

export const routing = [
  answered("no table", () => ({}), "ProtocolError"),
  answered("a table that is null", () => ({ rt: null }), "ProtocolError"),
  answered("a table that is a number", () => ({ rt: 7 }), "ProtocolError"),
  answered("a table that is empty", () => ({ rt: {} }), "error"),
  answered("a table 600 levels deep", () => ({ rt: nested(600, 0x91) }), "error"),
  answered("a table 100,000 levels deep", () => ({ rt: nested(100_000, 0x91) }), "error"),
  ...[0, -1, 2n ** 63n - 1n, -(2n ** 63n), 10 ** 12].map((ttl) => table(`whose time is ${ttl}`, { ttl }, "either")),
  ...[null, "300", 1.5, [], {}].map((ttl) => table(`whose time is ${JSON.stringify(ttl)}`, { ttl }, "either")),
  table("of another database", { db: "another" }, "either"),
  table("of a database that is a number", { db: 7 }, "either"),
  table("without servers", { servers: [] }, "error"),
  table("whose servers are a map", { servers: {} }, "error"),
  table("whose servers are numbers", { servers: [1, 2, 3] }, "error"),
  table("whose servers are empty", { servers: [{}, {}, {}] }, "error"),
  table("whose roles are unknown", (own) => ({ servers: roles([own], ["LEADER", "", "read"]) }), "error"),
  table("whose roles are numbers", (own) => ({ servers: roles([own], [1, 2, 3]) }), "error"),
  table("with an unknown role beside the others", (own) => ({ servers: roles([own], ["ROUTE", "READ", "WRITE", "WITNESS"]) }), "either"),
  table("without readers", (own) => ({ servers: roles([own], ["ROUTE", "WRITE"]) }), "error"),
  table("without routers", (own) => ({ servers: roles([own], ["READ", "WRITE"]) }), "either"),
  table("whose addresses are a string", (own) => ({ servers: [{ addresses: own, role: "READ" }] }), "error"),
  table("whose addresses are numbers", { servers: roles([7687]) }, "error"),
  ...ADDRESSES.map((address) => table(`with the address ${JSON.stringify(address.slice(0, 40))} alone`, servers([address]), "error")),
  table("with all of these before its own", (own) => servers([...ADDRESSES, own]), "either"),
  table("of itself, 1,000 times", (own) => servers(Array(1_000).fill(own)), "right"),
  table("of 10,000 servers that are not there", servers(many), "error"),
  table("of 10,000 servers that are not there, and itself last", (own) => servers([...many, own]), "either"),
  table("of 10,000 names that nobody has", servers(Array.from({ length: 10_000 }, (_, index) => `h${index}.invalid`)), "error"),
  {
    name: "routing: a server that is mute beside one that is not",
    work: "query",
    routed: true,
    ends: "either",
    ports: 2,
    // The first is the router; the reader that it names says nothing.
    serve: async (peer, { port, ports }) => {
      if (port !== ports[0]) return peer.wait();
      return converse(peer, { table: { ttl: 300, servers: [...roles([`127.0.0.1:${ports[0]}`], ["ROUTE", "WRITE"]), ...roles([`127.0.0.1:${ports[1]}`], ["READ"])] } });
    },
  },
  {
    name: "routing: each router names the other alone",
    work: "query",
    routed: true,
    ends: "error",
    ports: 2,
    serve: (peer, { port, ports }) => {
      const other = `127.0.0.1:${ports.find((each) => each !== port)}`;
      return converse(peer, { table: { ttl: 0, servers: roles([other], ["ROUTE"]) } });
    },
  },
  {
    name: "routing: servers that are no longer what the table says",
    work: "write",
    routed: true,
    ends: "error",
    at: "RUN",
    misdeed: async (peer) => {
      await peer.send(failure("Neo.ClientError.Cluster.NotALeader"));
      return "fails";
    },
  },
];
