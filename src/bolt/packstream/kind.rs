//! What a column holds: the numbers by which `columns.js` knows it.

use super::marker;

/// Nothing but nulls.
pub const NULL: u8 = 0;
/// Booleans, as a bitmap.
pub const BOOLEAN: u8 = 1;
/// Text in UTF-8, with offsets.
pub const STRING: u8 = 2;
/// Bytes, with offsets.
pub const BYTES: u8 = 3;
/// Lists, with offsets into one child.
pub const LIST: u8 = 4;
/// Vectors, as lists.
pub const VECTOR: u8 = 5;
/// Maps, with a child for each key.
pub const MAP: u8 = 6;
/// Nodes: element id, labels, properties.
pub const NODE: u8 = 7;
/// Relationships: element id, those of start and end, type, properties.
pub const RELATIONSHIP: u8 = 8;
/// Points: SRID, x, y and, in three dimensions, z.
pub const POINT: u8 = 9;
/// Integers of 64 bits.
pub const INTEGER: u8 = 10;
/// Floats of 64 bits.
pub const FLOAT: u8 = 11;
/// Days since 1970-01-01, in 32 bits.
pub const DATE: u8 = 12;
/// Nanoseconds since midnight, in 64 bits.
pub const LOCAL_TIME: u8 = 13;
/// Nanoseconds since 1970-01-01 on the same clock, in 64 bits.
pub const LOCAL_DATE_TIME: u8 = 14;
/// Nanoseconds since 1970-01-01 UTC, in 64 bits, all in the column's zone.
pub const DATE_TIME: u8 = 15;
/// Months and days in 32 bits each, nanoseconds in 64.
pub const DURATION: u8 = 16;
/// Sixteen bytes.
pub const UUID: u8 = 17;
/// Integers of 8, 16 and 32 bits and floats of 32: what vectors hold besides the larger ones.
pub const INT_8: u8 = 18;
/// See [`INT_8`].
pub const INT_16: u8 = 19;
/// See [`INT_8`].
pub const INT_32: u8 = 20;
/// See [`INT_8`].
pub const FLOAT_32: u8 = 21;
/// Anything: the values are on the tape.
pub const VALUES: u8 = 22;
/// Paths: a list of nodes, one of unbound relationships, and which of them are walked, as Bolt has it.
pub const PATH: u8 = 23;
/// Relationships of a path, which says elsewhere what nodes they join: type, properties, element id.
pub const UNBOUND_RELATIONSHIP: u8 = 24;

/// The numbers of a vector, by the bytes that say so: one marker.
pub(super) fn of_numbers(type_of: &[u8]) -> Option<u8> {
    Some(match type_of {
        [marker::INT_8] => INT_8,
        [marker::INT_16] => INT_16,
        [marker::INT_32] => INT_32,
        [marker::INT_64] => INTEGER,
        [marker::FLOAT_32] => FLOAT_32,
        [marker::FLOAT_64] => FLOAT,
        _ => return None,
    })
}

/// The bytes of a value, for those kinds that have so many each.
pub(super) fn width(of: u8) -> usize {
    match of {
        DATE | INT_32 | FLOAT_32 => 4,
        DURATION | UUID => 16,
        INT_16 => 2,
        INT_8 => 1,
        _ if is_wide(of) => 8,
        _ => 0,
    }
}

/// Whether a value is 64 bits.
#[inline(always)]
pub(super) fn is_wide(of: u8) -> bool {
    matches!(of, INTEGER | FLOAT | LOCAL_TIME | LOCAL_DATE_TIME | DATE_TIME)
}

pub(super) fn has_offsets(kind: u8) -> bool {
    matches!(kind, STRING | BYTES | LIST | VECTOR)
}
