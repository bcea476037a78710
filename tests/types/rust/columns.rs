//! the columns of a record cannot be read as `i64`
//! they are read as a tuple, such as `(String, Option<i64>)`; a single column by `record.get(0)`
use neo4j_wasm::{Record, Result};

pub fn age(record: &Record) -> Result<i64> {
    record.columns()
}
