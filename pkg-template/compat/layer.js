// From the tape to the values that programs for neo4j-driver know: what the decoder makes in their way.

import * as ours from "../values/temporal.js";
import * as others from "../values/values.js";
import { Node, Relationship, UnboundRelationship, walk } from "./graph.js";
import { fromSmall, Integer } from "./integer.js";
import { lookupOf, Record } from "./record.js";
import { Date, DateTime, Duration, LocalDateTime, LocalTime, Time } from "./temporal.js";
import { Point, UnsupportedType, UUID, Vector } from "./values.js";

/** What each of our classes becomes; `number` makes integers of its parts. */
const MADE = new Map([
  [ours.LocalDate, ({ year, month, day }, number) => new Date(number(year), number(month), number(day))],
  [ours.LocalTime, (time, number) => new LocalTime(...clock(time, number))],
  [ours.ZonedTime, (time, number) => new Time(...clock(time, number), number(time.offsetSeconds))],
  [ours.LocalDateTime, (value, number) => new LocalDateTime(...dateTime(value, number))],
  [ours.ZonedDateTime, (value, number) =>
    new DateTime(...dateTime(value, number), number(value.offsetSeconds), value.timeZone)],
  [ours.Duration, ({ months, days, seconds, nanoseconds }, number) =>
    new Duration(number(months), number(days), number(seconds), number(nanoseconds))],
  [others.Point, ({ srid, x, y, z }, number) => new Point(number(srid), x, y, z)],
  [others.Vector, ({ values }) => new Vector(values)],
  [others.Uuid, ({ bytes }) => new UUID(bytes)],
  [others.UnsupportedType, ({ name, minimumProtocolVersion, message }) =>
    new UnsupportedType(name, ...minimumProtocolVersion.split("."), message)],
]);

const clock = ({ hour, minute, second, nanosecond }, number) =>
  [number(hour), number(minute), number(second), number(nanosecond)];

const dateTime = (value, number) => [number(value.year), number(value.month), number(value.day), ...clock(value, number)];

const record = ({ keys, lookup }, values) => new Record(keys, values, lookup);

/** The decoder's layer; `number` makes an integer of a number or a bigint, `small` and `large` of what is on the tape. */
const layer = (number, small, large) => ({
  number,
  small,
  large,
  bytes: (bytes) => new Int8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength),
  uuid: (bytes) => new UUID(bytes),
  value(made) {
    const make = MADE.get(made.constructor);
    return make ? make(made, number) : made;
  },
  node: (id, labels, properties, elementId) => new Node(id, labels, properties, elementId),
  relationship: (...parts) => new Relationship(...parts),
  unbound: (...parts) => new UnboundRelationship(...parts),
  path: walk,
  keys: (keys) => ({ keys, lookup: lookupOf(keys) }),
  record,
});

const infinite = (low, high) => new Integer(low, high).toNumberOrInfinity();

/** By what integers are to programs. */
export const LAYERS = {
  integer: layer(
    (value) => (value === (value | 0) ? fromSmall(value) : Integer.fromValue(value)),
    fromSmall,
    (low, high) => new Integer(low, high),
  ),
  number: layer((value) => Integer.fromValue(value).toNumberOrInfinity(), undefined, infinite),
  bigint: layer(BigInt, BigInt, (low, high) => new Integer(low, high).toBigInt()),
};

/** The layer that a configuration wishes. */
export const layerOf = ({ useBigInt, disableLosslessIntegers }) =>
  useBigInt ? LAYERS.bigint : disableLosslessIntegers ? LAYERS.number : LAYERS.integer;
