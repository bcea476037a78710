// Values of every type that a server of today takes, to be sent and read back.

import { Duration, LocalDate, LocalDateTime, LocalTime, Point, ZonedDateTime, ZonedTime } from "neo4j-wasm";

const LETTERS = ["a", "Z", " ", "\n", "é", "ß", "中", "😀", "\u0000", "\u202e", "'", "\\"];
const ZONES = ["Europe/Paris", "America/New_York", "Asia/Kolkata", "UTC"];
const NANOS = 1_000_000_000;

const text = (chance, most) => Array.from({ length: chance.below(most) }, () => chance.pick(LETTERS)).join("");
const day = (chance) => [chance.between(-9_999, 9_999), chance.between(1, 13), chance.between(1, 29)];
const time = (chance) => [chance.below(24), chance.below(60), chance.below(60), chance.below(NANOS)];
const offset = (chance) => chance.between(-18 * 60, 18 * 60 + 1) * 60;
const float = (chance) => (chance.next() - 0.5) * 10 ** chance.between(-300, 300);

/** What a property may hold. */
const SCALARS = {
  integer: (chance) => chance.between(-(2 ** 31), 2 ** 31) * chance.pick([1, 1, 100_000]),
  small: (chance) => chance.between(-200, 200),
  bigint: (chance) => chance.pick([-1n, 1n]) * (2n ** 62n + BigInt(chance.below(2 ** 31))),
  float: (chance) => float(chance) || 0.5,
  odd: (chance) => chance.pick([Number.NaN, Infinity, -Infinity, 0.1, 5e-324, 1.7976931348623157e308]),
  boolean: (chance) => chance.oneIn(2),
  text: (chance) => text(chance, 40),
  bytes: (chance) => Uint8Array.from({ length: chance.below(300) }, () => chance.below(256)),
  date: (chance) => new LocalDate(...day(chance)),
  localTime: (chance) => new LocalTime(...time(chance)),
  zonedTime: (chance) => new ZonedTime(...time(chance), offset(chance)),
  localDateTime: (chance) => new LocalDateTime(...day(chance), ...time(chance)),
  offsetDateTime: (chance) => new ZonedDateTime(...day(chance), ...time(chance), offset(chance)),
  zonedDateTime: (chance) => ZonedDateTime.from(new Date(chance.below(2 ** 31) * 1_000), chance.pick(ZONES)),
  duration: (chance) => new Duration(chance.below(2_000), chance.below(2_000), chance.below(2 ** 31), chance.below(NANOS)),
  flat: (chance) => new Point(7_203, float(chance) || 1.5, float(chance) || 1.5),
  solid: (chance) => new Point(4_979, chance.next() * 360 - 180, chance.next() * 180 - 90, chance.next() * 9_000 + 0.5),
};
const KINDS = Object.keys(SCALARS);

export const scalar = (chance) => SCALARS[chance.pick(KINDS)](chance);

/** Also null, lists and maps, one within the other. */
export function value(chance, depth = 3) {
  const kind = chance.below(depth > 0 ? 12 : 9);
  if (kind === 0) return null;
  if (kind < 9) return scalar(chance);
  const inner = () => value(chance, depth - 1);
  const length = chance.below(chance.oneIn(10) ? 40 : 5);
  if (kind < 11) return Array.from({ length }, inner);
  return Object.fromEntries(Array.from({ length }, (_, at) => [`${text(chance, 6)}${at}`, inner()]));
}
