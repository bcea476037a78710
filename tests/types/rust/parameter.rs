//
use neo4j_wasm::{params, value::Map};

pub struct Person;

pub fn parameters() -> Map {
    params! { "person": Person }
}
