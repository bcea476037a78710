//! `Pace`: how many records of a result are asked for at a time.

use crate::bolt::RecordBatch;

/// What is asked for first, where nobody has said how much.
const FIRST: i64 = 1_000;

/// As many bytes as come at a time, about, where nobody has said how much: two of these are held at most.
const ENOUGH: usize = 1 << 20;

/// Added to the bytes of each record: what it costs to hold it, however short it is.
const RECORD: usize = 64;

/// How many times as many are asked for next when a reader had to wait. From 1,000 short ones it takes three
/// round trips to what a megabyte holds.
const FACTOR: i64 = 4;

/// The number of records in the next PULL. What the user has said stays as it is; otherwise it grows as long as the
/// result is read faster than it comes, for then it is the round trips that make it slow.
pub(super) struct Pace {
    first: i64,
    count: i64,
    grows: bool,
    /// Of the PULL that is under way.
    records: usize,
    bytes: usize,
    /// A reader had nothing to do after the first record.
    waited: bool,
    begun: bool,
}

impl Pace {
    pub(super) fn new(fetch_size: Option<i64>) -> Self {
        let first = fetch_size.unwrap_or(FIRST);
        let grows = fetch_size.is_none();
        Self { first, count: first, grows, records: 0, bytes: 0, waited: false, begun: false }
    }

    /// Of the first PULL; a batch that is handed on has so many records at least, unless it is the last.
    pub(super) fn first(&self) -> i64 {
        self.first
    }

    /// Notes what has come.
    pub(super) fn came(&mut self, records: &RecordBatch) {
        self.records += records.len();
        self.bytes += records.bytes().len();
        self.begun |= !records.is_empty();
    }

    /// Whether there has been any record.
    pub(super) fn has_begun(&self) -> bool {
        self.begun
    }

    /// Notes that a reader waits. Before the first record that says nothing: it may be the query that takes long.
    pub(super) fn waits(&mut self) {
        self.waited |= self.begun;
    }

    /// Of the next PULL.
    pub(super) fn next(&mut self) -> i64 {
        if self.grows && self.waited && self.records > 0 {
            let each = RECORD + self.bytes.div_ceil(self.records);
            let room = i64::try_from(ENOUGH / each).unwrap_or(i64::MAX);
            self.count = self.count.saturating_mul(FACTOR).min(room).max(self.first);
        }
        (self.records, self.bytes, self.waited) = (0, 0, false);
        self.count
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn batch(records: usize, each: usize) -> RecordBatch {
        let mut batch = RecordBatch::default();
        for _ in 0..records {
            batch.push(&vec![0; each]);
        }
        batch
    }

    /// What is asked for one after the other by a reader who waits every time.
    fn asked(mut pace: Pace, each: usize) -> Vec<i64> {
        let mut asked = vec![pace.first()];
        for _ in 0..5 {
            pace.waits();
            pace.came(&batch(1, each));
            pace.waits();
            asked.push(pace.next());
        }
        asked
    }

    #[test]
    fn it_grows_up_to_a_megabyte() {
        assert_eq!(asked(Pace::new(None), 10), [1_000, 4_000, 14_169, 14_169, 14_169, 14_169]);
        assert_eq!(asked(Pace::new(None), 500), [1_000, 1_859, 1_859, 1_859, 1_859, 1_859]);
        assert_eq!(asked(Pace::new(None), 0)[5], 16_384);
    }

    #[test]
    fn it_never_falls_below_what_it_was() {
        assert_eq!(asked(Pace::new(None), 100_000), [1_000; 6]);
    }

    #[test]
    fn it_stays_what_the_user_has_said() {
        for size in [1, 1_000, -1, i64::MAX] {
            assert_eq!(asked(Pace::new(Some(size)), 10), [size; 6]);
        }
    }

    #[test]
    fn a_reader_who_never_waits_is_not_flooded() {
        let mut pace = Pace::new(None);
        // The query took long, and nothing else did.
        pace.waits();
        for _ in 0..3 {
            pace.came(&batch(1, 10));
            assert_eq!(pace.next(), 1_000);
        }
        pace.waits();
        assert_eq!(pace.next(), 1_000, "nothing has come that could be measured");
    }
}
