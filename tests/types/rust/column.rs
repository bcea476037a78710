//! `bool` does not say which column is meant
//! a column is named by a `&str`, or counted from 0 by a `usize`
use neo4j_wasm::{Record, Result};

pub fn name(record: &Record) -> Result<String> {
    record.get(true)
}
