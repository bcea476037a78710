//! Responses: what a server says.

use super::metadata;
use super::packstream::{Dialect, Reader, Token, pass, read_value};
use super::records::RecordBatch;
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
        pass(&mut reader, 1)?;
    }
    read_value(&mut reader, dialect)
}

pub(super) mod tag {
    pub(in crate::bolt) const SUCCESS: u8 = 0x70;
    pub(in crate::bolt) const RECORD: u8 = 0x71;
    pub(in crate::bolt) const IGNORED: u8 = 0x7E;
    pub(in crate::bolt) const FAILURE: u8 = 0x7F;
}

/// Reads a message that is not a RECORD. What is odd in its metadata is left out; the rest stays.
pub(super) fn read_summary(message: &[u8], version: Version, dialect: Dialect) -> Result<Response> {
    let mut reader = Reader::new(message, dialect.uuids);
    let response = match reader.token()? {
        Token::Structure { tag: tag::SUCCESS, fields: 1 } => Response::Success(metadata::read(&mut reader, dialect)?),
        Token::Structure { tag: tag::IGNORED, fields } => {
            // Some servers have something to say here; it does not matter.
            pass(&mut reader, fields)?;
            Response::Ignored
        }
        Token::Structure { tag: tag::FAILURE, fields: 1 } => {
            Response::Failure(failure(metadata::read(&mut reader, dialect)?, version))
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
        let code = code(&mut details, "neo4j_code");
        return gql_error(code, message, details);
    }
    let code = code(&mut details, "code");
    // What the GQL standard has for an error of which no more is known.
    let status = GqlStatus {
        status: "50N42".to_owned(),
        description: format!("error: general processing exception - unexpected error. {message}"),
        diagnostic_record: complete_diagnostic_record(Map::new()),
    };
    Error::server(code, message, Some(status))
}

/// The failure of a server that ignores a query although nothing has failed. Neo4j does so where its own stack runs out:
/// there is no answer to RUN then, and this is the one to the PULL behind it. So no answer can be told from another.
pub(super) fn unexplained() -> Error {
    let message = "The server has failed at a query and does not say why, as it does where one is too long or nested too \
                   deep for it: its log (debug.log) may say more";
    Error::server(UNKNOWN.to_owned(), message.to_owned(), None)
}

/// An error without a code could be told from no other.
fn code(details: &mut Map, key: &str) -> String {
    text(details, key).filter(|code| !code.is_empty()).unwrap_or_else(|| UNKNOWN.to_owned())
}

const UNKNOWN: &str = "Neo.DatabaseError.General.UnknownError";

/// Its causes come one behind the other.
fn gql_error(code: String, message: String, mut details: Map) -> Error {
    let beneath = match details.remove(metadata::CAUSE) {
        Some(Value::List(causes)) => causes.into_iter().rev().fold(None, |beneath, cause| match cause {
            Value::Map(mut cause) => {
                let message = text(&mut cause, "message").unwrap_or_default();
                Some(one_gql_error(String::new(), message, cause, beneath))
            }
            _ => beneath,
        }),
        // Left out, and what there was instead is not known.
        Some(Value::Null) if details.get(metadata::OMITTED).is_some() => {
            Some(Error::protocol("The server names causes that take too much memory: they are left out"))
        }
        _ => None,
    };
    one_gql_error(code, message, details, beneath)
}

fn one_gql_error(code: String, message: String, mut details: Map, beneath: Option<Error>) -> Error {
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
    match beneath {
        Some(beneath) => error.caused_by(beneath),
        None => error,
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
