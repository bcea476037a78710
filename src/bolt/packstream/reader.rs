//! `Reader`: one PackStream token at a time, with every length checked against what is left.

use super::marker;
use crate::error::{Error, Result};

/// Reads PackStream from bytes that are all there.
#[derive(Debug, Clone)]
pub struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    /// How many values the lists, maps and structures that have begun still need.
    owed: usize,
    uuids: bool,
}

/// A value without its content, or the start of a value that holds others.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Token<'a> {
    /// `null`.
    Null,
    /// A Boolean.
    Boolean(bool),
    /// An integer, from whatever width.
    Integer(i64),
    /// A double.
    Float(f64),
    /// Bytes.
    Bytes(&'a [u8]),
    /// UTF-8 text.
    String(&'a str),
    /// A list of so many values, which follow. All that lists, maps and structures still need is never more than
    /// there are bytes left.
    List(usize),
    /// A map of so many entries, which follow as key, value.
    Map(usize),
    /// A structure, whose fields follow.
    Structure {
        /// What it is.
        tag: u8,
        /// How many values follow.
        fields: usize,
    },
    /// A UUID, in PackStream 2.
    Uuid([u8; 16]),
}

impl Token<'_> {
    /// What the token is, without its content: that may be long, and is not ours to show.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Boolean(_) => "a Boolean",
            Self::Integer(_) => "an integer",
            Self::Float(_) => "a float",
            Self::Bytes(_) => "bytes",
            Self::String(_) => "a string",
            Self::List(_) => "a list",
            Self::Map(_) => "a map",
            Self::Structure { .. } => "a structure",
            Self::Uuid(_) => "a UUID",
        }
    }

    /// How many values follow that belong to it.
    #[must_use]
    pub fn holds(&self) -> usize {
        match self {
            Self::List(count) | Self::Structure { fields: count, .. } => *count,
            Self::Map(entries) => 2 * entries,
            _ => 0,
        }
    }
}

impl<'a> Reader<'a> {
    /// Reads PackStream version 1, or version 2 where `uuids` is set.
    #[must_use]
    pub fn new(bytes: &'a [u8], uuids: bool) -> Self {
        Self { bytes, at: 0, owed: 0, uuids }
    }

    /// How many bytes have not been read.
    #[must_use]
    pub fn remaining(&self) -> usize {
        self.bytes.len() - self.at
    }

    /// How many bytes have been read.
    #[must_use]
    pub fn position(&self) -> usize {
        self.at
    }

    /// The bytes that have been read from there on.
    pub(super) fn since(&self, position: usize) -> &'a [u8] {
        &self.bytes[position..self.at]
    }

    /// The next token.
    ///
    /// # Errors
    /// A protocol error when the bytes end too early, claim more than is there, are not UTF-8 where text is due, or
    /// start with an unknown marker.
    pub fn token(&mut self) -> Result<Token<'a>> {
        let [first] = self.array()?;
        self.owed = self.owed.saturating_sub(1);
        Ok(match first {
            0x00..=0x7F | 0xF0..=0xFF => Token::Integer(i64::from(first.cast_signed())),
            0x80..=0x8F => self.string(usize::from(first & 0x0F))?,
            0x90..=0x9F => self.list(usize::from(first & 0x0F))?,
            0xA0..=0xAF => self.map(usize::from(first & 0x0F))?,
            0xB0..=0xBF => self.structure(usize::from(first & 0x0F))?,
            marker::NULL => Token::Null,
            marker::FLOAT_64 => Token::Float(f64::from_be_bytes(self.array()?)),
            marker::FALSE => Token::Boolean(false),
            marker::TRUE => Token::Boolean(true),
            marker::INT_8 => Token::Integer(i64::from(i8::from_be_bytes(self.array()?))),
            marker::INT_16 => Token::Integer(i64::from(i16::from_be_bytes(self.array()?))),
            marker::INT_32 => Token::Integer(i64::from(i32::from_be_bytes(self.array()?))),
            marker::INT_64 => Token::Integer(i64::from_be_bytes(self.array()?)),
            marker::UUID if self.uuids => Token::Uuid(self.array()?),
            _ => return self.sized(first),
        })
    }

    fn sized(&mut self, first: u8) -> Result<Token<'a>> {
        let size = match first {
            marker::BYTES_8 | marker::STRING_8 | marker::LIST_8 | marker::MAP_8 | marker::STRUCTURE_8 => {
                usize::from(u8::from_be_bytes(self.array()?))
            }
            marker::BYTES_16 | marker::STRING_16 | marker::LIST_16 | marker::MAP_16 | marker::STRUCTURE_16 => {
                usize::from(u16::from_be_bytes(self.array()?))
            }
            marker::BYTES_32 | marker::STRING_32 | marker::LIST_32 | marker::MAP_32 => {
                usize::try_from(u32::from_be_bytes(self.array()?)).map_err(|_| too_long())?
            }
            _ => return Err(Error::protocol(format!("Unknown PackStream type marker: 0x{first:02x}"))),
        };
        match first {
            marker::BYTES_8..=marker::BYTES_32 => Ok(Token::Bytes(self.take(size)?)),
            marker::STRING_8..=marker::STRING_32 => self.string(size),
            marker::LIST_8..=marker::LIST_32 => self.list(size),
            marker::MAP_8..=marker::MAP_32 => self.map(size),
            _ => self.structure(size),
        }
    }

    fn string(&mut self, size: usize) -> Result<Token<'a>> {
        let bytes = self.take(size)?;
        std::str::from_utf8(bytes).map(Token::String).map_err(|_| Error::protocol("A string is not valid UTF-8"))
    }

    fn list(&mut self, items: usize) -> Result<Token<'a>> {
        self.claim(items).map(|()| Token::List(items))
    }

    fn map(&mut self, entries: usize) -> Result<Token<'a>> {
        self.claim(entries.saturating_mul(2)).map(|()| Token::Map(entries))
    }

    fn structure(&mut self, fields: usize) -> Result<Token<'a>> {
        let [tag] = self.array()?;
        self.claim(fields).map(|()| Token::Structure { tag, fields })
    }

    /// Every value takes a byte or more, so all claims together can be held against what is left, before anything is
    /// allocated for them. Over a whole message they come to no more than its bytes.
    fn claim(&mut self, values: usize) -> Result<()> {
        self.owed = self.owed.saturating_add(values);
        if self.owed <= self.remaining() { Ok(()) } else { Err(too_long()) }
    }

    fn take(&mut self, size: usize) -> Result<&'a [u8]> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let taken = rest.get(..size).ok_or_else(too_long)?;
        self.at += size;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        self.take(N)?.try_into().map_err(|_| too_long())
    }
}

/// Passes over so many values, however deep: what each holds comes behind it.
pub(in crate::bolt) fn pass(reader: &mut Reader<'_>, values: usize) -> Result<()> {
    let mut due = values;
    while due > 0 {
        due = due - 1 + reader.token()?.holds();
    }
    Ok(())
}

fn too_long() -> Error {
    Error::protocol("A PackStream value claims more bytes than its message has")
}
