//! `Query`: one query in a transaction of its own, put together word by word.

use std::time::Duration;

use super::Driver;
use super::config::{AccessMode, SessionConfig, TransactionConfig};
use super::eager::EagerResult;
use super::policy::{AsUsual, RetryPolicy};
use crate::error::Result;
use crate::value::{Map, Value};

/// One query, which is yet to be run: by [`read`](Self::read) or [`write`](Self::write). From [`Driver::query`].
#[derive(Debug, Clone)]
#[must_use = "nothing is run before `read` or `write` is called and awaited"]
pub struct Query<'a> {
    driver: &'a Driver,
    text: &'a str,
    parameters: Map,
    session: SessionConfig,
    transaction: TransactionConfig,
    policy: Option<RetryPolicy>,
}

impl<'a> Query<'a> {
    pub(super) fn new(driver: &'a Driver, text: &'a str) -> Self {
        let (session, transaction) = Default::default();
        Self { driver, text, parameters: Map::new(), session, transaction, policy: None }
    }

    /// Gives a parameter its value. A later one of the same name takes its place.
    pub fn param(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.parameters.insert(name, value);
        self
    }

    /// Gives all parameters at once, in the place of those that were given before.
    pub fn params(mut self, parameters: Map) -> Self {
        self.parameters = parameters;
        self
    }

    /// The database. Default: the user's home database.
    pub fn database(mut self, name: impl Into<String>) -> Self {
        self.session.database = Some(name.into());
        self
    }

    /// After this the server ends the transaction; zero for never. Default: the server's setting.
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.transaction.timeout = Some(limit);
        self
    }

    /// What a session for it is made with, such as another user. Whether it reads or writes the last call says. It takes the
    /// place of the [`database`](Self::database) that was named before.
    pub fn session_config(mut self, config: SessionConfig) -> Self {
        self.session = config;
        self
    }

    /// What its transaction says of itself, in the place of the [`timeout`](Self::timeout) that was given before.
    pub fn transaction_config(mut self, config: TransactionConfig) -> Self {
        self.transaction = config;
        self
    }

    /// How it is tried again. Default: for as long as the driver's `max_retry_time` says, and nobody hears of it.
    pub fn retry(mut self, policy: &RetryPolicy) -> Self {
        self.policy = Some(policy.clone());
        self
    }

    /// Runs it where it can be read. It takes one round trip; a query that writes is refused by the server.
    ///
    /// # Errors
    /// As [`Driver::execute_query`].
    pub async fn read(self) -> Result<EagerResult> {
        self.run(AccessMode::Read).await
    }

    /// Runs it where it can be written.
    ///
    /// # Errors
    /// As [`Driver::execute_query`].
    pub async fn write(self) -> Result<EagerResult> {
        self.run(AccessMode::Write).await
    }

    async fn run(self, access_mode: AccessMode) -> Result<EagerResult> {
        let Self { driver, text, parameters, session, transaction, policy } = self;
        let config = SessionConfig { access_mode, ..session };
        match policy {
            Some(policy) => driver.eager(&policy, text, &parameters, config, transaction).await,
            None => driver.eager(AsUsual, text, &parameters, config, transaction).await,
        }
    }
}
