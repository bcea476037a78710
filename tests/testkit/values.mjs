// Cypher values as the suite writes them, {name, data}, to values of the driver and back.

import { neo4j } from "./package.mjs";

const { Duration, float, Float, LocalDate, LocalDateTime, LocalTime, ZonedDateTime, ZonedTime } = neo4j;
const { Node, Path, Point, Relationship } = neo4j;

/** The suite says null for what it leaves out. */
export const given = (value) => value ?? undefined;

/** Options as a user writes them who does not mention what he does not want. */
export const mentioned = (options) =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => given(value) !== undefined));

/** Dimensions and names of coordinate systems. */
const SYSTEMS = [
  [7203, "cartesian", 2],
  [9157, "cartesian", 3],
  [4326, "wgs84", 2],
  [4979, "wgs84", 3],
];

const READERS = {
  CypherNull: () => null,
  CypherBool: ({ value }) => value,
  CypherInt: ({ value }) => value,
  CypherFloat: ({ value }) => float(Number(value)),
  CypherString: ({ value }) => value,
  CypherBytes: ({ value }) => Uint8Array.from(value ? value.split(" ") : [], (byte) => parseInt(byte, 16)),
  CypherList: ({ value }) => value.map(fromCypher),
  CypherMap: ({ value }) => mapFromCypher(value),
  CypherDate: ({ year, month, day }) => new LocalDate(year, month, day),
  CypherTime: ({ hour, minute, second, nanosecond, utc_offset_s: offset }) => {
    const parts = [hour, minute, second, nanosecond];
    return offset === null ? new LocalTime(...parts) : new ZonedTime(...parts, offset);
  },
  CypherDateTime: ({ year, month, day, hour, minute, second, nanosecond, utc_offset_s: offset, timezone_id: zone }) => {
    const parts = [year, month, day, hour, minute, second, nanosecond];
    if (offset === null) return new LocalDateTime(...parts);
    return new ZonedDateTime(...parts, offset, zone ?? undefined);
  },
  CypherDuration: ({ months, days, seconds, nanoseconds }) => new Duration(months, days, seconds, nanoseconds),
  CypherPoint: ({ system, x, y, z }) => {
    const [srid] = SYSTEMS.find((known) => known[1] === system && known[2] === (z === null ? 2 : 3));
    return new Point(srid, x, y, z ?? undefined);
  },
};

export function fromCypher({ name, data }) {
  const reader = READERS[name];
  if (!reader) throw new Error(`There is no type ${name}`);
  return reader(data);
}

/** Parameters and metadata; the suite says null for none. */
export const mapFromCypher = (map) =>
  map && Object.fromEntries(Object.entries(map).map(([key, value]) => [key, fromCypher(value)]));

const cypher = (name, value) => ({ name, data: { value } });

/** Drivers are told `integers: "bigint"`, so that a number in a record is a FLOAT. */
export function toCypher(value, numbersAreFloats = false) {
  const inside = (item) => toCypher(item, numbersAreFloats);
  switch (typeof value) {
    case "boolean":
      return cypher("CypherBool", value);
    case "string":
      return cypher("CypherString", value);
    case "bigint":
      return cypher("CypherInt", value);
    case "number":
      return !numbersAreFloats && Number.isInteger(value) ? cypher("CypherInt", value) : cypherFloat(value);
  }
  if (value === null) return cypher("CypherNull", null);
  if (value instanceof Float) return cypherFloat(value.value);
  if (Array.isArray(value)) return cypher("CypherList", value.map(inside));
  if (value instanceof Uint8Array) return cypher("CypherBytes", hex(value));
  if (value instanceof Node) return node(value, inside);
  if (value instanceof Relationship) return relationship(value, inside);
  if (value instanceof Path) return path(value, inside);
  return temporalOrSpatial(value) ?? cypher("CypherMap", entries(value, inside));
}

const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(" ");

const entries = (map, inside) => Object.fromEntries(Object.entries(map).map(([key, value]) => [key, inside(value)]));

function cypherFloat(value) {
  const names = { NaN: "NaN", Infinity: "+Infinity", "-Infinity": "-Infinity" };
  return cypher("CypherFloat", names[value] ?? value);
}

/** The driver has element ids only: for the older kind the suite gets what stands in it, if that is a number. */
const legacyId = (elementId) =>
  /^-?\d+$/.test(elementId) ? cypher("CypherInt", BigInt(elementId)) : cypher("CypherNull", null);

const node = ({ elementId, labels, properties }, inside) => ({
  name: "Node",
  data: {
    id: legacyId(elementId),
    elementId: cypher("CypherString", elementId),
    labels: inside(labels),
    props: cypher("CypherMap", entries(properties, inside)),
  },
});

const relationship = ({ elementId, startNodeElementId, endNodeElementId, type, properties }, inside) => ({
  name: "Relationship",
  data: {
    id: legacyId(elementId),
    elementId: cypher("CypherString", elementId),
    startNodeId: legacyId(startNodeElementId),
    startNodeElementId: cypher("CypherString", startNodeElementId),
    endNodeId: legacyId(endNodeElementId),
    endNodeElementId: cypher("CypherString", endNodeElementId),
    type: inside(type),
    props: cypher("CypherMap", entries(properties, inside)),
  },
});

const path = ({ start, segments }, inside) => ({
  name: "Path",
  data: {
    nodes: inside([start, ...segments.map(({ end }) => end)]),
    relationships: inside(segments.map((segment) => segment.relationship)),
  },
});

function temporalOrSpatial(value) {
  if (value instanceof Duration) {
    const { months, days, seconds, nanoseconds } = value;
    return { name: "CypherDuration", data: { months, days, seconds, nanoseconds } };
  }
  if (value instanceof Point) {
    const [, system] = SYSTEMS.find(([srid]) => srid === value.srid);
    return { name: "CypherPoint", data: { system, x: value.x, y: value.y, z: value.z ?? null } };
  }
  const { year, month, day, hour, minute, second, nanosecond, offsetSeconds, timeZone } = value;
  const date = { year, month, day };
  const time = { hour, minute, second, nanosecond };
  if (value instanceof LocalDate) return { name: "CypherDate", data: date };
  if (value instanceof LocalTime) return { name: "CypherTime", data: time };
  if (value instanceof ZonedTime) return { name: "CypherTime", data: { ...time, utc_offset_s: offsetSeconds } };
  if (value instanceof LocalDateTime) return { name: "CypherDateTime", data: { ...date, ...time } };
  if (value instanceof ZonedDateTime) {
    const zone = { utc_offset_s: offsetSeconds, timezone_id: timeZone ?? null };
    return { name: "CypherDateTime", data: { ...date, ...time, ...zone } };
  }
}

/** A record's values, in order. */
export const recordToCypher = (record) => ({ values: [...record].map((value) => toCypher(value, true)) });
