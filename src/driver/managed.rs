//! Work that is done in a transaction of its own, and again when that can help.

use std::future::Future;

use super::config::{AccessMode, TransactionConfig};
use super::result::RecordStream;
use super::retry::Retries;
use super::session::Session;
use super::telemetry::{Interface, Telemetry};
use super::transaction::Transaction;
use crate::error::{Error, Result};
use crate::value::Map;

/// An error of a transaction's work that may ask for another try: the driver's own is one, and an application's can be.
///
/// ```
/// use neo4j_wasm::{Error, Retryable};
///
/// enum OrderError {
///     SoldOut,
///     Database(Error),
/// }
///
/// impl From<Error> for OrderError {
///     fn from(error: Error) -> Self {
///         Self::Database(error)
///     }
/// }
///
/// impl Retryable for OrderError {
///     fn is_retryable(&self) -> bool {
///         matches!(self, Self::Database(error) if error.is_retryable())
///     }
/// }
/// ```
pub trait Retryable {
    /// Whether doing the whole transaction again can succeed.
    fn is_retryable(&self) -> bool;
}

impl Retryable for Error {
    fn is_retryable(&self) -> bool {
        Error::is_retryable(self)
    }
}

impl Session {
    /// Does `work` in a transaction that reads, again when that can help. See [`Self::execute_write`].
    ///
    /// # Errors
    /// As [`Self::execute_write`].
    pub async fn execute_read<T, E: From<Error> + Retryable, F: Future<Output = Result<T, E>>>(
        &self,
        config: TransactionConfig,
        work: impl FnMut(Transaction) -> F,
    ) -> Result<T, E> {
        self.execute_managed(AccessMode::Read, config, work).await
    }

    /// Does `work` in a transaction that writes: commits when it succeeds, rolls back when it fails, and does all of
    /// it again when that can help, for as long as the driver's `max_retry_time` allows.
    ///
    /// # Errors
    /// What `work` returned, or the driver's own errors. A lost commit is never tried again.
    pub async fn execute_write<T, E: From<Error> + Retryable, F: Future<Output = Result<T, E>>>(
        &self,
        config: TransactionConfig,
        work: impl FnMut(Transaction) -> F,
    ) -> Result<T, E> {
        self.execute_managed(AccessMode::Write, config, work).await
    }

    pub(crate) async fn execute_managed<T, E: From<Error> + Retryable, F: Future<Output = Result<T, E>>>(
        &self,
        mode: AccessMode,
        config: TransactionConfig,
        mut work: impl FnMut(Transaction) -> F,
    ) -> Result<T, E> {
        let telemetry = self.inner.telemetry(Interface::ManagedTransaction);
        self.again_when_that_helps(async || self.try_once(mode, config.clone(), &telemetry, &mut work).await).await
    }

    /// One query, all of its result, again when that can help. What only reads is left to the server to commit: nothing
    /// is lost with a connection, and a short result takes one round trip. What may write is not: if the server had it in hand
    /// alone, a connection lost at any time would leave open what has happened, and nothing could be tried again.
    pub(crate) async fn execute_query<T, E: From<Error> + Retryable>(
        &self,
        query: &str,
        parameters: &Map,
        config: TransactionConfig,
        take: impl AsyncFn(RecordStream) -> Result<T, E>,
    ) -> Result<T, E> {
        let telemetry = self.inner.telemetry(Interface::ExecuteQuery);
        self.again_when_that_helps(async || {
            let config = config.clone();
            let (transaction, ran) = match self.access_mode() {
                AccessMode::Read => (None, self.auto_commit(query, parameters, config, &telemetry).await),
                AccessMode::Write => {
                    let (transaction, told) = self.begin(AccessMode::Write, config, &telemetry).await?;
                    let ran = transaction.run_with(query, parameters).await;
                    telemetry.note(told.as_ref());
                    (Some(transaction), ran)
                }
            };
            let taken = match ran {
                Ok(stream) => take(stream).await,
                Err(error) => Err(error.into()),
            };
            if let Some(transaction) = transaction {
                return transaction.end(taken).await;
            }
            let taken = taken?;
            self.inner.bookmarks_told().await?;
            Ok(taken)
        })
        .await
    }

    async fn again_when_that_helps<T, E: Retryable>(
        &self,
        mut attempt: impl AsyncFnMut() -> Result<T, E>,
    ) -> Result<T, E> {
        let platform = &self.inner.driver.platform;
        let mut retries = Retries::new(platform.now(), self.inner.driver.config.max_retry_time);
        loop {
            let error = match attempt().await {
                Ok(output) => return Ok(output),
                Err(error) if !error.is_retryable() => return Err(error),
                Err(error) => error,
            };
            match retries.next_delay(self.inner.setback(), platform.now(), platform.random()) {
                Some(delay) => self.inner.driver.pool.rest(delay).await,
                None => return Err(error),
            }
        }
    }

    async fn try_once<T, E: From<Error>, F: Future<Output = Result<T, E>>>(
        &self,
        mode: AccessMode,
        config: TransactionConfig,
        telemetry: &Telemetry,
        work: &mut impl FnMut(Transaction) -> F,
    ) -> Result<T, E> {
        let (transaction, told) = self.begin(mode, config, telemetry).await?;
        // If this future is dropped, handles that the work has kept must not keep the connection.
        let _unfinished = transaction.ended_on_drop();
        let done = work(transaction.clone()).await;
        telemetry.note(told.as_ref());
        transaction.end(done).await
    }
}
