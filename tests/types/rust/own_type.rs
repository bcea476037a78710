//! a value of Cypher cannot be read as `Person`
//! for a type of your own, implement `FromValue`; or, with the feature `serde`, derive `Deserialize` and read it with `.to::<Person>()`
use neo4j_wasm::{Record, Result};

pub struct Person;

pub fn person(record: &Record) -> Result<Person> {
    record.get("p")
}
