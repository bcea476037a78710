//! What temporal values of other crates have in common: how they can fail to fit, and lengths and moments that depend on no
//! calendar.

use std::fmt::Display;

use crate::value::{Duration, WrongType, ZonedDateTime};

/// `value` is none of theirs.
pub(super) fn unfit(expected: &'static str, found: &'static str, value: impl Display, why: impl Display) -> WrongType {
    WrongType::named(expected, found).because(format!("{value} does not fit: {why}"))
}

/// A duration that is so long wherever it begins.
pub(super) fn lasting(seconds: i64, nanoseconds: i32) -> Duration {
    Duration { months: 0, days: 0, seconds, nanoseconds }
}

/// A type of theirs for such durations, made of seconds and nanoseconds.
pub(super) fn length<T>(
    theirs: &'static str,
    duration: Duration,
    make: impl FnOnce(i64, i64) -> Option<T>,
) -> Result<T, WrongType> {
    let unfit = |why| unfit(theirs, "DURATION", duration, why);
    if (duration.months, duration.days) != (0, 0) {
        return Err(unfit("months and days have no fixed length"));
    }
    make(duration.seconds, duration.nanoseconds.into()).ok_or_else(|| unfit("too many seconds"))
}

/// Seconds since 1970 in UTC, for a type of theirs that is a moment.
pub(super) fn moment(theirs: &'static str, time: &ZonedDateTime) -> Result<i64, WrongType> {
    time.utc_seconds().ok_or_else(|| unfit(theirs, "ZONED DATETIME", time, "the offset of its zone is not known"))
}
