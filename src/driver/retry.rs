//! When a transaction that failed is tried again: exponential back-off with jitter, within a time limit.

use std::time::Duration;

const FIRST_DELAY: Duration = Duration::from_secs(1);
const MULTIPLIER: u32 = 2;
/// Up to a fifth more or less, so that many clients that failed together do not come back together.
const JITTER: f64 = 0.2;

/// Counts the tries of one piece of work.
#[derive(Debug)]
pub(super) struct Retries {
    limit: Duration,
    started: Duration,
    delay: Duration,
}

impl Retries {
    pub(super) fn new(now: Duration, limit: Duration) -> Self {
        Self { limit, started: now, delay: FIRST_DELAY }
    }

    /// How long to wait before the next try; `None` when the time is up.
    pub(super) fn next_delay(&mut self, now: Duration, random: f64) -> Option<Duration> {
        if now.saturating_sub(self.started) >= self.limit {
            return None;
        }
        let delay = self.delay.mul_f64(1.0 - JITTER + 2.0 * JITTER * random.clamp(0.0, 1.0));
        self.delay = self.delay.saturating_mul(MULTIPLIER);
        Some(delay)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_double_and_stay_within_the_jitter() {
        let mut retries = Retries::new(Duration::ZERO, Duration::from_secs(30));
        assert_eq!(retries.next_delay(Duration::ZERO, 0.5), Some(Duration::from_secs(1)));
        assert_eq!(retries.next_delay(Duration::ZERO, 0.0), Some(Duration::from_millis(1_600)));
        assert_eq!(retries.next_delay(Duration::ZERO, 1.0), Some(Duration::from_millis(4_800)));
    }

    #[test]
    fn there_is_no_try_after_the_limit() {
        let mut retries = Retries::new(Duration::from_secs(5), Duration::from_secs(30));
        assert!(retries.next_delay(Duration::from_millis(34_999), 0.5).is_some());
        assert!(retries.next_delay(Duration::from_secs(35), 0.5).is_none());
        assert!(Retries::new(Duration::ZERO, Duration::ZERO).next_delay(Duration::ZERO, 0.5).is_none());
    }
}
