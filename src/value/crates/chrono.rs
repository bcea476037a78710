//! Temporal values of the crate `chrono`. It has leap seconds, which Cypher has not, and years of six digits.

use chrono::{
    DateTime, Datelike, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone as Zone, Timelike, Utc,
};

use super::temporal::{lasting, length, moment, unfit};
use super::{read, sent};
use crate::value::{
    Duration, EpochSeconds, LocalDate, LocalDateTime, LocalTime, TimeZone, WrongType, ZonedDateTime, ZonedTime,
};

impl From<NaiveDate> for LocalDate {
    fn from(date: NaiveDate) -> Self {
        Self::new(date.year().into(), date.month() as u8, date.day() as u8)
            .expect("every date of chrono is one of Cypher")
    }
}

impl TryFrom<LocalDate> for NaiveDate {
    type Error = WrongType;

    fn try_from(date: LocalDate) -> Result<Self, WrongType> {
        let year = i32::try_from(date.year()).ok();
        let read = year.and_then(|year| Self::from_ymd_opt(year, date.month().into(), date.day().into()));
        read.ok_or_else(|| unfit("chrono::NaiveDate", "DATE", date, "its year is too far away"))
    }
}

impl TryFrom<NaiveTime> for LocalTime {
    type Error = WrongType;

    fn try_from(time: NaiveTime) -> Result<Self, WrongType> {
        let read = Self::new(time.hour() as u8, time.minute() as u8, time.second() as u8, time.nanosecond());
        read.map_err(|_| unfit("LOCAL TIME", "chrono::NaiveTime", time, "there are no leap seconds in Cypher"))
    }
}

impl TryFrom<LocalTime> for NaiveTime {
    type Error = WrongType;

    fn try_from(time: LocalTime) -> Result<Self, WrongType> {
        let [hour, minute, second] = [time.hour(), time.minute(), time.second()].map(u32::from);
        let read = Self::from_hms_nano_opt(hour, minute, second, time.nanosecond());
        read.ok_or_else(|| unfit("chrono::NaiveTime", "LOCAL TIME", time, "no such time"))
    }
}

impl TryFrom<NaiveDateTime> for LocalDateTime {
    type Error = WrongType;

    fn try_from(time: NaiveDateTime) -> Result<Self, WrongType> {
        Ok(Self::new(time.date().into(), time.time().try_into()?))
    }
}

impl TryFrom<LocalDateTime> for NaiveDateTime {
    type Error = WrongType;

    fn try_from(time: LocalDateTime) -> Result<Self, WrongType> {
        Ok(Self::new(time.date().try_into()?, time.time().try_into()?))
    }
}

impl TryFrom<(NaiveTime, FixedOffset)> for ZonedTime {
    type Error = WrongType;

    fn try_from((time, offset): (NaiveTime, FixedOffset)) -> Result<Self, WrongType> {
        let read = Self::new(time.try_into()?, offset.local_minus_utc().into());
        read.map_err(|why| unfit("ZONED TIME", "an offset of chrono", offset, why))
    }
}

impl TryFrom<ZonedTime> for (NaiveTime, FixedOffset) {
    type Error = WrongType;

    fn try_from(time: ZonedTime) -> Result<Self, WrongType> {
        let offset = FixedOffset::east_opt(time.offset_seconds());
        let offset = offset.ok_or_else(|| unfit("chrono::FixedOffset", "ZONED TIME", time, "no such offset"))?;
        Ok((time.time.try_into()?, offset))
    }
}

/// With the offset that its zone has then, without the zone's name.
impl<Tz: Zone> TryFrom<DateTime<Tz>> for ZonedDateTime {
    type Error = WrongType;

    fn try_from(time: DateTime<Tz>) -> Result<Self, WrongType> {
        let time = time.fixed_offset();
        let zone = TimeZone::Offset(time.offset().local_minus_utc());
        let nanosecond = time.timestamp_subsec_nanos();
        let read = Self::new(EpochSeconds::Utc(time.timestamp()), nanosecond.into(), zone);
        let why = "there are no leap seconds in Cypher, nor offsets of more than 18 hours";
        read.map_err(|_| unfit("ZONED DATETIME", "chrono::DateTime", time, why))
    }
}

impl TryFrom<ZonedDateTime> for DateTime<Utc> {
    type Error = WrongType;

    fn try_from(time: ZonedDateTime) -> Result<Self, WrongType> {
        let theirs = "chrono::DateTime";
        let read = Self::from_timestamp(moment(theirs, &time)?, time.nanosecond());
        read.ok_or_else(|| unfit(theirs, "ZONED DATETIME", &time, "its year is too far away"))
    }
}

impl TryFrom<ZonedDateTime> for DateTime<FixedOffset> {
    type Error = WrongType;

    fn try_from(time: ZonedDateTime) -> Result<Self, WrongType> {
        let offset = time.offset_seconds().and_then(FixedOffset::east_opt).ok_or_else(|| {
            let why = "the offset of its zone is not known: read it as DateTime<Utc>";
            unfit("chrono::DateTime<FixedOffset>", "ZONED DATETIME", &time, why)
        })?;
        Ok(DateTime::<Utc>::try_from(time)?.with_timezone(&offset))
    }
}

impl From<TimeDelta> for Duration {
    fn from(delta: TimeDelta) -> Self {
        lasting(delta.num_seconds(), delta.subsec_nanos())
    }
}

impl TryFrom<Duration> for TimeDelta {
    type Error = WrongType;

    fn try_from(duration: Duration) -> Result<Self, WrongType> {
        length("chrono::TimeDelta", duration, |seconds, nanoseconds| {
            Self::try_seconds(seconds)?.checked_add(&Self::nanoseconds(nanoseconds))
        })
    }
}

read! {
    NaiveDate: LocalDate,
    NaiveTime: LocalTime,
    NaiveDateTime: LocalDateTime,
    (NaiveTime, FixedOffset): ZonedTime,
    DateTime<Utc>: ZonedDateTime,
    DateTime<FixedOffset>: ZonedDateTime,
    TimeDelta: Duration,
}

sent! {
    NaiveDate: LocalDate,
    TimeDelta: Duration,
}

#[cfg(test)]
mod tests {
    use std::fmt::Debug;

    use super::*;
    use crate::value::{FromValue, Value};

    fn same<O: TryFrom<T, Error: Debug> + Into<Value>, T: FromValue + Clone + PartialEq + Debug>(value: T) {
        let ours: Value = O::try_from(value.clone()).unwrap().into();
        assert_eq!(T::from_value(ours), Ok(value));
    }

    #[test]
    fn what_both_have_comes_back() {
        let time = NaiveTime::from_hms_nano_opt(23, 59, 59, 999_999_999).unwrap();
        let offset = FixedOffset::east_opt(-5_400).unwrap();
        for date in [NaiveDate::MIN, NaiveDate::MAX, NaiveDate::from_ymd_opt(2024, 2, 29).unwrap()] {
            same::<LocalDate, _>(date);
            same::<LocalDateTime, _>(date.and_time(time));
        }
        same::<LocalTime, _>(time);
        same::<ZonedTime, _>((time, offset));
        let instant = DateTime::from_timestamp(-1, 500_000_000).unwrap();
        same::<ZonedDateTime, _>(instant);
        same::<ZonedDateTime, _>(instant.with_timezone(&offset));
        for delta in [TimeDelta::zero(), TimeDelta::milliseconds(-1_500), TimeDelta::MAX, TimeDelta::MIN] {
            same::<Duration, _>(delta);
        }
        let shown = ZonedDateTime::try_from(instant.with_timezone(&offset)).unwrap().to_string();
        assert_eq!(shown, "1969-12-31T22:29:59.5-01:30");
    }

    #[test]
    fn what_does_not_fit_says_why() {
        fn wrong<T: FromValue + Debug>(value: impl Into<Value>) -> String {
            T::from_value(value.into()).unwrap_err().to_string()
        }
        let far = LocalDate::new(999_999_999, 1, 1).unwrap();
        let said = "expected chrono::NaiveDate, found DATE: +999999999-01-01 does not fit: its year is too far away";
        assert_eq!(wrong::<NaiveDate>(far), said);
        let leap = NaiveTime::from_hms_nano_opt(23, 59, 59, 1_500_000_000).unwrap();
        assert!(LocalTime::try_from(leap).unwrap_err().to_string().contains("no leap seconds"));
        let zone = TimeZone::Named { name: "Europe/Paris".into(), offset_seconds: None };
        let instant = ZonedDateTime::new(EpochSeconds::Utc(0), 0, zone).unwrap();
        assert!(wrong::<DateTime<FixedOffset>>(instant.clone()).contains("read it as DateTime<Utc>"));
        assert_eq!(DateTime::<Utc>::from_value(instant.into()), Ok(DateTime::UNIX_EPOCH));
        let month = Duration { months: 1, days: 0, seconds: 0, nanoseconds: 0 };
        assert!(wrong::<TimeDelta>(month).contains("no fixed length"));
        let long = Duration { months: 0, days: 0, seconds: i64::MAX, nanoseconds: 0 };
        assert!(wrong::<TimeDelta>(long).contains("too many seconds"));
    }
}
