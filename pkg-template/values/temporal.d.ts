// Temporal values. Each prints as ISO 8601 (a Duration as Cypher prints it), in JSON too.
//
// Their fields are their own and plain: a clone (`structuredClone`, `postMessage`) has lost the methods, and keeps them all.

/** An instance of a class of `Temporal`, where TypeScript knows of it: by its library `esnext.temporal`, or a polyfill's. */
export type TemporalClass<Name extends string> = typeof globalThis extends {
  Temporal: { [K in Name]: { prototype: infer T } };
} ? T : any;

/**
 * A `DATE`.
 *
 * @example
 * new LocalDate(2024, 2, 29).toString() // "2024-02-29"
 */
export class LocalDate {
  /**
   * @param year -999,999,999 to 999,999,999
   * @param month 1 to 12
   * @param day from 1
   * @throws UsageError `InvalidValue` when there is no such day
   */
  constructor(year: number, month: number, day: number);
  /** -999,999,999 to 999,999,999. */
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  /** Of the month, from 1. */
  readonly day: number;
  /** As ISO 8601 has it. */
  toString(): string;
  /** The same. */
  toJSON(): string;
  /**
   * As a `Temporal.PlainDate`.
   * @throws UsageError `TemporalMissing` where the runtime has no `Temporal`, `InvalidValue` for what it cannot hold
   */
  toTemporal(): TemporalClass<"PlainDate">;
  /**
   * Its midnight, in a time zone of the IANA database, or in the runtime's own. Where clocks skip midnight, the first
   * moment of the day. To the other side: `ZonedDateTime.from(date, zone)`.
   *
   * @throws UsageError `InvalidValue` for an unknown zone, or beyond the years of a `Date`
   * @example
   * new LocalDate(2024, 2, 29).toDate("UTC").toISOString() // "2024-02-29T00:00:00.000Z"
   */
  toDate(timeZone?: string): Date;
}

/** A `LOCAL TIME`: a time of day without a time zone. */
export class LocalTime {
  /** What is left out is 0. @throws UsageError `InvalidValue` for a part that no clock shows */
  constructor(hour: number, minute?: number, second?: number, nanosecond?: number);
  /** 0 to 23. */
  readonly hour: number;
  /** 0 to 59. */
  readonly minute: number;
  /** 0 to 59: Cypher has no leap seconds. */
  readonly second: number;
  /** Within the second, 0 to 999,999,999. */
  readonly nanosecond: number;
  /** As ISO 8601 has it. */
  toString(): string;
  /** The same. */
  toJSON(): string;
  /**
   * As a `Temporal.PlainTime`.
   * @throws UsageError `TemporalMissing` where the runtime has no `Temporal`, `InvalidValue` for what it cannot hold
   */
  toTemporal(): TemporalClass<"PlainTime">;
}

/** A `ZONED TIME`: a time of day with an offset from UTC. Neither a `Date` nor `Temporal` has the like. */
export class ZonedTime {
  /**
   * @param offsetSeconds seconds east of UTC, at most 18 hours
   * @throws UsageError `InvalidValue` for a part that no clock shows, or an offset beyond 18 hours
   */
  constructor(hour: number, minute: number, second: number, nanosecond: number, offsetSeconds: number);
  /** 0 to 23. */
  readonly hour: number;
  /** 0 to 59. */
  readonly minute: number;
  /** 0 to 59: Cypher has no leap seconds. */
  readonly second: number;
  /** Within the second, 0 to 999,999,999. */
  readonly nanosecond: number;
  /** Seconds east of UTC. */
  readonly offsetSeconds: number;
  /** As ISO 8601 has it. */
  toString(): string;
  /** The same. */
  toJSON(): string;
}

/** A `LOCAL DATETIME`: a date and a time of day without a time zone. */
export class LocalDateTime {
  /** What is left out is 0. @throws UsageError `InvalidValue` for a day or a time that does not exist */
  constructor(
    year: number,
    month: number,
    day: number,
    hour?: number,
    minute?: number,
    second?: number,
    nanosecond?: number,
  );
  /** -999,999,999 to 999,999,999. */
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  /** Of the month, from 1. */
  readonly day: number;
  /** 0 to 23. */
  readonly hour: number;
  /** 0 to 59. */
  readonly minute: number;
  /** 0 to 59: Cypher has no leap seconds. */
  readonly second: number;
  /** Within the second, 0 to 999,999,999. */
  readonly nanosecond: number;
  /** As ISO 8601 has it. */
  toString(): string;
  /** The same. */
  toJSON(): string;
  /**
   * As a `Temporal.PlainDateTime`.
   * @throws UsageError `TemporalMissing` where the runtime has no `Temporal`, `InvalidValue` for what it cannot hold
   */
  toTemporal(): TemporalClass<"PlainDateTime">;
  /**
   * When clocks show it, to the millisecond, in a time zone of the IANA database, or in the runtime's own. A time that
   * clocks skip is moved forward as they are; of a time that they show twice the first is meant.
   * @throws UsageError `InvalidValue` for an unknown zone, or beyond the years of a `Date`
   */
  toDate(timeZone?: string): Date;
}

/**
 * A `ZONED DATETIME`: a date and time of day, with an offset from UTC, a named time zone, or both.
 *
 * @example
 * new ZonedDateTime(2024, 7, 1, 12, 0, 0, 0, 7_200).toString()
 * // "2024-07-01T12:00:00+02:00"
 * @example The offset of a named zone is found
 * new ZonedDateTime(2024, 7, 1, 12, 0, 0, 0, undefined, "Europe/Paris").toString()
 * // "2024-07-01T12:00:00+02:00[Europe/Paris]"
 */
export class ZonedDateTime {
  /**
   * The parts are those of a clock in the zone. With a zone and no offset, a time that clocks skip is moved forward
   * as they are, and of a time they show twice the first is meant.
   *
   * @param offsetSeconds seconds east of UTC, at most 18 hours; may be left `undefined` when there is a zone
   * @param timeZone a name of the IANA database
   * @throws UsageError `InvalidValue` for what does not exist, an offset that the zone does not have then, or a zone
   * that the runtime does not know without an offset
   */
  constructor(
    year: number,
    month: number,
    day: number,
    hour: number,
    minute: number,
    second: number,
    nanosecond: number,
    offsetSeconds: number | undefined,
    timeZone?: string | undefined,
  );
  /**
   * The instant of a `Date`, in a time zone of the IANA database, or in UTC.
   * @throws UsageError `InvalidValue` for an invalid date or an unknown zone
   */
  static from(date: Date, timeZone?: string): ZonedDateTime;
  /** -999,999,999 to 999,999,999. */
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  /** Of the month, from 1. */
  readonly day: number;
  /** 0 to 23. */
  readonly hour: number;
  /** 0 to 59. */
  readonly minute: number;
  /** 0 to 59: Cypher has no leap seconds. */
  readonly second: number;
  /** Within the second, 0 to 999,999,999. */
  readonly nanosecond: number;
  /** Seconds east of UTC. */
  readonly offsetSeconds: number;
  /** The named zone, if there is one. */
  readonly timeZone: string | undefined;
  /** As ISO 8601 has it. */
  toString(): string;
  /** The same. */
  toJSON(): string;
  /** The instant, to the millisecond. @throws UsageError `InvalidValue` beyond the years of a `Date` */
  toDate(): Date;
  /**
   * As a `Temporal.ZonedDateTime`.
   * @throws UsageError `TemporalMissing` where the runtime has no `Temporal`, `InvalidValue` for what it cannot hold
   */
  toTemporal(): TemporalClass<"ZonedDateTime">;
}

/**
 * A `DURATION`. Its parts do not convert into each other: a month has no fixed number of days.
 *
 * @example
 * new Duration(14, 3, 4, 500_000_000).toString() // "P1Y2M3DT4.5S"
 */
export class Duration {
  /** All parts are 0 when left out. @throws UsageError `InvalidValue` for parts that are not integers in range */
  constructor(
    months?: number | bigint,
    days?: number | bigint,
    seconds?: number | bigint,
    nanoseconds?: number,
  );
  /** A number wherever that is exact, whatever `integers` says. */
  readonly months: number | bigint;
  /** A number wherever that is exact, whatever `integers` says. */
  readonly days: number | bigint;
  /** A number wherever that is exact, whatever `integers` says. */
  readonly seconds: number | bigint;
  /** To be added to the seconds; a 32-bit integer. */
  readonly nanoseconds: number;
  /** As Cypher prints it: `P1Y2M3DT4.5S`; each part keeps its sign. */
  toString(): string;
  /** The same. */
  toJSON(): string;
  /**
   * As a `Temporal.Duration`.
   * @throws UsageError `TemporalMissing` where the runtime has no `Temporal`, `InvalidValue` for parts of mixed signs
   */
  toTemporal(): TemporalClass<"Duration">;
}
