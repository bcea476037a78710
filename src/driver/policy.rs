//! `RetryPolicy`: when work is done again, where that is not as usual.

use std::error::Error as StdError;
use std::fmt;
use std::rc::Rc;
use std::time::Duration;

use crate::error::Error;

/// An error of a transaction's work that may ask for another try: the driver's own is one, and an application's can be.
/// For a type of error of another crate, there is [`RetryPolicy::when`].
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
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say whether a transaction that failed with it can be tried again",
    label = "the work's error is of this type",
    note = "return `neo4j_wasm::Error`, `Box<dyn std::error::Error>` or, with the feature `anyhow`, `anyhow::Error`",
    note = "or implement `neo4j_wasm::Retryable` for an error type of your own",
    note = "or say it by a function: `execute_write_with(&RetryPolicy::when(|error| …), …)`"
)]
pub trait Retryable {
    /// Whether doing the whole transaction again can succeed.
    fn is_retryable(&self) -> bool;
}

impl Retryable for Error {
    fn is_retryable(&self) -> bool {
        Error::is_retryable(self)
    }
}

fn is_retryable(error: &(dyn StdError + 'static)) -> bool {
    Error::beneath(error).is_some_and(Error::is_retryable)
}

/// By the driver's error that it is made of, if there is one.
impl Retryable for Box<dyn StdError> {
    fn is_retryable(&self) -> bool {
        is_retryable(&**self)
    }
}

/// By the driver's error that it is made of, if there is one.
impl Retryable for Box<dyn StdError + Send + Sync> {
    fn is_retryable(&self) -> bool {
        is_retryable(&**self)
    }
}

/// By the driver's error that it is made of, if there is one, whatever context it was given.
#[cfg(feature = "anyhow")]
impl Retryable for anyhow::Error {
    fn is_retryable(&self) -> bool {
        is_retryable(&**self)
    }
}

/// How long work is done again, which errors are worth it, and who hears of it. Handles are cheap to clone.
///
/// ```
/// use std::time::Duration;
/// use neo4j_wasm::{Driver, Error, Result, RetryPolicy};
///
/// async fn count(driver: &Driver) -> Result<i64> {
///     let policy = RetryPolicy::new()
///         .max_retry_time(Duration::from_secs(5))
///         .on_retry(|error: &Error, attempt, delay| println!("Try {attempt} failed, the next in {delay:?}: {error}"));
///     let people = driver.query("MATCH (p:Person) RETURN count(p) AS count").retry(&policy).read().await?;
///     people.records[0].get("count")
/// }
/// ```
pub struct RetryPolicy<E = Error> {
    max_retry_time: Option<Duration>,
    helps: Rc<dyn Fn(&E) -> bool>,
    on_retry: Option<Rc<OnRetry<E>>>,
}

type OnRetry<E> = dyn Fn(&E, u32, Duration);

impl<E: Retryable + 'static> RetryPolicy<E> {
    /// As usual: for as long as [`Config::max_retry_time`](crate::Config::max_retry_time) says, what is [`Retryable`].
    #[must_use]
    pub fn new() -> Self {
        Self::when(E::is_retryable)
    }
}

impl<E: Retryable + 'static> Default for RetryPolicy<E> {
    fn default() -> Self {
        Self::new()
    }
}

impl<E> RetryPolicy<E> {
    /// With a function that says of an error whether doing the whole transaction again can succeed: for any type of error.
    ///
    /// ```
    /// use neo4j_wasm::{Error, RetryPolicy};
    ///
    /// /// An error of some other crate.
    /// struct Report(Box<dyn std::error::Error>);
    ///
    /// let policy = RetryPolicy::when(|report: &Report| Error::beneath(&*report.0).is_some_and(Error::is_retryable));
    /// ```
    #[must_use]
    pub fn when(helps: impl Fn(&E) -> bool + 'static) -> Self {
        Self { max_retry_time: None, helps: Rc::new(helps), on_retry: None }
    }

    /// For so long after the start another try is begun; zero for none. Default: the driver's.
    #[must_use]
    pub fn max_retry_time(mut self, limit: Duration) -> Self {
        self.max_retry_time = Some(limit);
        self
    }

    /// Has `hear` called before each wait for another try: with what went wrong, with the number of the try that it went
    /// wrong in, from 1, and with how long it is until the next. Default: nobody hears.
    #[must_use]
    pub fn on_retry(mut self, hear: impl Fn(&E, u32, Duration) + 'static) -> Self {
        self.on_retry = Some(Rc::new(hear));
        self
    }
}

impl<E> Clone for RetryPolicy<E> {
    fn clone(&self) -> Self {
        let Self { max_retry_time, helps, on_retry } = self;
        Self { max_retry_time: *max_retry_time, helps: Rc::clone(helps), on_retry: on_retry.clone() }
    }
}

impl<E> fmt::Debug for RetryPolicy<E> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("RetryPolicy").field("max_retry_time", &self.max_retry_time).finish_non_exhaustive()
    }
}

/// What a piece of work has to know of a policy. A trait, and taken by value, so that nothing is there of policies where
/// there are none.
pub(super) trait Tries<E> {
    /// For how long, if not as configured.
    fn max_retry_time(&self) -> Option<Duration> {
        None
    }

    fn helps(&self, error: &E) -> bool;

    fn is_about_to(&self, _error: &E, _attempt: u32, _delay: Duration) {}
}

/// Without a policy.
pub(super) struct AsUsual;

impl<E: Retryable> Tries<E> for AsUsual {
    fn helps(&self, error: &E) -> bool {
        error.is_retryable()
    }
}

impl<E> Tries<E> for &RetryPolicy<E> {
    fn max_retry_time(&self) -> Option<Duration> {
        self.max_retry_time
    }

    fn helps(&self, error: &E) -> bool {
        (self.helps)(error)
    }

    fn is_about_to(&self, error: &E, attempt: u32, delay: Duration) {
        if let Some(hear) = &self.on_retry {
            hear(error, attempt, delay);
        }
    }
}
