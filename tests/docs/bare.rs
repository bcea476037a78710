//! What a page in Rust pays for the driver and nothing else: it connects, and reads the names of people.
use neo4j_wasm::{Config, GraphDatabase, Result};
use wasm_bindgen::prelude::*;

async fn read(uri: &str, password: &str) -> Result<Vec<String>> {
    let config = Config { auth: ("neo4j", password).into(), ..Config::default() };
    let driver = GraphDatabase::driver(uri, config)?;
    let people = driver.query("MATCH (p:Person) RETURN p.name AS name").read().await?;
    people.records.iter().map(|person| person.get("name")).collect()
}

#[wasm_bindgen]
pub async fn names(uri: String, password: String) -> std::result::Result<Vec<String>, JsError> {
    Ok(read(&uri, &password).await?)
}
