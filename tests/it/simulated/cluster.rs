//! `Cluster`: several servers and what their routers say of them.

use neo4j_wasm::value::{Map, Value};
use neo4j_wasm::{AccessMode, Config, Driver, Result, SessionConfig};

use super::host::Host;
use super::message::{Step, success};
use super::server::Server;
use super::shorthand::{Ask, numbers};

/// A cluster of five: the seed, which only routes, a leader, two readers, and a second router.
pub struct Cluster {
    pub host: Host,
    pub seed: Server,
    pub leader: Server,
    pub readers: [Server; 2],
    pub second: Server,
}

/// One entry of a table.
pub fn servers(role: &str, addresses: &[&str]) -> Value {
    let addresses: Vec<_> = addresses.iter().map(|address| Value::from(*address)).collect();
    Value::from(Map::from([("role", Value::from(role)), ("addresses", Value::from(addresses))]))
}

/// A router's answer.
pub fn table(ttl: i64, routers: &[&str], readers: &[&str], writers: &[&str]) -> Step {
    table_of("home", ttl, routers, readers, writers)
}

/// A router's answer that names the database.
pub fn table_of(database: &str, ttl: i64, routers: &[&str], readers: &[&str], writers: &[&str]) -> Step {
    let servers = vec![servers("ROUTE", routers), servers("READ", readers), servers("WRITE", writers)];
    let table = [("ttl", Value::from(ttl)), ("servers", Value::from(servers)), ("db", Value::from(database))];
    success([("rt", Map::from(table))])
}

pub const ROUTERS: [&str; 2] = ["localhost:7687", "second:7687"];
pub const READERS: [&str; 2] = ["reader1:7687", "reader2:7687"];

pub fn whole_table(ttl: i64) -> Step {
    table(ttl, &ROUTERS, &READERS, &["leader:7687"])
}

/// Instead of what a router has said so far.
pub fn routes(router: &Server, steps: impl Into<Vec<Step>>) {
    router.behave();
    router.always("ROUTE", steps);
}

impl Cluster {
    pub fn new() -> Self {
        let (host, seed) = Host::new();
        let [leader, reader1, reader2, second] =
            ["leader", "reader1", "reader2", "second"].map(|name| host.server(name, 7687));
        for router in [&seed, &second] {
            router.always("ROUTE", [whole_table(300)]);
        }
        Self { host, seed, leader, readers: [reader1, reader2], second }
    }

    pub fn all(&self) -> [&Server; 5] {
        [&self.seed, &self.leader, &self.readers[0], &self.readers[1], &self.second]
    }

    pub fn driver(&self) -> Driver {
        self.driver_with(Config::default())
    }

    pub fn driver_with(&self, config: Config) -> Driver {
        self.host.driver_for("neo4j://localhost?region=eu", config).unwrap()
    }

    /// How often a router was asked for a table.
    pub fn asked(&self) -> usize {
        self.seed.count("ROUTE") + self.second.count("ROUTE")
    }

    /// How many queries each reader has had.
    pub fn read_counts(&self) -> [usize; 2] {
        [self.readers[0].count("RUN"), self.readers[1].count("RUN")]
    }
}

/// Runs a query in a session of its own.
pub async fn work(driver: &Driver, access_mode: AccessMode, database: Option<&str>) -> Result<Vec<i64>> {
    let config = SessionConfig { access_mode, database: database.map(str::to_owned), ..SessionConfig::default() };
    let session = driver.session(config)?;
    let worked = async { numbers(&session.ask("RETURN 1").await?).await };
    let worked = worked.await;
    session.close().await?;
    worked
}

/// Reads from `films`.
pub async fn read(driver: &Driver) -> Result<Vec<i64>> {
    work(driver, AccessMode::Read, Some("films")).await
}

/// Writes to `films`.
pub async fn write(driver: &Driver) -> Result<Vec<i64>> {
    work(driver, AccessMode::Write, Some("films")).await
}
