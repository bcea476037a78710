//! When a transaction that failed is tried again: exponential back-off with jitter, within a time limit. A server that is
//! away is tried more often, for as soon as it is back there is no reason to wait.

use std::time::Duration;

use crate::error::{Error, ErrorKind};

const FIRST_DELAY: Duration = Duration::from_secs(1);
/// Where there was no server that could have been asked to do anything. The pool sees to it that not everyone tries.
const SHORT_DELAY: Duration = Duration::from_millis(150);
const MULTIPLIER: u32 = 2;
/// Up to a fifth more or less, so that many clients that failed together do not come back together.
const JITTER: f64 = 0.2;

/// What has come in between.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Setback {
    /// There was an answer, and it was no.
    Refused,
    /// The connection was lost.
    Lost,
    /// No server was reached.
    Unreached,
}

impl Setback {
    /// Why no connection was to be had.
    pub(super) fn of(error: &Error) -> Self {
        match (error.kind(), error.code()) {
            (ErrorKind::Connection, "NoRouterAvailable") => error.cause().map_or(Self::Refused, Self::of),
            // These have been told by someone who was reached, or by the application.
            (_, "NoMemberAvailable" | "IncompleteRoutingTable" | "ResolverFailed" | "RouterTimeout") => Self::Refused,
            (ErrorKind::Connection, "ConnectionClosed") => Self::Lost,
            (ErrorKind::Connection | ErrorKind::Timeout, _) => Self::Unreached,
            _ => Self::Refused,
        }
    }
}

/// Counts the tries of one piece of work.
#[derive(Debug)]
pub(super) struct Retries {
    limit: Duration,
    started: Duration,
    delay: Duration,
    was_lost: bool,
}

impl Retries {
    pub(super) fn new(now: Duration, limit: Duration) -> Self {
        Self { limit, started: now, delay: FIRST_DELAY, was_lost: false }
    }

    /// How long to wait before the next try; `None` when the time is up.
    pub(super) fn next_delay(&mut self, setback: Setback, now: Duration, random: f64) -> Option<Duration> {
        if now.saturating_sub(self.started) >= self.limit {
            return None;
        }
        let is_short = match setback {
            Setback::Unreached => true,
            // Once: what loses its connection again and again may be the reason for it.
            Setback::Lost => !std::mem::replace(&mut self.was_lost, true),
            Setback::Refused => false,
        };
        let plain = if is_short { SHORT_DELAY } else { self.delay };
        if !is_short {
            self.delay = self.delay.saturating_mul(MULTIPLIER);
        }
        Some(plain.mul_f64(1.0 - JITTER + 2.0 * JITTER * random.clamp(0.0, 1.0)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_double_and_stay_within_the_jitter() {
        let mut retries = Retries::new(Duration::ZERO, Duration::from_secs(30));
        assert_eq!(retries.next_delay(Setback::Refused, Duration::ZERO, 0.5), Some(Duration::from_secs(1)));
        assert_eq!(retries.next_delay(Setback::Refused, Duration::ZERO, 0.0), Some(Duration::from_millis(1_600)));
        assert_eq!(retries.next_delay(Setback::Refused, Duration::ZERO, 1.0), Some(Duration::from_millis(4_800)));
    }

    #[test]
    fn there_is_no_try_after_the_limit() {
        let mut retries = Retries::new(Duration::from_secs(5), Duration::from_secs(30));
        assert!(retries.next_delay(Setback::Refused, Duration::from_millis(34_999), 0.5).is_some());
        assert!(retries.next_delay(Setback::Refused, Duration::from_secs(35), 0.5).is_none());
        assert!(
            Retries::new(Duration::ZERO, Duration::ZERO).next_delay(Setback::Refused, Duration::ZERO, 0.5).is_none()
        );
    }

    #[test]
    fn a_server_that_is_away_is_tried_often_and_what_loses_its_connection_only_once() {
        let mut retries = Retries::new(Duration::ZERO, Duration::from_secs(30));
        let mut delays = |setback| retries.next_delay(setback, Duration::ZERO, 0.5).unwrap().as_millis();
        use Setback::{Lost, Refused, Unreached};
        assert_eq!(
            [Lost, Unreached, Unreached, Lost, Unreached, Refused].map(&mut delays),
            [150, 150, 150, 1_000, 150, 2_000]
        );
    }

    #[test]
    fn what_came_of_an_acquisition_is_told_by_the_innermost_failure() {
        let closed = Error::connection("ConnectionClosed", "text");
        let down = Error::connection("ServerUnreachable", "text");
        let no_router = |cause: Error| Error::connection("NoRouterAvailable", "text").caused_by(cause);
        assert_eq!([&closed, &down].map(Setback::of), [Setback::Lost, Setback::Unreached]);
        assert_eq!(
            [no_router(closed), no_router(down.clone())].map(|error| Setback::of(&error)),
            [Setback::Lost, Setback::Unreached]
        );
        let no_leader = Error::connection("NoMemberAvailable", "text").caused_by(down);
        assert_eq!(Setback::of(&no_leader), Setback::Refused);
        let refused = Error::server("Neo.TransientError.General.OutOfMemoryError".to_owned(), "text".to_owned(), None);
        assert_eq!(Setback::of(&no_router(refused)), Setback::Refused);
    }
}
