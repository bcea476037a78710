// From JavaScript values to PackStream.
//
// Loud: what has no meaning in Cypher is an error that says where it stands, and nothing is sent.

import { isInstance, isOf, isPlain, kindOf, markOwn, Neo4jError, said, usageError } from "../driver/errors.js";
import { Packer } from "./pack.js";
import {
  Duration, LocalDate, localInstant, LocalDateTime, LocalTime, nanosecondsOfDay, oneSign, ZonedDateTime,
  ZonedTime,
} from "../values/temporal.js";
import { shift } from "../values/calendar.js";
import { Float, Node, Path, Point, Relationship, UnsupportedType, Uuid, Vector } from "../values/values.js";
import { Record } from "../values/record.js";

/** Rust allows a few more, and the values of structures count there. */
const MAX_DEPTH = 500;

/** The map as PackStream. `root` is what its path starts with in errors. */
export function encodeMap(map, root = "parameters") {
  const out = new Encoder(root);
  if (map === undefined || map === null) map = {};
  try {
    if (!isPlain(map) && !isOf(Map, map)) {
      out.refuse(`${kindOf(map)} is not a map of names to values${isInstance(map) ? DTO : ""}`);
    }
    out.value(map);
  } catch (error) {
    // A getter's, or of a value that is not what it says it is.
    if (error instanceof Neo4jError) throw error;
    out.refuse(`it cannot be read: ${said(error)}${isTypeError(error) ? BEHIND : ""}`, error);
  }
  return out.packed();
}

/** Another realm's, too, where the value is from there. */
const isTypeError = (error) => error instanceof TypeError || error?.name === "TypeError";
const BEHIND = " (is it behind a proxy? Pass the value itself)";
const DTO = ": pass its fields, such as { ...dto }";

class Encoder extends Packer {
  #path;
  /** The containers around the value, to notice one that holds itself. */
  #open = [];

  constructor(root) {
    super();
    this.#path = [root];
  }

  refuse(why, cause) {
    const [root, ...keys] = this.#path;
    const steps = keys.map((key) =>
      /^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`);
    const path = steps.length > 20 ? [...steps.slice(0, 10), "…", ...steps.slice(-5)] : steps;
    throw usageError("InvalidParameter", `${root}${path.join("")}: ${why}`, cause);
  }

  value(value) {
    switch (typeof value) {
      case "string": return this.string(value);
      case "number":
        return Number.isSafeInteger(value) && !Object.is(value, -0) ? this.integer(value) : this.float(value);
      case "boolean": return this.byte(value ? 0xc3 : 0xc2);
      case "bigint":
        if (BigInt.asIntN(64, value) !== value) this.refuse("a bigint beyond 64 bits; Cypher has no such integer");
        return this.integer(value);
      case "object": return value === null ? this.byte(0xc0) : this.#object(value);
      case "undefined": return this.refuse("undefined has no meaning in Cypher: use null, or leave the key out");
      default: return this.#senseless(value);
    }
  }

  #senseless(value, hint = "") {
    this.refuse(`${kindOf(value)} has no meaning in Cypher${hint}`);
  }

  #object(value) {
    if (Array.isArray(value)) return this.#list(value);
    const type = Object.prototype.toString.call(value).slice(8, -1);
    if (ArrayBuffer.isView(value)) {
      if (type !== "Uint8Array" && type !== "DataView") return this.#typedArray(value, type.startsWith("Float"));
      return this.blob(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
    }
    // A tag is what anyone may bear: whatever is read here has to break if it is not that.
    switch (type) {
      case "Set": return this.#list([...value], value);
      case "Map": return this.#map([...value.keys()], (key) => value.get(key), value);
      case "Date": return this.#date(value);
      // By way of a view, which takes nothing but a buffer: others would be empty arrays.
      case "ArrayBuffer": case "SharedArrayBuffer": return this.blob(new Uint8Array(new DataView(value).buffer));
      case "Object": break;
      default:
        if (type.startsWith("Temporal.")) return this.#temporal(type.slice(9), value);
        return this.#senseless(value, isHidden(value) ? BEHIND : HINTS[type]);
    }
    if (isPlain(value)) return this.#map(Object.keys(value), (key) => value[key], value);
    if (writeOwn(this, value)) return undefined;
    return this.#senseless(value, isHidden(value) ? BEHIND : isInstance(value) ? DTO : "");
  }

  #inside(container, write) {
    if (this.#open.includes(container)) this.refuse("the value holds itself");
    if (this.#open.push(container) > MAX_DEPTH) this.refuse(`nested more than ${MAX_DEPTH} levels deep`);
    write();
    this.#open.pop();
  }

  #list(items, container = items) {
    // Asked for once: a getter may change the list, and the header is written.
    const { length } = items;
    this.size(0x90, 0xd4, length);
    this.#inside(container, () => {
      for (let index = 0; index < length; index++) {
        this.#path.push(index);
        if (items[index] === undefined && !(index in items)) this.refuse("a hole in an array: use null");
        this.value(items[index]);
        this.#path.pop();
      }
    });
  }

  #map(keys, get, container) {
    this.size(0xa0, 0xd8, keys.length);
    this.#inside(container, () => {
      for (const key of keys) {
        if (typeof key !== "string") this.refuse(`${kindOf(key)} as the key of a map: Cypher has strings only`);
        this.#path.push(key);
        this.string(key);
        this.value(get(key));
        this.#path.pop();
      }
    });
  }

  #typedArray(items, floats) {
    this.size(0x90, 0xd4, items.length);
    for (const item of items) floats ? this.float(item) : this.value(item);
  }

  #date(date) {
    const milliseconds = Number(date);
    if (Number.isNaN(milliseconds)) this.refuse("an invalid Date");
    const seconds = Math.floor(milliseconds / 1_000);
    this.structure("I", seconds, (milliseconds - seconds * 1_000) * 1e6, 0);
  }

  #temporal(type, value) {
    const own = fromTemporal[type]?.(value);
    if (!own) this.#senseless(value);
    this.value(own);
  }
}

/** What a proxy does not let through; other kinds say by their tag what they are, and fail when they are read. */
const isHidden = (value) =>
  [Date, DataView, Object.getPrototypeOf(Uint8Array)].some((Kind) => value instanceof Kind);

const HINTS = { Promise: ": is an `await` missing?" };

/** Seconds of days and seconds: beyond some 285 million years more than a number holds. */
function epoch([days, second]) {
  const seconds = days * 86_400 + second;
  return Number.isSafeInteger(seconds) ? seconds : BigInt(days) * 86_400n + BigInt(second);
}

// Names as text: minifiers rename classes.
const refused = (name, what) => (out) => out.refuse(`an instance of ${name} cannot be a parameter: ${what}`);

/** What each of our classes is in PackStream. */
const CLASSES = [
  [Float, (out, { value }) => out.float(value)],
  [LocalDate, (out, date) => out.structure("D", localInstant({ ...date, hour: 0, minute: 0, second: 0 })[0])],
  [LocalTime, (out, time) => out.structure("t", nanosecondsOfDay(time))],
  [ZonedTime, (out, time) => out.structure("T", nanosecondsOfDay(time), time.offsetSeconds)],
  [LocalDateTime, (out, value) => out.structure("d", epoch(localInstant(value)), value.nanosecond)],
  [ZonedDateTime, (out, value) => {
    const { offsetSeconds, timeZone, nanosecond } = value;
    const seconds = epoch(shift(...localInstant(value), -offsetSeconds));
    if (timeZone === undefined) out.structure("I", seconds, nanosecond, offsetSeconds);
    else out.structure("i", seconds, nanosecond, timeZone, offsetSeconds);
  }],
  [Duration, (out, value) => out.structure("E", value.months, value.days, value.seconds, value.nanoseconds)],
  [Point, (out, { srid, x, y, z }) => {
    const coordinates = z === undefined ? [x, y] : [x, y, z];
    out.head(z === undefined ? "X" : "Y", coordinates.length + 1);
    out.integer(srid);
    for (const coordinate of coordinates) out.float(coordinate);
  }],
  [Vector, (out, vector) => out.vector(vector)],
  [Uuid, (out, { bytes }) => {
    // More or fewer would be read as other values.
    if (bytes?.length !== 16) out.refuse("a Uuid has 16 bytes");
    out.raw([0xe0, ...bytes]);
  }],
  [Node, refused("Node", "pass its elementId or its properties")],
  [Relationship, refused("Relationship", "pass its elementId or its properties")],
  [Path, refused("Path", "pass element ids or properties")],
  [UnsupportedType, refused("UnsupportedType", "the server did not send its value")],
  [Record, refused("Record", "pass record.toObject()")],
];
for (const [Kind] of CLASSES) markOwn(Kind);

/** Writes an instance of one of our classes; whether it is one. */
export function writeOwn(out, value) {
  const found = CLASSES.find(([Kind]) => value instanceof Kind);
  found?.[1](out, value);
  return Boolean(found);
}

const nanosecond = (value) => value.millisecond * 1e6 + value.microsecond * 1e3 + value.nanosecond;
const date = (value) => [value.year, value.month, value.day];
const time = (value) => [value.hour, value.minute, value.second, nanosecond(value)];

/** `Temporal` as our classes, in the ISO calendar. */
const fromTemporal = {
  Instant: (value) => fromTemporal.ZonedDateTime(value.toZonedDateTimeISO("UTC"), true),
  ZonedDateTime: (value, isInstant) => {
    const iso = value.withCalendar("iso8601");
    const offset = iso.offsetNanoseconds / 1e9;
    const zone = isInstant || /^[+-]/.test(iso.timeZoneId) ? undefined : iso.timeZoneId;
    return new ZonedDateTime(...date(iso), ...time(iso), offset, zone);
  },
  PlainDate: (value) => new LocalDate(...date(value.withCalendar("iso8601"))),
  PlainTime: (value) => new LocalTime(...time(value)),
  PlainDateTime: (value) => {
    const iso = value.withCalendar("iso8601");
    return new LocalDateTime(...date(iso), ...time(iso));
  },
  Duration: (value) => {
    const seconds = BigInt(value.hours) * 3_600n + BigInt(value.minutes) * 60n + BigInt(value.seconds);
    const small = BigInt(value.milliseconds) * 1_000_000n + BigInt(value.microseconds) * 1_000n;
    const parts = oneSign(seconds, small + BigInt(value.nanoseconds));
    return new Duration(value.years * 12 + value.months, value.weeks * 7 + value.days, ...parts);
  },
};
