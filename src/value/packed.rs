//! `Packed`: a value that stays as its sender packed it.

/// The fields of a structure as they came: a parameter from JavaScript, which was made for the newest protocol and is read
/// again only where the connection's is older.
#[derive(Debug, Clone, PartialEq)]
pub struct Packed {
    pub(crate) tag: u8,
    pub(crate) fields: u8,
    pub(crate) bytes: Vec<u8>,
}
