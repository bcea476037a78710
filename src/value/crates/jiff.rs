//! Temporal values of the crate `jiff`. Its years have four digits, Cypher's nine; a span of its has one sign.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{Offset, TimeZone as Zone};
use jiff::{SignedDuration, Span, Timestamp, Zoned};

use super::temporal::{lasting, length, moment, unfit};
use super::{read, sent};
use crate::value::{
    Duration, EpochSeconds, LocalDate, LocalDateTime, LocalTime, TimeZone, WrongType, ZonedDateTime, ZonedTime,
};

const NANOS_PER_SECOND: i128 = 1_000_000_000;

impl From<Date> for LocalDate {
    fn from(date: Date) -> Self {
        let (month, day) = (date.month().unsigned_abs(), date.day().unsigned_abs());
        Self::new(date.year().into(), month, day).expect("every date of jiff is one of Cypher")
    }
}

impl TryFrom<LocalDate> for Date {
    type Error = WrongType;

    fn try_from(date: LocalDate) -> Result<Self, WrongType> {
        let unfit = |why: &str| unfit("jiff::civil::Date", "DATE", date, why);
        let year = date.year().try_into().map_err(|_| unfit("its year has more than four digits"))?;
        Self::new(year, date.month().cast_signed(), date.day().cast_signed()).map_err(|why| unfit(&why.to_string()))
    }
}

impl From<Time> for LocalTime {
    fn from(time: Time) -> Self {
        let [hour, minute, second] = [time.hour(), time.minute(), time.second()].map(i8::unsigned_abs);
        let nanosecond = time.subsec_nanosecond().unsigned_abs();
        Self::new(hour, minute, second, nanosecond).expect("every time of jiff is one of Cypher")
    }
}

impl From<LocalTime> for Time {
    fn from(time: LocalTime) -> Self {
        let [hour, minute, second] = [time.hour(), time.minute(), time.second()].map(u8::cast_signed);
        Self::constant(hour, minute, second, time.nanosecond().cast_signed())
    }
}

impl From<DateTime> for LocalDateTime {
    fn from(time: DateTime) -> Self {
        Self::new(time.date().into(), time.time().into())
    }
}

impl TryFrom<LocalDateTime> for DateTime {
    type Error = WrongType;

    fn try_from(time: LocalDateTime) -> Result<Self, WrongType> {
        Ok(Self::from_parts(time.date().try_into()?, time.time().into()))
    }
}

impl TryFrom<(Time, Offset)> for ZonedTime {
    type Error = WrongType;

    fn try_from((time, offset): (Time, Offset)) -> Result<Self, WrongType> {
        let read = Self::new(time.into(), offset.seconds().into());
        read.map_err(|why| unfit("ZONED TIME", "an offset of jiff", offset, why))
    }
}

impl From<ZonedTime> for (Time, Offset) {
    fn from(time: ZonedTime) -> Self {
        let offset = Offset::from_seconds(time.offset_seconds()).expect("every offset of Cypher is one of jiff");
        (time.time.into(), offset)
    }
}

/// In UTC.
impl From<Timestamp> for ZonedDateTime {
    fn from(timestamp: Timestamp) -> Self {
        in_zone(timestamp, TimeZone::Offset(0)).expect("every timestamp of jiff is one of Cypher")
    }
}

fn in_zone(timestamp: Timestamp, zone: TimeZone) -> Result<ZonedDateTime, crate::value::OutOfRange> {
    let nanos = timestamp.as_nanosecond();
    let seconds = EpochSeconds::Utc(nanos.div_euclid(NANOS_PER_SECOND) as i64);
    ZonedDateTime::new(seconds, nanos.rem_euclid(NANOS_PER_SECOND) as i64, zone)
}

impl TryFrom<ZonedDateTime> for Timestamp {
    type Error = WrongType;

    fn try_from(time: ZonedDateTime) -> Result<Self, WrongType> {
        let theirs = "jiff::Timestamp";
        let read = Self::new(moment(theirs, &time)?, time.nanosecond().cast_signed());
        read.map_err(|why| unfit(theirs, "ZONED DATETIME", &time, why))
    }
}

impl TryFrom<&Zoned> for ZonedDateTime {
    type Error = WrongType;

    fn try_from(time: &Zoned) -> Result<Self, WrongType> {
        let offset = time.offset().seconds();
        let zone = match time.time_zone().iana_name() {
            Some(name) => TimeZone::Named { name: name.to_owned(), offset_seconds: Some(offset) },
            None => TimeZone::Offset(offset),
        };
        in_zone(time.timestamp(), zone).map_err(|why| unfit("ZONED DATETIME", "jiff::Zoned", time, why))
    }
}

impl TryFrom<Zoned> for ZonedDateTime {
    type Error = WrongType;

    fn try_from(time: Zoned) -> Result<Self, WrongType> {
        (&time).try_into()
    }
}

/// A zone that has a name is looked up in the database that jiff was built with.
impl TryFrom<ZonedDateTime> for Zoned {
    type Error = WrongType;

    fn try_from(time: ZonedDateTime) -> Result<Self, WrongType> {
        let unfit = |why: jiff::Error| unfit("jiff::Zoned", "ZONED DATETIME", &time, why);
        let zone = match time.zone() {
            TimeZone::Offset(offset) => Zone::fixed(Offset::from_seconds(*offset).map_err(unfit)?),
            TimeZone::Named { name, .. } => Zone::get(name).map_err(unfit)?,
        };
        match (time.utc_seconds(), time.seconds()) {
            (None, EpochSeconds::Local(seconds)) => {
                let local = LocalDateTime::from_seconds(seconds, time.nanosecond().into());
                let local = local.map_err(|why| WrongType::said(why.to_string()))?;
                zone.to_zoned(local.try_into()?).map_err(unfit)
            }
            _ => Ok(Timestamp::try_from(time.clone())?.to_zoned(zone)),
        }
    }
}

/// Years are twelve months, weeks seven days, hours and minutes seconds.
impl From<Span> for Duration {
    fn from(span: Span) -> Self {
        let seconds = i128::from(span.get_hours()) * 3_600 + i128::from(span.get_minutes()) * 60;
        let seconds = seconds + i128::from(span.get_seconds());
        let nanos = i128::from(span.get_milliseconds()) * 1_000_000 + i128::from(span.get_microseconds()) * 1_000;
        let nanos = seconds * NANOS_PER_SECOND + nanos + i128::from(span.get_nanoseconds());
        Self {
            months: i64::from(span.get_years()) * 12 + i64::from(span.get_months()),
            days: i64::from(span.get_weeks()) * 7 + i64::from(span.get_days()),
            seconds: nanos.div_euclid(NANOS_PER_SECOND) as i64,
            nanoseconds: nanos.rem_euclid(NANOS_PER_SECOND) as i32,
        }
    }
}

impl TryFrom<Duration> for Span {
    type Error = WrongType;

    fn try_from(duration: Duration) -> Result<Self, WrongType> {
        let unfit = |why: &str| unfit("jiff::Span", "DURATION", duration, why);
        let nanos = i128::from(duration.seconds) * NANOS_PER_SECOND + i128::from(duration.nanoseconds);
        let parts = [duration.months.into(), duration.days.into(), nanos];
        if parts.iter().any(|part: &i128| *part < 0) && parts.iter().any(|part| *part > 0) {
            return Err(unfit("its parts have different signs"));
        }
        let seconds = i64::try_from(nanos / NANOS_PER_SECOND).map_err(|_| unfit("too many seconds"))?;
        Self::new()
            .try_months(duration.months)
            .and_then(|span| span.try_days(duration.days))
            .and_then(|span| span.try_seconds(seconds))
            .and_then(|span| span.try_nanoseconds((nanos % NANOS_PER_SECOND) as i64))
            .map_err(|why| unfit(&why.to_string()))
    }
}

impl From<SignedDuration> for Duration {
    fn from(duration: SignedDuration) -> Self {
        lasting(duration.as_secs(), duration.subsec_nanos())
    }
}

impl TryFrom<Duration> for SignedDuration {
    type Error = WrongType;

    fn try_from(duration: Duration) -> Result<Self, WrongType> {
        length("jiff::SignedDuration", duration, |seconds, nanoseconds| {
            Self::from_secs(seconds).checked_add(Self::from_nanos(nanoseconds))
        })
    }
}

read! {
    Date: LocalDate,
    Time: LocalTime,
    DateTime: LocalDateTime,
    (Time, Offset): ZonedTime,
    Timestamp: ZonedDateTime,
    Zoned: ZonedDateTime,
    Span: Duration,
    SignedDuration: Duration,
}

sent! {
    Date: LocalDate,
    Time: LocalTime,
    DateTime: LocalDateTime,
    Timestamp: ZonedDateTime,
    Span: Duration,
    SignedDuration: Duration,
}

#[cfg(test)]
mod tests {
    use std::fmt::Debug;

    use super::*;
    use crate::value::{FromValue, Value};

    fn same<T: Into<Value> + FromValue + Clone + PartialEq + Debug>(value: T, shown: &str) {
        let ours: Value = value.clone().into();
        match &ours {
            Value::LocalDate(date) => assert_eq!(date.to_string(), shown),
            Value::LocalTime(time) => assert_eq!(time.to_string(), shown),
            Value::LocalDateTime(time) => assert_eq!(time.to_string(), shown),
            Value::ZonedDateTime(time) => assert_eq!(time.to_string(), shown),
            Value::Duration(duration) => assert_eq!(duration.to_string(), shown),
            other => panic!("{other:?}"),
        }
        assert_eq!(T::from_value(ours), Ok(value));
    }

    #[test]
    fn what_both_have_comes_back() {
        same(Date::constant(2024, 2, 29), "2024-02-29");
        same(Date::MIN, "-009999-01-01");
        same(Time::MAX, "23:59:59.999999999");
        same(DateTime::MAX, "9999-12-31T23:59:59.999999999");
        same(Timestamp::new(-1, -500_000_000).unwrap(), "1969-12-31T23:59:58.5+00:00");
        same(SignedDuration::from_millis(-1_500), "PT-1.5S");
        let time = (Time::constant(12, 0, 0, 1), Offset::constant(-3));
        assert_eq!(<(Time, Offset)>::from_value(ZonedTime::try_from(time).unwrap().into()), Ok(time));
        let zoned = Timestamp::UNIX_EPOCH.to_zoned(Zone::fixed(Offset::constant(2)));
        let ours = ZonedDateTime::try_from(&zoned).unwrap();
        assert_eq!(ours.to_string(), "1970-01-01T02:00:00+02:00");
        assert_eq!(Zoned::from_value(ours.into()), Ok(zoned));
        let span = Span::new().years(-1).weeks(-1).minutes(-1).milliseconds(-500);
        let ours = Duration::from(span);
        assert_eq!(ours.to_string(), "P-1Y-7DT-1M-0.5S");
        assert_eq!(Duration::from(Span::try_from(ours).unwrap()), ours);
    }

    #[test]
    fn what_does_not_fit_says_why() {
        fn wrong<T: FromValue + Debug>(value: impl Into<Value>) -> String {
            T::from_value(value.into()).unwrap_err().to_string()
        }
        let date = LocalDate::new(10_000, 1, 1).unwrap();
        let said = wrong::<Date>(date);
        assert!(said.starts_with("expected jiff::civil::Date, found DATE: +010000-01-01 does not fit"), "{said}");
        assert!(wrong::<Date>(LocalDate::new(-999_999_999, 1, 1).unwrap()).contains("more than four digits"));
        let zone = |name: &str| TimeZone::Named { name: name.to_owned(), offset_seconds: None };
        let instant = |zone| ZonedDateTime::new(EpochSeconds::Utc(0), 0, zone).unwrap();
        assert!(wrong::<Zoned>(instant(zone("No/Where"))).contains("No/Where"));
        let local = ZonedDateTime::new(EpochSeconds::Local(0), 0, zone("No/Where")).unwrap();
        assert!(wrong::<Timestamp>(local).contains("the offset of its zone is not known"));
        let duration = Duration { months: 1, days: -1, seconds: 0, nanoseconds: 0 };
        let said = "expected jiff::Span, found DURATION: P1M-1D does not fit: its parts have different signs";
        assert_eq!(wrong::<Span>(duration), said);
        assert!(wrong::<SignedDuration>(duration).contains("months and days have no fixed length"));
        assert_eq!(wrong::<Date>("2024-02-29"), "expected DATE, found STRING");
        let far = (Time::midnight(), Offset::constant(20));
        assert!(ZonedTime::try_from(far).unwrap_err().to_string().contains("offset from UTC is out of range"));
    }
}
