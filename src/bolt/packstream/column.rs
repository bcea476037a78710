//! `Column`: values of one type in the memory layout of Apache Arrow.

mod graph;

use super::kind::{self, has_offsets, is_wide, width};
use super::names::same;
use super::scan::{Kind, Scan};
use super::structures::tag;
use super::tape::{Area, copy_ascii, not_utf8};
use super::{Dialect, marker};
use crate::error::Result;

/// More keys than this make no columns.
const MOST_KEYS: usize = 64;

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
        let first = scan.byte()?;
        match first {
            0x00..=0x7F | 0xF0..=0xFF => {
                Ok(self.push_wide(kind::INTEGER, i64::from(first.cast_signed()).cast_unsigned()))
            }
            marker::INT_8..=marker::INT_64 => match scan.integer_of(first) {
                Ok(number) => Ok(self.push_wide(kind::INTEGER, number.cast_unsigned())),
                Err(error) => Err(error),
            },
            0x80..=0x8F | marker::STRING_8..=marker::STRING_32 => {
                let size = scan.count(first)?;
                self.text(size, scan)
            }
            marker::FLOAT_64 => match scan.number(8) {
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
            Kind::Uuid if scan.dialect.uuids => match scan.take(16) {
                Ok(bytes) => Ok(self.fixed(kind::UUID, bytes)),
                Err(error) => Err(error),
            },
            Kind::List => self.list(scan.count(first)?, scan),
            Kind::Map if self.becomes(kind::MAP) => self.entries(scan.count(first)?, scan),
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
        let from = scan.at;
        scan.skip(size)?;
        if !self.becomes(kind::STRING) || self.data.len() + size > i32::MAX as usize {
            return Ok(false);
        }
        let text = scan.since(from);
        if !copy_ascii(text, self.data.more(size)) && std::str::from_utf8(text).is_err() {
            return Err(not_utf8());
        }
        self.offsets.push(self.data.len() as u32);
        self.valid();
        Ok(true)
    }

    fn bytes(&mut self, first: u8, scan: &mut Scan<'_>) -> Fits {
        let bytes = scan.sized(first)?;
        if !self.becomes(kind::BYTES) || self.data.len() + bytes.len() > i32::MAX as usize {
            return Ok(false);
        }
        self.data.append(bytes);
        self.offsets.push(self.data.len() as u32);
        self.valid();
        Ok(true)
    }

    fn list(&mut self, count: usize, scan: &mut Scan<'_>) -> Fits {
        if !self.becomes(kind::LIST) {
            return Ok(false);
        }
        let child = self.only_child();
        if scan.are_floats(count) && child.becomes(kind::FLOAT) {
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

    fn only_child(&mut self) -> &mut Column {
        if self.children.is_empty() {
            self.children.push(self.part(b"item"));
        }
        &mut self.children[0]
    }

    fn close_list(&mut self) -> bool {
        let end = self.children.first().map_or(0, |child| child.length);
        self.offsets.push(end as u32);
        self.valid();
        end <= i32::MAX as usize
    }

    fn floats(&mut self, count: usize, scan: &mut Scan<'_>) -> Result<()> {
        let (floats, _) = scan.take(9 * count)?.as_chunks::<9>();
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
    fn entries(&mut self, count: usize, scan: &mut Scan<'_>) -> Fits {
        let row = self.length;
        for index in 0..count {
            scan.expect(Kind::String)?;
            let first = scan.byte()?;
            let name = scan.sized(first)?;
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
            return Err(not_utf8());
        }
        self.sparse |= self.length > self.nulls;
        self.children.push(self.part(name));
        Ok(Some(self.children.len() - 1))
    }

    /// Reads the rest of a structure. One of the wrong form fits nowhere: whoever reads it as a value says what is wrong.
    fn structure(&mut self, first: u8, scan: &mut Scan<'_>) -> Fits {
        let fields = scan.count(first)?;
        let tag = scan.byte()?;
        let Dialect { element_ids, utc, vectors, .. } = scan.dialect;
        match (tag, fields) {
            (tag::DATE, 1) => Ok(match integers(scan)? {
                Some([days]) => i32::try_from(days).is_ok_and(|days| self.fixed(kind::DATE, &days.to_le_bytes())),
                None => false,
            }),
            (tag::LOCAL_TIME, 1) => Ok(match integers(scan)? {
                Some([nanos]) => (0..DAY).contains(&nanos) && self.push_wide(kind::LOCAL_TIME, nanos.cast_unsigned()),
                None => false,
            }),
            (tag::LOCAL_DATE_TIME, 2) => {
                let instant = instant(scan)?;
                Ok(instant.is_some_and(|nanos| self.push_wide(kind::LOCAL_DATE_TIME, nanos.cast_unsigned())))
            }
            (tag::DATE_TIME | tag::DATE_TIME_ZONE_ID, 3) if utc => self.date_time(tag, scan),
            (tag::DURATION, 4) => {
                Ok(integers(scan)?.and_then(duration).is_some_and(|bytes| self.fixed(kind::DURATION, &bytes)))
            }
            (tag::POINT_2D, 3) => {
                self.parts(kind::POINT, &POINT[..3], &[Kind::Integer, Kind::Float, Kind::Float], scan)
            }
            (tag::POINT_3D, 4) => {
                self.parts(kind::POINT, &POINT, &[Kind::Integer, Kind::Float, Kind::Float, Kind::Float], scan)
            }
            (tag::VECTOR, 2) if vectors => self.vector(scan),
            (tag::NODE, 4) if element_ids => self.node(scan),
            (tag::PATH, 3) if element_ids => self.path(scan),
            (tag::RELATIONSHIP, 8) if element_ids => self.relationship(scan),
            _ => Ok(false),
        }
    }

    /// Reads the parts of a structure, each of one kind, into a child each.
    fn parts(&mut self, kind: u8, names: &[&str], kinds: &[Kind], scan: &mut Scan<'_>) -> Fits {
        if !self.becomes(kind) {
            return Ok(false);
        }
        if self.children.is_empty() {
            self.children = names.iter().map(|name| self.part(name.as_bytes())).collect();
        }
        let row = self.length;
        if self.children.len() != kinds.len() {
            return Ok(false);
        }
        for (child, kind) in self.children.iter_mut().zip(kinds) {
            child.nulls(row - child.length);
            if scan.kind() != *kind || !child.read(scan)? {
                return Ok(false);
            }
        }
        self.valid();
        Ok(true)
    }

    fn date_time(&mut self, tag: u8, scan: &mut Scan<'_>) -> Fits {
        let Some(nanos) = instant(scan)? else { return Ok(false) };
        let text;
        let zone = if tag == tag::DATE_TIME {
            let Some([seconds]) = integers(scan)? else { return Ok(false) };
            let minutes = seconds.unsigned_abs() / 60;
            if seconds % 60 != 0 || minutes > 18 * 60 {
                return Ok(false);
            }
            let digit = |number: u64| b'0' + (number % 10) as u8;
            let sign = if seconds < 0 { b'-' } else { b'+' };
            text = [sign, digit(minutes / 600), digit(minutes / 60), b':', digit(minutes % 60 / 10), digit(minutes)];
            &text[..]
        } else {
            scan.expect(Kind::String)?;
            let first = scan.byte()?;
            scan.utf8(first)?
        };
        if self.kind == kind::NULL {
            self.zone = zone.to_vec();
        }
        Ok(self.zone == zone && self.push_wide(kind::DATE_TIME, nanos.cast_unsigned()))
    }

    fn vector(&mut self, scan: &mut Scan<'_>) -> Fits {
        let mut parts = [&[][..]; 2];
        for part in &mut parts {
            if scan.kind() != Kind::Bytes {
                return Ok(false);
            }
            let first = scan.byte()?;
            *part = scan.sized(first)?;
        }
        let kind = match parts[0] {
            [marker::INT_8] => kind::INT_8,
            [marker::INT_16] => kind::INT_16,
            [marker::INT_32] => kind::INT_32,
            [marker::INT_64] => kind::INTEGER,
            [marker::FLOAT_32] => kind::FLOAT_32,
            [marker::FLOAT_64] => kind::FLOAT,
            _ => return Ok(false),
        };
        if parts[1].len() % width(kind) != 0 || !self.becomes(kind::VECTOR) {
            return Ok(false);
        }
        let child = self.only_child();
        // The type of vectors of no numbers is one, too.
        if child.kind != kind::NULL && child.kind != kind {
            return Ok(false);
        }
        child.kind = kind;
        for number in parts[1].chunks_exact(width(kind)) {
            let bits = number.iter().fold(0, |bits, byte| bits << 8 | u64::from(*byte));
            if is_wide(kind) {
                child.wide.push(bits);
            } else {
                child.data.append(&bits.to_le_bytes()[..width(kind)]);
            }
        }
        child.length += parts[1].len() / width(kind);
        Ok(self.close_list())
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

const DAY: i64 = 86_400_000_000_000;
const POINT: [&str; 4] = ["srid", "x", "y", "z"];

/// Sets the bit of the last of so many values.
fn bit(bits: &mut Area<u8>, length: usize, value: bool) {
    let index = length - 1;
    if index.is_multiple_of(8) {
        bits.push(0);
    }
    *bits.last() |= u8::from(value) << (index % 8);
}

/// Integers that come next; `None` where something else does.
fn integers<const N: usize>(scan: &mut Scan<'_>) -> Result<Option<[i64; N]>> {
    let mut numbers = [0; N];
    for number in &mut numbers {
        if scan.kind() != Kind::Integer {
            return Ok(None);
        }
        let first = scan.byte()?;
        *number = scan.integer_of(first)?;
    }
    Ok(Some(numbers))
}

/// Seconds and nanoseconds, as nanoseconds, where these are within some 292 years of 1970.
fn instant(scan: &mut Scan<'_>) -> Result<Option<i64>> {
    let Some([seconds, nanos]) = integers(scan)? else { return Ok(None) };
    let fraction = (0..1_000_000_000).contains(&nanos);
    Ok(seconds.checked_mul(1_000_000_000).and_then(|whole| whole.checked_add(nanos)).filter(|_| fraction))
}

fn duration([months, days, seconds, nanos]: [i64; 4]) -> Option<[u8; 16]> {
    let whole = seconds.checked_mul(1_000_000_000)?.checked_add(nanos)?;
    let (months, days) = (i32::try_from(months).ok()?, i32::try_from(days).ok()?);
    if !(0..1_000_000_000).contains(&nanos) {
        return None;
    }
    let mut bytes = [0; 16];
    bytes[..4].copy_from_slice(&months.to_le_bytes());
    bytes[4..8].copy_from_slice(&days.to_le_bytes());
    bytes[8..].copy_from_slice(&whole.to_le_bytes());
    Some(bytes)
}
