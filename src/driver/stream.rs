//! `Stream`: the state of a result, shared by its reader and by the session or transaction that may have to finish it.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Context, Poll};

use super::outcome::{Outcome, ServerInfo};
use super::pace::Pace;
use super::unheard::Heard;
use crate::bolt::packstream::Dialect;
use crate::bolt::response::has_more;
use crate::bolt::{Enough, RecordBatch, Records, Request};
use crate::connection::{Answer, Lease, Ticket};
use crate::error::{Error, Result};
use crate::value::{Map, Value};

/// The state of a result, shared by its reader and by the session or transaction that may have to finish it.
pub(super) struct Stream {
    keys: Rc<[String]>,
    dialect: Dialect,
    server: ServerInfo,
    /// How many milliseconds the server took until the first record was there.
    first: Option<i64>,
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
    end: Option<Result<Rc<Outcome>>>,
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
            first: run.get("t_first").and_then(Value::as_whole),
            query_id: run.get("qid").and_then(Value::as_integer),
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

    pub(super) fn keys(&self) -> &Rc<[String]> {
        &self.keys
    }

    pub(super) fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// The next records, or `None` at the end.
    pub(super) fn poll_batch(&self, context: &Context<'_>, at_least: usize) -> Poll<Result<Option<RecordBatch>>> {
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

    /// What the server said at the end, once it is there.
    pub(super) fn outcome(&self) -> Result<Rc<Outcome>> {
        let outcome = self.tell(&self.state.borrow())?;
        outcome.ok_or_else(|| Error::protocol("A result has no end"))
    }

    /// Has the rest come in large pieces from here on.
    pub(super) fn want_all(&self) {
        self.state.borrow_mut().pace.want_all();
    }

    /// Tells the session or transaction, whether or not it has been told of an end.
    #[cfg(all(feature = "js", target_arch = "wasm32"))]
    pub(super) fn tell_owner(&self, why: &Error) {
        (self.on_end)(Err(why));
    }

    /// How the result ended, for someone who will see it.
    fn tell(&self, state: &State) -> Result<Option<Rc<Outcome>>> {
        match &state.end {
            Some(Ok(outcome)) => Ok(Some(Rc::clone(outcome))),
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
                // What is thrown away is thrown away as it comes: all of it together may be too much.
                let wanted = if state.discarding { Enough::A_BATCH } else { enough };
                pull.want(wanted.beyond(&state.buffered));
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
        let outcome = end.and_then(|said| {
            let outcome = Outcome {
                said,
                first: self.first,
                server: self.server.clone(),
                has_columns: !self.keys.is_empty(),
                had_records: self.state.borrow().pace.has_begun(),
            };
            outcome.checked().map(Rc::new)
        });
        let (pull, lease) = {
            let mut state = self.state.borrow_mut();
            state.end = Some(outcome);
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

    /// Keeps nothing from here on.
    pub(super) fn unwanted(&self) {
        let mut state = self.state.borrow_mut();
        state.discarding = true;
        state.buffered = Records::default();
    }

    /// Throws the rest away.
    pub(super) async fn discard(&self) {
        self.unwanted();
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

    /// Someone waits for the end, or has caused it.
    pub(super) fn will_be_heard(&self) {
        self.heard.set(true);
    }

    /// Whether someone waits for it, or for more.
    #[cfg(not(all(feature = "js", target_arch = "wasm32")))]
    pub(super) fn is_waited_for(&self) -> bool {
        self.heard.get()
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
