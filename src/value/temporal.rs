//! Temporal values, each in the form in which Bolt carries it, checked when made: what exists is in range.

use super::calendar::{date_from_days, days_from_date, days_in_month};

/// The years that Cypher knows: from -999,999,999 to 999,999,999.
const YEARS: std::ops::RangeInclusive<i64> = -999_999_999..=999_999_999;
const FIRST_DAY: i64 = days_from_date(*YEARS.start(), 1, 1);
const LAST_DAY: i64 = days_from_date(*YEARS.end(), 12, 31);
const SECONDS_PER_DAY: i64 = 86_400;
const NANOS_PER_SECOND: i64 = 1_000_000_000;
/// Cypher allows offsets of up to 18 hours either way.
const LARGEST_OFFSET: i32 = 18 * 3_600;

/// A part of a temporal value lies outside what Cypher knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0} is out of range")]
pub struct OutOfRange(
    /// Which part.
    pub &'static str,
);

/// A date without a time zone.
///
/// ```
/// use neo4j_wasm::value::LocalDate;
///
/// let date = LocalDate::new(2024, 2, 29)?;
/// assert_eq!((date.year(), date.month(), date.day()), (2024, 2, 29));
/// assert!(LocalDate::new(2023, 2, 29).is_err());
/// # Ok::<(), neo4j_wasm::value::OutOfRange>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LocalDate {
    days: i64,
}

impl LocalDate {
    /// From year (up to nine digits), month (1–12) and day.
    ///
    /// # Errors
    /// [`OutOfRange`] when there is no such day.
    pub fn new(year: i64, month: u8, day: u8) -> Result<Self, OutOfRange> {
        if !YEARS.contains(&year) {
            return Err(OutOfRange("year"));
        }
        if !(1..=12).contains(&month) {
            return Err(OutOfRange("month"));
        }
        if day == 0 || day > days_in_month(year, month) {
            return Err(OutOfRange("day"));
        }
        Ok(Self { days: days_from_date(year, month, day) })
    }

    /// From days since 1970-01-01.
    ///
    /// # Errors
    /// [`OutOfRange`] beyond the years that Cypher knows.
    pub fn from_days(days: i64) -> Result<Self, OutOfRange> {
        if (FIRST_DAY..=LAST_DAY).contains(&days) { Ok(Self { days }) } else { Err(OutOfRange("date")) }
    }

    /// Days since 1970-01-01.
    #[must_use]
    pub fn days(self) -> i64 {
        self.days
    }

    /// The year; 0 is the one before year 1.
    #[must_use]
    pub fn year(self) -> i64 {
        date_from_days(self.days).0
    }

    /// The month, 1 to 12.
    #[must_use]
    pub fn month(self) -> u8 {
        date_from_days(self.days).1
    }

    /// The day of the month, from 1.
    #[must_use]
    pub fn day(self) -> u8 {
        date_from_days(self.days).2
    }
}

/// A time of day without a time zone.
///
/// ```
/// use neo4j_wasm::value::LocalTime;
///
/// let time = LocalTime::new(23, 59, 30, 0)?;
/// assert_eq!((time.hour(), time.minute(), time.second()), (23, 59, 30));
/// # Ok::<(), neo4j_wasm::value::OutOfRange>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LocalTime {
    nanoseconds: i64,
}

impl LocalTime {
    /// From hour, minute, second and nanosecond.
    ///
    /// # Errors
    /// [`OutOfRange`] for a part that no clock shows.
    pub fn new(hour: u8, minute: u8, second: u8, nanosecond: u32) -> Result<Self, OutOfRange> {
        if hour > 23 {
            return Err(OutOfRange("hour"));
        }
        if minute > 59 {
            return Err(OutOfRange("minute"));
        }
        if second > 59 {
            return Err(OutOfRange("second"));
        }
        let nanosecond = nanosecond_of_second(i64::from(nanosecond))?;
        let seconds = (i64::from(hour) * 60 + i64::from(minute)) * 60 + i64::from(second);
        Ok(Self { nanoseconds: seconds * NANOS_PER_SECOND + i64::from(nanosecond) })
    }

    /// From nanoseconds since midnight.
    ///
    /// # Errors
    /// [`OutOfRange`] unless it lies within one day.
    pub fn from_nanoseconds(nanoseconds: i64) -> Result<Self, OutOfRange> {
        if (0..SECONDS_PER_DAY * NANOS_PER_SECOND).contains(&nanoseconds) {
            Ok(Self { nanoseconds })
        } else {
            Err(OutOfRange("time of day"))
        }
    }

    /// Nanoseconds since midnight.
    #[must_use]
    pub fn nanoseconds(self) -> i64 {
        self.nanoseconds
    }

    /// The hour, 0 to 23.
    #[must_use]
    pub fn hour(self) -> u8 {
        (self.nanoseconds / (3_600 * NANOS_PER_SECOND)) as u8
    }

    /// The minute, 0 to 59.
    #[must_use]
    pub fn minute(self) -> u8 {
        (self.nanoseconds / (60 * NANOS_PER_SECOND) % 60) as u8
    }

    /// The second, 0 to 59.
    #[must_use]
    pub fn second(self) -> u8 {
        (self.nanoseconds / NANOS_PER_SECOND % 60) as u8
    }

    /// The nanosecond within the second.
    #[must_use]
    pub fn nanosecond(self) -> u32 {
        (self.nanoseconds % NANOS_PER_SECOND) as u32
    }
}

/// A time of day with an offset from UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ZonedTime {
    /// What a clock there shows.
    pub time: LocalTime,
    offset_seconds: i32,
}

impl ZonedTime {
    /// From the local time and its offset from UTC, in seconds east.
    ///
    /// # Errors
    /// [`OutOfRange`] for an offset of more than 18 hours.
    pub fn new(time: LocalTime, offset_seconds: i64) -> Result<Self, OutOfRange> {
        Ok(Self { time, offset_seconds: checked_offset(offset_seconds)? })
    }

    /// Seconds east of UTC.
    #[must_use]
    pub fn offset_seconds(self) -> i32 {
        self.offset_seconds
    }
}

/// A date and a time of day without a time zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LocalDateTime {
    seconds: i64,
    nanosecond: u32,
}

impl LocalDateTime {
    /// From a date and a time.
    #[must_use]
    pub fn new(date: LocalDate, time: LocalTime) -> Self {
        Self {
            seconds: date.days * SECONDS_PER_DAY + time.nanoseconds / NANOS_PER_SECOND,
            nanosecond: time.nanosecond(),
        }
    }

    /// From seconds since 1970-01-01T00:00:00 on the same clock, and nanoseconds within the second.
    ///
    /// # Errors
    /// [`OutOfRange`] beyond the years that Cypher knows, or a nanosecond beyond 999,999,999.
    pub fn from_seconds(seconds: i64, nanosecond: i64) -> Result<Self, OutOfRange> {
        LocalDate::from_days(seconds.div_euclid(SECONDS_PER_DAY))?;
        Ok(Self { seconds, nanosecond: nanosecond_of_second(nanosecond)? })
    }

    /// Seconds since 1970-01-01T00:00:00 on the same clock.
    #[must_use]
    pub fn seconds(self) -> i64 {
        self.seconds
    }

    /// The nanosecond within the second.
    #[must_use]
    pub fn nanosecond(self) -> u32 {
        self.nanosecond
    }

    /// The date.
    #[must_use]
    pub fn date(self) -> LocalDate {
        LocalDate { days: self.seconds.div_euclid(SECONDS_PER_DAY) }
    }

    /// The time of day.
    #[must_use]
    pub fn time(self) -> LocalTime {
        let seconds = self.seconds.rem_euclid(SECONDS_PER_DAY);
        LocalTime { nanoseconds: seconds * NANOS_PER_SECOND + i64::from(self.nanosecond) }
    }
}

/// Which clock the seconds of a [`ZonedDateTime`] were read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EpochSeconds {
    /// Seconds since 1970-01-01T00:00:00 UTC: what every server from Neo4j 5 says.
    Utc(i64),
    /// Seconds since 1970-01-01T00:00:00 on the zone's own clock: what Neo4j 4.4 says to a driver without the UTC
    /// patch.
    Local(i64),
}

/// Where a [`ZonedDateTime`] belongs.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum TimeZone {
    /// Seconds east of UTC.
    Offset(i32),
    /// A zone of the IANA database, such as `Europe/Stockholm`.
    Named {
        /// Its name.
        name: String,
        /// Seconds east of UTC at that instant, where it is known. The crate carries no time-zone database, so what
        /// is received never has it. It is needed only to send to a server that speaks the legacy form.
        offset_seconds: Option<i32>,
    },
}

/// A date and time with a time zone.
///
/// ```
/// use neo4j_wasm::value::{EpochSeconds, TimeZone, ZonedDateTime};
///
/// let zone = TimeZone::Named { name: "Europe/Stockholm".into(), offset_seconds: None };
/// let time = ZonedDateTime::new(EpochSeconds::Utc(1_700_000_000), 0, zone)?;
/// assert_eq!(time.utc_seconds(), Some(1_700_000_000));
/// assert_eq!(time.local_seconds(), None, "a time-zone database would know");
/// # Ok::<(), neo4j_wasm::value::OutOfRange>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ZonedDateTime {
    seconds: EpochSeconds,
    nanosecond: u32,
    zone: TimeZone,
}

impl ZonedDateTime {
    /// From seconds, nanoseconds within the second, and a zone.
    ///
    /// # Errors
    /// [`OutOfRange`] for years beyond nine digits, a nanosecond beyond 999,999,999 or an offset of more than 18
    /// hours.
    pub fn new(seconds: EpochSeconds, nanosecond: i64, zone: TimeZone) -> Result<Self, OutOfRange> {
        let (EpochSeconds::Utc(count) | EpochSeconds::Local(count)) = seconds;
        // A day more on either side: the zone may shift the instant over the edge.
        if !(FIRST_DAY - 1..=LAST_DAY + 1).contains(&count.div_euclid(SECONDS_PER_DAY)) {
            return Err(OutOfRange("date"));
        }
        if let TimeZone::Offset(offset) | TimeZone::Named { offset_seconds: Some(offset), .. } = &zone {
            checked_offset(i64::from(*offset))?;
        }
        Ok(Self { seconds, nanosecond: nanosecond_of_second(nanosecond)?, zone })
    }

    /// The seconds, and the clock they were read from.
    #[must_use]
    pub fn seconds(&self) -> EpochSeconds {
        self.seconds
    }

    /// The nanosecond within the second.
    #[must_use]
    pub fn nanosecond(&self) -> u32 {
        self.nanosecond
    }

    /// The zone.
    #[must_use]
    pub fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// Seconds east of UTC, where that is known without a time-zone database.
    #[must_use]
    pub fn offset_seconds(&self) -> Option<i32> {
        match &self.zone {
            TimeZone::Offset(offset) => Some(*offset),
            TimeZone::Named { offset_seconds, .. } => *offset_seconds,
        }
    }

    /// Seconds since 1970-01-01T00:00:00 UTC, where that is known.
    #[must_use]
    pub fn utc_seconds(&self) -> Option<i64> {
        match self.seconds {
            EpochSeconds::Utc(seconds) => Some(seconds),
            EpochSeconds::Local(seconds) => self.offset_seconds().map(|offset| seconds - i64::from(offset)),
        }
    }

    /// Seconds since 1970-01-01T00:00:00 on the zone's own clock, where that is known.
    #[must_use]
    pub fn local_seconds(&self) -> Option<i64> {
        match self.seconds {
            EpochSeconds::Local(seconds) => Some(seconds),
            EpochSeconds::Utc(seconds) => self.offset_seconds().map(|offset| seconds + i64::from(offset)),
        }
    }
}

/// An amount of time. Its parts do not convert into each other: a month has no fixed number of days.
///
/// ```
/// use neo4j_wasm::value::{Duration, Value};
///
/// let month_and_a_half = Duration { months: 1, days: 15, seconds: 0, nanoseconds: 0 };
/// assert_eq!(Value::from(month_and_a_half).type_name(), "DURATION");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Duration {
    /// Months.
    pub months: i64,
    /// Days.
    pub days: i64,
    /// Seconds.
    pub seconds: i64,
    /// Nanoseconds.
    pub nanoseconds: i32,
}

impl Duration {
    pub(crate) fn new(months: i64, days: i64, seconds: i64, nanoseconds: i64) -> Result<Self, OutOfRange> {
        let nanoseconds = i32::try_from(nanoseconds).map_err(|_| OutOfRange("nanoseconds of a duration"))?;
        Ok(Self { months, days, seconds, nanoseconds })
    }
}

fn checked_offset(seconds: i64) -> Result<i32, OutOfRange> {
    i32::try_from(seconds).ok().filter(|offset| offset.abs() <= LARGEST_OFFSET).ok_or(OutOfRange("offset from UTC"))
}

fn nanosecond_of_second(nanosecond: i64) -> Result<u32, OutOfRange> {
    if (0..NANOS_PER_SECOND).contains(&nanosecond) { Ok(nanosecond as u32) } else { Err(OutOfRange("nanosecond")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_local_date_time_is_its_date_and_its_time() {
        let date = LocalDate::new(-1, 12, 31).unwrap();
        let time = LocalTime::new(23, 59, 58, 999_999_999).unwrap();
        let both = LocalDateTime::new(date, time);
        assert_eq!((both.date(), both.time()), (date, time));
        assert_eq!((time.hour(), time.minute(), time.second(), time.nanosecond()), (23, 59, 58, 999_999_999));
    }

    #[test]
    fn nothing_out_of_range_comes_to_exist() {
        for seconds in [i64::MIN, i64::MAX, (LAST_DAY + 1) * SECONDS_PER_DAY, FIRST_DAY * SECONDS_PER_DAY - 1] {
            assert!(LocalDateTime::from_seconds(seconds, 0).is_err());
        }
        for nanosecond in [-1, NANOS_PER_SECOND, i64::MIN, i64::MAX] {
            assert!(LocalDateTime::from_seconds(0, nanosecond).is_err());
            assert!(ZonedDateTime::new(EpochSeconds::Utc(0), nanosecond, TimeZone::Offset(0)).is_err());
        }
        for days in [i64::MIN, i64::MAX, FIRST_DAY - 1, LAST_DAY + 1] {
            assert!(LocalDate::from_days(days).is_err());
        }
        for offset in [i64::MIN, -64_801, 64_801, i64::MAX] {
            assert!(ZonedTime::new(LocalTime::from_nanoseconds(0).unwrap(), offset).is_err());
        }
        assert!(LocalTime::from_nanoseconds(-1).is_err());
        assert!(LocalTime::from_nanoseconds(86_400 * NANOS_PER_SECOND).is_err());
        assert!(LocalTime::new(24, 0, 0, 0).is_err() && LocalTime::new(0, 60, 0, 0).is_err());
        assert!(LocalTime::new(0, 0, 60, 0).is_err() && LocalTime::new(0, 0, 0, 1_000_000_000).is_err());
    }

    #[test]
    fn the_clocks_of_a_zoned_date_time_differ_by_its_offset() {
        let utc = ZonedDateTime::new(EpochSeconds::Utc(1_000), 0, TimeZone::Offset(3_600)).unwrap();
        assert_eq!((utc.utc_seconds(), utc.local_seconds()), (Some(1_000), Some(4_600)));
        let zone = TimeZone::Named { name: "Europe/Paris".into(), offset_seconds: None };
        let local = ZonedDateTime::new(EpochSeconds::Local(1_000), 0, zone).unwrap();
        assert_eq!((local.utc_seconds(), local.local_seconds()), (None, Some(1_000)));
    }
}
