//! `UnsupportedType`: the server's way of saying that a value exists and this protocol version cannot carry it.

/// A value that the server could not send over the negotiated Bolt version; or, on its way to the server, an integer of
/// Rust's that no INTEGER holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnsupportedType {
    /// The type's name, as the server calls it.
    pub name: String,
    /// The oldest Bolt version that can carry the type, as (major, minor).
    pub minimum_protocol: (i64, i64),
    /// What the server has to say about it.
    pub message: Option<String>,
}

impl UnsupportedType {
    /// Why it cannot be sent.
    pub(crate) fn as_parameter(&self) -> String {
        match &self.message {
            // Of ours: servers name a version.
            Some(message) if self.minimum_protocol == (0, 0) => message.clone(),
            _ => format!(
                "an UNSUPPORTED TYPE cannot be a parameter: the server could not send it either ({})",
                self.name
            ),
        }
    }
}
