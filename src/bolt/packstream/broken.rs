//! What is wrong with bytes that are no PackStream, or none of the connection's dialect.

use super::MAX_DEPTH;
use crate::error::Error;
use crate::value::OutOfRange;

pub(super) fn too_long() -> Error {
    Error::protocol("A PackStream value claims more bytes than its message has")
}

pub(super) fn too_deep() -> Error {
    Error::protocol(format!("A value is nested more than {MAX_DEPTH} levels deep"))
}

pub(super) fn unknown_marker(first: u8) -> Error {
    Error::protocol(format!("Unknown PackStream type marker: 0x{first:02x}"))
}

pub(super) fn not_utf8() -> Error {
    Error::protocol("A string is not valid UTF-8")
}

pub(super) fn unexpected(expected: &str, found: &str) -> Error {
    Error::protocol(format!("Expected {expected}, found {found}"))
}

pub(super) fn unknown_structure(tag: u8, fields: usize) -> Error {
    Error::protocol(format!("Unknown structure 0x{tag:02x} with {fields} fields"))
}

pub(super) fn wrong_fields(tag: u8, found: usize, due: usize) -> Error {
    Error::protocol(format!("Structure 0x{tag:02x} has {found} fields where {due} are due"))
}

pub(super) fn out_of_range(what: OutOfRange) -> Error {
    Error::protocol(format!("The server sent a {what}"))
}

pub(super) fn no_path() -> Error {
    Error::protocol("A path has no start, or ends in a relationship")
}

pub(super) fn outside_path() -> Error {
    Error::protocol("A path points outside its nodes or relationships")
}

pub(super) fn unknown_numbers() -> Error {
    Error::protocol("A vector is of an unknown number type")
}

pub(super) fn half_number() -> Error {
    Error::protocol("A vector ends within a number")
}
