//! `Session`: a chain of transactions, each of which sees what the ones before it have done.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::future::Future;
use std::rc::{Rc, Weak};
use std::time::Duration;

use futures::future::LocalBoxFuture;

use super::Inner as DriverInner;
use super::bookmarks::{Telling, union};
use super::config::{AccessMode, SessionConfig, TransactionConfig};
use super::eager::EagerResult;
use super::pace::Pace;
use super::result::RecordStream;
use super::retry::Setback;
use super::start::{Asked, Asking, Start, Started};
use super::stream::{Started as StreamStart, Stream};
use super::telemetry::{Interface, Telemetry};
use super::transaction::{Open, SESSION_CLOSED, Transaction};
#[cfg(all(feature = "js", target_arch = "wasm32"))]
use super::unheard::Heard;
use super::unheard::Unheard;
use crate::bolt::TransactionOptions;
use crate::connection::{As, Connection, First, Lease, Ticket, Turn, Turns};
use crate::error::{Error, ErrorKind, Result};
use crate::platform::{milliseconds, within};
use crate::routing::Need;
use crate::value::{Map, Value};

/// A chain of transactions. Handles are cheap to clone and share the chain.
///
/// One thing at a time: a query that is run while another's result is unread has that result read into memory first.
///
/// ```
/// use neo4j_wasm::value::Map;
/// use neo4j_wasm::{Driver, Error, Result, SessionConfig, TransactionConfig};
///
/// async fn move_house(driver: &Driver, person: &str, city: &str) -> Result<()> {
///     let session = driver.session(SessionConfig { database: Some("people".into()), ..SessionConfig::default() })?;
///     let parameters = Map::from([("person", person), ("city", city)]);
///     let moved = session
///         .execute_write(TransactionConfig::default(), async |transaction| {
///             let leave = "MATCH (:Person {name: $person})-[lives:LIVES_IN]->() DELETE lives";
///             transaction.run(leave, parameters.clone()).await?.consume().await?;
///             let arrive = "MATCH (p:Person {name: $person}), (c:City {name: $city}) CREATE (p)-[:LIVES_IN]->(c)";
///             let summary = transaction.run(arrive, parameters.clone()).await?.consume().await?;
///             Ok::<_, Error>(summary.counters.relationships_created)
///         })
///         .await?;
///     assert_eq!(moved, 1);
///     session.close().await
/// }
/// ```
#[derive(Clone)]
pub struct Session {
    pub(super) inner: Rc<Inner>,
}

pub(super) struct Inner {
    pub(super) driver: Rc<DriverInner>,
    config: SessionConfig,
    bookmarks: RefCell<Vec<String>>,
    /// What the last transaction had to see.
    seen: RefCell<Vec<String>>,
    /// The bookmark manager is being told.
    telling: Telling,
    /// The one the session was made with or, in a cluster, found to be the user's home: a session keeps to one.
    database: RefCell<Option<String>>,
    /// The auto-commit result that may not be at its end.
    current: RefCell<Option<Rc<Stream>>>,
    transaction: RefCell<Weak<Open>>,
    turns: Rc<Turns>,
    closed: Cell<bool>,
    unheard: Unheard,
    /// What the last acquisition has come to.
    acquired: RefCell<Result<Connection, Setback>>,
}

impl Session {
    pub(super) fn new(driver: Rc<DriverInner>, config: SessionConfig) -> Self {
        let bookmarks = RefCell::new(config.bookmarks.clone());
        let database = RefCell::new(config.database.clone());
        let inner = Inner {
            driver,
            config,
            bookmarks,
            seen: RefCell::default(),
            telling: Telling::default(),
            database,
            current: RefCell::default(),
            transaction: RefCell::default(),
            turns: Turns::new(1),
            closed: Cell::new(false),
            unheard: Unheard::default(),
            acquired: RefCell::new(Err(Setback::Refused)),
        };
        Self { inner: Rc::new(inner) }
    }

    /// The access mode the session was made with.
    #[must_use]
    pub fn access_mode(&self) -> AccessMode {
        self.inner.config.access_mode
    }

    /// Runs a query in a transaction that the server commits by itself once the result is at its end. It is tried once.
    /// Where its records do not matter, [`consume`](RecordStream::consume) waits for that end, which is when it is known
    /// whether the query has succeeded. [`Self::run_to_end`] does all of it in one call.
    ///
    /// ```
    /// use neo4j_wasm::value::Map;
    /// use neo4j_wasm::{Result, Session, TransactionConfig};
    ///
    /// async fn remove_drafts(session: &Session) -> Result<i64> {
    ///     let result = session.run("MATCH (d:Draft) DELETE d", Map::new(), TransactionConfig::default()).await?;
    ///     Ok(result.consume().await?.counters.nodes_deleted)
    /// }
    /// ```
    ///
    /// # Errors
    /// What the server reported, why no connection could be had, or a transaction error while the session has a
    /// transaction open.
    pub async fn run(&self, query: &str, parameters: Map, config: TransactionConfig) -> Result<RecordStream> {
        let telemetry = self.inner.telemetry(Interface::AutoCommit);
        self.auto_commit(query, &parameters, config, &telemetry).await
    }

    /// Runs a query as [`Self::run`] does, to the end of its result: what was written is committed then.
    ///
    /// ```
    /// use neo4j_wasm::value::Map;
    /// use neo4j_wasm::{Result, Session, TransactionConfig};
    ///
    /// async fn add(session: &Session, name: &str) -> Result<bool> {
    ///     let parameters = Map::from([("name", name)]);
    ///     let done = session.run_to_end("MERGE (:Person {name: $name})", parameters, TransactionConfig::default()).await?;
    ///     Ok(done.summary.counters.nodes_created == 1)
    /// }
    /// ```
    ///
    /// # Errors
    /// As [`Self::run`], and what went wrong before the end of the result.
    pub async fn run_to_end(&self, query: &str, parameters: Map, config: TransactionConfig) -> Result<EagerResult> {
        self.run(query, parameters, config).await?.eager().await
    }

    pub(super) async fn auto_commit(
        &self,
        query: &str,
        parameters: &Map,
        config: TransactionConfig,
        telemetry: &Telemetry,
    ) -> Result<RecordStream> {
        let _turn = self.inner.enter().await?;
        let (inner, pace) = (&self.inner, self.inner.pace());
        let asked = Some(Asked::new(query, parameters, &pace));
        let (lease, started) = inner.start(telemetry, self.access_mode(), config, false, asked).await?;
        let Some(Asking { run, pull }) = started.asking else { return Err(not_started()) };
        let lease = Rc::new(lease);
        let run = run.success().await;
        telemetry.note(started.told.as_ref());
        let run = run?;
        inner.note_database(&run);
        let session = Rc::downgrade(inner);
        let on_end = Box::new(move |end: Result<&Map, &Error>| {
            if let (Some(session), Ok(metadata)) = (session.upgrade(), end) {
                session.note_bookmark(metadata);
            }
        });
        let stream = Stream::new(StreamStart { lease, pull, run, latest: Rc::default(), pace, on_end })?;
        inner.current.replace(Some(Rc::clone(&stream)));
        Ok(inner.finished_when_dropped(RecordStream::new(stream)))
    }

    /// Opens a transaction that the caller commits or rolls back.
    ///
    /// # Errors
    /// As [`Self::run`].
    pub async fn begin_transaction(&self, config: TransactionConfig) -> Result<Transaction> {
        let telemetry = self.inner.telemetry(Interface::ExplicitTransaction);
        self.begin(self.access_mode(), config, &telemetry, None).await.map(|begun| begun.transaction)
    }

    /// A transaction. Unless it is an explicit one it begins together with its first query, which may be `asked` already;
    /// then what the server says to the telemetry is seen later.
    pub(super) async fn begin(
        &self,
        mode: AccessMode,
        config: TransactionConfig,
        telemetry: &Telemetry,
        asked: Option<Asked<'_>>,
    ) -> Result<Begun> {
        let _turn = self.inner.enter().await?;
        let inner = &self.inner;
        let (lease, Started { told, mut begin, asking }) = inner.start(telemetry, mode, config, true, asked).await?;
        if telemetry.interface() == Interface::ExplicitTransaction
            && let Some(begin) = begin.take()
        {
            let begun = begin.success().await;
            telemetry.note(told.as_ref());
            inner.note_database(&begun?);
        }
        let open = Open::new(lease, begin, Rc::clone(inner));
        inner.transaction.replace(Rc::downgrade(&open));
        Ok(Begun { transaction: Transaction::new(open), told, asking })
    }

    /// What the next transaction will be sure to see: give it to another session to have it see the same.
    #[must_use]
    pub fn last_bookmarks(&self) -> Vec<String> {
        self.inner.bookmarks.borrow().clone()
    }

    /// Ends the session once the queries that were started before are done. What is on its way of an unread result is
    /// still taken in, the rest is given up; an open transaction is rolled back. Closing again does nothing.
    ///
    /// It takes as long as those queries do: to end them, drop what waits for them, or [close the driver]. The end of a
    /// transaction is waited for no longer than [`Config::connection_timeout`].
    ///
    /// [close the driver]: crate::Driver::close
    /// [`Config::connection_timeout`]: crate::Config::connection_timeout
    ///
    /// # Errors
    /// What went wrong with an auto-commit query whose end nobody has waited for. The session is closed all the same.
    pub async fn close(&self) -> Result<()> {
        if self.inner.closed.replace(true) {
            return Ok(());
        }
        let _turn = self.inner.turns.next().await;
        let open = self.inner.transaction.take().upgrade();
        let rolled_back = match open {
            Some(open) => Transaction::new(open).close_as(SESSION_CLOSED).await,
            None => Ok(()),
        };
        if let Some(stream) = self.inner.current.take() {
            stream.wind_up(1, &unread("its session was closed")).await;
            self.inner.note_end_of(&stream);
        }
        let told = self.inner.bookmarks_told().await;
        self.inner.unheard.take().map_or(rolled_back, Err).and(told)
    }

    /// Has whoever closes the session be told of the error of a query, unless someone else is.
    #[cfg(all(feature = "js", target_arch = "wasm32"))]
    pub(crate) fn tell_at_close(&self, heard: &Heard, error: Error) {
        self.inner.unheard.add(Rc::clone(heard), error);
    }

    /// Whether the session has not been closed.
    #[must_use]
    pub fn is_open(&self) -> bool {
        !self.inner.closed.get()
    }
}

/// A transaction that has begun, or is about to.
pub(super) struct Begun {
    pub(super) transaction: Transaction,
    pub(super) told: Option<Ticket>,
    /// The query that it began with.
    pub(super) asking: Option<Asking>,
}

impl Begun {
    /// The result of the query that it began with.
    pub(super) async fn run(&mut self, pace: Pace) -> Result<RecordStream> {
        match self.asking.take() {
            Some(asking) => self.transaction.run_submitted(asking, pace).await,
            None => Err(not_started()),
        }
    }
}

/// Whoever lends a connection submits to it what it was asked for.
fn not_started() -> Error {
    Error::protocol("A connection was lent before anything was asked of it")
}

/// Handles on the same session are equal.
impl PartialEq for Session {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.inner, &other.inner)
    }
}

impl Eq for Session {}

impl fmt::Debug for Session {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Session").field("open", &self.is_open()).finish_non_exhaustive()
    }
}

impl Inner {
    /// Waits until nothing else of this session is under way.
    async fn enter(&self) -> Result<Turn> {
        // Looked at before the wait: what was started before the session was closed is still done.
        let is_open = !self.closed.get();
        let turn = self.turns.next().await.filter(|_| is_open);
        self.driver.pool.check_open()?;
        let turn = turn.ok_or_else(|| Error::usage("SessionClosed", "The session is closed: create a new one"))?;
        if self.transaction.borrow().upgrade().is_some_and(|open| !open.has_ended()) {
            let message = "The session is in the middle of another transaction, executeRead or executeWrite, and does one \
                           thing at a time: run the query in that one, end it first, or use a session for each";
            return Err(Error::new(ErrorKind::Transaction, "TransactionOpen", message));
        }
        // Kept where it is until it is done: if this future is dropped, the result is not.
        let current = self.current.borrow().clone();
        if let Some(stream) = current {
            stream.settle(2).await;
            self.current.take();
            self.note_end_of(&stream);
        }
        self.bookmarks_told().await?;
        Ok(turn)
    }

    /// What may have written is not lost with a result that nobody reads. What only reads is given up.
    #[cfg(not(all(feature = "js", target_arch = "wasm32")))]
    fn finished_when_dropped(self: &Rc<Self>, result: RecordStream) -> RecordStream {
        if self.config.access_mode == AccessMode::Read {
            return result;
        }
        let session = Rc::clone(self);
        result.finished_by(Box::new(move |stream| {
            let platform = Rc::clone(&session.driver.platform);
            platform.spawn(Box::pin(async move {
                stream.discard().await;
                // Not before: it is told of the end.
                drop(session);
            }));
        }))
    }

    #[cfg(all(feature = "js", target_arch = "wasm32"))]
    fn finished_when_dropped(&self, result: RecordStream) -> RecordStream {
        result
    }

    /// A failure that nobody has heard of, where no one will close the session any more.
    #[cfg(not(all(feature = "js", target_arch = "wasm32")))]
    fn warn_of_unheard(&self) {
        if let Some(stream) = self.current.take() {
            self.note_end_of(&stream);
        }
        if let Some(error) = self.unheard.take() {
            self.driver.platform.warn(&format!(
                "neo4j-wasm: a query whose result nobody has read has failed ({}): {}. Read results, or close sessions, to \
                 be told",
                error.code(),
                error.message()
            ));
        }
    }

    /// Whoever closes the session is told what has gone wrong, unless someone else is.
    fn note_end_of(&self, stream: &Stream) {
        if let Some(error) = stream.error() {
            self.unheard.add(stream.heard(), error);
        }
    }

    /// What `work` comes to; `None` where it takes so long that the server may be taken for mute.
    pub(super) async fn unless_mute<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        within(&*self.driver.platform, self.driver.config.connection_timeout, work).await
    }

    /// A connection for a transaction, and what it starts with there; a BEGIN that is to leave with the first query need not
    /// be sent yet. One that turns out to be lost before anything was sent is no setback: there may be others.
    async fn start(
        &self,
        telemetry: &Telemetry,
        mode: AccessMode,
        config: TransactionConfig,
        begins: bool,
        asked: Option<Asked<'_>>,
    ) -> Result<(Lease, Started)> {
        let start = Start { session: self, telemetry, mode, config, begins, asked, submitted: RefCell::new(None) };
        loop {
            // What the server commits by itself must not be done twice.
            let first = First::new(&start, !begins && mode == AccessMode::Write);
            let lease = self.acquire(mode, &first).await?;
            if asked.is_some() || telemetry.interface() == Interface::ExplicitTransaction {
                lease.connection().flush();
            }
            if !lease.was_lost_before() {
                let submitted = start.submitted.take();
                return submitted.unwrap_or_else(|| Err(not_started())).map(|started| (lease, started));
            }
        }
    }

    /// A connection for a transaction.
    async fn acquire(&self, mode: AccessMode, first: &First<'_>) -> Result<Lease> {
        let named = self.database.borrow().clone();
        self.learn_bookmarks().await?;
        let bookmarks = self.seen.borrow().clone();
        let mut need = self.need(mode, named.as_deref(), &bookmarks);
        need.wanted.first = Some(first);
        let acquired = self.driver.acquire(&need).await;
        *self.acquired.borrow_mut() = match &acquired {
            Ok((lease, _)) => Ok(lease.connection().clone()),
            Err(error) => Err(Setback::of(error)),
        };
        let (lease, database) = acquired?;
        if named.is_none() {
            self.database.replace(database);
        }
        Ok(lease)
    }

    /// What to say of a transaction.
    pub(super) fn options(
        &self,
        mode: AccessMode,
        config: TransactionConfig,
        database: Option<String>,
    ) -> TransactionOptions {
        TransactionOptions {
            bookmarks: self.seen.borrow().clone(),
            // Rounded up: less than a millisecond must not become 0, which means no limit.
            timeout: config.timeout.map(rounded_up),
            metadata: config.metadata,
            read_only: mode == AccessMode::Read,
            database,
            impersonated_user: self.config.impersonated_user.clone(),
            notifications: self.config.notifications.clone(),
        }
    }

    /// What has come in between the last piece of work and its end.
    pub(super) fn setback(&self) -> Setback {
        match self.acquired.replace(Err(Setback::Refused)) {
            Ok(connection) if connection.is_sound() => Setback::Refused,
            Ok(_) => Setback::Lost,
            Err(setback) => setback,
        }
    }

    /// Has the next transaction see all that is known by now.
    pub(super) fn learn_bookmarks(&self) -> LocalBoxFuture<'_, Result<()>> {
        Box::pin(async {
            let own = self.bookmarks.borrow().clone();
            let known = match &self.config.bookmark_manager {
                Some(manager) => self.driver.pool.until_closed(self.in_time(manager.get())).await?,
                None => Vec::new(),
            };
            self.seen.replace(union(own, known));
            Ok(())
        })
    }

    fn need<'a>(&'a self, mode: AccessMode, database: Option<&'a str>, bookmarks: &'a [String]) -> Need<'a> {
        Need {
            writes: mode == AccessMode::Write,
            database,
            impersonated_user: self.config.impersonated_user.as_deref(),
            wanted: As { session: self.config.auth.as_ref(), ..As::default() },
            bookmarks,
        }
    }

    pub(super) fn telemetry(&self, interface: Interface) -> Telemetry {
        Telemetry::new(interface, self.driver.config.telemetry_disabled)
    }

    /// The server may say which database is the user's home: the session keeps to it.
    pub(super) fn note_database(&self, metadata: &Map) {
        let (Some(router), Some(database)) = (&self.driver.router, metadata.get("db").and_then(Value::as_str)) else {
            return;
        };
        if self.database.borrow().is_none() {
            router.note_home(&self.need(self.config.access_mode, None, &[]), database);
            self.database.replace(Some(database.to_owned()));
        }
    }

    pub(super) fn pace(&self) -> Pace {
        Pace::new(self.config.fetch_size.or(self.driver.config.fetch_size))
    }

    /// A new bookmark stands for all before it.
    pub(super) fn note_bookmark(&self, metadata: &Map) {
        let Some(bookmark) = metadata.get("bookmark").and_then(Value::as_str) else { return };
        let new = vec![bookmark.to_owned()];
        self.bookmarks.replace(new.clone());
        let Some(manager) = &self.config.bookmark_manager else { return };
        let update = manager.update(self.seen.borrow().clone(), new);
        self.telling.add(update);
    }

    /// Waits until the bookmark manager has heard of everything.
    pub(super) async fn bookmarks_told(&self) -> Result<()> {
        self.in_time(self.telling.done()).await.inspect_err(|_| drop(self.telling.take()))
    }

    /// What a bookmark manager comes to, which has as long as acquiring a connection.
    async fn in_time<T>(&self, work: impl Future<Output = Result<T>>) -> Result<T> {
        let limit = self.driver.config.connection_acquisition_timeout;
        let done = within(&*self.driver.platform, limit, work).await.unwrap_or_else(|| {
            let message = format!("it did not answer within {} ms", milliseconds(limit));
            Err(Error::new(ErrorKind::Timeout, "BookmarkManagerTimeout", message))
        });
        done.map_err(manager_failed)
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        #[cfg(not(all(feature = "js", target_arch = "wasm32")))]
        self.warn_of_unheard();
        if let Some(telling) = self.telling.take() {
            // Nobody is left to hear of an error.
            self.driver.platform.spawn(Box::pin(async { drop(telling.await) }));
        }
    }
}

fn manager_failed(error: Error) -> Error {
    let message = format!("The bookmark manager failed; what was committed stays committed: {}", error.message());
    Error::usage("BookmarkManagerFailed", message).caused_by(error)
}

/// What becomes of a result that was too long to be kept for whoever did not read it in time.
pub(super) fn unread(why: &str) -> Error {
    let message = format!("The result was not read before {why}: read it, or collect it, first");
    Error::new(ErrorKind::ResultConsumed, "ResultOutOfScope", message)
}

fn rounded_up(time: Duration) -> i64 {
    let whole = milliseconds(time);
    let part = u64::from(!time.subsec_nanos().is_multiple_of(1_000_000));
    i64::try_from(whole.saturating_add(part)).unwrap_or(i64::MAX)
}

/// The lease of a session's transaction and of its results is the same one.
pub(super) type SharedLease = Rc<Lease>;
