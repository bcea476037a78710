//! `UnsupportedType`: the server's way of saying that a value exists and this protocol version cannot carry it.

/// A value that the server could not send over the negotiated Bolt version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnsupportedType {
    /// The type's name, as the server calls it.
    pub name: String,
    /// The oldest Bolt version that can carry the type, as (major, minor).
    pub minimum_protocol: (i64, i64),
    /// What the server has to say about it.
    pub message: Option<String>,
}
