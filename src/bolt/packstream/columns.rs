//! `Columns`: a batch of records as columns in the memory layout of Apache Arrow, read straight from its bytes.
//!
//! A column takes the type of its first value. Where a later one is of another type, or has no place in the type, the
//! whole column goes on the tape instead, value by value.

use super::structures::tag;
use super::tape::{Area, Kind, Scan, Tape};
use super::{Dialect, Names, marker};
use crate::bolt::RecordBatch;
use crate::error::Result;

/// What a column holds. Those from `DATE` on are of so many bytes each.
pub mod kind {
    /// Nothing but nulls.
    pub const NULL: u8 = 0;
    /// Booleans, as a bitmap.
    pub const BOOLEAN: u8 = 1;
    /// Text in UTF-8, with offsets.
    pub const STRING: u8 = 2;
    /// Bytes, with offsets.
    pub const BYTES: u8 = 3;
    /// Lists, with offsets into one child.
    pub const LIST: u8 = 4;
    /// Vectors, as lists.
    pub const VECTOR: u8 = 5;
    /// Maps, with a child for each key.
    pub const MAP: u8 = 6;
    /// Nodes: element id, labels, properties.
    pub const NODE: u8 = 7;
    /// Relationships: element id, those of start and end, type, properties.
    pub const RELATIONSHIP: u8 = 8;
    /// Points: SRID, x, y and, in three dimensions, z.
    pub const POINT: u8 = 9;
    /// Integers of 64 bits.
    pub const INTEGER: u8 = 10;
    /// Floats of 64 bits.
    pub const FLOAT: u8 = 11;
    /// Days since 1970-01-01, in 32 bits.
    pub const DATE: u8 = 12;
    /// Nanoseconds since midnight, in 64 bits.
    pub const LOCAL_TIME: u8 = 13;
    /// Nanoseconds since 1970-01-01 on the same clock, in 64 bits.
    pub const LOCAL_DATE_TIME: u8 = 14;
    /// Nanoseconds since 1970-01-01 UTC, in 64 bits, all in the column's zone.
    pub const DATE_TIME: u8 = 15;
    /// Months and days in 32 bits each, nanoseconds in 64.
    pub const DURATION: u8 = 16;
    /// Sixteen bytes.
    pub const UUID: u8 = 17;
    /// Integers of 8, 16 and 32 bits and floats of 32: what vectors hold besides the larger ones.
    pub const INT_8: u8 = 18;
    /// See [`INT_8`].
    pub const INT_16: u8 = 19;
    /// See [`INT_8`].
    pub const INT_32: u8 = 20;
    /// See [`INT_8`].
    pub const FLOAT_32: u8 = 21;
    /// Anything: the values are on the tape.
    pub const VALUES: u8 = 22;
}

/// The bytes of a value, for those kinds that have so many each.
fn width(of: u8) -> usize {
    match of {
        kind::INTEGER | kind::FLOAT | kind::LOCAL_TIME | kind::LOCAL_DATE_TIME | kind::DATE_TIME => 8,
        kind::DATE | kind::INT_32 | kind::FLOAT_32 => 4,
        kind::DURATION | kind::UUID => 16,
        kind::INT_16 => 2,
        kind::INT_8 => 1,
        _ => 0,
    }
}

/// More keys than this make no columns.
const MOST_KEYS: usize = 64;

/// A column, or a part of one.
#[derive(Debug, Default)]
pub struct Column {
    /// One of [`kind`].
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
    has_null_entries: bool,
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

    /// The values, text or bytes.
    #[must_use]
    pub fn data(&self) -> &[u8] {
        self.data.items()
    }

    fn named(name: &[u8]) -> Self {
        Self { name: name.to_vec(), ..Self::default() }
    }

    /// Reads one value.
    fn read(&mut self, scan: &mut Scan<'_>) -> Fits {
        let first = scan.byte()?;
        match Kind::of(first) {
            Kind::Null => self.nulls(1),
            Kind::Integer => {
                let number = scan.integer_of(first)?;
                return Ok(self.fixed(kind::INTEGER, &number.to_le_bytes()));
            }
            Kind::Float => {
                let bits = scan.number(8)?;
                return Ok(self.fixed(kind::FLOAT, &bits.to_le_bytes()));
            }
            Kind::Boolean => return Ok(self.boolean(first == marker::TRUE)),
            Kind::String => {
                let text = scan.utf8(first)?;
                return Ok(self.variable(kind::STRING, text));
            }
            Kind::Bytes => {
                let bytes = scan.sized(first)?;
                return Ok(self.variable(kind::BYTES, bytes));
            }
            Kind::Uuid if scan.dialect.uuids => {
                let bytes = scan.take(16)?;
                return Ok(self.fixed(kind::UUID, bytes));
            }
            _ => return self.composite(first, scan),
        }
        Ok(true)
    }

    #[inline(never)]
    fn composite(&mut self, first: u8, scan: &mut Scan<'_>) -> Fits {
        scan.enter()?;
        let fits = match Kind::of(first) {
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
        if matches!(kind, kind::STRING | kind::BYTES | kind::LIST | kind::VECTOR) {
            self.offsets.push(0);
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
            self.validity = Area::of(0xFF, self.length.div_ceil(8));
            if let Some(last) = self.validity.items_mut().last_mut().filter(|_| self.length % 8 != 0) {
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
        self.data.zeros(width(self.kind) * count);
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

    fn variable(&mut self, kind: u8, bytes: &[u8]) -> bool {
        if !self.becomes(kind) || self.data.len() + bytes.len() > i32::MAX as usize {
            return false;
        }
        self.data.append(bytes);
        self.offsets.push(self.data.len() as u32);
        self.valid();
        true
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
            self.children.push(Self::named(b"item"));
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
        let bytes = scan.take(9 * count)?;
        let (to, _) = self.data.more(8 * count).as_chunks_mut::<8>();
        let mut at = 0;
        for to in to {
            *to = match bytes[at + 1..].first_chunk::<8>() {
                Some(float) => u64::from_be_bytes(*float).to_le_bytes(),
                None => *to,
            };
            at += 9;
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
            let name = scan.utf8(first)?;
            let Some(child) = self.child(index, name) else { return Ok(false) };
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
        Ok(true)
    }

    /// The child of that name: where the same key stood before, or else anywhere.
    #[inline(always)]
    fn child(&mut self, index: usize, name: &[u8]) -> Option<&mut Column> {
        let found = match self.children.get(index) {
            Some(child) if child.name == name => index,
            _ => match self.children.iter().position(|child| child.name == name) {
                Some(found) => found,
                None if self.children.len() == MOST_KEYS => return None,
                None => {
                    self.sparse |= self.length > self.nulls;
                    self.children.push(Self::named(name));
                    self.children.len() - 1
                }
            },
        };
        self.children.get_mut(found)
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
                Some([nanos]) => (0..DAY).contains(&nanos) && self.fixed(kind::LOCAL_TIME, &nanos.to_le_bytes()),
                None => false,
            }),
            (tag::LOCAL_DATE_TIME, 2) => {
                let instant = instant(scan)?;
                Ok(instant.is_some_and(|nanos| self.fixed(kind::LOCAL_DATE_TIME, &nanos.to_le_bytes())))
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
            (tag::NODE, 4) if element_ids => {
                let order = &[Kind::List, Kind::Map, Kind::String];
                Ok(integers::<1>(scan)?.is_some()
                    && self.parts(kind::NODE, &NODE, order, scan)?
                    && self.labels_are_text())
            }
            (tag::RELATIONSHIP, 8) if element_ids => {
                let order = &[Kind::String, Kind::Map, Kind::String, Kind::String, Kind::String];
                Ok(integers::<3>(scan)?.is_some() && self.parts(kind::RELATIONSHIP, &RELATIONSHIP, order, scan)?)
            }
            _ => Ok(false),
        }
    }

    /// Reads the parts of a structure, each of one kind, into a child each.
    fn parts(&mut self, kind: u8, names: &[&str], kinds: &[Kind], scan: &mut Scan<'_>) -> Fits {
        if !self.becomes(kind) {
            return Ok(false);
        }
        if self.children.is_empty() {
            self.children.extend(names.iter().map(|name| Self::named(name.as_bytes())));
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

    /// The labels of a node: the first of its parts.
    fn labels_are_text(&self) -> bool {
        let items = self.children.first().and_then(|labels| labels.children.first());
        items.is_none_or(|items| matches!(items.kind, kind::NULL | kind::STRING) && items.nulls == 0)
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
        Ok(self.zone == zone && self.fixed(kind::DATE_TIME, &nanos.to_le_bytes()))
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
        let to = child.data.more(parts[1].len());
        for (to, from) in to.chunks_exact_mut(width(kind)).zip(parts[1].chunks_exact(width(kind))) {
            to.copy_from_slice(from);
            to.reverse();
        }
        child.length += parts[1].len() / width(kind);
        Ok(self.close_list())
    }

    /// Gives every child as many values as there are rows. `cells`: how many a map's children may have in all.
    fn finish(&mut self, cells: usize) -> bool {
        if self.sparse && (self.has_null_entries || self.children.len() * self.length > cells) {
            return false;
        }
        let length = self.length;
        let is_list = matches!(self.kind, kind::LIST | kind::VECTOR);
        self.children.iter_mut().all(|child| {
            if !is_list {
                child.nulls(length - child.length);
            }
            child.finish(cells)
        })
    }
}

const DAY: i64 = 86_400_000_000_000;
const POINT: [&str; 4] = ["srid", "x", "y", "z"];
// In Bolt's order.
const NODE: [&str; 3] = ["labels", "properties", "elementId"];
const RELATIONSHIP: [&str; 5] = ["type", "properties", "elementId", "startNodeElementId", "endNodeElementId"];

/// Sets the bit of the last of so many values.
fn bit(bits: &mut Area<u8>, length: usize, value: bool) {
    let index = length - 1;
    if index % 8 == 0 {
        bits.push(0);
    }
    if let Some(byte) = bits.items_mut().last_mut() {
        *byte |= u8::from(value) << (index % 8);
    }
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

/// A batch as columns.
#[derive(Debug, Default)]
pub struct Columns {
    /// One for each of the result's.
    pub columns: Vec<Column>,
    /// The values of those columns that hold anything, record by record. Its names are those of this batch alone.
    pub tape: Tape,
}

impl Columns {
    /// Reads a batch of so many columns. `mixed` says which of them have turned out to hold anything; those are not tried
    /// again in the batches that follow.
    ///
    /// # Errors
    /// A protocol error unless every record is a list of so many values.
    pub fn read(batch: &RecordBatch, dialect: Dialect, mixed: &mut [bool]) -> Result<Self> {
        loop {
            let known = mixed.to_vec();
            let read = Self::try_read(batch, dialect, mixed)?;
            if known == mixed {
                return Ok(read);
            }
        }
    }

    fn try_read(batch: &RecordBatch, dialect: Dialect, mixed: &mut [bool]) -> Result<Self> {
        let mut read = Self::default();
        let (mut names, mut scratch) = (Names::default(), (Tape::default(), Names::default()));
        let new = |mixed: &bool| Column { kind: if *mixed { kind::VALUES } else { kind::NULL }, ..Column::default() };
        read.columns.extend(mixed.iter().map(new));
        let mut scan = Scan::new(batch.bytes(), dialect, &mut read.tape, &mut names);
        for end in batch.ends() {
            scan.begin_record(read.columns.len())?;
            for (column, mixed) in read.columns.iter_mut().zip(&mut *mixed) {
                if column.kind == kind::VALUES {
                    column.length += 1;
                    scan.value()?;
                } else if *mixed {
                    scan.pass(&mut scratch)?;
                } else {
                    let begin = scan.at;
                    if !column.read(&mut scan)? {
                        scan.go_back(begin);
                        *mixed = true;
                        scan.pass(&mut scratch)?;
                    }
                }
            }
            scan.end_record(*end)?;
        }
        // What a peer can make of few bytes: padding in proportion to them.
        let cells = 2 * batch.bytes().len();
        for (column, mixed) in read.columns.iter_mut().zip(mixed) {
            *mixed |= column.kind != kind::VALUES && !column.finish(cells);
        }
        Ok(read)
    }
}
