//! a value of Cypher cannot be read as `&str`
//! a column that may be null is an `Option`, bytes are a `Vec<u8>`, anything can be read as `Value`
use neo4j_wasm::Record;

pub fn name(record: &Record) -> String {
    record.get::<&str>("name").unwrap_or_default().to_owned()
}
