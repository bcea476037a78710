// Temporal values from ISO 8601 text, as the parts that their classes are made of.

import { newError } from "./errors.js";
import { int } from "./integer.js";

const DAY = /^([+-]\d{5,}|\d{4})-(\d{2})-(\d{2})/;
const CLOCK = /^(\d{2})(?::?(\d{2}))?(?::?(\d{2}))?(\.\d+)?/;
const OFFSET = /^(?:(Z)|([+-])(\d{2})(?::?(\d{2}))?(?::?(\d{2}))?)/i;
const ZONE = /^\[([^\]]*)\]/;

/** Takes pieces off the front of a text. */
function reading(kind, text) {
  let rest = text.replaceAll(",", ".");
  const refuse = () => newError(`${kind} could not be parsed from string: ${text}`);
  return {
    take(pattern) {
      const found = pattern.exec(rest);
      if (found) rest = rest.slice(found[0].length);
      return found;
    },
    need(pattern) {
      const found = this.take(pattern);
      if (!found) throw refuse();
      return found;
    },
    end(parts) {
      if (rest) throw refuse();
      return parts;
    },
    refuse,
  };
}

const day = (input) => input.need(DAY).slice(1).map((digits) => int(digits.replace("+", "")));

const NANOSECONDS = [3.6e12, 6e10, 1e9];

/** The last part that is there may have a fraction. */
function clock(input) {
  const [, hour, minute, second, fraction = ""] = input.need(CLOCK);
  const last = second !== undefined ? 2 : minute !== undefined ? 1 : 0;
  // By whole numbers: nine digits of a second are exact.
  const digits = Number(fraction.slice(1, 16) || 0);
  let rest = Math.floor((digits * NANOSECONDS[last]) / 10 ** Math.max(0, Math.min(fraction.length - 1, 15)));
  const parts = [hour, minute, second].map((text) => Number(text ?? 0));
  for (let at = last + 1; at < 3; at++) {
    parts[at] = Math.floor(rest / NANOSECONDS[at]);
    rest %= NANOSECONDS[at];
  }
  return [...parts, rest].map((number) => int(number));
}

const seconds = ([, utc, sign, hours, minutes = 0, rest = 0]) =>
  int(utc ? 0 : Number(`${sign}1`) * (hours * 3_600 + minutes * 60 + Number(rest)));

const DURATION =
  /^([+-]?)P(?:(-?[\d.]+)Y)?(?:(-?[\d.]+)M)?(?:(-?[\d.]+)W)?(?:(-?[\d.]+)D)?(?:T(?:(-?[\d.]+)H)?(?:(-?[\d.]+)M)?(?:(-?)(\d*)(\.\d*)?S)?)?$/i;

function duration(text) {
  const refuse = (why) => newError(`Duration could not be parsed from string: ${text}${why}`);
  if (/T$/i.test(text)) throw refuse(" (it ends with 'T')");
  const found = DURATION.exec(text.replaceAll(",", "."));
  if (!found || found.slice(2).every((part) => !part)) throw refuse("");
  const [, sign, years, months, weeks, days, hours, minutes, minus = "", second = "", fraction = ""] = found;
  const whole = (value, unit) => {
    if (Number.isInteger(value)) return BigInt(value);
    throw refuse(` (it has part of a ${unit})`);
  };
  const number = (digits) => Number(digits ?? 0);
  const of = sign === "-" ? -1n : 1n;
  const own = minus ? -1n : 1n;
  return [
    of * whole(number(years) * 12 + number(months), "month"),
    of * whole(number(weeks) * 7 + number(days), "day"),
    of * (whole(number(hours) * 3_600 + number(minutes) * 60, "second") + own * BigInt(second || 0)),
    of * own * BigInt(Math.round(number(`0${fraction}`) * 1e9)),
  ].map((value) => int(value));
}

/** By class. */
export const fromText = {
  Duration: duration,
  LocalTime(text) {
    const input = reading("LocalTime", text);
    input.take(/^T/i);
    return input.end(clock(input));
  },
  Time(text) {
    const input = reading("Time", text);
    input.take(/^T/i);
    return input.end([...clock(input), seconds(input.need(OFFSET))]);
  },
  Date(text) {
    const input = reading("Date", text);
    return input.end(day(input));
  },
  LocalDateTime(text) {
    const input = reading("LocalDateTime", text);
    const date = day(input);
    input.need(/^T/i);
    return input.end([...date, ...clock(input)]);
  },
  DateTime(text) {
    const input = reading("DateTime", text);
    const date = day(input);
    input.need(/^T/i);
    const time = clock(input);
    const offset = input.take(OFFSET), zone = input.take(ZONE);
    if (!offset && !zone) throw input.refuse();
    return input.end([...date, ...time, offset ? seconds(offset) : undefined, zone?.[1]]);
  },
};
