//! `RecordStream`: the result of a query, record by record. Asks for more as it is read.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

use super::pace::Pace;
use super::record::Record;
use super::summary::{Circumstances, ServerInfo, Summary};
use super::unheard::Heard;
use crate::bolt::packstream::Dialect;
use crate::bolt::response::has_more;
use crate::bolt::{Enough, RecordBatch, Records, Request};
use crate::connection::{Answer, Lease, Ticket};
use crate::error::{Error, Result};
use crate::value::{Map, Value};

/// The result of a query. Its records come in batches; the next batch is under way while one is read, and no more than
/// two are ever held. A batch has as many records as [`Config::fetch_size`](crate::Config::fetch_size) says; unless that
/// is set, 1,000 at first, and more, up to a megabyte, while they are read faster than they come.
///
/// Dropping it before its end gives the rest up.
///
/// ```
/// use neo4j_wasm::{RecordStream, Result};
///
/// /// Reads until the first name that is long enough; the rest is given up.
/// async fn first_long_name(people: RecordStream) -> Result<Option<String>> {
///     while let Some(record) = people.next().await? {
///         let name: String = record.get("name")?;
///         if name.len() > 10 {
///             return Ok(Some(name));
///         }
///     }
///     Ok(None)
/// }
/// ```
pub struct RecordStream {
    stream: Rc<Stream>,
    /// Records that have been taken from the stream and not handed out.
    taken: RefCell<Box<dyn Iterator<Item = Record>>>,
}

/// The state of a result, shared by its reader and by the session or transaction that may have to finish it.
pub(super) struct Stream {
    keys: Rc<[String]>,
    dialect: Dialect,
    server: ServerInfo,
    run: Map,
    query_id: Option<i64>,
    /// The last query of the transaction, once it has its id: that one need not be named.
    latest: Rc<Cell<Option<i64>>>,
    state: RefCell<State>,
    /// Someone has been told of the error at the end, waits for the end, or has caused it.
    heard: Heard,
    on_end: OnEnd,
}

/// Told once, with the metadata of the end or the error.
pub(super) type OnEnd = Box<dyn Fn(Result<&Map, &Error>)>;

struct State {
    /// The connection, until the end.
    lease: Option<Rc<Lease>>,
    /// The PULL or DISCARD that is under way, until the end.
    pull: Option<Ticket>,
    buffered: Records,
    pace: Pace,
    /// Nobody wants the records any more.
    discarding: bool,
    /// No more than what is on its way will be asked for.
    winding_up: bool,
    end: Option<Result<Rc<Summary>>>,
}

/// What a stream is made of once its RUN has succeeded.
pub(super) struct Started {
    pub(super) lease: Rc<Lease>,
    pub(super) pull: Ticket,
    pub(super) run: Map,
    pub(super) latest: Rc<Cell<Option<i64>>>,
    pub(super) pace: Pace,
    pub(super) on_end: OnEnd,
}

impl Stream {
    pub(super) fn new(started: Started) -> Result<Rc<Self>> {
        let Started { lease, pull, run, latest, pace, on_end } = started;
        let connection = lease.connection();
        let dialect = connection.dialect().ok_or_else(|| Error::protocol("A result came before the handshake"))?;
        let fields = run.get("fields").and_then(Value::as_list).unwrap_or_default();
        let keys = fields.iter().map(|key| key.as_str().map(str::to_owned)).collect::<Option<_>>();
        Ok(Rc::new(Self {
            keys: keys.ok_or_else(|| Error::protocol("The name of a column is not a string"))?,
            dialect,
            server: server_info(&lease),
            query_id: run.get("qid").and_then(Value::as_integer),
            run,
            latest,
            state: RefCell::new(State {
                lease: Some(lease),
                pull: Some(pull),
                buffered: Records::default(),
                pace,
                discarding: false,
                winding_up: false,
                end: None,
            }),
            heard: Heard::default(),
            on_end,
        }))
    }

    /// The next records, or `None` at the end.
    fn poll_batch(&self, context: &Context<'_>, at_least: usize) -> Poll<Result<Option<RecordBatch>>> {
        let enough = self.state.borrow().pace.enough(at_least);
        self.heard.set(true);
        self.poll_until(context, enough).map(|reached| {
            self.heard.set(false);
            let mut state = self.state.borrow_mut();
            match reached {
                Reached::End if state.buffered.is_empty() => self.tell(&state).map(|_| None),
                Reached::Wanted | Reached::End => Ok(Some(state.buffered.take(enough))),
            }
        })
    }

    /// How the result ended, for someone who will see it.
    fn tell(&self, state: &State) -> Result<Option<Rc<Summary>>> {
        match &state.end {
            Some(Ok(summary)) => Ok(Some(Rc::clone(summary))),
            Some(Err(error)) => {
                self.heard.set(true);
                Err(error.clone())
            }
            None => Ok(None),
        }
    }

    /// Until enough records are buffered, or the end.
    fn poll_until(&self, context: &Context<'_>, enough: Enough) -> Poll<Reached> {
        loop {
            // What is here comes first: nothing more is taken in, or asked for, while it lasts.
            if self.state.borrow().buffered.are(enough) {
                return Poll::Ready(Reached::Wanted);
            }
            self.take_in();
            let state = self.state.borrow();
            if state.end.is_some() {
                return Poll::Ready(Reached::End);
            }
            if state.buffered.are(enough) {
                return Poll::Ready(Reached::Wanted);
            }
            if let Some(pull) = &state.pull {
                pull.want(enough.beyond(&state.buffered));
            }
            let Some(lease) = state.lease.clone() else { return Poll::Ready(Reached::End) };
            drop(state);
            // `take_in` again if anything came while this task was being listed.
            let changed = lease.connection().poll(context, |_| self.has_news().then_some(()));
            if changed.is_pending() {
                self.state.borrow_mut().pace.waits();
                return Poll::Pending;
            }
        }
    }

    fn has_news(&self) -> bool {
        self.state.borrow().pull.as_ref().is_some_and(Ticket::has_news)
    }

    /// Takes in what has come, and asks for more when a batch is complete.
    fn take_in(&self) {
        match self.take_batch() {
            None => {}
            Some(Ok(metadata)) if has_more(&metadata) => self.ask_for_more(),
            Some(end) => self.finish(end),
        }
    }

    /// Takes in what has come; how the batch ended, if it has.
    fn take_batch(&self) -> Option<Result<Map>> {
        let mut state = self.state.borrow_mut();
        let State { pull, buffered, pace, discarding, .. } = &mut *state;
        let ticket = pull.as_ref()?;
        let records = ticket.take_records();
        let end = ticket.end();
        pace.came(&records);
        if *discarding {
            *buffered = Records::default();
        } else {
            buffered.append(records);
        }
        let end = end?.and_then(Answer::success);
        *pull = None;
        Some(end)
    }

    fn ask_for_more(&self) {
        let (lease, discarding, count) = {
            let mut state = self.state.borrow_mut();
            if state.winding_up {
                state.discarding = true;
                state.buffered = Records::default();
            }
            let count = state.pace.next();
            (state.lease.clone(), state.discarding, count)
        };
        let Some(lease) = lease else { return };
        let query_id = self.query_id.filter(|_| self.latest.get() != self.query_id);
        let request = match discarding {
            true => Request::Discard { count: -1, query_id },
            false => Request::Pull { count, query_id },
        };
        match lease.connection().send(&request) {
            Ok(ticket) => self.state.borrow_mut().pull = Some(ticket),
            Err(error) => self.finish(Err(error)),
        }
    }

    /// The end, good or bad: whoever waits is told, and the connection is let go.
    pub(super) fn finish(&self, end: Result<Map>) {
        if self.state.borrow().end.is_some() {
            return;
        }
        (self.on_end)(end.as_ref());
        let summary = end.and_then(|metadata| {
            let circumstances = Circumstances {
                server: self.server.clone(),
                run: &self.run,
                has_columns: !self.keys.is_empty(),
                had_records: self.state.borrow().pace.has_begun(),
            };
            Summary::read(&metadata, circumstances).map(Rc::new)
        });
        let (pull, lease) = {
            let mut state = self.state.borrow_mut();
            state.end = Some(summary);
            (state.pull.take(), state.lease.take())
        };
        drop(pull);
        if let Some(lease) = lease {
            // Where it is not the server that ends it, nothing else would.
            lease.connection().wake_all();
        }
    }

    /// Reads the rest into memory, so that the connection can be used for something else.
    pub(super) async fn buffer(&self) {
        poll_fn(|context| self.poll_until(context, Enough::NEVER).map(|_| ())).await;
    }

    /// Throws the rest away.
    pub(super) async fn discard(&self) {
        {
            let mut state = self.state.borrow_mut();
            state.discarding = true;
            state.buffered = Records::default();
        }
        self.buffer().await;
    }

    /// Throws the rest away although someone may want it: it must not look as if it had been all.
    pub(super) async fn give_up(&self, why: &Error) {
        if self.is_at_end() {
            return;
        }
        self.discard().await;
        self.heard.set(true);
        self.state.borrow_mut().end = Some(Err(why.clone()));
    }

    /// Takes in what is on its way and throws the rest away. If there is a rest that someone may want, it must not
    /// look as if there were none: they get `why`.
    pub(super) async fn wind_up(self: &Rc<Self>, handles: usize, why: &Error) {
        if self.is_at_end() {
            return;
        }
        if Rc::strong_count(self) <= handles {
            return self.discard().await;
        }
        self.state.borrow_mut().winding_up = true;
        self.buffer().await;
        let mut state = self.state.borrow_mut();
        if state.discarding && matches!(state.end, Some(Ok(_))) {
            self.heard.set(true);
            state.end = Some(Err(why.clone()));
        }
    }

    /// Ends the result with `why`, unless all of it is here.
    pub(super) fn cut_off(&self, why: &Error) {
        match self.take_batch() {
            Some(Ok(metadata)) if !has_more(&metadata) => self.finish(Ok(metadata)),
            _ => self.finish(Err(why.clone())),
        }
    }

    /// Reads the rest into memory if anyone but the caller, who has so many `handles`, wants it, or throws it away.
    pub(super) async fn settle(self: &Rc<Self>, handles: usize) {
        if Rc::strong_count(self) > handles { self.buffer().await } else { self.discard().await }
    }

    /// What went wrong.
    pub(super) fn error(&self) -> Option<Error> {
        self.state.borrow().end.as_ref().and_then(|end| end.as_ref().err().cloned())
    }

    pub(super) fn heard(&self) -> Heard {
        Rc::clone(&self.heard)
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.state.borrow().end.is_some()
    }
}

enum Reached {
    Wanted,
    End,
}

pub(super) fn server_info(lease: &Lease) -> ServerInfo {
    let connection = lease.connection();
    ServerInfo {
        address: connection.address().to_string(),
        agent: connection.greeting().map(|greeting| greeting.agent.clone()).unwrap_or_default(),
        protocol_version: connection.version().map(|version| version.to_string()).unwrap_or_default(),
    }
}

impl RecordStream {
    pub(super) fn new(stream: Rc<Stream>) -> Self {
        Self { stream, taken: RefCell::new(Box::new(std::iter::empty())) }
    }

    /// The names of the columns, in order.
    #[must_use]
    pub fn keys(&self) -> &[String] {
        &self.stream.keys
    }

    /// The next record, or `None` at the end.
    ///
    /// # Errors
    /// What the server reported, or why the connection was lost.
    pub async fn next(&self) -> Result<Option<Record>> {
        poll_fn(|context| self.poll_record(context)).await
    }

    fn poll_record(&self, context: &Context<'_>) -> Poll<Result<Option<Record>>> {
        loop {
            if let Some(record) = self.taken.borrow_mut().next() {
                return Poll::Ready(Ok(Some(record)));
            }
            match ready!(self.stream.poll_batch(context, 1))? {
                Some(batch) => {
                    let records = Record::all(&self.stream.keys, batch, self.stream.dialect);
                    *self.taken.borrow_mut() = Box::new(records);
                }
                None => return Poll::Ready(Ok(None)),
            }
        }
    }

    /// The records that are left as a stream, for code that takes any. It ends at their end, or after an error.
    ///
    /// ```
    /// use futures::TryStreamExt;
    /// use neo4j_wasm::{RecordStream, Result};
    ///
    /// async fn names(people: RecordStream) -> Result<Vec<String>> {
    ///     people.into_stream().and_then(async |person| person.get("name")).try_collect().await
    /// }
    /// ```
    pub fn into_stream(self) -> impl futures::Stream<Item = Result<Record>> + Unpin + 'static {
        let next = |rest: Self| async move { Ok(rest.next().await?.map(|record| (record, rest))) };
        Box::pin(futures::stream::try_unfold(self, next))
    }

    /// All records that are left. Unless the fetch size is set, they are asked for in larger numbers from here on.
    ///
    /// # Errors
    /// As [`Self::next`].
    pub async fn collect(&self) -> Result<Vec<Record>> {
        self.want_all();
        let mut records = Vec::new();
        while let Some(record) = self.next().await? {
            records.push(record);
        }
        Ok(records)
    }

    /// The only record.
    ///
    /// # Errors
    /// A usage error (`NotSingle`) when there are none or several; see also [`Self::next`].
    pub async fn single(&self) -> Result<Record> {
        let not_single = |what| Error::usage("NotSingle", format!("One record was expected, and there {what}"));
        let record = self.next().await?.ok_or_else(|| not_single("is none"))?;
        match self.next().await? {
            None => Ok(record),
            Some(_) => {
                self.stream.discard().await;
                Err(not_single("are more"))
            }
        }
    }

    /// Has the rest come in large pieces from here on: all of it is wanted, and will be taken as it comes.
    pub(crate) fn want_all(&self) {
        self.stream.state.borrow_mut().pace.want_all();
    }

    /// Throws away what is left, and hands out the summary.
    ///
    /// # Errors
    /// As [`Self::next`].
    pub async fn consume(&self) -> Result<Rc<Summary>> {
        *self.taken.borrow_mut() = Box::new(std::iter::empty());
        self.stream.heard.set(true);
        self.stream.discard().await;
        let summary = self.stream.tell(&self.stream.state.borrow())?;
        summary.ok_or_else(|| Error::protocol("A result has no end"))
    }

    /// The bytes of the next records, as soon as there are so many, or at the end fewer. `usize::MAX` stands for as many
    /// as a batch has at first.
    #[cfg(all(feature = "js", target_arch = "wasm32"))]
    pub(crate) async fn next_batch(&self, at_least: usize) -> Result<Option<RecordBatch>> {
        poll_fn(|context| self.stream.poll_batch(context, at_least)).await
    }

    #[cfg(all(feature = "js", target_arch = "wasm32"))]
    pub(crate) fn dialect(&self) -> Dialect {
        self.stream.dialect
    }

    #[cfg(all(feature = "js", target_arch = "wasm32"))]
    pub(crate) fn is_at_end(&self) -> bool {
        self.stream.is_at_end()
    }

    /// Ends the result, and its transaction even if all of the result is here.
    #[cfg(all(feature = "js", target_arch = "wasm32"))]
    pub(crate) fn unreadable(&self, why: &Error) {
        self.cancel(why.clone());
        (self.stream.on_end)(Err(why));
    }

    /// Ends the result at once with `why`; the connection is reset before anyone else gets it.
    #[cfg(all(feature = "js", target_arch = "wasm32"))]
    pub(crate) fn cancel(&self, why: Error) {
        self.stream.heard.set(true);
        self.stream.finish(Err(why));
    }
}

impl fmt::Debug for RecordStream {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("RecordStream").field("keys", &self.keys()).finish_non_exhaustive()
    }
}
