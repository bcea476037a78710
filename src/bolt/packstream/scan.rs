//! `Scan`: reads PackStream in one pass that checks it and writes a tape, and allocates nothing for a value.

mod structures;

use super::cursor::Cursor;
use super::marker::{self, Kind};
use super::names::{Name, Names};
use super::tape::{LARGE, Tape, name, op};
use super::text::{PIECE, copy_ascii, to_utf16};
use super::{Dialect, MAX_DEPTH, broken};
use crate::error::{Error, Result};

/// Reads bytes and writes a tape.
pub struct Scan<'a> {
    pub(super) cursor: Cursor<'a>,
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
        Self { cursor: Cursor::new(bytes), dialect, depth: 0, ids: false, integer: 0, tape, names }
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
        if columns < 16 && self.cursor.peek() == Some(0x90 | columns as u8) {
            self.cursor.at += 1;
            return Ok(());
        }
        self.long_header(columns)
    }

    #[inline(never)]
    fn long_header(&mut self, columns: usize) -> Result<()> {
        self.cursor.expect(Kind::List)?;
        let found = self.cursor.header()?;
        if found == columns {
            return Ok(());
        }
        Err(Error::protocol(format!("A record has {found} values for {columns} columns")))
    }

    pub(super) fn end_record(&self, end: usize) -> Result<()> {
        if self.cursor.at == end { Ok(()) } else { Err(Error::protocol("A record is not one list")) }
    }

    /// Reads one value that nobody wants, onto another tape.
    pub(super) fn pass(&mut self, (tape, names): &mut (Tape, Names)) -> Result<()> {
        tape.clear();
        let (cursor, dialect) = (self.cursor, self.dialect);
        let mut scan = Scan { cursor, dialect, depth: 0, ids: false, integer: 0, tape, names };
        scan.value()?;
        self.cursor.at = scan.cursor.at;
        Ok(())
    }

    /// Goes back to the beginning of a value of a record.
    pub(super) fn go_back(&mut self, at: usize) {
        self.cursor.at = at;
        self.depth = 0;
    }

    /// Reads one value.
    ///
    /// # Errors
    /// A protocol error for bytes that end too early or are no value of the dialect, or nesting beyond [`MAX_DEPTH`].
    pub fn value(&mut self) -> Result<()> {
        let first = self.cursor.byte()?;
        match first {
            0x00..=0x7F | 0xF0..=0xFF => {
                self.integer = i64::from(first.cast_signed());
                self.push(op::SMALL | (i32::from(first.cast_signed()) << 8).cast_unsigned());
                Ok(())
            }
            0x80..=0x8F => self.text(usize::from(first & 0x0F)),
            marker::STRING_8..=marker::STRING_32 => {
                let size = self.cursor.size(first)?;
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
            return Err(broken::unknown_marker(first));
        }
        let size = self.cursor.count(first)?;
        match kind {
            Kind::List => self.list(size),
            Kind::Map => self.map(size),
            Kind::Structure => self.structure(size),
            _ => self.there(op::BYTES, size, size),
        }
    }

    fn list(&mut self, count: usize) -> Result<()> {
        if self.cursor.are_floats(count) {
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
            return Err(broken::too_deep());
        }
        self.depth += 1;
        Ok(())
    }

    pub(super) fn leave(&mut self) {
        self.depth -= 1;
    }

    fn name(&mut self) -> Result<()> {
        self.cursor.expect(Kind::String)?;
        let size = self.cursor.header()?;
        let from = self.cursor.at;
        self.cursor.skip(size)?;
        match self.names.number(self.cursor.since(from)) {
            Name::Known(number) => self.push(name::FIRST + number),
            kept => {
                self.push(if kept == Name::New { name::NEW } else { name::UNKEPT });
                self.cursor.at = from;
                self.text(size)?;
            }
        }
        Ok(())
    }

    fn text(&mut self, size: usize) -> Result<()> {
        if size > PIECE {
            return self.long(size);
        }
        let from = self.cursor.at;
        self.cursor.skip(size)?;
        let text = self.cursor.since(from);
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
        let from = self.cursor.at;
        self.there(op::LONG, size, size)?;
        std::str::from_utf8(self.cursor.since(from)).map(drop).map_err(|_| broken::not_utf8())
    }

    #[inline(never)]
    fn wide(&mut self, text: &[u8]) -> Result<()> {
        let Tape { words, wide, .. } = &mut *self.tape;
        // There are never more units than bytes.
        let Some(units) = to_utf16(text, wide.room(text.len(), op::WIDE_PIECE, words)) else {
            return Err(broken::not_utf8());
        };
        wide.filled(units, words);
        self.op(op::WIDE, units);
        Ok(())
    }

    /// A value that stays where it is: the place is noted, and the reading goes on behind it.
    fn there(&mut self, op: u32, argument: usize, size: usize) -> Result<()> {
        self.op(op, argument);
        self.push(self.cursor.at as u32);
        self.cursor.skip(size)
    }

    fn integer(&mut self, first: u8) -> Result<()> {
        let begin = self.cursor.at;
        let number = self.cursor.integer_of(first)?;
        self.integer = number;
        // The 24 bits have a sign here.
        if (number << 40) >> 40 == number {
            self.push(op::SMALL | (number as u32) << 8);
        } else {
            self.op(op::INTEGER, self.cursor.at - begin);
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
}
