//! PackStream to values. Their structures are read by `structures`.

mod structures;

use super::form::FROM_JS;
use super::packed::{self, ONLY_PASSES};
use super::{Dialect, MAX_DEPTH, Reader, Token, broken};
use crate::error::{Error, Result};
use crate::value::{Map, OutOfRange, Packed, Uuid, Value};

/// Room is made at once for as many items as a list claims, up to this size of an item: the reader sees to it that
/// all claims together come to no more than the bytes there are. A larger item (a part of a path) has to arrive first.
const LARGEST_RESERVED: usize = 64;

/// Reads one value.
///
/// # Errors
/// A protocol error for anything that the dialect does not have, a value out of its range, or nesting beyond
/// [`MAX_DEPTH`].
pub fn read_value(reader: &mut Reader<'_>, dialect: Dialect) -> Result<Value> {
    Input::new(reader, dialect, false).value()
}

/// Reads the fields of a structure that stands so deep in other values.
pub(in crate::bolt) fn read_structure(
    tag: u8,
    fields: usize,
    depth: usize,
    reader: &mut Reader<'_>,
    dialect: Dialect,
) -> Result<Value> {
    let mut input = Input::new(reader, dialect, false);
    input.depth = depth;
    input.value_from(Token::Structure { tag, fields })
}

/// Reads one map.
///
/// # Errors
/// As [`read_value`], and when the value is not a map.
pub fn read_map(reader: &mut Reader<'_>, dialect: Dialect) -> Result<Map> {
    Input::new(reader, dialect, false).map()
}

/// Reads a map that `encode.js` has written; its structures stay as they are.
///
/// # Errors
/// As [`read_map`].
pub fn read_parameters(bytes: &[u8]) -> Result<Map> {
    Input::new(&mut Reader::new(bytes, true), FROM_JS, true).map()
}

struct Input<'a, 'b> {
    reader: &'a mut Reader<'b>,
    dialect: Dialect,
    depth: usize,
    /// Structures stay as they are.
    passes: bool,
    /// What is read now goes along with the bytes of a structure around it.
    inside: bool,
}

impl<'a, 'b> Input<'a, 'b> {
    fn new(reader: &'a mut Reader<'b>, dialect: Dialect, passes: bool) -> Self {
        Self { reader, dialect, depth: 0, passes, inside: false }
    }

    fn value(&mut self) -> Result<Value> {
        let token = self.reader.token()?;
        self.value_from(token)
    }

    fn value_from(&mut self, token: Token<'_>) -> Result<Value> {
        Ok(match token {
            Token::Null => Value::Null,
            Token::Boolean(value) => Value::Boolean(value),
            Token::Integer(value) => Value::Integer(value),
            Token::Float(value) => Value::Float(value),
            Token::Bytes(value) => Value::Bytes(value.to_vec()),
            Token::String(value) => Value::String(value.to_owned()),
            Token::Uuid(bytes) => Value::Uuid(Uuid(bytes)),
            Token::List(items) => Value::List(self.nested(|input| input.items(items, Self::value))?),
            Token::Map(entries) => Value::Map(self.nested(|input| input.entries(entries))?),
            Token::Structure { tag, fields } => self.nested(|input| match input.passes || ONLY_PASSES {
                true => input.packed(tag, fields),
                false => input.structure(tag, fields),
            })?,
        })
    }

    fn nested<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        if self.depth == MAX_DEPTH {
            return Err(broken::too_deep());
        }
        self.depth += 1;
        let value = read(self);
        self.depth -= 1;
        value
    }

    fn items<T>(&mut self, count: usize, read: impl Fn(&mut Self) -> Result<T>) -> Result<Vec<T>> {
        let mut items = Vec::with_capacity(if size_of::<T>() > LARGEST_RESERVED { 0 } else { count });
        for _ in 0..count {
            items.push(read(self)?);
        }
        Ok(items)
    }

    fn entries(&mut self, count: usize) -> Result<Map> {
        let entries = self.items(count, |input| Ok((input.string()?, input.value()?)))?;
        Ok(Map::from_entries(entries))
    }

    fn packed(&mut self, tag: u8, fields: usize) -> Result<Value> {
        let begin = self.reader.position();
        let around = std::mem::replace(&mut self.inside, true);
        for _ in 0..fields {
            self.value()?;
        }
        self.inside = around;
        // What a server says of a query or of an error may hold any value: on its way to JavaScript.
        let from_js = self.dialect.zone_offsets;
        let Some(fields) = u8::try_from(fields).ok().filter(|fields| *fields < 16) else {
            let none = Error::protocol("A structure of so many fields is none of JavaScript's");
            return if from_js { Err(none) } else { Ok(Value::Null) };
        };
        // Kept and looked at once, however deep structures stand in each other.
        if around {
            return Ok(Value::Null);
        }
        let packed = Packed { tag, fields, bytes: self.reader.since(begin).to_vec() };
        Ok(if from_js || packed::is_readable(&packed) { Value::Packed(Box::new(packed)) } else { Value::Null })
    }

    fn string(&mut self) -> Result<String> {
        match self.reader.token()? {
            Token::String(text) => Ok(text.to_owned()),
            other => Err(unexpected("a string", other)),
        }
    }

    fn integer(&mut self) -> Result<i64> {
        match self.reader.token()? {
            Token::Integer(number) => Ok(number),
            other => Err(unexpected("an integer", other)),
        }
    }

    fn float(&mut self) -> Result<f64> {
        match self.reader.token()? {
            Token::Float(number) => Ok(number),
            other => Err(unexpected("a float", other)),
        }
    }

    fn byte_string(&mut self) -> Result<&'b [u8]> {
        match self.reader.token()? {
            Token::Bytes(bytes) => Ok(bytes),
            other => Err(unexpected("bytes", other)),
        }
    }

    fn map(&mut self) -> Result<Map> {
        match self.reader.token()? {
            Token::Map(entries) => self.nested(|input| input.entries(entries)),
            other => Err(unexpected("a map", other)),
        }
    }

    fn list<T>(&mut self, read: impl Fn(&mut Self) -> Result<T>) -> Result<Vec<T>> {
        match self.reader.token()? {
            Token::List(items) => self.nested(|input| input.items(items, read)),
            other => Err(unexpected("a list", other)),
        }
    }

    /// Integers that make a value, where they are in its range.
    fn in_range<T: Into<Value>, const N: usize>(
        &mut self,
        make: impl FnOnce([i64; N]) -> Result<T, OutOfRange>,
    ) -> Result<Value> {
        let mut numbers = [0; N];
        for number in &mut numbers {
            *number = self.integer()?;
        }
        make(numbers).map(Into::into).map_err(broken::out_of_range)
    }
}

fn unexpected(expected: &str, found: Token<'_>) -> Error {
    broken::unexpected(expected, found.kind())
}
