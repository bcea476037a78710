//! Columns of lists and maps: one child, or a child for each key.

use super::super::broken;
use super::super::kind;
use super::super::marker::Kind;
use super::super::names::same;
use super::super::scan::Scan;
use super::{Column, Fits};
use crate::error::Result;

/// More keys than this make no columns.
const MOST_KEYS: usize = 64;

impl Column {
    pub(super) fn list(&mut self, count: usize, scan: &mut Scan<'_>) -> Fits {
        if !self.becomes(kind::LIST) {
            return Ok(false);
        }
        let child = self.only_child();
        if scan.cursor.are_floats(count) && child.becomes(kind::FLOAT) {
            child.floats(count, scan)?;
        } else {
            for _ in 0..count {
                if !child.read(scan)? {
                    return Ok(false);
                }
            }
        }
        Ok(self.close_list())
    }

    pub(super) fn only_child(&mut self) -> &mut Column {
        if self.children.is_empty() {
            self.children.push(self.part(b"item"));
        }
        &mut self.children[0]
    }

    pub(super) fn close_list(&mut self) -> bool {
        let end = self.children.first().map_or(0, |child| child.length);
        self.offsets.push(end as u32);
        self.valid();
        end <= i32::MAX as usize
    }

    fn floats(&mut self, count: usize, scan: &mut Scan<'_>) -> Result<()> {
        let (floats, _) = scan.cursor.take(9 * count)?.as_chunks::<9>();
        let to = self.wide.more(count);
        let mut at = 0;
        while at < to.len() && at < floats.len() {
            let [_, bits @ ..] = floats[at];
            to[at] = u64::from_le_bytes(bits).swap_bytes();
            at += 1;
        }
        if self.nulls == 0 {
            self.length += count;
        } else {
            (0..count).for_each(|_| self.valid());
        }
        Ok(())
    }

    /// Reads so many keys and values into the children.
    pub(super) fn entries(&mut self, count: usize, scan: &mut Scan<'_>) -> Fits {
        let row = self.length;
        for index in 0..count {
            scan.cursor.expect(Kind::String)?;
            let first = scan.cursor.byte()?;
            let name = scan.cursor.sized(first)?;
            let Some(child) = self.child(index, name)? else { return Ok(false) };
            // Nulls of rows that lack the key. One that has it twice fits nowhere.
            if child.length > row {
                return Ok(false);
            }
            child.nulls(row - child.length);
            let nulls = child.nulls;
            if !child.read(scan)? {
                return Ok(false);
            }
            self.has_null_entries |= child.nulls > nulls;
        }
        self.sparse |= count < self.children.len();
        self.valid();
        if self.sparse && self.children.len() * self.length > self.cells {
            return Ok(false);
        }
        Ok(true)
    }

    /// The child of that name: where the same key stood before, or else anywhere.
    #[inline(always)]
    fn child(&mut self, index: usize, name: &[u8]) -> Result<Option<&mut Column>> {
        let found = match self.children.get(index) {
            Some(child) if same(&child.name, name) => index,
            _ => match self.find(name)? {
                Some(found) => found,
                None => return Ok(None),
            },
        };
        Ok(self.children.get_mut(found))
    }

    #[inline(never)]
    fn find(&mut self, name: &[u8]) -> Result<Option<usize>> {
        let found = self.children.iter().position(|child| child.name == name);
        if found.is_some() || self.children.len() == MOST_KEYS {
            return Ok(found);
        }
        if std::str::from_utf8(name).is_err() {
            return Err(broken::not_utf8());
        }
        self.sparse |= self.length > self.nulls;
        self.children.push(self.part(name));
        Ok(Some(self.children.len() - 1))
    }
}
