//! `Reader`: one PackStream token at a time, with every length checked against what is left.

use super::broken;
use super::cursor::Cursor;
use super::marker::{self, Kind};
use crate::error::Result;

/// Reads PackStream from bytes that are all there.
#[derive(Debug, Clone)]
pub struct Reader<'a> {
    cursor: Cursor<'a>,
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
        Self { cursor: Cursor::new(bytes), owed: 0, uuids }
    }

    /// How many bytes have not been read.
    #[must_use]
    pub fn remaining(&self) -> usize {
        self.cursor.remaining()
    }

    /// How many bytes have been read.
    #[must_use]
    pub fn position(&self) -> usize {
        self.cursor.at
    }

    /// The bytes that have been read from there on.
    pub(super) fn since(&self, position: usize) -> &'a [u8] {
        self.cursor.since(position)
    }

    /// The next token.
    ///
    /// # Errors
    /// A protocol error when the bytes end too early, claim more than is there, are not UTF-8 where text is due, or
    /// start with an unknown marker.
    pub fn token(&mut self) -> Result<Token<'a>> {
        let first = self.cursor.byte()?;
        self.owed = self.owed.saturating_sub(1);
        Ok(match Kind::of(first) {
            Kind::Null => Token::Null,
            Kind::Boolean => Token::Boolean(first == marker::TRUE),
            Kind::Integer => Token::Integer(self.cursor.integer_of(first)?),
            Kind::Float => Token::Float(f64::from_bits(self.cursor.number(8)?)),
            Kind::Bytes => Token::Bytes(self.cursor.sized(first)?),
            Kind::String => Token::String(self.cursor.utf8(first)?),
            Kind::List => Token::List(self.claim(first, 1)?),
            Kind::Map => Token::Map(self.claim(first, 2)?),
            Kind::Structure => self.structure(first)?,
            Kind::Uuid if self.uuids => Token::Uuid(self.cursor.array()?),
            Kind::Uuid | Kind::Unknown => return Err(broken::unknown_marker(first)),
        })
    }

    fn structure(&mut self, first: u8) -> Result<Token<'a>> {
        let fields = self.cursor.count(first)?;
        let tag = self.cursor.byte()?;
        self.owes(fields).map(|()| Token::Structure { tag, fields })
    }

    /// The count that this byte begins, of items that are so many values each.
    fn claim(&mut self, first: u8, values: usize) -> Result<usize> {
        let count = self.cursor.count(first)?;
        self.owes(count.saturating_mul(values)).map(|()| count)
    }

    /// Every value takes a byte or more, so all claims together can be held against what is left, before anything is
    /// allocated for them. Over a whole message they come to no more than its bytes.
    fn owes(&mut self, values: usize) -> Result<()> {
        self.owed = self.owed.saturating_add(values);
        if self.owed <= self.remaining() { Ok(()) } else { Err(broken::too_long()) }
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
