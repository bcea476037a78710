//! `Scan`: reads PackStream in one pass that checks it and writes a tape, and allocates nothing for a value.

use super::names::{Name, Names};
use super::structures::tag;
use super::tape::{LARGE, PIECE, Tape, copy_ascii, name, not_utf8, op, to_utf16};
use super::{Dialect, MAX_DEPTH, marker};
use crate::error::{Error, Result};
use crate::value::{LocalDate, LocalDateTime, LocalTime, OutOfRange, ZonedTime};

/// Reads bytes and writes a tape.
pub struct Scan<'a> {
    bytes: &'a [u8],
    pub(super) at: usize,
    pub(super) dialect: Dialect,
    depth: usize,
    /// Whether numeric ids go onto the tape too, where there are element ids.
    pub ids: bool,
    /// The last integer that was read.
    integer: i64,
    tape: &'a mut Tape,
    names: &'a mut Names,
}

impl<'a> Scan<'a> {
    /// Starts at the first of `bytes`.
    pub fn new(bytes: &'a [u8], dialect: Dialect, tape: &'a mut Tape, names: &'a mut Names) -> Self {
        Self { bytes, at: 0, dialect, depth: 0, ids: false, integer: 0, tape, names }
    }

    /// Reads a record that ends there: a list of so many values.
    ///
    /// # Errors
    /// A protocol error unless the bytes up to there are such a list.
    pub fn record(&mut self, end: usize, columns: usize) -> Result<()> {
        self.begin_record(columns)?;
        for _ in 0..columns {
            self.value()?;
        }
        self.end_record(end)
    }

    #[inline(always)]
    pub(super) fn begin_record(&mut self, columns: usize) -> Result<()> {
        if columns < 16 && self.bytes.get(self.at) == Some(&(0x90 | columns as u8)) {
            self.at += 1;
            return Ok(());
        }
        self.long_header(columns)
    }

    #[inline(never)]
    fn long_header(&mut self, columns: usize) -> Result<()> {
        self.expect(Kind::List)?;
        let found = self.header()?;
        if found == columns {
            return Ok(());
        }
        Err(Error::protocol(format!("A record has {found} values for {columns} columns")))
    }

    pub(super) fn end_record(&self, end: usize) -> Result<()> {
        if self.at == end { Ok(()) } else { Err(Error::protocol("A record is not one list")) }
    }

    /// Reads one value that nobody wants, onto another tape.
    pub(super) fn pass(&mut self, (tape, names): &mut (Tape, Names)) -> Result<()> {
        tape.clear();
        let mut scan = Scan::new(self.bytes, self.dialect, tape, names);
        scan.at = self.at;
        scan.value()?;
        self.at = scan.at;
        Ok(())
    }

    /// Goes back to the beginning of a value of a record.
    pub(super) fn go_back(&mut self, at: usize) {
        self.at = at;
        self.depth = 0;
    }

    /// Reads one value.
    ///
    /// # Errors
    /// A protocol error for bytes that end too early or are no value of the dialect, or nesting beyond [`MAX_DEPTH`].
    pub fn value(&mut self) -> Result<()> {
        let first = self.byte()?;
        match first {
            0x00..=0x7F | 0xF0..=0xFF => {
                self.integer = i64::from(first.cast_signed());
                self.push(op::SMALL | (i32::from(first.cast_signed()) << 8).cast_unsigned());
                Ok(())
            }
            0x80..=0x8F => self.text(usize::from(first & 0x0F)),
            marker::STRING_8..=marker::STRING_32 => {
                let size = self.size(first)?;
                self.text(size)
            }
            marker::NULL => {
                self.push(op::NULL);
                Ok(())
            }
            marker::FALSE | marker::TRUE => {
                self.push(op::FALSE + u32::from(first - marker::FALSE));
                Ok(())
            }
            marker::FLOAT_64 => self.there(op::FLOAT, 0, 8),
            marker::INT_8..=marker::INT_64 => self.integer(first),
            marker::UUID if self.dialect.uuids => self.there(op::UUID, 0, 16),
            _ => self.composite(first),
        }
    }

    /// Kept out of `value`, which most values go no further than.
    #[inline(never)]
    fn composite(&mut self, first: u8) -> Result<()> {
        let kind = Kind::of(first);
        if !matches!(kind, Kind::List | Kind::Map | Kind::Structure | Kind::Bytes) {
            return Err(Error::protocol(format!("Unknown PackStream type marker: 0x{first:02x}")));
        }
        let size = self.count(first)?;
        match kind {
            Kind::List => self.list(size),
            Kind::Map => self.map(size),
            Kind::Structure => self.structure(size),
            _ => self.there(op::BYTES, size, size),
        }
    }

    fn list(&mut self, count: usize) -> Result<()> {
        if self.are_floats(count) {
            return self.there(op::FLOATS, count, 9 * count);
        }
        self.op(op::LIST, count);
        self.enter()?;
        for _ in 0..count {
            self.value()?;
        }
        self.leave();
        Ok(())
    }

    /// Whether that many floats come next, and nothing but floats.
    pub(super) fn are_floats(&self, count: usize) -> bool {
        if count == 0 || count > (self.bytes.len() - self.at) / 9 {
            return false;
        }
        let mut at = self.at;
        for _ in 0..count {
            if self.bytes[at] != marker::FLOAT_64 {
                return false;
            }
            at += 9;
        }
        true
    }

    fn map(&mut self, count: usize) -> Result<()> {
        self.op(op::MAP, count);
        self.enter()?;
        for _ in 0..count {
            self.name()?;
            self.value()?;
        }
        self.leave();
        Ok(())
    }

    pub(super) fn enter(&mut self) -> Result<()> {
        if self.depth == MAX_DEPTH {
            return Err(Error::protocol(format!("A value is nested more than {MAX_DEPTH} levels deep")));
        }
        self.depth += 1;
        Ok(())
    }

    pub(super) fn leave(&mut self) {
        self.depth -= 1;
    }

    /// Reads the rest of a structure.
    fn structure(&mut self, fields: usize) -> Result<()> {
        let tag = self.byte()?;
        let form = self
            .form(tag)
            .ok_or_else(|| Error::protocol(format!("Unknown structure 0x{tag:02x} with {fields} fields")))?;
        self.fields(tag, fields, form)
    }

    /// The form of a structure, a letter for each field: an integer `i`, or one that few need `-`; a float `f`, text
    /// `s`, a name `n`, a map `m`, a list of names `L`, the two of a vector `vw`, the three of a path `xyz`.
    fn form(&self, tag: u8) -> Option<&'static [u8]> {
        let Dialect { element_ids, utc, vectors, .. } = self.dialect;
        Some(match tag {
            tag::NODE if element_ids => b"-Lms",
            tag::NODE => b"iLm",
            tag::RELATIONSHIP if element_ids => b"---nmsss",
            tag::RELATIONSHIP => b"iiinm",
            tag::PATH => b"xyz",
            tag::DATE | tag::LOCAL_TIME => b"i",
            tag::TIME | tag::LOCAL_DATE_TIME => b"ii",
            tag::DATE_TIME if utc => b"iii",
            tag::LEGACY_DATE_TIME if !utc => b"iii",
            tag::DATE_TIME_ZONE_ID if utc => b"iin",
            tag::LEGACY_DATE_TIME_ZONE_ID if !utc => b"iin",
            tag::DURATION => b"iiii",
            tag::POINT_2D => b"iff",
            tag::POINT_3D => b"ifff",
            tag::VECTOR if vectors => b"vw",
            tag::UNSUPPORTED_TYPE if vectors => b"siim",
            _ => return None,
        })
    }

    fn fields(&mut self, tag: u8, fields: usize, form: &[u8]) -> Result<()> {
        if fields != form.len() {
            let due = form.len();
            return Err(Error::protocol(format!("Structure 0x{tag:02x} has {fields} fields where {due} are due")));
        }
        self.op(op::STRUCTURE, usize::from(tag) | fields << 8);
        self.enter()?;
        // What the fields before this one have come to.
        let mut numbers = [0; 4];
        for (index, field) in form.iter().enumerate() {
            let number = self.field(*field, numbers)?;
            if let Some(slot) = numbers.get_mut(index) {
                *slot = number;
            }
        }
        self.leave();
        in_range(tag, numbers).map_err(|error| Error::protocol(format!("The server sent a {error}")))
    }

    /// Reads a field; the integer that it is, or the size of what it is where that matters to the fields behind it.
    fn field(&mut self, form: u8, before: [i64; 4]) -> Result<i64> {
        let begin = self.tape.words.used;
        match form {
            b'i' | b'-' => {
                self.expect(Kind::Integer).and_then(|()| self.value())?;
                if form == b'-' && !self.ids {
                    self.tape.words.used = begin;
                }
                return Ok(self.integer);
            }
            b'f' => self.expect(Kind::Float).and_then(|()| self.value())?,
            b's' => self.expect(Kind::String).and_then(|()| self.value())?,
            b'm' => self.expect(Kind::Map).and_then(|()| self.value())?,
            b'n' => self.name()?,
            b'L' => return self.items(|scan, _| scan.name()),
            b'v' => return self.vector_kind(),
            b'w' => {
                let size = self.byte_string()?;
                if size % before[0] as usize != 0 {
                    return Err(Error::protocol("A vector ends within a number"));
                }
            }
            b'x' => {
                let form = if self.dialect.element_ids { &b"-Lms"[..] } else { b"iLm" };
                let nodes = self.items(|scan, _| scan.part(tag::NODE, form))?;
                return if nodes > 0 { Ok(nodes) } else { Err(wrong_path()) };
            }
            b'y' => {
                let form = if self.dialect.element_ids { &b"-nms"[..] } else { b"inm" };
                return self.items(|scan, _| scan.part(tag::UNBOUND_RELATIONSHIP, form));
            }
            _ => {
                let [nodes, relationships, ..] = before;
                let steps = self.items(|scan, index| {
                    let number = scan.field(b'i', before)?;
                    let is_there = match index % 2 {
                        0 => number != 0 && number.unsigned_abs() <= relationships.unsigned_abs(),
                        _ => (0..nodes).contains(&number),
                    };
                    if is_there { Ok(()) } else { Err(outside_path()) }
                })?;
                return if steps % 2 == 0 { Ok(steps) } else { Err(wrong_path()) };
            }
        }
        Ok(0)
    }

    /// A part of a path.
    fn part(&mut self, tag: u8, form: &[u8]) -> Result<()> {
        self.expect(Kind::Structure)?;
        let fields = self.header()?;
        if self.byte()? != tag {
            return Err(Error::protocol("Expected a part of a path, found a structure"));
        }
        self.fields(tag, fields, form)
    }

    /// A list, each item read in this way; how many there are.
    fn items(&mut self, read: impl Fn(&mut Self, usize) -> Result<()>) -> Result<i64> {
        self.expect(Kind::List)?;
        let count = self.header()?;
        self.op(op::LIST, count);
        self.enter()?;
        for index in 0..count {
            read(self, index)?;
        }
        self.leave();
        Ok(count as i64)
    }

    /// The bytes that one number of a vector takes.
    fn vector_kind(&mut self) -> Result<i64> {
        let size = self.byte_string()?;
        match self.bytes[self.at - size..self.at] {
            [kind @ marker::INT_8..=marker::INT_64] => Ok(1 << (kind & 3)),
            [marker::FLOAT_32] => Ok(4),
            [marker::FLOAT_64] => Ok(8),
            _ => Err(Error::protocol("A vector is of an unknown number type")),
        }
    }

    fn byte_string(&mut self) -> Result<usize> {
        self.expect(Kind::Bytes)?;
        let size = self.header()?;
        self.there(op::BYTES, size, size)?;
        Ok(size)
    }

    fn name(&mut self) -> Result<()> {
        self.expect(Kind::String)?;
        let size = self.header()?;
        let from = self.at;
        self.skip(size)?;
        match self.names.number(&self.bytes[from..self.at]) {
            Name::Known(number) => self.push(name::FIRST + number),
            kept => {
                self.push(if kept == Name::New { name::NEW } else { name::UNKEPT });
                self.at = from;
                self.text(size)?;
            }
        }
        Ok(())
    }

    fn text(&mut self, size: usize) -> Result<()> {
        if size > PIECE {
            return self.long(size);
        }
        let from = self.at;
        self.skip(size)?;
        let text = &self.bytes[from..self.at];
        let Tape { words, ascii, .. } = &mut *self.tape;
        if !copy_ascii(text, ascii.room(size, op::ASCII_PIECE, words)) {
            return self.wide(text);
        }
        ascii.filled(size, words);
        self.op(op::ASCII, size);
        Ok(())
    }

    /// Text that is a piece by itself stays where it is.
    #[inline(never)]
    fn long(&mut self, size: usize) -> Result<()> {
        let from = self.at;
        self.there(op::LONG, size, size)?;
        std::str::from_utf8(&self.bytes[from..self.at]).map(drop).map_err(|_| not_utf8())
    }

    #[inline(never)]
    fn wide(&mut self, text: &[u8]) -> Result<()> {
        let Tape { words, wide, .. } = &mut *self.tape;
        // There are never more units than bytes.
        let Some(units) = to_utf16(text, wide.room(text.len(), op::WIDE_PIECE, words)) else {
            return Err(not_utf8());
        };
        wide.filled(units, words);
        self.op(op::WIDE, units);
        Ok(())
    }

    /// A value that stays where it is: the place is noted, and the reading goes on behind it.
    fn there(&mut self, op: u32, argument: usize, size: usize) -> Result<()> {
        self.op(op, argument);
        self.push(self.at as u32);
        self.skip(size)
    }

    /// The integer that begins with this byte.
    #[inline(always)]
    pub(super) fn integer_of(&mut self, first: u8) -> Result<i64> {
        if !(marker::INT_8..=marker::INT_64).contains(&first) {
            return Ok(i64::from(first.cast_signed()));
        }
        let width = 1 << (first & 3);
        let unused = 64 - 8 * width as u32;
        Ok((self.number(width)? << unused).cast_signed() >> unused)
    }

    fn integer(&mut self, first: u8) -> Result<()> {
        let begin = self.at;
        let number = self.integer_of(first)?;
        self.integer = number;
        // The 24 bits have a sign here.
        if (number << 40) >> 40 == number {
            self.push(op::SMALL | (number as u32) << 8);
        } else {
            self.op(op::INTEGER, self.at - begin);
            self.push(begin as u32);
        }
        Ok(())
    }

    #[inline(always)]
    fn op(&mut self, op: u32, argument: usize) {
        if argument < LARGE as usize {
            self.push(op | (argument as u32) << 8);
        } else {
            self.push(op | LARGE << 8);
            self.push(argument as u32);
        }
    }

    #[inline(always)]
    fn push(&mut self, word: u32) {
        self.tape.words.push(word);
    }

    /// What comes next.
    pub(super) fn kind(&self) -> Kind {
        self.bytes.get(self.at).map_or(Kind::Unknown, |first| Kind::of(*first))
    }

    /// The bytes that have been read from there on.
    #[inline(always)]
    pub(super) fn since(&self, from: usize) -> &'a [u8] {
        &self.bytes[from..self.at]
    }

    pub(super) fn take(&mut self, size: usize) -> Result<&'a [u8]> {
        let from = self.at;
        self.skip(size)?;
        Ok(&self.bytes[from..self.at])
    }

    /// What is of the size that this byte begins.
    pub(super) fn sized(&mut self, first: u8) -> Result<&'a [u8]> {
        let size = self.count(first)?;
        self.take(size)
    }

    /// The text that begins with this byte.
    pub(super) fn utf8(&mut self, first: u8) -> Result<&'a [u8]> {
        let text = self.sized(first)?;
        match std::str::from_utf8(text) {
            Ok(_) => Ok(text),
            Err(_) => Err(not_utf8()),
        }
    }

    #[inline(always)]
    pub(super) fn expect(&self, kind: Kind) -> Result<()> {
        match self.bytes.get(self.at) {
            Some(first) if Kind::of(*first) == kind => Ok(()),
            first => Err(self.unexpected(kind, first.copied())),
        }
    }

    #[inline(never)]
    fn unexpected(&self, kind: Kind, first: Option<u8>) -> Error {
        let Some(first) = first else { return too_long() };
        Error::protocol(format!("Expected {}, found {}", kind.name(), Kind::of(first).name()))
    }

    #[inline(always)]
    pub(super) fn byte(&mut self) -> Result<u8> {
        match self.bytes.get(self.at) {
            Some(byte) => {
                self.at += 1;
                Ok(*byte)
            }
            None => Err(too_long()),
        }
    }

    #[inline(always)]
    pub(super) fn skip(&mut self, size: usize) -> Result<()> {
        if size > self.bytes.len() - self.at {
            return Err(too_long());
        }
        self.at += size;
        Ok(())
    }

    /// The size or count that stands beside a marker or behind it.
    fn header(&mut self) -> Result<usize> {
        let first = self.byte()?;
        self.count(first)
    }

    #[inline(always)]
    pub(super) fn count(&mut self, first: u8) -> Result<usize> {
        if first < 0xC0 { Ok(usize::from(first & 0x0F)) } else { self.size(first) }
    }

    /// The size behind a marker, in 8, 16 or 32 bits.
    fn size(&mut self, first: u8) -> Result<usize> {
        match self.number(1 << (first & 3)) {
            Ok(size) => Ok(size as usize),
            Err(error) => Err(error),
        }
    }

    #[inline(always)]
    pub(super) fn number(&mut self, width: usize) -> Result<u64> {
        let from = self.at;
        self.skip(width)?;
        let mut number = 0;
        for at in from..self.at {
            number = number << 8 | u64::from(self.bytes[at]);
        }
        Ok(number)
    }
}

/// What a marker announces.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Kind {
    Null,
    Boolean,
    Integer,
    Float,
    Bytes,
    String,
    List,
    Map,
    Structure,
    Uuid,
    Unknown,
}

impl Kind {
    #[inline(always)]
    pub(super) fn of(first: u8) -> Self {
        match first {
            0x80..=0x8F | marker::STRING_8..=marker::STRING_32 => Self::String,
            0x90..=0x9F | marker::LIST_8..=marker::LIST_32 => Self::List,
            0xA0..=0xAF | marker::MAP_8..=marker::MAP_32 => Self::Map,
            0xB0..=0xBF | marker::STRUCTURE_8 | marker::STRUCTURE_16 => Self::Structure,
            marker::FLOAT_64 => Self::Float,
            marker::FALSE | marker::TRUE => Self::Boolean,
            marker::BYTES_8..=marker::BYTES_32 => Self::Bytes,
            marker::UUID => Self::Uuid,
            0x00..=0x7F | 0xF0..=0xFF | marker::INT_8..=marker::INT_64 => Self::Integer,
            marker::NULL => Self::Null,
            _ => Self::Unknown,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Boolean => "a Boolean",
            Self::Integer => "an integer",
            Self::Float => "a float",
            Self::Bytes => "bytes",
            Self::String => "a string",
            Self::List => "a list",
            Self::Map => "a map",
            Self::Structure => "a structure",
            Self::Uuid => "a UUID",
            Self::Unknown => "an unknown type marker",
        }
    }
}

/// Whether the integers of a structure make the value that its tag announces.
fn in_range(tag: u8, [first, second, third, fourth]: [i64; 4]) -> Result<(), OutOfRange> {
    match tag {
        tag::DATE => LocalDate::from_days(first).map(drop),
        tag::LOCAL_TIME => LocalTime::from_nanoseconds(first).map(drop),
        tag::TIME => ZonedTime::new(LocalTime::from_nanoseconds(first)?, second).map(drop),
        tag::LOCAL_DATE_TIME | tag::DATE_TIME_ZONE_ID | tag::LEGACY_DATE_TIME_ZONE_ID => {
            LocalDateTime::from_seconds(first, second).map(drop)
        }
        tag::DATE_TIME | tag::LEGACY_DATE_TIME => {
            ZonedTime::new(LocalTime::from_nanoseconds(0)?, third)?;
            // What a clock there shows must exist too.
            let shift = if tag == tag::DATE_TIME { third } else { 0 };
            LocalDateTime::from_seconds(first.saturating_add(shift), second).map(drop)
        }
        tag::DURATION => i32::try_from(fourth).map(drop).map_err(|_| OutOfRange("nanoseconds of a duration")),
        _ => Ok(()),
    }
}

fn too_long() -> Error {
    Error::protocol("A PackStream value claims more bytes than its message has")
}

fn wrong_path() -> Error {
    Error::protocol("A path has no start, or ends in a relationship")
}

fn outside_path() -> Error {
    Error::protocol("A path points outside its nodes or relationships")
}
