// A server with manners, up to the one place where a script has it lose them.

import { bytes, failure, ignored, record, success } from "./wire.js";

export const NAMES = {
  0x01: "HELLO", 0x02: "GOODBYE", 0x0f: "RESET", 0x10: "RUN", 0x11: "BEGIN", 0x12: "COMMIT", 0x13: "ROLLBACK",
  0x2f: "DISCARD", 0x3f: "PULL", 0x54: "TELEMETRY", 0x66: "ROUTE", 0x6a: "LOGON", 0x6b: "LOGOFF",
};

/** Seconds: a server that owes an answer for longer is lost. Also in `work.js`, whose limits it is one of. */
export const HINT = 2;

export const CODE = "Neo.ClientError.Statement.SyntaxError";

const hello = (hints) => success({ server: "Neo4j/5.26.0", connection_id: "bolt-1", hints });

/** The good answer to a request; `more`: whether the result goes on after a record. */
function answer(name, { fails, more, hints, table }) {
  switch (name) {
    case "HELLO": return hello(hints);
    case "RUN": return fails ? failure(CODE) : success({ fields: ["n"], qid: 0, t_first: 1 });
    case "PULL": return bytes(record(1), success(more ? { has_more: true } : { type: "r", t_last: 1 }));
    case "COMMIT": return success({ bookmark: "bookmark:1" });
    case "ROUTE": return success({ rt: table });
    default: return success();
  }
}

/**
 * Talks as a server does. Each request that has the name `at` is answered by `misdeed(peer, good)`, where `good` is what
 * would be right; when that gives "fails", everything up to RESET is ignored, as after a failure. A query that says FAIL
 * fails; one that says MANY has a record for each of three PULLs.
 */
export async function converse(peer, { at, misdeed, greet, hints = { "connection.recv_timeout_seconds": HINT }, table }) {
  await shakeHands(peer, greet);
  let ignores = false;
  let left = 0;
  for (;;) {
    const { tag, whole } = await peer.request();
    const name = NAMES[tag];
    if (name === "GOODBYE") continue;
    if (name === "RESET") ignores = false;
    if (name === "RUN") left = whole.includes("MANY") ? 3 : 1;
    if (name === "PULL") left--;
    const fails = name === "RUN" && whole.includes("FAIL");
    const good = ignores ? ignored() : answer(name, { fails, more: left > 0, hints, table });
    const isHere = name === at && !ignores && !fails;
    ignores ||= fails;
    if (isHere) ignores = (await misdeed(peer, good)) === "fails";
    else await peer.send(good);
  }
}

/** The 20 bytes are answered by a manifest of one version. */
const offer = (peer) => peer.send(0, 0, 1, 0xff, 1, 0, 0, 8, 5, 0);

export async function shakeHands(peer, greet = offer) {
  await peer.upgrade();
  await peer.take(20);
  await greet(peer);
  await peer.take(5);
}

/** A table in which one server does all. */
export const tableOf = (address, more = {}) => ({
  ttl: 300,
  db: "neo4j",
  servers: ["ROUTE", "READ", "WRITE"].map((role) => ({ addresses: [address], role })),
  ...more,
});
