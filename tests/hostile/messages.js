// Messages that are well framed, and that no server should send.

import {
  bytes, chunked, failing, FAILURE, failure, IGNORED, ignored, message, nested, NOOP, pack, record, RECORD, structure,
  split, SUCCESS, success, u32,
} from "./wire.js";
import { ALL, atStages } from "./stages.js";

const says = (...parts) => (peer) => peer.send(...parts);
const fails = (...parts) => async (peer) => {
  await peer.send(...parts);
  return "fails";
};

/** RESET goes wrong: the connection is given up, and the query has another. */
const ENDS = { RESET: "right", ROLLBACK: "either", else: "error" };
/** The same where what went wrong is how the peer speaks. */
const SPOKEN = { ...ENDS, COMMIT: "error", ROUTE: "error", else: "ProtocolError" };

const map = (size, content = []) => bytes(0xda, u32(size), content);

const SHAPES = [
  ["SUCCESS without a field", message(SUCCESS)],
  ["SUCCESS with two fields", message(SUCCESS, {}, {})],
  ["SUCCESS with a list", message(SUCCESS, [])],
  ["SUCCESS with null", message(SUCCESS, null)],
  ["FAILURE without a field", message(FAILURE)],
  ["FAILURE with a string", message(FAILURE, "no")],
  ["a tag that nobody knows", message(0x55, {})],
  ["a request", message(0x10, "RETURN 1", {}, {})],
  ["a structure of 300 fields", chunked(bytes(0xdd, 1, 44, SUCCESS, Array(300).fill(0xc0)))],
  ["an integer", chunked(pack(7))],
  ["a string", chunked(pack("HTTP/1.1 400 Bad Request"))],
  ["a map", chunked(pack({ a: 1 }))],
  ["a marker that PackStream does not have", chunked(bytes(0xc7))],
  ["one byte", chunked(bytes(0xb1))],
  ["bytes behind the end", chunked(bytes(structure(SUCCESS, {}), 1, 2, 3))],
  ["metadata cut short", chunked(structure(SUCCESS, {}).subarray(0, 3))],
  ["a string of 2 GB that is not there", chunked(bytes(0xb1, SUCCESS, 0xd2, u32(2 ** 31)))],
  ["a map of 4 billion entries that are not there", chunked(bytes(0xb1, SUCCESS, map(2 ** 32 - 1)))],
  ["a value of 4 billion items that are not there", message(SUCCESS, map(1, bytes(pack("a"), 0xd6, u32(2 ** 32 - 1))))],
  ["a value of 2 GB of bytes that are not there", message(SUCCESS, map(1, bytes(pack("a"), 0xce, u32(2 ** 31))))],
  ["a key that is no string", message(SUCCESS, map(1, [1, 1]))],
  ["a key that is not UTF-8", message(SUCCESS, map(1, [0x82, 0xff, 0xfe, 1]))],
  ["a value that is not UTF-8", message(SUCCESS, map(1, bytes(pack("a"), 0x82, 0xff, 0xfe)))],
];

/** Where metadata hardly matters, it may be odd. */
const ODD = [
  ["the same key 1,000 times", map(1_000, Array(1_000).fill([...pack("a"), 1]).flat())],
  ["10,000 keys", Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`key${index}`, index]))],
  ["a value of each type", { a: null, b: [1, [true]], c: 1.5, d: bytes(0xcc, 2, 1, 2), e: 2n ** 62n, "": "" }],
  ["a structure that nobody knows", { a: structure(0x01, 1, 2) }],
  ["a node without its fields", { a: structure(0x4e) }],
  ["lists 600 deep", { a: nested(600, 0x91) }],
  ["lists 100,000 deep", { a: nested(100_000, 0x91) }],
  ["structures 100,000 deep", { a: nested(100_000, [0xb1, 0x4e]) }],
  ["a megabyte of text", { a: "x".repeat(1 << 20) }],
  ["known keys of wrong types", {
    server: 1, hints: [], connection_id: {}, patch_bolt: "utc", bookmark: 7, db: [], type: 5, t_last: "soon", t_first: null,
    stats: [1], plan: "none", profile: 1, notifications: { a: 1 }, statuses: "x", has_more: "yes", qid: "first",
  }],
];

/** The good answer, and in the map that is its end also `metadata`. */
async function odd(peer, good, metadata) {
  const [before, last] = split(good);
  // b1 70, then da and four bytes of size: those of both are added up.
  const size = (data, at) => new DataView(data.buffer, data.byteOffset).getUint32(at);
  const extra = pack(metadata);
  const both = size(last, 3) + size(extra, 1);
  await peer.send(before, chunked(bytes(last.subarray(0, 2), 0xda, u32(both), extra.subarray(5), last.subarray(7))));
}

const plan = (depth) => ({
  plan: nested(depth, [...map(2), ...pack("operatorType"), ...pack("Apply"), ...pack("children"), 0x91], 0xa0),
});

const FAILURES = [
  ["without any entry", {}],
  ["whose code is a number", { neo4j_code: 7, message: "x" }],
  ["whose code is empty", failing("")],
  ["whose code is odd", failing("not a code")],
  ["whose code is from the future", failing("Neo.ClientError.Future.Unthinkable")],
  ["whose code is a megabyte", failing("Neo.".repeat(1 << 18))],
  ["whose message is null", failing("Neo.ClientError.General.X", null)],
  ["whose message is a megabyte", failing("Neo.ClientError.General.X", "long ".repeat(200_000))],
  ["whose message is a structure", failing("Neo.ClientError.General.X", structure(0x4e, 1, [], {}))],
  ["that is transient", failing("Neo.TransientError.General.DatabaseUnavailable")],
  ["that says that the authorization has expired", failing("Neo.ClientError.Security.AuthorizationExpired")],
  ["of the login", failing("Neo.ClientError.Security.Unauthorized")],
  ["of a follower", failing("Neo.ClientError.Cluster.NotALeader")],
  ["with a cause that is a number", failing("Neo.ClientError.General.X", "x", { cause: 7 })],
  ["with causes 10 deep", failing("Neo.ClientError.General.X", "x", { cause: causes(10) })],
  ["with causes 10,000 deep", failing("Neo.ClientError.General.X", "x", { cause: causes(10_000) })],
  ["with a diagnostic record that is a list", failing("Neo.ClientError.General.X", "x", { diagnostic_record: [1] })],
  ["with a diagnostic record 100,000 deep", failing("Neo.ClientError.General.X", "x", { diagnostic_record: { a: nested(100_000, 0x91) } })],
  ["with a position that is none", failing("Neo.ClientError.General.X", "x", { diagnostic_record: { _position: { line: -1, column: "x" } } })],
];

function causes(depth) {
  return nested(depth, [...map(2), ...pack("message"), ...pack("deeper"), ...pack("cause")], 0xc0);
}

const RECORDS = [
  ["a record without a field", message(RECORD)],
  ["a record with two fields", message(RECORD, [1], [2])],
  ["a record that is a map", message(RECORD, { n: 1 })],
  ["a record of no column", record()],
  ["a record of two columns", record(1, 2)],
  ["a record cut short", chunked(bytes(0xb1, RECORD, 0x92, 1))],
  ["a record with bytes behind it", chunked(bytes(structure(RECORD, [1]), 1))],
  ["a record of 4 billion columns", chunked(bytes(0xb1, RECORD, 0xd6, u32(2 ** 32 - 1)))],
  ["a record 513 levels deep", record(nested(513, 0x91))],
  ["a record 100,000 levels deep", record(nested(100_000, 0x91))],
  ["maps 100,000 levels deep", record(nested(100_000, [0xa1, 0x80]))],
  ["a node that is a number", record(structure(0x4e, 1, 2, 3, 4))],
  ["a structure that nobody knows", record(structure(0x7a, 1))],
  ["a path that leads nowhere", record(structure(0x50, [structure(0x4e, 1, [], {}, "a")], [], [9, 9]))],
  ["a date beyond all years", record(structure(0x44, 2n ** 62n))],
  ["a zone that nobody knows", record(structure(0x69, 0, 0, "Middle/Earth"))],
  ["a vector of half a number", record(structure(0x56, bytes(0xcc, 1, 0xcb), bytes(0xcc, 3, 1, 2, 3)))],
  ["a string that is not UTF-8", record(bytes(0x82, 0xc3, 0x28))],
  ["a record with a string of 2 GB that is not there", record(bytes(0xd2, u32(2 ** 31)))],
  ["a surrogate in UTF-8", record(bytes(0x83, 0xed, 0xa0, 0x80))],
];
/** What the reader of a record may tell apart from a record that cannot be read at all. */
const READABLE = ["a zone that nobody knows", "a structure that nobody knows"];

const slowly = async (peer, good) => {
  for (const byte of good) await peer.send(byte);
};

export const messages = [
  ...SHAPES.flatMap(([name, answer]) => atStages(name, ALL, says(answer), SPOKEN)),
  ...ODD.flatMap(([name, metadata]) => atStages(`metadata: ${name}`, ALL, (peer, good) => odd(peer, good, metadata), "either")),
  ...[1_000, 100_000].flatMap((depth) =>
    atStages(`a plan ${depth} levels deep`, ["PULL"], (peer) => peer.send(record(1), success(plan(depth))), "right", { works: ["query"] })),
  ...FAILURES.flatMap(([name, details]) =>
    atStages(`a failure ${name}`, ["HELLO", "LOGON", "BEGIN", "RUN", "PULL", "COMMIT", "ROLLBACK", "RESET", "ROUTE"],
      fails(message(FAILURE, details)), ENDS)),
  ...RECORDS.flatMap(([name, answer]) => atStages(name, ["PULL"], says(answer, success()), READABLE.includes(name) ? "error" : "ProtocolError", { every: true })),
  ...atStages("a record where none was asked for", ["HELLO", "LOGON", "BEGIN", "RUN", "COMMIT", "ROLLBACK", "DISCARD", "ROUTE", "RESET"], says(record(1), success()), SPOKEN),
  ...atStages("more records than were asked for", ["PULL"], says(...Array(50).fill(record(1)), success({ has_more: true })), "ProtocolError", { works: ["stream", "columns"] }),
  ...atStages("ignored, and nothing had failed", ALL, says(ignored()), { RESET: "right", ROLLBACK: "either", else: "error" }),
  ...atStages("ignored, with fields", ALL, says(message(IGNORED, {}, [1])), { RESET: "right", ROLLBACK: "either", else: "error" }),
  ...atStages("an answer twice", ALL, (peer, good) => peer.send(good, good), { RUN: "anything", else: "either" }),
  ...atStages("answers to requests never sent", ALL, (peer, good) => peer.send(good, Array(100).fill([...success()]).flat()), { RUN: "anything", else: "either" }),
  ...atStages("a failure behind the answer", ALL, (peer, good) => peer.send(good, failure("Neo.DatabaseError.General.X")), "either"),
  ...atStages("a thousand empty messages first", ALL, (peer, good) => peer.send(...Array(1_000).fill(NOOP), good), "right"),
  ...atStages("byte by byte", ALL, slowly, "right", { every: true }),
  ...atStages("a result that has more, for ever", ["PULL"], says(success({ has_more: true })), "error", { works: ["query"], signal: 1_500 }),
  ...atStages("fields that are none", ["RUN"], says(success({ fields: 7 })), "error"),
  ...atStages("no fields", ["RUN"], says(success()), "error"),
  ...atStages("10,000 fields", ["RUN"], says(success({ fields: Array(10_000).fill("n") })), "error"),
];

