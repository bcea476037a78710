// Temporal values: parts as one reads them on a clock and a calendar, checked when made.

import { dateFromDays, daysFromDate, daysInMonth, modulo, offsetAt, offsetAtLocal, shift } from "./calendar.js";
import { isOf, shown, UsageError, usageError } from "../driver/errors.js";

const YEARS = 999_999_999;
/** 18 hours, as the server has it. */
const LARGEST_OFFSET = 64_800;

export const invalid = (message) => usageError("InvalidValue", message);

export function checkInteger(value, name, low, high) {
  if (Number.isInteger(value) && value >= low && value <= high) return;
  throw invalid(`${name} takes an integer from ${low} to ${high}, got ${shown(value)}`);
}

function checkDate({ year, month, day }) {
  checkInteger(year, "year", -YEARS, YEARS);
  checkInteger(month, "month", 1, 12);
  checkInteger(day, "day", 1, daysInMonth(year, month));
}

function checkTime({ hour, minute, second, nanosecond }) {
  checkInteger(hour, "hour", 0, 23);
  checkInteger(minute, "minute", 0, 59);
  checkInteger(second, "second", 0, 59);
  checkInteger(nanosecond, "nanosecond", 0, 999_999_999);
}

const two = (number) => String(number).padStart(2, "0");

/** Years of more or fewer than four digits as JavaScript writes them: a sign and six digits at least. */
function dateText({ year, month, day }) {
  const size = year >= 0 && year <= 9_999 ? 4 : 6;
  const sign = size === 4 ? "" : year < 0 ? "-" : "+";
  return `${sign}${String(Math.abs(year)).padStart(size, "0")}-${two(month)}-${two(day)}`;
}

const fraction = (nanosecond) => nanosecond ? `.${String(nanosecond).padStart(9, "0").replace(/0+$/, "")}` : "";

const timeText = ({ hour, minute, second, nanosecond }) =>
  `${two(hour)}:${two(minute)}:${two(second)}${fraction(nanosecond)}`;

function offsetText(offset) {
  if (offset === 0) return "Z";
  const size = Math.abs(offset);
  const seconds = size % 60 ? `:${two(size % 60)}` : "";
  return `${offset < 0 ? "-" : "+"}${two(Math.floor(size / 3_600))}:${two(Math.floor(size / 60) % 60)}${seconds}`;
}

/** A class of `Temporal`, looked up when needed: runtimes are only now getting it, and pages bring it along. */
function temporal(name, from) {
  if (!globalThis.Temporal) throw usageError("TemporalMissing", "This runtime has no Temporal: load a polyfill of it");
  try {
    return globalThis.Temporal[name].from(from);
  } catch (error) {
    const message = `Temporal.${name} cannot hold this value: ${error.message}`;
    throw new UsageError(message, { code: "InvalidValue", cause: error });
  }
}

/** Seconds and nanoseconds with one sign between them. */
export function oneSign(seconds, nanoseconds) {
  const total = BigInt(seconds) * 1_000_000_000n + BigInt(nanoseconds);
  return [total / 1_000_000_000n, Number(total % 1_000_000_000n)];
}

const secondOfDay = ({ hour, minute, second }) => (hour * 60 + minute) * 60 + second;

/** [days since 1970-01-01, second of the day] on the value's own clock. */
export const localInstant = (value) => [daysFromDate(value.year, value.month, value.day), secondOfDay(value)];

/** Nanoseconds since midnight. */
export const nanosecondsOfDay = (value) => secondOfDay(value) * 1e9 + value.nanosecond;

/** What text and JSON have in common. */
class Temporal {
  toJSON() {
    return this.toString();
  }
}

export class LocalDate extends Temporal {
  constructor(year, month, day) {
    super();
    this.year = year;
    this.month = month;
    this.day = day;
    checkDate(this);
  }

  toString() {
    return dateText(this);
  }

  toTemporal() {
    return temporal("PlainDate", this.toString());
  }

  toDate(timeZone) {
    return new LocalDateTime(this.year, this.month, this.day).toDate(timeZone);
  }
}

export class LocalTime extends Temporal {
  constructor(hour, minute = 0, second = 0, nanosecond = 0) {
    super();
    this.hour = hour;
    this.minute = minute;
    this.second = second;
    this.nanosecond = nanosecond;
    checkTime(this);
  }

  toString() {
    return timeText(this);
  }

  toTemporal() {
    return temporal("PlainTime", this.toString());
  }
}

export class ZonedTime extends Temporal {
  constructor(hour, minute, second, nanosecond, offsetSeconds) {
    super();
    this.hour = hour;
    this.minute = minute;
    this.second = second;
    this.nanosecond = nanosecond;
    this.offsetSeconds = offsetSeconds;
    checkTime(this);
    checkInteger(offsetSeconds, "offsetSeconds", -LARGEST_OFFSET, LARGEST_OFFSET);
  }

  toString() {
    return timeText(this) + offsetText(this.offsetSeconds);
  }
}

class DateTime extends Temporal {
  constructor(year, month, day, hour = 0, minute = 0, second = 0, nanosecond = 0) {
    super();
    this.year = year;
    this.month = month;
    this.day = day;
    this.hour = hour;
    this.minute = minute;
    this.second = second;
    this.nanosecond = nanosecond;
    checkDate(this);
    checkTime(this);
  }

  toString() {
    return `${dateText(this)}T${timeText(this)}`;
  }
}

export class LocalDateTime extends DateTime {
  toTemporal() {
    return temporal("PlainDateTime", this.toString());
  }

  toDate(timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone) {
    const { year, month, day, hour, minute, second, nanosecond } = this;
    return new ZonedDateTime(year, month, day, hour, minute, second, nanosecond, undefined, timeZone).toDate();
  }
}

/** The parts of a ZonedDateTime at an instant in UTC; undefined in an unknown zone. */
export function inZone(zone, days, second, nanosecond) {
  const offset = typeof zone === "number" ? zone : offsetAt(zone, days, second);
  if (offset === undefined) return undefined;
  const [localDays, local] = shift(days, second, offset);
  const clock = [Math.floor(local / 3_600), Math.floor(local / 60) % 60, local % 60, nanosecond];
  return [...dateFromDays(localDays), ...clock, offset, typeof zone === "number" ? undefined : zone];
}

/** The parts of a ZonedDateTime at a local time in a zone; undefined in an unknown zone. */
export function fromLocal(zone, days, second, nanosecond) {
  const found = offsetAtLocal(zone, days, second);
  if (!found) return undefined;
  return inZone(zone, ...shift(days, second, found[1] - found[0]), nanosecond);
}

/** Marks parts that need no check of offset against zone: it costs microseconds, and they come from a check. */
const CHECKED = Symbol();

export const zonedDateTime = (parts) => new ZonedDateTime(...parts, CHECKED);

export class ZonedDateTime extends DateTime {
  constructor(year, month, day, hour, minute, second, nanosecond, offsetSeconds, timeZone, checked) {
    super(year, month, day, hour, minute, second, nanosecond);
    this.offsetSeconds = offsetSeconds;
    this.timeZone = timeZone;
    if (checked !== CHECKED && timeZone !== undefined) settle(this);
    checkInteger(this.offsetSeconds, "offsetSeconds", -LARGEST_OFFSET, LARGEST_OFFSET);
  }

  static from(date, timeZone = 0) {
    // Not by `instanceof`, which a proxy of a Date passes: nobody can read its time.
    const isDate = Object.prototype.toString.call(date) === "[object Date]";
    const milliseconds = isDate ? Number(date) : NaN;
    if (Number.isNaN(milliseconds)) {
      const got = isDate ? "an invalid one" : shown(date) + (isOf(Date, date) ? " behind a proxy" : "");
      throw invalid(`ZonedDateTime.from takes a valid Date, got ${got}`);
    }
    const days = Math.floor(milliseconds / 86_400_000);
    const second = Math.floor(milliseconds / 1_000) - days * 86_400;
    const parts = inZone(timeZone, days, second, modulo(milliseconds, 1_000) * 1e6);
    if (!parts) throw unknownZone(timeZone);
    return zonedDateTime(parts);
  }

  toString() {
    const zone = this.timeZone === undefined ? "" : `[${this.timeZone}]`;
    return super.toString() + offsetText(this.offsetSeconds) + zone;
  }

  toDate() {
    const [days, second] = shift(...localInstant(this), -this.offsetSeconds);
    const date = new Date((days * 86_400 + second) * 1_000 + Math.floor(this.nanosecond / 1e6));
    if (Number.isNaN(Number(date))) throw invalid(`${this} is beyond the years that a Date can say`);
    return date;
  }

  toTemporal() {
    const { timeZone, offsetSeconds } = this;
    const zone = timeZone === undefined ? `[${offsetSeconds ? offsetText(offsetSeconds) : "UTC"}]` : "";
    return temporal("ZonedDateTime", this.toString() + zone);
  }
}

/** Finds the offset in the zone, or checks the one given: sent on, the server would quietly take the zone's. */
function settle(value) {
  const { timeZone, offsetSeconds } = value;
  const [days, second] = localInstant(value);
  if (typeof timeZone !== "string" || timeZone === "") throw unknownZone(timeZone);
  if (offsetSeconds === undefined) {
    const parts = fromLocal(timeZone, days, second, value.nanosecond);
    if (!parts) throw unknownZone(timeZone);
    Object.assign(value, zonedDateTime(parts));
  } else {
    // A zone that only the server knows is fine as long as the offset is given.
    const actual = offsetAt(timeZone, ...shift(days, second, -offsetSeconds)) ?? offsetSeconds;
    if (actual !== offsetSeconds) {
      throw invalid(`The offset in ${timeZone} is then ${actual} seconds, not ${shown(offsetSeconds)}`);
    }
  }
}

const unknownZone = (zone) => invalid(`This runtime knows no time zone ${shown(zone)}: give offsetSeconds too`);

export class Duration extends Temporal {
  constructor(months = 0, days = 0, seconds = 0, nanoseconds = 0) {
    super();
    this.months = months;
    this.days = days;
    this.seconds = seconds;
    this.nanoseconds = nanoseconds;
    for (const name of ["months", "days", "seconds"]) {
      const value = this[name];
      if (Number.isSafeInteger(value) || (typeof value === "bigint" && BigInt.asIntN(64, value) === value)) continue;
      throw invalid(`${name} takes a safe integer or a bigint within 64 bits, got ${shown(value)}`);
    }
    checkInteger(nanoseconds, "nanoseconds", -0x80000000, 0x7fffffff);
  }

  /** As Cypher prints it; a part keeps its own sign. */
  toString() {
    const part = (value, unit) => (value ? `${value}${unit}` : "");
    const months = BigInt(this.months);
    const date = part(months / 12n, "Y") + part(months % 12n, "M") + part(BigInt(this.days), "D");
    const total = BigInt(this.seconds) * 1_000_000_000n + BigInt(this.nanoseconds);
    const sign = total < 0n ? "-" : "";
    const size = total < 0n ? -total : total;
    const seconds = size / 1_000_000_000n;
    const hours = part(seconds / 3_600n, "H");
    const minutes = part((seconds / 60n) % 60n, "M");
    const rest = `${seconds % 60n}${fraction(Number(size % 1_000_000_000n))}`;
    const time = [hours, minutes, rest === "0" ? "" : `${rest}S`].map((text) => text && sign + text).join("");
    return `P${date}${time || !date ? `T${time || "0S"}` : ""}`;
  }

  toTemporal() {
    // Cypher's -0.5 s is -1 s and 500,000,000 ns; Temporal wants one sign throughout.
    const [whole, nanoseconds] = oneSign(this.seconds, this.nanoseconds);
    const [months, days, seconds] = [this.months, this.days, whole].map(Number);
    return temporal("Duration", { months, days, seconds, nanoseconds });
  }
}
