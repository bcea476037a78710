//! `Transaction`: several queries that happen together or not at all.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::Poll;

use super::eager::EagerResult;
use super::pace::Pace;
use super::result::RecordStream;
use super::session::{Inner as SessionInner, SharedLease, unread};
use super::start::{Asked, Asking};
use super::stream::{Started, Stream};
use crate::bolt::Request;
use crate::connection::waiters::{Waiters, wake};
use crate::connection::{Answer, Connection, Lease, Ticket};
use crate::error::{Error, ErrorKind, Result};
use crate::value::{Map, Value};

/// Several queries that happen together or not at all. Handles are cheap to clone and share the transaction.
///
/// Dropping the last handle of one that is open rolls it back.
///
/// ```
/// use neo4j_wasm::value::Map;
/// use neo4j_wasm::{Result, Session, TransactionConfig};
///
/// async fn remove(session: &Session, name: &str, is_sure: impl AsyncFnOnce(i64) -> bool) -> Result<()> {
///     let transaction = session.begin_transaction(TransactionConfig::default()).await?;
///     let query = "MATCH (p:Person {name: $name}) DETACH DELETE p";
///     let summary = transaction.run(query, Map::from([("name", name)])).await?.consume().await?;
///     if is_sure(summary.counters.nodes_deleted).await {
///         transaction.commit().await
///     } else {
///         transaction.rollback().await
///     }
/// }
/// ```
#[derive(Clone)]
pub struct Transaction {
    open: Rc<Open>,
}

/// A transaction's state, shared with its session.
pub(super) struct Open {
    /// The connection, until the end.
    lease: RefCell<Option<SharedLease>>,
    /// A BEGIN that goes out with the first query.
    begin: RefCell<Option<Ticket>>,
    session: Rc<SessionInner>,
    /// Results that may not be at their end.
    results: RefCell<Vec<Rc<Stream>>>,
    end: RefCell<Option<End>>,
    /// How many queries were sent.
    sent: Cell<u64>,
    /// The id of the last of them, unless it is not known yet.
    latest: Rc<Cell<Option<i64>>>,
    /// COMMIT or ROLLBACK is about to be sent: what to say to whoever wants something else.
    ending: Cell<Option<&'static str>>,
    /// Calls of `run` that have no result yet.
    running: Cell<usize>,
    /// Who waits for them, or for the end.
    waiters: RefCell<Waiters>,
}

#[derive(Clone)]
enum End {
    /// By a call, and what that has come to.
    Asked(&'static str),
    Failed(Error),
}

const COMMITTED: &str = "committed, or is about to be";
const ROLLED_BACK: &str = "rolled back";
pub(super) const SESSION_CLOSED: &str = "rolled back, because its session was closed";

impl Open {
    pub(super) fn new(lease: Lease, begin: Option<Ticket>, session: Rc<SessionInner>) -> Rc<Self> {
        Rc::new(Self {
            lease: RefCell::new(Some(Rc::new(lease))),
            begin: RefCell::new(begin),
            session,
            results: RefCell::default(),
            end: RefCell::default(),
            sent: Cell::new(0),
            latest: Rc::default(),
            ending: Cell::new(None),
            running: Cell::new(0),
            waiters: RefCell::default(),
        })
    }

    /// Whether queries can be run in it.
    pub(super) fn is_open(&self) -> bool {
        self.end.borrow().is_none() && self.ending.get().is_none()
    }

    /// Whether it is committed, rolled back or failed; not so while COMMIT or ROLLBACK is under way.
    pub(super) fn has_ended(&self) -> bool {
        self.end.borrow().is_some()
    }

    /// The first failure ends the transaction: the server has rolled it back.
    fn fail(&self, error: &Error) {
        if self.end.borrow().is_none() {
            self.finish(End::Failed(error.clone()));
        }
    }

    fn finish(&self, end: End) {
        let failure = if let End::Failed(error) = &end { Some(error.clone()) } else { None };
        self.end.replace(Some(end));
        let (lease, results) = (self.lease.take(), self.results.take());
        // Whoever still holds a result must not keep the connection by it.
        if let Some(error) = failure {
            results.iter().for_each(|stream| stream.cut_off(&error));
        }
        drop((lease, results));
        self.wake();
    }

    fn wake(&self) {
        let waiting = self.waiters.borrow_mut().take();
        wake(waiting);
    }

    /// Waits for a BEGIN that went out with a query.
    async fn begun(&self) -> Result<()> {
        let Some(begin) = self.begin.take() else { return Ok(()) };
        self.session.note_database(&begin.success().await?);
        Ok(())
    }

    /// Waits until every query that was started has its result, or has failed.
    async fn all_started(&self) {
        self.until(|open| open.running.get() == 0).await;
    }

    async fn until(&self, is_so: impl Fn(&Self) -> bool) {
        poll_fn(|context| {
            if is_so(self) {
                return Poll::Ready(());
            }
            self.waiters.borrow_mut().add(context);
            Poll::Pending
        })
        .await;
    }

    /// The connection, for something new.
    fn lease(&self) -> Result<SharedLease> {
        self.lease_until_end().and_then(|lease| match self.ending.get() {
            None => Ok(lease),
            Some(how) => Err(ended(how)),
        })
    }

    /// The connection, for something that was started before COMMIT or ROLLBACK was asked for.
    fn lease_until_end(&self) -> Result<SharedLease> {
        let lease = self.lease.borrow().clone();
        match (self.end.borrow().as_ref(), lease) {
            (None, Some(lease)) => Ok(lease),
            (Some(End::Failed(cause)), _) => Err(failed(cause)),
            (Some(End::Asked(how)), _) => Err(ended(how)),
            (None, None) => Err(ended(ROLLED_BACK)),
        }
    }
}

/// Ends the transaction if the future that holds it is dropped: half a request cannot be taken back, so the connection
/// is reset.
struct Unfinished<'a> {
    open: &'a Open,
}

impl Unfinished<'_> {
    fn done(self) {
        std::mem::forget(self);
    }
}

impl Drop for Unfinished<'_> {
    fn drop(&mut self) {
        let message = "A call on the transaction was given up before its end: the transaction is rolled back";
        self.open.fail(&Error::new(ErrorKind::Transaction, "TransactionAbandoned", message));
    }
}

/// Counts a call of `run` for as long as it lives.
struct Running<'a> {
    open: &'a Open,
}

impl<'a> Running<'a> {
    fn new(open: &'a Open) -> Self {
        open.running.set(open.running.get() + 1);
        Self { open }
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.open.running.set(self.open.running.get() - 1);
        self.open.wake();
    }
}

fn failed(cause: &Error) -> Error {
    let message = "The transaction has failed and is rolled back: start a new one";
    let error = Error::new(ErrorKind::Transaction, "TransactionFailed", message);
    error.retryable(cause.is_retryable()).caused_by(cause.clone())
}

fn ended(how: &str) -> Error {
    let message = format!("The transaction is {how}: start a new one");
    Error::new(ErrorKind::Transaction, "TransactionEnded", message)
}

impl Transaction {
    pub(super) fn new(open: Rc<Open>) -> Self {
        Self { open }
    }

    /// Runs a query in the transaction.
    ///
    /// # Errors
    /// What the server reported, or why the query was not even sent: either ends the transaction, which is rolled back.
    /// A transaction error when it has ended.
    pub async fn run(&self, query: &str, parameters: Map) -> Result<RecordStream> {
        self.run_with(query, &parameters).await
    }

    /// Runs a query in the transaction, to the end of its result.
    ///
    /// # Errors
    /// As [`Self::run`].
    pub async fn run_to_end(&self, query: &str, parameters: Map) -> Result<EagerResult> {
        self.run(query, parameters).await?.eager().await
    }

    /// The same as [`Self::run`] with borrowed parameters, for work that may have to be done again.
    pub(crate) async fn run_with(&self, query: &str, parameters: &Map) -> Result<RecordStream> {
        // Not the lease: if the transaction ends meanwhile, nothing here must keep the connection from going back.
        let connection = self.open.lease()?.connection().clone();
        let pace = self.open.session.pace();
        match Asked::new(query, parameters, &pace).submit(&connection, None) {
            Ok(asking) => self.run_submitted(asking, pace).await,
            Err(error) => {
                // A BEGIN that was refused says more than that the connection is gone since.
                let error = self.open.begun().await.err().unwrap_or(error);
                self.open.fail(&error);
                Err(error)
            }
        }
    }

    /// Sends a query that was submitted, and waits for its result.
    pub(super) async fn run_submitted(&self, asking: Asking, pace: Pace) -> Result<RecordStream> {
        let connection = self.open.lease()?.connection().clone();
        // Half of what was asked for must not be committed, whatever became of the other half.
        self.run_on(&connection, asking, pace).await.inspect_err(|error| self.open.fail(error))
    }

    async fn run_on(&self, connection: &Connection, asking: Asking, pace: Pace) -> Result<RecordStream> {
        let open = &self.open;
        let _running = Running::new(open);
        let Asking { run, pull } = asking;
        let number = open.sent.get() + 1;
        open.sent.set(number);
        open.latest.set(None);
        connection.flush();
        let unfinished = Unfinished { open };
        let begun = open.begun().await;
        let ran = match &begun {
            Ok(()) => run.success().await,
            Err(error) => Err(error.clone()),
        };
        unfinished.done();
        if let (Ok(()), Err(error), Some(Ok(Answer::Ignored(_)))) = (&begun, &ran, run.end()) {
            // Another query has failed, and this one was not even looked at.
            open.fail(error);
            return Err(failed(error));
        }
        let run = ran?;
        let lease = open.lease_until_end()?;
        if open.sent.get() == number {
            open.latest.set(run.get("qid").and_then(Value::as_integer));
        }
        let weak = Rc::downgrade(open);
        let on_end = Box::new(move |end: Result<&Map, &Error>| {
            if let (Some(open), Err(error)) = (weak.upgrade(), end) {
                open.fail(error);
            }
        });
        let stream = Stream::new(Started { lease, pull, run, latest: Rc::clone(&open.latest), pace, on_end })?;
        let mut results = open.results.borrow_mut();
        results.retain(|result| !result.is_at_end());
        results.push(Rc::clone(&stream));
        Ok(RecordStream::new(stream))
    }

    /// Ends the transaction because of a query that was refused before it got here. One that came after COMMIT or
    /// ROLLBACK is no part of it.
    #[cfg(all(feature = "js", target_arch = "wasm32"))]
    pub(crate) fn fail(&self, error: impl FnOnce() -> Error) {
        if self.is_open() {
            self.open.fail(&error());
        }
    }

    /// Makes what was done permanent. What is on its way of unread results is still taken in, the rest is given up.
    ///
    /// # Errors
    /// What the server reported; `CommitUncertain` when the connection was lost before the server said whether it
    /// has committed; a transaction error when the transaction has ended.
    pub async fn commit(&self) -> Result<()> {
        let unfinished = Unfinished { open: &self.open };
        let lease = match self.end_results(COMMITTED).await {
            Ok(lease) => lease,
            Err(error) => {
                unfinished.done();
                return Err(error);
            }
        };
        // Nothing is uncertain where there was nothing to commit.
        lease.connection().flush();
        if let Err(error) = self.open.begun().await {
            unfinished.done();
            self.open.fail(&error);
            return Err(error);
        }
        let committed = match lease.connection().send(&Request::Commit) {
            // If there is an answer, it counts, whatever has happened to the connection since.
            Ok(ticket) => ticket.success().await.map_err(|error| match ticket.end() {
                Some(Ok(_)) => error,
                _ => commit_uncertain(error),
            }),
            // Nothing was sent, so nothing is uncertain.
            Err(error) => Err(error),
        };
        unfinished.done();
        match committed {
            Ok(metadata) => {
                self.open.session.note_bookmark(&metadata);
                self.open.finish(End::Asked(COMMITTED));
                self.open.session.bookmarks_told().await
            }
            Err(error) => {
                self.open.finish(End::Failed(error.clone()));
                Err(error)
            }
        }
    }

    /// Undoes what was done. Results that are still being read are given up.
    ///
    /// # Errors
    /// What the server reported, or why the connection was lost; a transaction error when the transaction has ended.
    pub async fn rollback(&self) -> Result<()> {
        self.roll_back(ROLLED_BACK).await
    }

    async fn roll_back(&self, how: &'static str) -> Result<()> {
        if let Some(End::Failed(_)) = &*self.open.end.borrow() {
            // The server has done it already.
            return Ok(());
        }
        let unfinished = Unfinished { open: &self.open };
        let lease = match self.end_results(how).await {
            Ok(lease) => lease,
            Err(error) => {
                unfinished.done();
                let failed = matches!(&*self.open.end.borrow(), Some(End::Failed(_)));
                return if failed { Ok(()) } else { Err(error) };
            }
        };
        let rolled_back = match lease.connection().send(&Request::Rollback) {
            Ok(ticket) => ticket.success().await.map(|_| ()),
            Err(error) => Err(error),
        };
        unfinished.done();
        self.open.finish(End::Asked(how));
        rolled_back
    }

    /// Brings all results to their end; no query can be run from here on.
    async fn end_results(&self, how: &'static str) -> Result<SharedLease> {
        let lease = self.open.lease()?;
        self.open.ending.set(Some(how));
        self.open.all_started().await;
        // They stay where they are: if this future is dropped, the transaction fails, and they with it.
        let results = self.open.results.borrow().clone();
        for stream in &results {
            if how == COMMITTED {
                stream.wind_up(2, &unread("its transaction was committed")).await;
            } else {
                stream.give_up(&ended(how)).await;
            }
        }
        // One of them may have failed, and the transaction with it.
        self.open.lease_until_end().map(|_| lease)
    }

    /// Rolls back if the transaction is open; waits for the end if that is under way, and does nothing otherwise. A lost
    /// connection is no error here: then the server has rolled back by itself. It does so, too, when the connection is
    /// reset, as it is where the server has not answered within [`Config::connection_timeout`].
    ///
    /// [`Config::connection_timeout`]: crate::Config::connection_timeout
    ///
    /// # Errors
    /// As [`Self::rollback`].
    pub async fn close(&self) -> Result<()> {
        self.close_as(ROLLED_BACK).await
    }

    pub(super) async fn close_as(&self, how: &'static str) -> Result<()> {
        let closing = async {
            let Ok(lease) = self.open.lease() else {
                self.open.until(Open::has_ended).await;
                return Ok(());
            };
            let connection = lease.connection().clone();
            drop(lease);
            self.roll_back(how).await.or_else(|error| if connection.is_sound() { Err(error) } else { Ok(()) })
        };
        self.open.session.unless_mute(closing).await.unwrap_or(Ok(()))
    }

    /// Commits what has been done, or rolls back what has failed.
    pub(super) async fn end<T, E: From<Error>>(&self, done: Result<T, E>) -> Result<T, E> {
        match done {
            Ok(output) => {
                // The work may have ended the transaction itself; if it has failed unnoticed, this tells.
                if !self.was_ended() {
                    self.commit().await?;
                }
                Ok(output)
            }
            Err(error) => {
                // The work's own error says more than one about the rollback.
                let _ = self.close().await;
                Err(error)
            }
        }
    }

    /// Ends the transaction when it is dropped, if it has not ended by then.
    pub(super) fn ended_on_drop(&self) -> impl Drop + use<'_> {
        Unfinished { open: &self.open }
    }

    /// Whether it was committed or rolled back by a call, rather than by a failure.
    fn was_ended(&self) -> bool {
        matches!(&*self.open.end.borrow(), Some(End::Asked(_)))
    }

    /// Whether it has neither ended nor failed.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.open.is_open()
    }
}

/// Handles on the same transaction are equal.
impl PartialEq for Transaction {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.open, &other.open)
    }
}

impl Eq for Transaction {}

impl fmt::Debug for Transaction {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Transaction").field("open", &self.is_open()).finish_non_exhaustive()
    }
}

/// The one error after which nobody knows: the server may have committed before the connection was lost.
fn commit_uncertain(lost: Error) -> Error {
    let message = "The connection was lost during COMMIT: the transaction may have been committed or not. \
                   Check the data before doing it again";
    Error::new(ErrorKind::CommitUncertain, "CommitUncertain", message).caused_by(lost)
}
