//! `Pace`: how many records of a result are asked for at a time.

use crate::bolt::{Enough, Records};

/// What is asked for first, where nobody has said how much.
const FIRST: i64 = 1_000;

/// As many bytes as come at a time, about, where nobody has said how much: two of these are held at most.
const ENOUGH: usize = 1 << 20;

/// The same for a reader who wants all of it and takes it as it comes: far away, a megabyte is less than what is on its
/// way. Records so large that fewer make as much are asked for in smaller numbers by anyone.
const ENOUGH_OF_ALL: usize = 8 << 20;

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
    /// All of it is wanted.
    all: bool,
    begun: bool,
}

impl Pace {
    pub(super) fn new(fetch_size: Option<i64>) -> Self {
        let first = fetch_size.unwrap_or(FIRST);
        let grows = fetch_size.is_none();
        Self { first, count: first, grows, records: 0, bytes: 0, waited: false, all: false, begun: false }
    }

    /// Of the first PULL.
    pub(super) fn first(&self) -> i64 {
        self.first
    }

    /// What is handed on at a time, unless it is the last: so many records, but no more than are fetched at first. Where
    /// nobody has said how many that are, a megabyte of them will do.
    pub(super) fn enough(&self, at_least: usize) -> Enough {
        let records = usize::try_from(self.first).unwrap_or(usize::MAX).min(at_least);
        Enough { records, bytes: if self.grows { ENOUGH } else { usize::MAX } }
    }

    /// Notes what has come.
    pub(super) fn came(&mut self, records: &Records) {
        self.records += records.len();
        self.bytes += records.size();
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

    /// Notes that all that is left is wanted, and will be taken as it comes.
    pub(super) fn want_all(&mut self) {
        self.all = true;
    }

    /// Of the next PULL.
    pub(super) fn next(&mut self) -> i64 {
        let mut count = self.count;
        if self.grows && self.records > 0 {
            let each = RECORD + self.bytes.div_ceil(self.records);
            let in_bytes = |bytes: usize| i64::try_from(bytes / each).unwrap_or(i64::MAX);
            let most = in_bytes(ENOUGH_OF_ALL);
            if self.waited || self.all {
                let enough = if self.all { most } else { in_bytes(ENOUGH) };
                self.count = self.count.saturating_mul(FACTOR).min(enough).max(self.first);
            }
            count = self.count.min(most).max(1);
        }
        (self.records, self.bytes, self.waited) = (0, 0, false);
        count
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bolt::RecordBatch;

    fn records(count: usize, each: usize) -> Records {
        let mut records = Records::default();
        for _ in 0..count {
            let mut batch = RecordBatch::default();
            batch.push(&vec![0; each]).unwrap();
            records.add(batch);
        }
        records
    }

    /// What is asked for one after the other by a reader who waits every time.
    fn asked(mut pace: Pace, each: usize) -> Vec<i64> {
        let mut asked = vec![pace.first()];
        for _ in 0..5 {
            pace.waits();
            pace.came(&records(1, each));
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
    fn for_someone_who_wants_all_it_grows_further() {
        let all = || {
            let mut pace = Pace::new(None);
            pace.want_all();
            pace
        };
        assert_eq!(asked(all(), 10), [1_000, 4_000, 16_000, 64_000, 113_359, 113_359]);
        assert_eq!(asked(all(), 5_000), [1_000, 1_656, 1_656, 1_656, 1_656, 1_656]);
    }

    #[test]
    fn it_falls_below_what_it_was_for_large_records_only() {
        assert_eq!(asked(Pace::new(None), 8_000), [1_000; 6]);
        assert_eq!(asked(Pace::new(None), 100_000), [1_000, 83, 83, 83, 83, 83]);
        assert_eq!(asked(Pace::new(None), 10_000_000), [1_000, 1, 1, 1, 1, 1]);
        let mut pace = Pace::new(None);
        pace.came(&records(1, 100_000));
        assert_eq!(pace.next(), 83);
        pace.came(&records(1, 10));
        assert_eq!(pace.next(), 1_000, "it is as it was where they are small again");
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
            pace.came(&records(1, 10));
            assert_eq!(pace.next(), 1_000);
        }
        pace.waits();
        assert_eq!(pace.next(), 1_000, "nothing has come that could be measured");
    }
}
