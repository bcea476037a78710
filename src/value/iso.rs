//! Temporal values as text of ISO 8601, and back: to show them, and for formats that know no dates.

use std::fmt::{self, Display, Formatter};
use std::str::FromStr;

use super::calendar::date_from_days;
use super::{
    Duration, EpochSeconds, LocalDate, LocalDateTime, LocalTime, OutOfRange, TimeZone, ZonedDateTime, ZonedTime,
};

const SECONDS_PER_DAY: i64 = 86_400;
const NANOS_PER_SECOND: i128 = 1_000_000_000;

/// A text is no temporal value in the form of ISO 8601.
///
/// ```
/// use neo4j_wasm::value::LocalDate;
///
/// let error = "2024-02-30".parse::<LocalDate>().unwrap_err();
/// assert_eq!(error.to_string(), "no DATE, such as 2024-02-29: day is out of range");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidText {
    example: &'static str,
    why: Option<OutOfRange>,
}

impl Display for InvalidText {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        write!(formatter, "no {}", self.example)?;
        self.why.map_or(Ok(()), |why| write!(formatter, ": {why}"))
    }
}

impl std::error::Error for InvalidText {}

fn show_date(formatter: &mut Formatter<'_>, days: i64) -> fmt::Result {
    let (year, month, day) = date_from_days(days);
    // As JavaScript has them: years of more or fewer than four digits have a sign, and six digits at least.
    match year {
        0..=9_999 => write!(formatter, "{year:04}")?,
        _ => write!(formatter, "{}{:06}", if year < 0 { '-' } else { '+' }, year.abs())?,
    }
    write!(formatter, "-{month:02}-{day:02}")
}

fn show_time(formatter: &mut Formatter<'_>, seconds: i64, nanosecond: u32) -> fmt::Result {
    write!(formatter, "{:02}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60)?;
    show_fraction(formatter, nanosecond)
}

fn show_fraction(formatter: &mut Formatter<'_>, nanosecond: u32) -> fmt::Result {
    if nanosecond == 0 {
        return Ok(());
    }
    formatter.write_str(".")?;
    formatter.write_str(format!("{nanosecond:09}").trim_end_matches('0'))
}

fn show_offset(formatter: &mut Formatter<'_>, offset: i32) -> fmt::Result {
    let (sign, size) = (if offset < 0 { '-' } else { '+' }, offset.abs());
    write!(formatter, "{sign}{:02}:{:02}", size / 3_600, size / 60 % 60)?;
    if size % 60 == 0 { Ok(()) } else { write!(formatter, ":{:02}", size % 60) }
}

/// `2024-02-29`.
impl Display for LocalDate {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        show_date(formatter, self.days())
    }
}

/// `23:59:30.5`.
impl Display for LocalTime {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        show_time(formatter, self.nanoseconds() / 1_000_000_000, self.nanosecond())
    }
}

/// `23:59:30+02:00`.
impl Display for ZonedTime {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        self.time.fmt(formatter)?;
        show_offset(formatter, self.offset_seconds())
    }
}

/// `2024-02-29T23:59:30`.
impl Display for LocalDateTime {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}T{}", self.date(), self.time())
    }
}

/// `2024-07-01T12:00:00+02:00[Europe/Paris]`. Where the offset of the zone is not known, in UTC:
/// `2024-07-01T10:00:00Z[Europe/Paris]`.
impl Display for ZonedDateTime {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let (EpochSeconds::Utc(counted) | EpochSeconds::Local(counted)) = self.seconds();
        let seconds = self.local_seconds().unwrap_or(counted);
        show_date(formatter, seconds.div_euclid(SECONDS_PER_DAY))?;
        formatter.write_str("T")?;
        show_time(formatter, seconds.rem_euclid(SECONDS_PER_DAY), self.nanosecond())?;
        match (self.offset_seconds(), self.seconds()) {
            (Some(offset), _) => show_offset(formatter, offset)?,
            (None, EpochSeconds::Utc(_)) => formatter.write_str("Z")?,
            (None, EpochSeconds::Local(_)) => {}
        }
        match self.zone() {
            TimeZone::Named { name, .. } => write!(formatter, "[{name}]"),
            TimeZone::Offset(_) => Ok(()),
        }
    }
}

/// As Cypher prints it: `P1Y2M3DT4H5M6.5S`; each part keeps its own sign.
impl Display for Duration {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str("P")?;
        let date = [(self.months / 12, 'Y'), (self.months % 12, 'M'), (self.days, 'D')];
        for (count, unit) in date.into_iter().filter(|(count, _)| *count != 0) {
            write!(formatter, "{count}{unit}")?;
        }
        let total = i128::from(self.seconds) * NANOS_PER_SECOND + i128::from(self.nanoseconds);
        if total == 0 {
            return formatter.write_str(if date.iter().all(|(count, _)| *count == 0) { "T0S" } else { "" });
        }
        formatter.write_str("T")?;
        let sign = if total < 0 { "-" } else { "" };
        let (seconds, nanosecond) = (total.abs() / NANOS_PER_SECOND, (total.abs() % NANOS_PER_SECOND) as u32);
        for (count, unit) in [(seconds / 3_600, 'H'), (seconds / 60 % 60, 'M')] {
            if count != 0 {
                write!(formatter, "{sign}{count}{unit}")?;
            }
        }
        if seconds % 60 != 0 || nanosecond != 0 {
            write!(formatter, "{sign}{}", seconds % 60)?;
            show_fraction(formatter, nanosecond)?;
            formatter.write_str("S")?;
        }
        Ok(())
    }
}

/// What is left of a text.
struct Rest<'a>(&'a str);

impl<'a> Rest<'a> {
    fn eat(&mut self, letter: char) -> Option<()> {
        self.0 = self.0.strip_prefix(letter)?;
        Some(())
    }

    fn digits(&mut self, count: std::ops::RangeInclusive<usize>) -> Option<&'a str> {
        let size = self.0.bytes().take_while(u8::is_ascii_digit).count();
        let (digits, rest) = self.0.split_at(size);
        self.0 = rest;
        count.contains(&size).then_some(digits)
    }

    fn two(&mut self) -> Option<u8> {
        self.digits(2..=2)?.parse().ok()
    }

    /// `1` for a plus, `-1` for a minus.
    fn sign(&mut self) -> Option<i64> {
        self.eat('+').map(|()| 1).or_else(|| self.eat('-').map(|()| -1))
    }

    /// Year, month and day.
    fn date(&mut self) -> Option<(i64, u8, u8)> {
        let sign = self.sign().unwrap_or(1);
        let year = sign * self.digits(4..=9)?.parse::<i64>().ok()?;
        self.eat('-')?;
        let month = self.two()?;
        self.eat('-')?;
        Some((year, month, self.two()?))
    }

    /// Hour, minute, second and nanosecond.
    fn time(&mut self) -> Option<(u8, u8, u8, u32)> {
        let hour = self.two()?;
        self.eat(':')?;
        let minute = self.two()?;
        let second = if self.eat(':').is_some() { self.two()? } else { 0 };
        Some((hour, minute, second, self.fraction()?))
    }

    /// Nanoseconds; none is 0.
    fn fraction(&mut self) -> Option<u32> {
        if self.eat('.').or_else(|| self.eat(',')).is_none() {
            return Some(0);
        }
        let digits = self.digits(1..=9)?;
        Some(digits.parse::<u32>().ok()? * 10_u32.pow(9 - digits.len() as u32))
    }

    /// Seconds east of UTC.
    fn offset(&mut self) -> Option<i64> {
        if self.eat('Z').is_some() {
            return Some(0);
        }
        let sign = self.sign()?;
        let mut parts = [self.two()?, 0, 0];
        for part in &mut parts[1..] {
            *part = if self.eat(':').is_some() { self.two()? } else { 0 };
        }
        let [hours, minutes, seconds] = parts.map(i64::from);
        (minutes < 60 && seconds < 60).then_some(sign * (hours * 3_600 + minutes * 60 + seconds))
    }

    /// The parts of a duration up to its end or a `T`, each unit once and in order, in billionths of the unit. Whether
    /// there was any.
    fn parts(&mut self, mut units: &str, mut add: impl FnMut(char, i128)) -> Option<bool> {
        let mut any = false;
        while !(self.0.is_empty() || self.0.starts_with('T')) {
            let sign = i128::from(self.sign().unwrap_or(1));
            let whole: i128 = self.digits(1..=19)?.parse().ok()?;
            let fraction = i128::from(self.fraction()?);
            let unit = self.0.chars().next()?;
            self.eat(unit)?;
            units = units.split_once(unit)?.1;
            if fraction != 0 && unit != 'S' {
                return None;
            }
            add(unit, sign * (whole * NANOS_PER_SECOND + fraction));
            any = true;
        }
        Some(any)
    }

    fn end(&self) -> Option<()> {
        self.0.is_empty().then_some(())
    }
}

type Read<T> = Option<Result<T, OutOfRange>>;

macro_rules! texts {
    ($($type:ident, $read:ident, $example:literal;)*) => {$(
        impl FromStr for $type {
            type Err = InvalidText;

            fn from_str(text: &str) -> Result<Self, InvalidText> {
                let invalid = |why| InvalidText { example: $example, why };
                $read(Rest(text)).ok_or(invalid(None))?.map_err(|why| invalid(Some(why)))
            }
        }
    )*};
}

texts! {
    LocalDate, date, "DATE, such as 2024-02-29";
    LocalTime, time, "LOCAL TIME, such as 23:59:30.5";
    ZonedTime, zoned_time, "ZONED TIME, such as 23:59:30+02:00";
    LocalDateTime, date_time, "LOCAL DATETIME, such as 2024-02-29T23:59:30";
    ZonedDateTime, zoned_date_time, "ZONED DATETIME, such as 2024-07-01T12:00:00+02:00[Europe/Paris]";
    Duration, duration, "DURATION, such as P1Y2M3DT4H5M6.5S";
}

fn date(mut rest: Rest<'_>) -> Read<LocalDate> {
    let (year, month, day) = rest.date()?;
    rest.end()?;
    Some(LocalDate::new(year, month, day))
}

fn time(mut rest: Rest<'_>) -> Read<LocalTime> {
    let (hour, minute, second, nanosecond) = rest.time()?;
    rest.end()?;
    Some(LocalTime::new(hour, minute, second, nanosecond))
}

fn zoned_time(mut rest: Rest<'_>) -> Read<ZonedTime> {
    let (hour, minute, second, nanosecond) = rest.time()?;
    let offset = rest.offset()?;
    rest.end()?;
    Some(LocalTime::new(hour, minute, second, nanosecond).and_then(|time| ZonedTime::new(time, offset)))
}

/// A date and a time, and what comes after them.
fn local(rest: &mut Rest<'_>) -> Read<LocalDateTime> {
    let (year, month, day) = rest.date()?;
    rest.eat('T').or_else(|| rest.eat(' '))?;
    let (hour, minute, second, nanosecond) = rest.time()?;
    let date = LocalDate::new(year, month, day);
    let time = LocalTime::new(hour, minute, second, nanosecond);
    Some(date.and_then(|date| Ok(LocalDateTime::new(date, time?))))
}

fn date_time(mut rest: Rest<'_>) -> Read<LocalDateTime> {
    let read = local(&mut rest)?;
    rest.end()?;
    Some(read)
}

fn zoned_date_time(mut rest: Rest<'_>) -> Read<ZonedDateTime> {
    let local = local(&mut rest)?;
    let in_utc = rest.0.starts_with('Z');
    let offset = if rest.0.starts_with('[') { None } else { Some(rest.offset()?) };
    let name = match rest.eat('[') {
        Some(()) => Some(rest.0.strip_suffix(']').filter(|name| !name.is_empty())?.to_owned()),
        None => rest.end().map(|()| None)?,
    };
    Some(local.and_then(|local| {
        // An offset that no zone has is found out below.
        let narrow = |offset: i64| i32::try_from(offset).unwrap_or(i32::MAX);
        let seconds = match offset {
            Some(offset) => EpochSeconds::Utc(local.seconds() - offset),
            None => EpochSeconds::Local(local.seconds()),
        };
        let zone = match name {
            Some(name) => TimeZone::Named { name, offset_seconds: offset.filter(|_| !in_utc).map(narrow) },
            None => TimeZone::Offset(offset.map_or(0, narrow)),
        };
        ZonedDateTime::new(seconds, i64::from(local.nanosecond()), zone)
    }))
}

fn duration(mut rest: Rest<'_>) -> Read<Duration> {
    rest.eat('P')?;
    let (mut months, mut days, mut nanoseconds) = (0, 0, 0);
    let dated = rest.parts("YMWD", |unit, nanos| match unit {
        'Y' => months += nanos / NANOS_PER_SECOND * 12,
        'M' => months += nanos / NANOS_PER_SECOND,
        'W' => days += nanos / NANOS_PER_SECOND * 7,
        _ => days += nanos / NANOS_PER_SECOND,
    })?;
    if rest.eat('T').is_some() {
        let timed = rest.parts("HMS", |unit, nanos| match unit {
            'H' => nanoseconds += nanos * 3_600,
            'M' => nanoseconds += nanos * 60,
            _ => nanoseconds += nanos,
        })?;
        timed.then_some(())?;
    } else if !dated {
        return None;
    }
    rest.end()?;
    let part = |count: i128, name| i64::try_from(count).map_err(|_| OutOfRange(name));
    let checked = || {
        Ok(Duration {
            months: part(months, "months")?,
            days: part(days, "days")?,
            seconds: part(nanoseconds.div_euclid(NANOS_PER_SECOND), "seconds")?,
            nanoseconds: nanoseconds.rem_euclid(NANOS_PER_SECOND) as i32,
        })
    };
    Some(checked())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn comes_back<T: FromStr<Err = InvalidText> + Display + PartialEq + std::fmt::Debug>(texts: &[&str]) {
        for text in texts {
            assert_eq!(text.parse::<T>().map(|value| value.to_string()).as_deref(), Ok(*text));
        }
    }

    #[test]
    fn what_is_shown_is_read_again() {
        comes_back::<LocalDate>(&["2024-02-29", "0000-01-01", "+010000-12-31", "-000001-06-15", "-999999999-01-01"]);
        comes_back::<LocalTime>(&["00:00:00", "23:59:59.999999999", "12:30:00.5", "01:02:03.000000001"]);
        comes_back::<ZonedTime>(&["12:00:00+00:00", "12:00:00-01:30", "12:00:00+18:00", "12:00:00.25-00:00:01"]);
        comes_back::<LocalDateTime>(&["2024-02-29T23:59:30", "+999999999-12-31T23:59:59.999999999"]);
        comes_back::<ZonedDateTime>(&[
            "2024-07-01T12:00:00+02:00",
            "2024-07-01T12:00:00+02:00[Europe/Paris]",
            "2024-07-01T10:00:00Z[Europe/Paris]",
            "2024-07-01T12:00:00[Europe/Paris]",
            "1969-12-31T23:59:59.5-00:01",
        ]);
        comes_back::<Duration>(&[
            "PT0S",
            "P1Y2M3DT4H5M6.5S",
            "P-1Y-1M",
            "PT-0.5S",
            "P1DT-1H-1S",
            "P14D",
            "PT2562047788015215H30M7S",
        ]);
    }

    #[test]
    fn other_ways_of_writing_are_known() {
        assert_eq!("12:30".parse(), LocalTime::new(12, 30, 0, 0).map_err(|_| unreachable!()));
        assert_eq!("P2W".parse::<Duration>().unwrap().to_string(), "P14D");
        assert_eq!("2024-07-01T12:00Z".parse::<ZonedDateTime>().unwrap().offset_seconds(), Some(0));
        assert_eq!("2024-07-01 12:00:00,5+02".parse::<ZonedDateTime>().unwrap().nanosecond(), 500_000_000);
    }

    #[test]
    fn anything_else_is_refused_and_says_why() {
        let refused = |text: &str| text.parse::<LocalDate>().unwrap_err().to_string();
        assert_eq!(refused("2023-02-29"), "no DATE, such as 2024-02-29: day is out of range");
        assert_eq!(refused("29.2.2024"), "no DATE, such as 2024-02-29");
        for text in ["", "2024", "2024-2-29", "2024-02-29T", "é024-02-29", "2024-02-29 ", "99999999999-01-01"] {
            assert!(text.parse::<LocalDate>().is_err(), "{text}");
        }
        for text in ["", "24:00:00", "12", "12:00:00.", "12:00:00.1234567890", "1é:00"] {
            assert!(text.parse::<LocalTime>().is_err(), "{text}");
        }
        for text in
            ["2024-07-01T12:00:00", "2024-07-01T12:00:00+19:00", "2024-07-01T12:00:00+01:60", "2024-07-01T12:00:00Z[]"]
        {
            assert!(text.parse::<ZonedDateTime>().is_err(), "{text}");
        }
        for text in [
            "",
            "P",
            "PT",
            "P1S",
            "P1DT",
            "PT1S1H",
            "P1.5D",
            "P1",
            "PT99999999999999999999S",
            "PT9999999999999999999S",
            "P1D ",
        ] {
            assert!(text.parse::<Duration>().is_err(), "{text}");
        }
    }
}
