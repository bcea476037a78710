// The six temporal classes. Instances are frozen, their parts checked when they are made.

import type { Integer, NumberOrInteger } from "./integer.js";

/** JavaScript's own `Date`. */
export type StandardDate = globalThis.Date;

/** Months, days, seconds and nanoseconds, each by itself. */
export class Duration<T extends NumberOrInteger = Integer> {
  /** Nanoseconds beyond a second are moved to the seconds. */
  constructor(months: T, days: T, seconds: T, nanoseconds: T);
  readonly months: T;
  readonly days: T;
  readonly seconds: T;
  readonly nanoseconds: T;
  /** From ISO 8601, such as `P1Y2M3DT4H5M6.7S`. @throws Neo4jError for anything else */
  static fromString(str: string): Duration;
  toString(): string;
}
export function isDuration<T extends NumberOrInteger = Integer>(obj: unknown): obj is Duration<T>;

/** A time of day without a zone. */
export class LocalTime<T extends NumberOrInteger = Integer> {
  constructor(hour: T, minute: T, second: T, nanosecond: T);
  readonly hour: T;
  readonly minute: T;
  readonly second: T;
  readonly nanosecond: T;
  /** On this machine's clock; `nanosecond` is what a Date cannot say. */
  static fromStandardDate(standardDate: StandardDate, nanosecond?: NumberOrInteger): LocalTime<number>;
  static fromString(str: string): LocalTime;
  toString(): string;
}
export function isLocalTime<T extends NumberOrInteger = Integer>(obj: unknown): obj is LocalTime<T>;

/** A time of day with an offset. */
export class Time<T extends NumberOrInteger = Integer> {
  constructor(hour: T, minute: T, second: T, nanosecond: T, timeZoneOffsetSeconds: T);
  readonly hour: T;
  readonly minute: T;
  readonly second: T;
  readonly nanosecond: T;
  readonly timeZoneOffsetSeconds: T;
  static fromStandardDate(standardDate: StandardDate, nanosecond?: NumberOrInteger): Time<number>;
  static fromString(str: string): Time;
  toString(): string;
}
export function isTime<T extends NumberOrInteger = Integer>(obj: unknown): obj is Time<T>;

declare class CypherDate<T extends NumberOrInteger = Integer> {
  constructor(year: T, month: T, day: T);
  readonly year: T;
  readonly month: T;
  readonly day: T;
  /** The day on this machine's clock. */
  static fromStandardDate(standardDate: StandardDate): CypherDate<number>;
  static fromStandardDateLocal(standardDate: StandardDate): CypherDate<number>;
  /** The day in UTC. */
  static fromStandardDateUTC(standardDate: StandardDate): CypherDate<number>;
  static fromString(str: string): CypherDate;
  /** Midnight in UTC. */
  toStandardDate(): StandardDate;
  toString(): string;
}
export { CypherDate as Date };
export function isDate<T extends NumberOrInteger = Integer>(obj: unknown): obj is CypherDate<T>;

/** A date and a time of day without a zone. */
export class LocalDateTime<T extends NumberOrInteger = Integer> {
  constructor(year: T, month: T, day: T, hour: T, minute: T, second: T, nanosecond: T);
  readonly year: T;
  readonly month: T;
  readonly day: T;
  readonly hour: T;
  readonly minute: T;
  readonly second: T;
  readonly nanosecond: T;
  static fromStandardDate(standardDate: StandardDate, nanosecond?: NumberOrInteger): LocalDateTime<number>;
  static fromString(str: string): LocalDateTime;
  /** In this machine's zone. */
  toStandardDate(): StandardDate;
  toString(): string;
}
export function isLocalDateTime<T extends NumberOrInteger = Integer>(obj: unknown): obj is LocalDateTime<T>;

/** A date and a time of day with an offset, a zone, or both. */
export class DateTime<T extends NumberOrInteger = Integer> {
  constructor(
    year: T, month: T, day: T, hour: T, minute: T, second: T, nanosecond: T, timeZoneOffsetSeconds?: T,
    timeZoneId?: string | null,
  );
  readonly year: T;
  readonly month: T;
  readonly day: T;
  readonly hour: T;
  readonly minute: T;
  readonly second: T;
  readonly nanosecond: T;
  readonly timeZoneOffsetSeconds?: T;
  readonly timeZoneId?: string;
  static fromStandardDate(standardDate: StandardDate, nanosecond?: NumberOrInteger): DateTime<number>;
  static fromString(str: string): DateTime;
  /** @throws Error for one without an offset; those that a server has sent have one */
  toStandardDate(): StandardDate;
  toString(): string;
}
export function isDateTime<T extends NumberOrInteger = Integer>(obj: unknown): obj is DateTime<T>;
