//! `Refused`: a value that cannot be sent.

use std::fmt;

/// A value that cannot be sent, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// From the outermost map inwards: `.user.since[2]`.
    pub path: String,
    /// Why, and what to do instead.
    pub reason: String,
}

impl Refused {
    pub(super) fn new(reason: impl Into<String>) -> Self {
        Self { path: String::new(), reason: reason.into() }
    }

    pub(super) fn below(mut self, step: impl fmt::Display) -> Self {
        self.path.insert_str(0, &step.to_string());
        self
    }
}

pub(super) fn fits(written: bool) -> Result<(), Refused> {
    if written { Ok(()) } else { Err(Refused::new("longer than PackStream allows (2,147,483,647)")) }
}

pub(super) fn vectors_too_old() -> Refused {
    too_old("a vector", "6.0 (Neo4j 2025.10)", "send a list of numbers instead")
}

pub(super) fn too_old(what: &str, version: &str, instead: &str) -> Refused {
    Refused::new(format!("{what} needs a server that speaks Bolt {version} or later: {instead}"))
}
