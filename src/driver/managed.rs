//! Work that is done in a transaction of its own, and again when that can help.

use std::future::Future;

use super::config::{AccessMode, TransactionConfig};
use super::policy::{AsUsual, RetryPolicy, Retryable, Tries};
use super::result::RecordStream;
use super::retry::Retries;
use super::session::{Begun, Session};
use super::start::Asked;
use super::telemetry::{Interface, Telemetry};
use super::transaction::Transaction;
use crate::error::{Error, Result};
use crate::value::Map;

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
    /// it again when that can help, for as long as the driver's `max_retry_time` allows: while a server is down, nothing is
    /// heard for so long. [`Self::execute_write_with`] shortens that, and tells of each try.
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

    /// As [`Self::execute_read`], but tried again by a policy. See [`Self::execute_write_with`].
    ///
    /// # Errors
    /// As [`Self::execute_write`].
    pub async fn execute_read_with<T, E: From<Error>, F: Future<Output = Result<T, E>>>(
        &self,
        policy: &RetryPolicy<E>,
        config: TransactionConfig,
        work: impl FnMut(Transaction) -> F,
    ) -> Result<T, E> {
        self.managed(policy, AccessMode::Read, config, work).await
    }

    /// As [`Self::execute_write`], but tried again by a policy: for so long, with errors of any type, and someone hears of it.
    ///
    /// ```
    /// use std::time::Duration;
    /// use neo4j_wasm::value::Map;
    /// use neo4j_wasm::{Error, Result, RetryPolicy, Session, Transaction, TransactionConfig};
    ///
    /// async fn visit(session: &Session, page: &str, tell: impl Fn(String) + 'static) -> Result<()> {
    ///     let policy = RetryPolicy::new()
    ///         .max_retry_time(Duration::from_secs(5))
    ///         .on_retry(move |error: &Error, _, delay| tell(format!("{}: again in {delay:?}", error.message())));
    ///     let work = async |transaction: Transaction| {
    ///         let query = "MERGE (p:Page {name: $page}) SET p.visits = coalesce(p.visits, 0) + 1";
    ///         transaction.run_to_end(query, Map::from([("page", page)])).await
    ///     };
    ///     session.execute_write_with(&policy, TransactionConfig::default(), work).await.map(drop)
    /// }
    /// ```
    ///
    /// # Errors
    /// As [`Self::execute_write`].
    pub async fn execute_write_with<T, E: From<Error>, F: Future<Output = Result<T, E>>>(
        &self,
        policy: &RetryPolicy<E>,
        config: TransactionConfig,
        work: impl FnMut(Transaction) -> F,
    ) -> Result<T, E> {
        self.managed(policy, AccessMode::Write, config, work).await
    }

    // No future of its own, which would be one more to compile.
    pub(crate) fn execute_managed<T, E: From<Error> + Retryable, F: Future<Output = Result<T, E>>>(
        &self,
        mode: AccessMode,
        config: TransactionConfig,
        work: impl FnMut(Transaction) -> F,
    ) -> impl Future<Output = Result<T, E>> {
        self.managed(AsUsual, mode, config, work)
    }

    async fn managed<T, E: From<Error>, F: Future<Output = Result<T, E>>>(
        &self,
        tries: impl Tries<E>,
        mode: AccessMode,
        config: TransactionConfig,
        mut work: impl FnMut(Transaction) -> F,
    ) -> Result<T, E> {
        let telemetry = self.inner.telemetry(Interface::ManagedTransaction);
        self.again_when_that_helps(tries, async || self.try_once(mode, config.clone(), &telemetry, &mut work).await)
            .await
    }

    #[cfg(all(feature = "js", target_arch = "wasm32"))]
    pub(crate) fn execute_query<T, E: From<Error> + Retryable>(
        &self,
        query: &str,
        parameters: &Map,
        config: TransactionConfig,
        take: impl AsyncFn(RecordStream) -> Result<T, E>,
    ) -> impl Future<Output = Result<T, E>> {
        self.execute_query_with(AsUsual, query, parameters, config, take)
    }

    /// One query, all of its result, again when that can help. What only reads is left to the server to commit: nothing
    /// is lost with a connection, and a short result takes one round trip. What may write is not: if the server had it in hand
    /// alone, a connection lost at any time would leave open what has happened, and nothing could be tried again.
    pub(super) async fn execute_query_with<T, E: From<Error>>(
        &self,
        tries: impl Tries<E>,
        query: &str,
        parameters: &Map,
        config: TransactionConfig,
        take: impl AsyncFn(RecordStream) -> Result<T, E>,
    ) -> Result<T, E> {
        let telemetry = self.inner.telemetry(Interface::ExecuteQuery);
        self.again_when_that_helps(tries, async || {
            let config = config.clone();
            let (transaction, ran) = match self.access_mode() {
                AccessMode::Read => (None, self.auto_commit(query, parameters, config, &telemetry).await),
                AccessMode::Write => {
                    let pace = self.inner.pace();
                    let asked = Some(Asked::new(query, parameters, &pace));
                    let mut begun = self.begin(AccessMode::Write, config, &telemetry, asked).await?;
                    let ran = begun.run(pace).await;
                    telemetry.note(begun.told.as_ref());
                    (Some(begun.transaction), ran)
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

    async fn again_when_that_helps<T, E>(
        &self,
        tries: impl Tries<E>,
        mut attempt: impl AsyncFnMut() -> Result<T, E>,
    ) -> Result<T, E> {
        let driver = &self.inner.driver;
        let limit = tries.max_retry_time().unwrap_or(driver.config.max_retry_time);
        let mut retries = Retries::new(driver.platform.now(), limit);
        let mut number = 0_u32;
        loop {
            number = number.saturating_add(1);
            let error = match attempt().await {
                Ok(output) => return Ok(output),
                Err(error) if !tries.helps(&error) => return Err(error),
                Err(error) => error,
            };
            let (now, random) = (driver.platform.now(), driver.platform.random());
            let Some(delay) = retries.next_delay(self.inner.setback(), now, random) else { return Err(error) };
            tries.is_about_to(&error, number, delay);
            driver.pool.rest(delay).await;
        }
    }

    async fn try_once<T, E: From<Error>, F: Future<Output = Result<T, E>>>(
        &self,
        mode: AccessMode,
        config: TransactionConfig,
        telemetry: &Telemetry,
        work: &mut impl FnMut(Transaction) -> F,
    ) -> Result<T, E> {
        let Begun { transaction, told, .. } = self.begin(mode, config, telemetry, None).await?;
        // If this future is dropped, handles that the work has kept must not keep the connection.
        let _unfinished = transaction.ended_on_drop();
        let done = work(transaction.clone()).await;
        telemetry.note(told.as_ref());
        transaction.end(done).await
    }
}
