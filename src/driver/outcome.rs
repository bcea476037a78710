//! `Outcome`: how a result has ended, in the server's words. A `Summary` is read from it; JavaScript reads one of its own
//! (`summary.js`), so that the npm package carries the rules for that once. `tests/package/summaries.js` holds both to them.

use crate::bolt::OMITTED;
use crate::error::{Error, Result};
use crate::value::{Map, Value};

/// How a result has ended, in the server's words.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// The metadata of the end.
    pub(crate) said: Map,
    /// How many milliseconds the server took until the first record was there.
    pub(crate) first: Option<i64>,
    pub(crate) server: ServerInfo,
    pub(crate) has_columns: bool,
    pub(crate) had_records: bool,
}

impl Outcome {
    /// # Errors
    /// A protocol error for a type of query that Bolt does not have.
    pub(super) fn checked(self) -> Result<Self> {
        match self.text("type") {
            None | Some("r" | "w" | "rw" | "s") => Ok(self),
            Some(_) => Err(Error::protocol("The server sent a type of query that is none of r, w, rw and s")),
        }
    }

    pub(super) fn text(&self, key: &str) -> Option<&str> {
        self.said.get(key).and_then(Value::as_str)
    }

    pub(super) fn map(&self, key: &str) -> Option<&Map> {
        self.said.get(key).and_then(Value::as_map)
    }

    pub(super) fn list(&self, key: &str) -> Option<&[Value]> {
        self.said.get(key).and_then(Value::as_list)
    }

    pub(super) fn omitted(&self) -> Vec<String> {
        self.list(OMITTED).unwrap_or_default().iter().filter_map(Value::as_str).map(str::to_owned).collect()
    }
}

/// Who answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerInfo {
    /// Host and port.
    pub address: String,
    /// Such as `Neo4j/5.26.0`.
    pub agent: String,
    /// The Bolt version spoken, such as `5.8`.
    pub protocol_version: String,
}
