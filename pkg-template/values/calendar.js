// The proleptic Gregorian calendar and the time zones that the runtime knows.
//
// Instants are days since 1970-01-01 and a second of the day: Cypher's years have nine digits, and their seconds are
// more than a number holds.

/** Days in 400 years, after which dates, weekdays and rules for summer time repeat. */
const ERA = 146_097;
const DAY = 86_400;

export const modulo = (a, b) => ((a % b) + b) % b;

/** The day number of a date. Years begin in March here, so that the leap day comes last. */
export function daysFromDate(year, month, day) {
  if (month <= 2) year--;
  const yearOfEra = modulo(year, 400);
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  const leapDays = Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100);
  return Math.floor(year / 400) * ERA + yearOfEra * 365 + leapDays + dayOfYear - 719_468;
}

/** The date of a day number, as [year, month, day]. */
export function dateFromDays(days) {
  days += 719_468;
  const era = Math.floor(days / ERA);
  const dayOfEra = days - era * ERA;
  const corrected =
    dayOfEra - Math.floor(dayOfEra / 1_460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096);
  const yearOfEra = Math.floor(corrected / 365);
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shifted = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shifted < 10 ? shifted + 3 : shifted - 9;
  const year = era * 400 + yearOfEra + (month <= 2 ? 1 : 0);
  return [year, month, dayOfYear - Math.floor((153 * shifted + 2) / 5) + 1];
}

/** [hour, minute, second, nanosecond] of a day of so many nanoseconds. */
export const clock = (nanoseconds) => [
  Math.floor(nanoseconds / 3.6e12),
  Math.floor(nanoseconds / 6e10) % 60,
  Math.floor(nanoseconds / 1e9) % 60,
  nanoseconds % 1e9,
];

/** The same behind year, month and day, on a day and at a second of it. */
export const dateTime = (days, second, nanosecond) => [...dateFromDays(days), ...clock(second * 1e9 + nanosecond)];

export function daysInMonth(year, month) {
  if (month !== 2) return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
}

/** [days, second of the day], after some seconds more. */
export function shift(days, second, seconds) {
  const total = second + seconds;
  return [days + Math.floor(total / DAY), modulo(total, DAY)];
}

/**
 * Days. No zone changes its offset twice in so few (in Brazil it once did in seven): the same at both ends is the same in
 * between, and the runtime, which takes microseconds, need not be asked.
 */
const SPAN = 4;

/** As many are remembered of a zone: eleven years. */
const MOST_SPANS = 1_000;

const zones = new Map();

/** A way to ask for offsets, and those of spans; undefined for a zone that the runtime does not know. */
function lookUp(zone) {
  let found = zones.get(zone);
  if (!found) {
    try {
      const format = new Intl.DateTimeFormat("en-US", { timeZone: zone, timeZoneName: "longOffset" });
      zones.set(zone, (found = { format, spans: new Map() }));
    } catch {
      // An unknown zone is not kept: peers choose the names.
    }
  }
  return found;
}

/** Seconds east of UTC, in a zone, at an instant in UTC; undefined in an unknown zone. */
export function offsetAt(zone, days, second) {
  const known = lookUp(zone);
  if (!known) return undefined;
  const { format, spans } = known;
  const span = Math.floor(days / SPAN);
  let offset = spans.get(span);
  if (offset === undefined) {
    offset = asked(format, span * SPAN, 0);
    // Not a number where it changes.
    if (asked(format, (span + 1) * SPAN, 0) !== offset) offset = NaN;
    if (spans.size >= MOST_SPANS) spans.clear();
    spans.set(span, offset);
  }
  return Number.isNaN(offset) ? asked(format, days, second) : offset;
}

function asked(format, days, second) {
  // Beyond what a Date can say, the rules of 400 or more years nearer hold.
  if (Math.abs(days) > 9e7) days = Math.sign(days) * 500 * ERA + modulo(days, ERA);
  const text = format.format((days * DAY + second) * 1_000);
  const [, sign, hours, minutes, seconds = 0] = /GMT([+-])(\d+):(\d+)(?::(\d+))?/.exec(text) ?? [];
  // The text is just "GMT" where there is no offset, and in UTC.
  return sign ? Number(`${sign}1`) * (hours * 3_600 + minutes * 60 + Number(seconds)) || 0 : 0;
}

/**
 * The offset at a local time in a zone, and the seconds to add to that local time: more than none only where clocks
 * skip it. Where clocks show it twice, the first of the two is meant. As java.time has it, and so the server.
 */
export function offsetAtLocal(zone, days, second) {
  const before = offsetAt(zone, days - 1, second);
  if (before === undefined) return undefined;
  for (const offset of [before, offsetAt(zone, days + 1, second)]) {
    if (offsetAt(zone, ...shift(days, second, -offset)) === offset) return [offset, 0];
  }
  const offset = offsetAt(zone, ...shift(days, second, -before));
  return [offset, offset - before];
}
