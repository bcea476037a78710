//! `Table`: what a query results in.

use std::ops::Range;

use neo4j_wasm::value::{Map, Value};

#[derive(Debug, Clone)]
pub struct Table {
    pub fields: Vec<&'static str>,
    pub rows: Vec<Vec<Value>>,
    /// What the server says at the end, besides the bookmark.
    pub summary: Map,
    /// A failure instead of the end.
    pub failure: Option<String>,
}

impl Table {
    /// No columns.
    pub fn nothing() -> Self {
        Self { fields: Vec::new(), rows: Vec::new(), summary: Map::from([("type", "w")]), failure: None }
    }

    /// One column `n` of numbers.
    pub fn numbers(numbers: Range<i64>) -> Self {
        let rows = numbers.map(|number| vec![Value::Integer(number)]).collect();
        Self { fields: vec!["n"], rows, summary: Map::from([("type", "r")]), failure: None }
    }

    pub fn with_summary(mut self, summary: impl Into<Map>) -> Self {
        self.summary = summary.into();
        self
    }

    /// What a query without a table of its own results in: `ROWS 5`, `NOTHING`, `ROWS 3 THEN FAIL code`; one row for
    /// all others. `FAIL code` is a failure at once.
    pub fn of(query: &str) -> Result<Self, String> {
        let words: Vec<_> = query.split(' ').collect();
        match words[..] {
            ["FAIL", code] => Err(code.to_owned()),
            ["NOTHING", ..] => Ok(Self::nothing()),
            ["ROWS", count, "THEN", "FAIL", code] => {
                Ok(Self { failure: Some(code.to_owned()), ..Self::numbers(0..count.parse().unwrap()) })
            }
            ["ROWS", count, ..] => Ok(Self::numbers(0..count.parse().unwrap())),
            _ => Ok(Self::numbers(1..2)),
        }
    }
}
