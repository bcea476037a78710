//! Structures onto the tape: each field by the letter of its form.

use super::super::broken;
use super::super::form::{is_step, tag};
use super::super::kind::{self, width};
use super::super::marker::Kind;
use super::super::tape::op;
use super::Scan;
use crate::error::Result;
use crate::value::{Duration, LocalDate, LocalDateTime, LocalTime, OutOfRange, ZonedTime};

impl Scan<'_> {
    /// Reads the rest of a structure.
    pub(super) fn structure(&mut self, fields: usize) -> Result<()> {
        let tag = self.cursor.byte()?;
        let form = self.dialect.structure(tag, fields)?;
        self.fields(tag, fields, form)
    }

    fn fields(&mut self, tag: u8, fields: usize, form: &[u8]) -> Result<()> {
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
        in_range(tag, numbers).map_err(broken::out_of_range)
    }

    /// Reads a field; the integer that it is, or the size of what it is where that matters to the fields behind it.
    fn field(&mut self, form: u8, before: [i64; 4]) -> Result<i64> {
        let begin = self.tape.words.used;
        match form {
            b'i' | b'-' => {
                self.cursor.expect(Kind::Integer).and_then(|()| self.value())?;
                if form == b'-' && !self.ids {
                    self.tape.words.used = begin;
                }
                return Ok(self.integer);
            }
            b'f' => self.cursor.expect(Kind::Float).and_then(|()| self.value())?,
            b's' => self.cursor.expect(Kind::String).and_then(|()| self.value())?,
            b'm' => self.cursor.expect(Kind::Map).and_then(|()| self.value())?,
            b'n' => self.name()?,
            b'L' => return self.items(|scan, _| scan.name()),
            b'v' => return self.vector_kind(),
            b'w' => {
                let size = self.byte_string()?;
                if size % before[0] as usize != 0 {
                    return Err(broken::half_number());
                }
            }
            b'x' => {
                let nodes = self.items(|scan, _| scan.part(tag::NODE))?;
                return if nodes > 0 { Ok(nodes) } else { Err(broken::no_path()) };
            }
            b'y' => return self.items(|scan, _| scan.part(tag::UNBOUND_RELATIONSHIP)),
            _ => {
                let [nodes, relationships, ..] = before;
                let steps = self.items(|scan, index| {
                    let number = scan.field(b'i', before)?;
                    let is_there = is_step(index, number, nodes as usize, relationships as usize);
                    if is_there { Ok(()) } else { Err(broken::outside_path()) }
                })?;
                return if steps % 2 == 0 { Ok(steps) } else { Err(broken::no_path()) };
            }
        }
        Ok(0)
    }

    /// A part of a path.
    fn part(&mut self, tag: u8) -> Result<()> {
        self.cursor.expect(Kind::Structure)?;
        let fields = self.cursor.header()?;
        if self.cursor.byte()? != tag {
            return Err(broken::unexpected("a part of a path", Kind::Structure.name()));
        }
        let form = self.dialect.part(tag, fields)?;
        self.fields(tag, fields, form)
    }

    /// A list, each item read in this way; how many there are.
    fn items(&mut self, read: impl Fn(&mut Self, usize) -> Result<()>) -> Result<i64> {
        self.cursor.expect(Kind::List)?;
        let count = self.cursor.header()?;
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
        let kind = kind::of_numbers(self.cursor.since(self.cursor.at - size)).ok_or_else(broken::unknown_numbers)?;
        Ok(width(kind) as i64)
    }

    fn byte_string(&mut self) -> Result<usize> {
        self.cursor.expect(Kind::Bytes)?;
        let size = self.cursor.header()?;
        self.there(op::BYTES, size, size)?;
        Ok(size)
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
        tag::DURATION => Duration::new(first, second, third, fourth).map(drop),
        _ => Ok(()),
    }
}
