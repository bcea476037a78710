//! `People`: what the page asks of the database.

use neo4j_wasm::value::Map;
use neo4j_wasm::{Config, Driver, Error, Record, Result};
use serde::{Deserialize, Serialize};

/// A node with the label `Person`.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Person {
    pub id: String,
    pub name: String,
    pub born: Option<i64>,
}

/// The people in a database. Each call sees what the ones before it have done, and is tried again where that can help.
#[derive(Clone)]
pub struct People {
    driver: Driver,
}

impl People {
    /// Opens nothing yet.
    pub fn new(uri: &str, user: &str, password: &str) -> Result<Self> {
        let config = Config { auth: (user, password).into(), ..Config::default() };
        Ok(Self { driver: Driver::new(uri, config)? })
    }

    /// Whether the database is there and lets us in. Says so at once: a query is tried again for a while.
    pub async fn connect(&self) -> Result<()> {
        self.driver.verify_connectivity().await
    }

    pub async fn list(&self) -> Result<Vec<Person>> {
        // Nothing in the database says that every person has a name.
        let query = "MATCH (p:Person) RETURN elementId(p) AS id, coalesce(p.name, '') AS name, p.born AS born \
                     ORDER BY p.name, id";
        self.driver.query(query).read().await?.records.iter().map(Record::to).collect()
    }

    pub async fn add(&self, name: &str, born: Option<i64>) -> Result<()> {
        let query = "CREATE (p:Person {name: $name, born: $born}) RETURN p";
        self.driver.query(query).param("name", name).param("born", born).write().await.map(drop)
    }

    pub async fn change(&self, person: &Person) -> Result<()> {
        let query = "MATCH (p:Person) WHERE elementId(p) = $id SET p.name = $name, p.born = $born RETURN p";
        let changed = self.driver.query(query).params(Map::from_serialize(person)?).write().await?;
        if changed.records.is_empty() {
            Err(Error::application(format!("{} is not there any more", person.name)))
        } else {
            Ok(())
        }
    }

    pub async fn remove(&self, id: &str) -> Result<()> {
        let query = "MATCH (p:Person) WHERE elementId(p) = $id DETACH DELETE p";
        self.driver.query(query).param("id", id).write().await.map(drop)
    }

    pub async fn close(&self) {
        self.driver.close().await;
    }
}
