// Temporal values. Each prints as ISO 8601 (a Duration as Cypher prints it), in JSON too.

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
  readonly year: number;
  readonly month: number;
  readonly day: number;
  toString(): string;
  toJSON(): string;
  /** As a `Temporal.PlainDate`. @throws UsageError `TemporalMissing` where the runtime has no `Temporal` */
  toTemporal(): any;
}

/** A `LOCAL TIME`: a time of day without a time zone. */
export class LocalTime {
  /** @throws UsageError `InvalidValue` for a part that no clock shows */
  constructor(hour: number, minute?: number, second?: number, nanosecond?: number);
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  /** Within the second, 0 to 999,999,999. */
  readonly nanosecond: number;
  toString(): string;
  toJSON(): string;
  /** As a `Temporal.PlainTime`. @throws UsageError `TemporalMissing` where the runtime has no `Temporal` */
  toTemporal(): any;
}

/** A `ZONED TIME`: a time of day with an offset from UTC. */
export class ZonedTime {
  /** @throws UsageError `InvalidValue` for a part that no clock shows, or an offset beyond 18 hours */
  constructor(hour: number, minute: number, second: number, nanosecond: number, offsetSeconds: number);
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  /** Within the second, 0 to 999,999,999. */
  readonly nanosecond: number;
  /** Seconds east of UTC. */
  readonly offsetSeconds: number;
  toString(): string;
  toJSON(): string;
}

/** A `LOCAL DATETIME`: a date and a time of day without a time zone. */
export class LocalDateTime {
  /** @throws UsageError `InvalidValue` for a day or a time that does not exist */
  constructor(
    year: number,
    month: number,
    day: number,
    hour?: number,
    minute?: number,
    second?: number,
    nanosecond?: number,
  );
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  /** Within the second, 0 to 999,999,999. */
  readonly nanosecond: number;
  toString(): string;
  toJSON(): string;
  /** As a `Temporal.PlainDateTime`. @throws UsageError `TemporalMissing` where the runtime has no `Temporal` */
  toTemporal(): any;
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
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  /** Within the second, 0 to 999,999,999. */
  readonly nanosecond: number;
  /** Seconds east of UTC. */
  readonly offsetSeconds: number;
  /** The named zone, if there is one. */
  readonly timeZone: string | undefined;
  toString(): string;
  toJSON(): string;
  /** The instant, to the millisecond. @throws UsageError `InvalidValue` beyond the years of a `Date` */
  toDate(): Date;
  /** As a `Temporal.ZonedDateTime`. @throws UsageError `TemporalMissing` where the runtime has no `Temporal` */
  toTemporal(): any;
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
  toString(): string;
  toJSON(): string;
  /**
   * As a `Temporal.Duration`, which cannot mix signs.
   * @throws UsageError `TemporalMissing` where the runtime has no `Temporal`
   */
  toTemporal(): any;
}
