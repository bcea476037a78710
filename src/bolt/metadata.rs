//! Metadata: what a server says of a request, of a query or of an error. Whatever it says, the query goes on: what is too
//! large, too deep or of no kind that there is becomes null, and the rest stays.

use super::packstream::{Dialect, MAX_DEPTH, Reader, Token, pass, read_structure};
use crate::error::{Error, Result};
use crate::value::{Map, Value};

/// About as many bytes may be held of one message's metadata. A profile of 1,000 operators takes 2 MB.
const MOST: usize = 64 << 20;

/// Maps and lists stand no deeper in each other, but for operators and causes: those may be as deep as they like. A few
/// levels less than a value may have, for those around it when it is handed on.
const DEPTH: usize = MAX_DEPTH - 16;

/// What a map takes beside its entries, in whatever form it is held.
const MAP: usize = 256;
const ENTRY: usize = size_of::<(String, Value)>();

/// What a map of so many entries takes, but for what they hold.
fn map_of(entries: usize) -> usize {
    entries.saturating_mul(ENTRY).saturating_add(MAP)
}

/// What a byte of a structure takes at most.
const STRUCTURE: usize = 100;

/// The key of those that became null, or in which something did.
pub(crate) const OMITTED: &str = "omitted";

/// The key of what lies beneath an error.
pub(super) const CAUSE: &str = "cause";

/// Reads the one map that is the metadata. Operators of a plan and causes of an error become lists: each stands before
/// those in it, and in their place it has their number.
///
/// # Errors
/// A protocol error for bytes that are no PackStream, or no map.
pub(super) fn read(reader: &mut Reader<'_>, dialect: Dialect) -> Result<Map> {
    let count = match reader.token()? {
        Token::Map(count) => count,
        other => return Err(Error::protocol(format!("Expected a map, found {}", other.kind()))),
    };
    let mut input = Input { reader, dialect, room: MOST, depth: 0, omitted: false };
    let (mut entries, mut omitted) = (Vec::new(), Vec::new());
    for _ in 0..count {
        let key = input.key()?;
        let value = match key {
            "plan" | "profile" => input.flat("children")?,
            CAUSE => input.flat(CAUSE)?,
            _ => input.value()?,
        };
        if !input.takes(ENTRY + key.len()) {
            return Err(Error::protocol("A message has far too many entries"));
        }
        if std::mem::take(&mut input.omitted) {
            omitted.push(key);
        }
        // It is ours to say.
        if key != OMITTED {
            entries.push((key.to_owned(), value));
        }
    }
    if !omitted.is_empty() {
        entries.push((OMITTED.to_owned(), omitted.into()));
    }
    Ok(Map::from_entries(entries))
}

struct Input<'a, 'b> {
    reader: &'a mut Reader<'b>,
    dialect: Dialect,
    /// How many bytes may still be held.
    room: usize,
    depth: usize,
    /// Something has been left out.
    omitted: bool,
}

/// A map that has been begun, and what of it is still to come.
struct Open {
    place: usize,
    entries: usize,
    /// Of the maps in it.
    maps: usize,
}

impl<'b> Input<'_, 'b> {
    /// Whether there is room for so much more; then it is taken.
    fn takes(&mut self, bytes: usize) -> bool {
        let left = self.room.checked_sub(bytes);
        self.room = left.unwrap_or(self.room);
        left.is_some()
    }

    fn key(&mut self) -> Result<&'b str> {
        match self.reader.token()? {
            Token::String(key) => Ok(key),
            other => Err(Error::protocol(format!("The key of a map is {}", other.kind()))),
        }
    }

    fn value(&mut self) -> Result<Value> {
        let token = self.reader.token()?;
        self.value_from(token)
    }

    fn value_from(&mut self, token: Token<'b>) -> Result<Value> {
        let is_deep = self.depth == DEPTH;
        Ok(match token {
            Token::Null => Value::Null,
            Token::Boolean(value) => Value::Boolean(value),
            Token::Integer(value) => Value::Integer(value),
            Token::Float(value) => Value::Float(value),
            Token::Uuid(bytes) => Value::Uuid(crate::value::Uuid(bytes)),
            Token::String(text) if self.takes(text.len()) => Value::String(text.to_owned()),
            Token::Bytes(bytes) if self.takes(bytes.len()) => Value::Bytes(bytes.to_vec()),
            Token::List(count) if !is_deep && self.takes(count.saturating_mul(size_of::<Value>())) => {
                self.list(count)?
            }
            Token::Map(count) if !is_deep && self.takes(map_of(count)) => self.map(count)?,
            Token::Structure { tag, fields } => self.structure(tag, fields)?,
            _ => self.omit(token)?,
        })
    }

    fn omit(&mut self, token: Token<'_>) -> Result<Value> {
        self.omitted = true;
        pass(self.reader, token.holds())?;
        Ok(Value::Null)
    }

    fn list(&mut self, count: usize) -> Result<Value> {
        self.depth += 1;
        let mut items = Vec::with_capacity(count);
        for _ in 0..count {
            items.push(self.value()?);
        }
        self.depth -= 1;
        Ok(Value::List(items))
    }

    fn map(&mut self, count: usize) -> Result<Value> {
        self.depth += 1;
        let mut entries = Vec::with_capacity(count);
        for _ in 0..count {
            let key = self.key()?;
            entries.extend(self.entry(key)?);
        }
        self.depth -= 1;
        Ok(Value::Map(Map::from_entries(entries)))
    }

    /// The value of a key, with the key unless that is too long.
    fn entry(&mut self, key: &str) -> Result<Option<(String, Value)>> {
        let fits = self.takes(key.len());
        self.omitted |= !fits;
        let value = self.value()?;
        Ok(fits.then(|| (key.to_owned(), value)))
    }

    /// A structure is read as in a record; one that is none becomes null.
    fn structure(&mut self, tag: u8, fields: usize) -> Result<Value> {
        let mut inner = self.reader.clone();
        pass(self.reader, fields)?;
        let size = self.reader.position() - inner.position();
        let depth = MAX_DEPTH - DEPTH + self.depth;
        if self.takes(size.saturating_mul(STRUCTURE))
            && let Ok(value) = read_structure(tag, fields, depth, &mut inner, self.dialect)
            // What JavaScript could not be shown.
            && !matches!(value, Value::Null)
        {
            return Ok(value);
        }
        self.omitted = true;
        Ok(Value::Null)
    }

    /// A map in which others of its kind stand under `key`, one or a list of them, and so on: all of them, one behind the
    /// other. All or nothing.
    fn flat(&mut self, key: &str) -> Result<Value> {
        let (begin, room) = (self.reader.clone(), self.room);
        let token = self.reader.token()?;
        let Token::Map(entries) = token else { return self.value_from(token) };
        if let Some(maps) = self.try_flat(key, entries)? {
            return Ok(Value::List(maps));
        }
        (*self.reader, self.room, self.omitted) = (begin, room, true);
        pass(self.reader, 1)?;
        Ok(Value::Null)
    }

    /// `None`: there is no room.
    fn try_flat(&mut self, key: &str, entries: usize) -> Result<Option<Vec<Value>>> {
        let mut maps: Vec<(Vec<(String, Value)>, i64)> = Vec::new();
        let mut open = Vec::new();
        let mut begun = Some(entries);
        loop {
            if let Some(entries) = begun.take() {
                if !self.takes(map_of(entries)) {
                    return Ok(None);
                }
                open.push(Open { place: maps.len(), entries, maps: 0 });
                maps.push((Vec::with_capacity(entries), 0));
            }
            let Some(top) = open.last_mut() else { break };
            if top.maps > 0 {
                top.maps -= 1;
                match self.reader.token()? {
                    Token::Map(entries) => begun = Some(entries),
                    other => pass(self.reader, other.holds())?,
                }
            } else if top.entries > 0 {
                top.entries -= 1;
                let name = self.key()?;
                if name != key {
                    maps[top.place].0.extend(self.entry(name)?);
                    continue;
                }
                match self.reader.token()? {
                    Token::Map(entries) => begun = Some(entries),
                    Token::List(count) => top.maps = count,
                    other => pass(self.reader, other.holds())?,
                }
            } else {
                open.pop();
            }
            if let (Some(_), Some(top)) = (begun, open.last()) {
                maps[top.place].1 += 1;
            }
        }
        let closed = maps.into_iter().map(|(mut entries, within)| {
            entries.push((key.to_owned(), Value::Integer(within)));
            Value::Map(Map::from_entries(entries))
        });
        Ok(Some(closed.collect()))
    }
}
