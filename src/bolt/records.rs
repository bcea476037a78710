//! Records as they came: one batch, and several of them.

use super::chunking::{extend, out_of_memory};
use crate::error::Result;

/// Records as they came: each the PackStream of one list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RecordBatch {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

/// A batch of more bytes than this takes in no more records: to make it longer would be to copy it.
const LARGE: usize = 1 << 20;

impl RecordBatch {
    /// An empty one with room for records of so many bytes in all.
    pub(super) fn with_room(bytes: usize) -> Result<Self> {
        let mut batch = Self::default();
        batch.bytes.try_reserve(bytes).map_err(|_| out_of_memory())?;
        Ok(batch)
    }

    /// One record, which begins there in its message.
    pub(super) fn of_one(mut message: Vec<u8>, begin: usize) -> Self {
        message.drain(..begin);
        Self { ends: vec![message.len()], bytes: message }
    }

    /// How many records there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is no record.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Whether more records may well be added.
    pub(super) fn has_room(&self) -> bool {
        self.bytes.len() < LARGE
    }

    /// The bytes of one record; `None` beyond the last one.
    #[must_use]
    pub fn get(&self, index: usize) -> Option<&[u8]> {
        let end = *self.ends.get(index)?;
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        self.bytes.get(start..end)
    }

    /// The bytes of every record, in order.
    pub fn iter(&self) -> impl Iterator<Item = &[u8]> {
        (0..self.len()).filter_map(|index| self.get(index))
    }

    /// The bytes of all records, one behind the other.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Where each record ends in [`Self::bytes`].
    #[must_use]
    pub fn ends(&self) -> &[usize] {
        &self.ends
    }

    /// Adds a record.
    ///
    /// # Errors
    /// A connection error (`OutOfMemory`) where there is no room for it.
    pub fn push(&mut self, record: &[u8]) -> Result<()> {
        extend(&mut self.bytes, record)?;
        self.ends.push(self.bytes.len());
        Ok(())
    }

    /// Adds the records of another batch behind these.
    pub fn append(&mut self, other: &RecordBatch) {
        let offset = self.bytes.len();
        self.bytes.extend_from_slice(&other.bytes);
        self.ends.extend(other.ends.iter().map(|end| end + offset));
    }
}

/// How much someone waits for: so many records, or fewer that have so many bytes.
#[derive(Debug, Clone, Copy)]
pub struct Enough {
    /// So many records.
    pub records: usize,
    /// So many bytes.
    pub bytes: usize,
}

impl Enough {
    /// All that there will be.
    pub const NEVER: Self = Self { records: usize::MAX, bytes: usize::MAX };

    fn is_met_by(self, records: usize, bytes: usize) -> bool {
        records >= self.records || bytes >= self.bytes
    }

    /// As much as is held together.
    pub const A_BATCH: Self = Self { records: usize::MAX, bytes: LARGE };

    /// What of it is missing to these.
    #[must_use]
    pub fn beyond(self, records: &Records) -> Self {
        Self { records: self.records.saturating_sub(records.count), bytes: self.bytes.saturating_sub(records.size) }
    }

    /// What is enough for either.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self { records: self.records.min(other.records), bytes: self.bytes.min(other.bytes) }
    }
}

/// Records in one batch or several, so that many are held without being copied together.
#[derive(Debug, Default)]
pub struct Records {
    batches: Vec<RecordBatch>,
    count: usize,
    size: usize,
}

impl Records {
    /// How many records there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether there is no record.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The bytes of all records.
    #[must_use]
    pub fn size(&self) -> usize {
        self.size
    }

    /// Adds a batch behind these.
    pub fn add(&mut self, batch: RecordBatch) {
        self.count += batch.len();
        self.size += batch.bytes.len();
        match self.batches.last_mut() {
            Some(last) if last.bytes.len() + batch.bytes.len() <= LARGE => last.append(&batch),
            _ => self.batches.push(batch),
        }
    }

    /// Adds others behind these.
    pub fn append(&mut self, others: Records) {
        if self.is_empty() {
            *self = others;
        } else {
            others.batches.into_iter().for_each(|batch| self.add(batch));
        }
    }

    /// Whether these are enough.
    #[must_use]
    pub fn are(&self, enough: Enough) -> bool {
        enough.is_met_by(self.count, self.size)
    }

    /// Takes out the first that are enough, or all of them.
    pub fn take(&mut self, enough: Enough) -> RecordBatch {
        if self.is_empty() {
            return RecordBatch::default();
        }
        let mut taken = self.batches.remove(0);
        while !enough.is_met_by(taken.len(), taken.bytes.len()) && !self.batches.is_empty() {
            taken.append(&self.batches.remove(0));
        }
        self.count -= taken.len();
        self.size -= taken.bytes.len();
        taken
    }
}
