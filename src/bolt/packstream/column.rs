//! `Column`: values of one type in the memory layout of Apache Arrow.

mod graph;
mod nested;
mod structures;

use super::broken;
use super::kind::{self, has_offsets, is_wide, width};
use super::marker::{self, Kind};
use super::scan::Scan;
use super::tape::Area;
use super::text::copy_ascii;
use crate::error::Result;

/// A column, or a part of one.
#[derive(Debug, Default)]
pub struct Column {
    /// What it holds, of [`kind`].
    pub kind: u8,
    /// How many values there are, null or not.
    pub length: usize,
    /// How many are null.
    pub nulls: usize,
    /// Whether a map lacks a key that another has. Then none has a key whose value is null.
    pub sparse: bool,
    /// The name of a child.
    pub name: Vec<u8>,
    /// The zone of date-times: a name, or an offset such as `+01:00`.
    pub zone: Vec<u8>,
    /// The parts of lists and structures.
    pub children: Vec<Column>,
    validity: Area<u8>,
    offsets: Area<u32>,
    data: Area<u8>,
    /// The values, where each is 64 bits.
    wide: Area<u64>,
    has_null_entries: bool,
    /// For so many values room is made at once.
    expected: usize,
    /// How many values the children of a map that lacks keys may have in all: a peer must not make much of few bytes.
    cells: usize,
}

/// Whether a value has found its place.
type Fits = Result<bool>;

impl Column {
    /// A bit for each value, 1 where it is not null; empty where none is.
    #[must_use]
    pub fn validity(&self) -> &[u8] {
        self.validity.items()
    }

    /// Where each text or list begins, and where the last one ends.
    #[must_use]
    pub fn offsets(&self) -> &[u32] {
        self.offsets.items()
    }

    /// The values, text or bytes, unless they are [`Self::wide`].
    #[must_use]
    pub fn data(&self) -> &[u8] {
        self.data.items()
    }

    /// The values, where each is 64 bits.
    #[must_use]
    pub fn wide(&self) -> &[u64] {
        self.wide.items()
    }

    /// A child of that name.
    fn part(&self, name: &[u8]) -> Self {
        let expected = if self.children.len() * self.expected <= self.cells { self.expected } else { 0 };
        Self { name: name.to_vec(), expected, cells: self.cells, ..Self::default() }
    }

    /// Forgets the values, and nothing of the type.
    pub(super) fn reset(&mut self, expected: usize, cells: usize) {
        (self.length, self.nulls, self.expected, self.cells) = (0, 0, expected, cells);
        (self.sparse, self.has_null_entries) = (false, false);
        (self.validity.used, self.offsets.used, self.data.used, self.wide.used) = (0, 0, 0, 0);
        if has_offsets(self.kind) {
            self.offsets.push(0);
        }
        self.children.iter_mut().for_each(|child| child.reset(expected, cells));
    }

    /// Reads one value.
    pub(super) fn read(&mut self, scan: &mut Scan<'_>) -> Fits {
        let first = scan.cursor.byte()?;
        match first {
            0x00..=0x7F | 0xF0..=0xFF => {
                Ok(self.push_wide(kind::INTEGER, i64::from(first.cast_signed()).cast_unsigned()))
            }
            marker::INT_8..=marker::INT_64 => match scan.cursor.integer_of(first) {
                Ok(number) => Ok(self.push_wide(kind::INTEGER, number.cast_unsigned())),
                Err(error) => Err(error),
            },
            0x80..=0x8F | marker::STRING_8..=marker::STRING_32 => {
                let size = scan.cursor.count(first)?;
                self.text(size, scan)
            }
            marker::FLOAT_64 => match scan.cursor.number(8) {
                Ok(bits) => Ok(self.push_wide(kind::FLOAT, bits)),
                Err(error) => Err(error),
            },
            marker::NULL => {
                self.nulls(1);
                Ok(true)
            }
            marker::FALSE | marker::TRUE => Ok(self.boolean(first == marker::TRUE)),
            _ => self.composite(first, scan),
        }
    }

    #[inline(never)]
    fn composite(&mut self, first: u8, scan: &mut Scan<'_>) -> Fits {
        scan.enter()?;
        let fits = match Kind::of(first) {
            Kind::Bytes => self.bytes(first, scan),
            Kind::Uuid if scan.dialect.uuids => match scan.cursor.take(16) {
                Ok(bytes) => Ok(self.fixed(kind::UUID, bytes)),
                Err(error) => Err(error),
            },
            Kind::List => self.list(scan.cursor.count(first)?, scan),
            Kind::Map if self.becomes(kind::MAP) => self.entries(scan.cursor.count(first)?, scan),
            Kind::Structure => self.structure(first, scan),
            // Whoever reads it as a value says what is wrong with it.
            _ => Ok(false),
        };
        scan.leave();
        fits
    }

    /// Whether the column holds, or can still come to hold, what is of this kind.
    #[inline(always)]
    fn becomes(&mut self, kind: u8) -> bool {
        self.kind == kind || (self.kind == kind::NULL && self.turn(kind))
    }

    /// Until here there were only nulls, which need the room of values.
    #[inline(never)]
    fn turn(&mut self, kind: u8) -> bool {
        self.kind = kind;
        if has_offsets(kind) {
            self.offsets.reserve(self.expected + 1);
            self.offsets.push(0);
        } else if is_wide(kind) {
            self.wide.reserve(self.expected);
        }
        let nulls = std::mem::take(&mut self.length);
        self.nulls = 0;
        self.nulls(nulls);
        true
    }

    fn nulls(&mut self, count: usize) {
        if count == 0 {
            return;
        }
        if self.nulls == 0 {
            self.validity.used = 0;
            self.validity.more(self.length.div_ceil(8)).fill(0xFF);
            if let Some(last) = self.validity.items_mut().last_mut().filter(|_| !self.length.is_multiple_of(8)) {
                *last = !(0xFF << (self.length % 8));
            }
        }
        for _ in 0..count {
            self.length += 1;
            bit(&mut self.validity, self.length, false);
            match self.kind {
                kind::BOOLEAN => bit(&mut self.data, self.length, false),
                kind::STRING | kind::BYTES => self.offsets.push(self.data.len() as u32),
                kind::LIST | kind::VECTOR => {
                    self.offsets.push(self.children.first().map_or(0, |child| child.length) as u32)
                }
                _ => {}
            }
        }
        if is_wide(self.kind) {
            self.wide.zeros(count);
        } else {
            self.data.zeros(width(self.kind) * count);
        }
        self.nulls += count;
    }

    /// One value more, which is not null.
    #[inline(always)]
    fn valid(&mut self) {
        self.length += 1;
        if self.nulls > 0 {
            bit(&mut self.validity, self.length, true);
        }
    }

    #[inline(always)]
    fn fixed(&mut self, kind: u8, bytes: &[u8]) -> bool {
        if !self.becomes(kind) {
            return false;
        }
        self.data.append(bytes);
        self.valid();
        true
    }

    fn boolean(&mut self, value: bool) -> bool {
        if !self.becomes(kind::BOOLEAN) {
            return false;
        }
        self.valid();
        bit(&mut self.data, self.length, value);
        true
    }

    #[inline(always)]
    fn push_wide(&mut self, kind: u8, bits: u64) -> bool {
        if !self.becomes(kind) {
            return false;
        }
        self.wide.push(bits);
        self.valid();
        true
    }

    fn text(&mut self, size: usize, scan: &mut Scan<'_>) -> Fits {
        let from = scan.cursor.at;
        scan.cursor.skip(size)?;
        if !self.becomes(kind::STRING) || self.data.len() + size > i32::MAX as usize {
            return Ok(false);
        }
        let text = scan.cursor.since(from);
        if !copy_ascii(text, self.data.more(size)) && std::str::from_utf8(text).is_err() {
            return Err(broken::not_utf8());
        }
        self.offsets.push(self.data.len() as u32);
        self.valid();
        Ok(true)
    }

    fn bytes(&mut self, first: u8, scan: &mut Scan<'_>) -> Fits {
        let bytes = scan.cursor.sized(first)?;
        if !self.becomes(kind::BYTES) || self.data.len() + bytes.len() > i32::MAX as usize {
            return Ok(false);
        }
        self.data.append(bytes);
        self.offsets.push(self.data.len() as u32);
        self.valid();
        Ok(true)
    }

    /// Gives every child as many values as there are rows.
    pub(super) fn finish(&mut self) -> bool {
        if self.sparse && self.has_null_entries {
            return false;
        }
        let length = self.length;
        let is_list = matches!(self.kind, kind::LIST | kind::VECTOR);
        self.children.iter_mut().all(|child| {
            if !is_list {
                child.nulls(length - child.length);
            }
            child.finish()
        })
    }
}

/// Sets the bit of the last of so many values.
fn bit(bits: &mut Area<u8>, length: usize, value: bool) {
    let index = length - 1;
    if index.is_multiple_of(8) {
        bits.push(0);
    }
    *bits.last() |= u8::from(value) << (index % 8);
}
