//! Short words for what every test does.

use std::future::{Future, poll_fn};
use std::task::Poll;

use neo4j_wasm::value::Map;
use neo4j_wasm::{
    AccessMode, Driver, Error, RecordStream, Result, Session, SessionConfig, Transaction, TransactionConfig,
};

use super::{Host, Server, pool_of};

/// Runs a query without parameters.
pub trait Ask {
    async fn ask(&self, query: &str) -> Result<RecordStream>;
}

impl Ask for Session {
    async fn ask(&self, query: &str) -> Result<RecordStream> {
        self.run(query, Map::new(), TransactionConfig::default()).await
    }
}

impl Ask for Transaction {
    async fn ask(&self, query: &str) -> Result<RecordStream> {
        self.run(query, Map::new()).await
    }
}

/// A host, its server, and a driver that has one connection at most: where a query needs one, it waits for what the test
/// has begun.
pub fn one_connection() -> (Host, Server, Driver) {
    let (host, server) = Host::new();
    let driver = host.driver(pool_of(1));
    (host, server, driver)
}

pub fn session(driver: &Driver) -> Session {
    driver.session(SessionConfig::default()).unwrap()
}

/// A transaction in a session of its own.
pub async fn begin(driver: &Driver) -> Result<Transaction> {
    driver.session(SessionConfig::default())?.begin_transaction(TransactionConfig::default()).await
}

/// Runs a query in a session of its own, to the end of its result.
pub async fn query(driver: &Driver, query: &str) -> Result<Vec<i64>> {
    numbers(&driver.session(SessionConfig::default())?.ask(query).await?).await
}

/// What is left of a result of numbers.
pub async fn numbers(stream: &RecordStream) -> Result<Vec<i64>> {
    stream.collect().await?.iter().map(|record| record.get("n")).collect()
}

pub async fn execute_query(driver: &Driver, query: &str) -> Result<Vec<i64>> {
    execute_query_in(driver, AccessMode::Write, query).await
}

pub async fn execute_query_in(driver: &Driver, access_mode: AccessMode, query: &str) -> Result<Vec<i64>> {
    let config = SessionConfig { access_mode, ..SessionConfig::default() };
    let done = driver.execute_query(query, Map::new(), config, TransactionConfig::default()).await;
    done?.1.iter().map(|record| record.get("n")).collect()
}

/// Connections in use, idle, being opened, and those who wait for one.
pub fn counts(driver: &Driver) -> (usize, usize, usize, usize) {
    driver.metrics().first().map_or((0, 0, 0, 0), |server| (server.in_use, server.idle, server.opening, server.waiting))
}

/// What a future comes to, or `None` if it was dropped unfinished after so many polls.
pub async fn for_polls<T>(polls: usize, future: impl Future<Output = T>) -> Option<T> {
    let mut future = Box::pin(future);
    let mut left = polls;
    poll_fn(move |context| match future.as_mut().poll(context) {
        Poll::Ready(output) => Poll::Ready(Some(output)),
        Poll::Pending => {
            left = left.saturating_sub(1);
            if left == 0 { Poll::Ready(None) } else { Poll::Pending }
        }
    })
    .await
}

/// The error of something that must not succeed.
#[track_caller]
pub fn refused<T>(result: Result<T>) -> Error {
    match result {
        Ok(_) => panic!("it should have failed"),
        Err(error) => error,
    }
}
