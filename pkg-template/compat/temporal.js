// The six temporal classes. Numbers are what was given: numbers, Integers or bigints.

import { daysFromDate } from "../values/calendar.js";
import { brand, checkNumeric, shown } from "./brand.js";
import { newError } from "./errors.js";
import { big, int, toNumber } from "./integer.js";
import { fromText } from "./temporal-text.js";

const StandardDate = globalThis.Date;

const RANGES = {
  Year: [-999_999_999, 999_999_999], Month: [1, 12], Day: [1, 31],
  Hour: [0, 23], Minute: [0, 59], Second: [0, 59], Nanosecond: [0, 999_999_999],
};

/** Sets the fields that are named, after a look at each. */
function set(object, names, values) {
  for (let index = 0; index < names.length; index++) {
    const name = names[index], value = values[index];
    const [low, high] = RANGES[name];
    const number = typeof value === "number" ? value : toNumber(checkNumeric(value, name));
    if (!(number >= low && number <= high)) {
      throw newError(`${name} is expected to be in range [${low}, ${high}] but was: ${value}`);
    }
    object[name.toLowerCase()] = value;
  }
}

const DATE = ["Year", "Month", "Day"];
const TIME = ["Hour", "Minute", "Second", "Nanosecond"];

const padded = (value, size) => String(Math.abs(toNumber(value))).padStart(size, "0");

function dateText({ year, month, day }) {
  const number = toNumber(year);
  const sign = number < 0 ? "-" : number > 9_999 ? "+" : "";
  return `${sign}${padded(year, sign ? 6 : 4)}-${padded(month, 2)}-${padded(day, 2)}`;
}

const fraction = (nanosecond) => (toNumber(nanosecond) ? `.${padded(nanosecond, 9)}` : "");

const timeText = ({ hour, minute, second, nanosecond }) =>
  `${padded(hour, 2)}:${padded(minute, 2)}:${padded(second, 2)}${fraction(nanosecond)}`;

function offsetText(offset) {
  const seconds = toNumber(offset);
  if (seconds === 0) return "Z";
  const size = Math.abs(seconds);
  const rest = size % 60 ? `:${padded(size % 60, 2)}` : "";
  return `${seconds < 0 ? "-" : "+"}${padded(Math.floor(size / 3_600), 2)}:${padded(Math.floor(size / 60) % 60, 2)}${rest}`;
}

function checkDate(date, nanosecond) {
  if (Object.prototype.toString.call(date) !== "[object Date]" || Number.isNaN(date.getTime())) {
    throw new TypeError(`Standard date expected to be a valid JavaScript Date but was: ${shown(date)}`);
  }
  if (nanosecond !== null && nanosecond !== undefined) checkNumeric(nanosecond, "Nanosecond");
}

const dateParts = (date) => [date.getFullYear(), date.getMonth() + 1, date.getDate()];

/** On the clock of this machine. */
function timeParts(date, nanosecond) {
  const nanoseconds = toNumber(nanosecond ?? 0) + date.getMilliseconds() * 1e6;
  return [date.getHours(), date.getMinutes(), date.getSeconds(), nanoseconds];
}

/** In seconds, which zones of long ago have; the runtime's own offset has minutes only. */
function offsetOf(date) {
  const seconds = (date.getSeconds() - date.getUTCSeconds() + 60) % 60;
  return -60 * date.getTimezoneOffset() + seconds;
}

/** A bigint as what was given: a number, a bigint, or an Integer. */
const like = (given, value) =>
  typeof given === "number" ? Number(value) : typeof given === "bigint" ? value : int(value);

export class Duration {
  constructor(months, days, seconds, nanoseconds) {
    this.months = checkNumeric(months, "Months");
    this.days = checkNumeric(days, "Days");
    const whole = big(checkNumeric(seconds, "Seconds"));
    const small = big(checkNumeric(nanoseconds, "Nanoseconds"));
    const rest = ((small % BILLION) + BILLION) % BILLION;
    this.seconds = like(seconds, whole + (small - rest) / BILLION);
    this.nanoseconds = like(nanoseconds, rest);
    Object.freeze(this);
  }

  toString() {
    const months = big(this.months);
    const total = big(this.seconds) * BILLION + big(this.nanoseconds);
    const size = total < 0n ? -total : total;
    const sign = total < 0n ? "-" : "";
    const [seconds, rest] = [size / BILLION, size % BILLION];
    const time = [[seconds / 3_600n, "H"], [(seconds / 60n) % 60n, "M"]].map(([part, unit]) => part && `${sign}${part}${unit}`);
    if (seconds % 60n || rest) time.push(`${sign}${seconds % 60n}${fraction(rest)}S`);
    const date = [[months / 12n, "Y"], [months % 12n, "M"], [big(this.days), "D"]].map(([part, unit]) => part && `${part}${unit}`);
    const shown = (parts) => parts.filter(Boolean).join("");
    return months || total || big(this.days) ? `P${shown(date)}T${shown(time)}` : "PT0S";
  }

  static fromString(text) {
    return new Duration(...fromText.Duration(text));
  }
}

const BILLION = 1_000_000_000n;

export class LocalTime {
  constructor(...parts) {
    set(this, TIME, parts);
    Object.freeze(this);
  }

  toString() {
    return timeText(this);
  }

  static fromStandardDate(date, nanosecond) {
    checkDate(date, nanosecond);
    return new LocalTime(...timeParts(date, nanosecond));
  }

  static fromString(text) {
    return new LocalTime(...fromText.LocalTime(text));
  }
}

export class Time {
  constructor(hour, minute, second, nanosecond, timeZoneOffsetSeconds) {
    set(this, TIME, [hour, minute, second, nanosecond]);
    this.timeZoneOffsetSeconds = checkNumeric(timeZoneOffsetSeconds, "Time zone offset in seconds");
    Object.freeze(this);
  }

  toString() {
    return timeText(this) + offsetText(this.timeZoneOffsetSeconds);
  }

  static fromStandardDate(date, nanosecond) {
    checkDate(date, nanosecond);
    return new Time(...timeParts(date, nanosecond), offsetOf(date));
  }

  static fromString(text) {
    return new Time(...fromText.Time(text));
  }
}

class CypherDate {
  constructor(...parts) {
    set(this, DATE, parts);
    Object.freeze(this);
  }

  toStandardDate() {
    return new StandardDate(this.toString());
  }

  toString() {
    return dateText(this);
  }

  static fromStandardDate(date) {
    return this.fromStandardDateLocal(date);
  }

  static fromStandardDateLocal(date) {
    checkDate(date);
    return new CypherDate(...dateParts(date));
  }

  static fromStandardDateUTC(date) {
    checkDate(date);
    return new CypherDate(date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate());
  }

  static fromString(text) {
    return new CypherDate(...fromText.Date(text));
  }
}
// As users see it where a value is printed.
Object.defineProperty(CypherDate, "name", { value: "Date" });
export { CypherDate as Date };

export class LocalDateTime {
  constructor(...parts) {
    set(this, DATE, parts);
    set(this, TIME, parts.slice(3));
    Object.freeze(this);
  }

  toStandardDate() {
    return new StandardDate(this.toString());
  }

  toString() {
    return `${dateText(this)}T${timeText(this)}`;
  }

  static fromStandardDate(date, nanosecond) {
    checkDate(date, nanosecond);
    return new LocalDateTime(...dateParts(date), ...timeParts(date, nanosecond));
  }

  static fromString(text) {
    return new LocalDateTime(...fromText.LocalDateTime(text));
  }
}

const isGiven = (value) => value !== null && value !== undefined;

export class DateTime {
  constructor(year, month, day, hour, minute, second, nanosecond, timeZoneOffsetSeconds, timeZoneId) {
    set(this, DATE, [year, month, day]);
    set(this, TIME, [hour, minute, second, nanosecond]);
    const hasOffset = isGiven(timeZoneOffsetSeconds), hasZone = isGiven(timeZoneId) && timeZoneId !== "";
    if (!hasOffset && !hasZone) {
      throw newError(`A DateTime needs an offset or a zone, given: ${timeZoneOffsetSeconds}, ${timeZoneId}`);
    }
    if (hasOffset) checkNumeric(timeZoneOffsetSeconds, "Time zone offset in seconds");
    if (hasZone) checkZone(timeZoneId);
    this.timeZoneOffsetSeconds = hasOffset ? timeZoneOffsetSeconds : undefined;
    this.timeZoneId = hasZone ? timeZoneId : undefined;
    Object.freeze(this);
  }

  toStandardDate() {
    if (this.timeZoneOffsetSeconds === undefined) throw new Error("Requires DateTime created with time zone offset");
    const [year, month, day, hour, minute, second, nanosecond, offset] =
      [this.year, this.month, this.day, this.hour, this.minute, this.second, this.nanosecond, this.timeZoneOffsetSeconds].map(toNumber);
    const seconds = daysFromDate(year, month, day) * 86_400 + (hour * 60 + minute) * 60 + second - offset;
    return new StandardDate(seconds * 1_000 + Math.floor(nanosecond / 1e6));
  }

  toString() {
    const offset = this.timeZoneOffsetSeconds === undefined ? "" : offsetText(this.timeZoneOffsetSeconds);
    const zone = this.timeZoneId === undefined ? "" : `[${this.timeZoneId}]`;
    return `${dateText(this)}T${timeText(this)}${offset}${zone}`;
  }

  static fromStandardDate(date, nanosecond) {
    checkDate(date, nanosecond);
    return new DateTime(...dateParts(date), ...timeParts(date, nanosecond), offsetOf(date));
  }

  static fromString(text) {
    return new DateTime(...fromText.DateTime(text));
  }
}

const zones = new Map();
/** Zones come from peers too: more than this are no zones of a program. */
const MOST_ZONES = 1_000;

function checkZone(zone) {
  if (typeof zone !== "string") throw new TypeError(`"Time zone ID" expected to be string but was: ${shown(zone)}`);
  if (!zones.has(zone)) {
    if (zones.size >= MOST_ZONES) zones.clear();
    zones.set(zone, isKnown(zone));
  }
  if (!zones.get(zone)) throw newError(`Time zone ID is expected to be a valid ZoneId but was: "${zone}"`);
}

function isKnown(timeZone) {
  try {
    return Boolean(new Intl.DateTimeFormat(undefined, { timeZone }));
  } catch {
    return false;
  }
}

export const isDuration = brand(Duration, "Duration");
export const isLocalTime = brand(LocalTime, "LocalTime");
export const isTime = brand(Time, "Time");
export const isDate = brand(CypherDate, "Date");
export const isLocalDateTime = brand(LocalDateTime, "LocalDateTime");
export const isDateTime = brand(DateTime, "DateTime");
