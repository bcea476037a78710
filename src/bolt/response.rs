//! Responses: what a server says.

use super::packstream::{Dialect, Reader, Token, read_map, read_value};
use super::version::Version;
use crate::error::{Error, GqlStatus, Result};
use crate::value::{Map, Value};

/// What a server says to a request.
#[derive(Debug, Clone)]
pub enum Response {
    /// Records, in order; more may follow.
    Records(RecordBatch),
    /// The request is done.
    Success(Map),
    /// The request has failed.
    Failure(Error),
    /// The request was not looked at, because one before it has failed.
    Ignored,
}

/// Records as they came: each the PackStream of one list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RecordBatch {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl RecordBatch {
    /// An empty one with room for records of so many bytes in all.
    pub(super) fn with_room(bytes: usize) -> Self {
        Self { bytes: Vec::with_capacity(bytes), ends: Vec::new() }
    }

    /// How many records there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is no record.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The bytes of one record; `None` beyond the last one.
    #[must_use]
    pub fn get(&self, index: usize) -> Option<&[u8]> {
        let end = *self.ends.get(index)?;
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        self.bytes.get(start..end)
    }

    /// The bytes of every record, in order.
    pub fn iter(&self) -> impl Iterator<Item = &[u8]> {
        (0..self.len()).filter_map(|index| self.get(index))
    }

    /// The bytes of all records, one behind the other.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Where each record ends in [`Self::bytes`].
    #[must_use]
    pub fn ends(&self) -> &[usize] {
        &self.ends
    }

    /// Adds a record.
    pub fn push(&mut self, record: &[u8]) {
        self.bytes.extend_from_slice(record);
        self.ends.push(self.bytes.len());
    }

    /// Adds the records of another batch behind these.
    pub fn append(&mut self, other: &RecordBatch) {
        let offset = self.bytes.len();
        self.bytes.extend_from_slice(&other.bytes);
        self.ends.extend(other.ends.iter().map(|end| end + offset));
    }

    /// Takes out the records from `index` on.
    #[must_use]
    pub fn split_off(&mut self, index: usize) -> RecordBatch {
        let start = if index == 0 { 0 } else { self.ends.get(index - 1).copied().unwrap_or(self.bytes.len()) };
        let mut ends = self.ends.split_off(index.min(self.ends.len()));
        for end in &mut ends {
            *end -= start;
        }
        RecordBatch { bytes: self.bytes.split_off(start), ends }
    }
}

/// The values of one record's bytes.
///
/// # Errors
/// A protocol error for bytes that are not a list of values.
pub fn read_record(bytes: &[u8], dialect: Dialect) -> Result<Vec<Value>> {
    let mut reader = Reader::new(bytes, dialect.uuids);
    let record = read_value(&mut reader, dialect)?;
    match (record, reader.remaining()) {
        (Value::List(values), 0) => Ok(values),
        _ => Err(Error::protocol("A record is not one list")),
    }
}

/// One value of a record's bytes, which are to be those of so many columns. The others are passed over, and of what is
/// behind it nothing is looked at.
///
/// # Errors
/// A protocol error for bytes that are not such a list up to there.
pub fn read_column(bytes: &[u8], dialect: Dialect, columns: usize, index: usize) -> Result<Value> {
    let mut reader = Reader::new(bytes, dialect.uuids);
    match reader.token()? {
        Token::List(found) if found == columns => {}
        Token::List(found) => {
            return Err(Error::protocol(format!("A record has {found} values for {columns} columns")));
        }
        _ => return Err(Error::protocol("A record is not one list")),
    }
    for _ in 0..index {
        pass(&mut reader)?;
    }
    read_value(&mut reader, dialect)
}

/// Passes over one value, however deep: what it holds comes one behind the other.
fn pass(reader: &mut Reader<'_>) -> Result<()> {
    let mut due: usize = 1;
    while due > 0 {
        due = due - 1
            + match reader.token()? {
                Token::List(count) | Token::Structure { fields: count, .. } => count,
                Token::Map(entries) => 2 * entries,
                _ => 0,
            };
    }
    Ok(())
}

pub(super) mod tag {
    pub(in crate::bolt) const SUCCESS: u8 = 0x70;
    pub(in crate::bolt) const RECORD: u8 = 0x71;
    pub(in crate::bolt) const IGNORED: u8 = 0x7E;
    pub(in crate::bolt) const FAILURE: u8 = 0x7F;
}

/// Reads a message that is not a RECORD.
pub(super) fn read_summary(message: &[u8], version: Version, dialect: Dialect) -> Result<Response> {
    let mut reader = Reader::new(message, dialect.uuids);
    let response = match reader.token()? {
        Token::Structure { tag: tag::SUCCESS, fields: 1 } => Response::Success(read_map(&mut reader, dialect)?),
        Token::Structure { tag: tag::IGNORED, fields } => {
            // Some servers have something to say here; it does not matter.
            for _ in 0..fields {
                read_value(&mut reader, dialect)?;
            }
            Response::Ignored
        }
        Token::Structure { tag: tag::FAILURE, fields: 1 } => {
            Response::Failure(failure(read_map(&mut reader, dialect)?, version))
        }
        Token::Structure { tag, fields } => {
            return Err(Error::protocol(format!("Message 0x{tag:02x} with {fields} fields is not one a server sends")));
        }
        other => return Err(Error::protocol(format!("A message is {}, not a structure", other.kind()))),
    };
    if reader.remaining() > 0 {
        return Err(Error::protocol("A message goes on after its end"));
    }
    Ok(response)
}

fn failure(mut details: Map, version: Version) -> Error {
    let message = text(&mut details, "message").unwrap_or_else(|| "An error without a text".to_owned());
    if version.has_gql_errors() {
        let code = text(&mut details, "neo4j_code").unwrap_or_else(|| UNKNOWN.to_owned());
        return gql_error(code, message, details);
    }
    let code = text(&mut details, "code").unwrap_or_else(|| UNKNOWN.to_owned());
    // What the GQL standard has for an error of which no more is known.
    let status = GqlStatus {
        status: "50N42".to_owned(),
        description: format!("error: general processing exception - unexpected error. {message}"),
        diagnostic_record: complete_diagnostic_record(Map::new()),
    };
    Error::server(code, message, Some(status))
}

const UNKNOWN: &str = "Neo.DatabaseError.General.UnknownError";

/// The causes are as deep as the message was nested, which is bounded.
fn gql_error(code: String, message: String, mut details: Map) -> Error {
    let record = match details.remove("diagnostic_record") {
        Some(Value::Map(record)) => record,
        _ => Map::new(),
    };
    let status = GqlStatus {
        status: text(&mut details, "gql_status").unwrap_or_default(),
        description: text(&mut details, "description").unwrap_or_default(),
        diagnostic_record: complete_diagnostic_record(record),
    };
    let error = Error::server(code, message, Some(status));
    match details.remove("cause") {
        Some(Value::Map(mut cause)) => {
            let message = text(&mut cause, "message").unwrap_or_default();
            error.caused_by(gql_error(String::new(), message, cause))
        }
        _ => error,
    }
}

/// A diagnostic record with what servers leave out because it is the default.
pub(crate) fn complete_diagnostic_record(mut record: Map) -> Map {
    for (key, default) in [("OPERATION", ""), ("OPERATION_CODE", "0"), ("CURRENT_SCHEMA", "/")] {
        if record.get(key).is_none() {
            record.insert(key, default);
        }
    }
    record
}

/// Whether the metadata of a PULL or DISCARD says that the result goes on.
pub(crate) fn has_more(metadata: &Map) -> bool {
    metadata.get("has_more").and_then(Value::as_bool) == Some(true)
}

fn text(map: &mut Map, key: &str) -> Option<String> {
    match map.remove(key) {
        Some(Value::String(text)) => Some(text),
        _ => None,
    }
}
