// What the official driver does to bytes: dechunk, unpack, make values and records of them. Bundled before it is run.

import ChannelBuffer from "neo4j-driver-bolt-connection/lib/channel/channel-buf.js";
import { Dechunker } from "neo4j-driver-bolt-connection/lib/channel/chunking.js";
import BoltProtocol from "neo4j-driver-bolt-connection/lib/bolt/bolt-protocol-v5x8.js";
import { Record } from "neo4j-driver-core";

const RECORD = 0x71;
/** CommonJS, bundled. */
const defaultOf = (module) => module.default ?? module;
const Buffer = defaultOf(ChannelBuffer);
const Protocol = defaultOf(BoltProtocol);
const log = { isDebugEnabled: () => false, debug() {} };

/** How many records there are in the buffers; all of them are kept until the end, as a result keeps them. */
export function decode(buffers, columns) {
  const config = { disableLosslessIntegers: false, useBigInt: false };
  const protocol = new Protocol({}, undefined, config, () => ({}), log, () => {});
  const keys = Array.from({ length: columns }, (_, index) => `column${index}`);
  const lookup = Object.fromEntries(keys.map((key, index) => [key, index]));
  const records = [];
  const dechunker = new Dechunker();
  dechunker.onmessage = (message) => {
    const { signature, fields } = protocol.unpack(message);
    if (signature !== RECORD) return;
    const record = new Record(keys, fields[0], lookup);
    record.get(0);
    records.push(record);
  };
  for (const buffer of buffers) dechunker.write(new Buffer(buffer));
  return records.length;
}
