//! `Connection`: a live one. The socket's events drive it; those who wait for an answer hold a ticket.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::future::poll_fn;
use std::rc::{Rc, Weak};
use std::task::{Context, Poll};
use std::time::Duration;

use super::waiters::{Waiters, wake};
use crate::bolt::chunking::SEND_LIMIT;
use crate::bolt::{Exchange, RecordBatch, Request, Response, ServerState, Token, Version, packstream::Dialect};
use crate::error::{Error, ErrorKind, Result};
use crate::platform::{Address, Closed, Event, Platform, Target, Transport};
use crate::value::Map;

/// A connection to a server. Dropping the last handle closes the socket.
#[derive(Clone)]
pub(crate) struct Connection {
    inner: Rc<Inner>,
}

struct Inner {
    address: Address,
    url: String,
    transport: RefCell<Option<Box<dyn Transport>>>,
    state: RefCell<State>,
    created: Duration,
    /// `None` until it is given back for the first time.
    last_used: Cell<Option<Duration>>,
}

#[derive(Default)]
struct State {
    exchange: Exchange,
    opened: bool,
    /// The socket has told that it is closed.
    closed: bool,
    /// Why the connection is of no more use, once it is.
    failure: Option<Error>,
    /// What the server refused last, since the connection was lent.
    refusal: Option<Error>,
    /// The failure because of which the server ignores everything until RESET.
    ignoring: Option<Error>,
    inboxes: HashMap<u64, Inbox>,
    next_token: u64,
    waiters: Waiters,
}

/// What has come for one request.
#[derive(Default)]
struct Inbox {
    records: RecordBatch,
    end: Option<Answer>,
    /// Nobody need be woken for fewer records than this.
    wanted: usize,
}

/// How a request ended.
#[derive(Debug, Clone)]
pub(crate) enum Answer {
    Success(Map),
    Failure(Error),
    /// Not looked at, because a request before it has failed: that failure.
    Ignored(Option<Error>),
}

impl Answer {
    /// The metadata of a SUCCESS.
    pub(crate) fn success(self) -> Result<Map> {
        match self {
            Self::Success(metadata) => Ok(metadata),
            Self::Failure(error) | Self::Ignored(Some(error)) => Err(error),
            Self::Ignored(None) => {
                Err(Error::protocol("The server ignored a request, although nothing before it has failed"))
            }
        }
    }
}

/// The right to the answer of one request. Dropping it gives the answer up; it is then thrown away when it comes.
pub(crate) struct Ticket {
    connection: Connection,
    token: u64,
}

impl Connection {
    /// Starts to open a socket.
    pub(super) fn start(platform: &dyn Platform, target: &Target) -> Result<Self> {
        let now = platform.now();
        let connection = Self {
            inner: Rc::new(Inner {
                address: target.address.clone(),
                url: target.url(),
                transport: RefCell::default(),
                state: RefCell::default(),
                created: now,
                last_used: Cell::new(None),
            }),
        };
        let weak = Rc::downgrade(&connection.inner);
        let transport = platform.connect(target, Box::new(move |event| on_event(&weak, event)))?;
        connection.inner.transport.replace(Some(transport));
        Ok(connection)
    }

    /// Whether both are handles on the same connection.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.inner, &other.inner)
    }

    pub(crate) fn address(&self) -> &Address {
        &self.inner.address
    }

    /// When it was created, in the platform's time.
    pub(super) fn created(&self) -> Duration {
        self.inner.created
    }

    /// When it was last given back, in the platform's time; never yet for one that has just been opened.
    pub(crate) fn last_used(&self) -> &Cell<Option<Duration>> {
        &self.inner.last_used
    }

    pub(crate) fn version(&self) -> Option<Version> {
        self.inner.state.borrow().exchange.version()
    }

    pub(crate) fn dialect(&self) -> Option<Dialect> {
        self.inner.state.borrow().exchange.dialect()
    }

    /// Why the connection is of no more use, if it is.
    pub(crate) fn failure(&self) -> Option<Error> {
        self.inner.state.borrow().failure.clone()
    }

    /// What the server refused since this was last asked.
    pub(super) fn take_refusal(&self) -> Option<Error> {
        self.inner.state.borrow_mut().refusal.take()
    }

    /// Whether it can still be used, after a RESET perhaps.
    pub(crate) fn is_sound(&self) -> bool {
        let state = self.inner.state.borrow();
        state.failure.is_none() && state.exchange.state() != ServerState::Defunct
    }

    /// Whether the server waits for a request, and owes no answer.
    pub(super) fn is_ready(&self) -> bool {
        let state = self.inner.state.borrow();
        state.failure.is_none() && state.exchange.state() == ServerState::Ready && state.exchange.pending() == 0
    }

    /// Adds a request to what goes out with the next [`flush`](Self::flush).
    pub(crate) fn submit(&self, request: &Request<'_>) -> Result<Ticket> {
        let mut state = self.inner.state.borrow_mut();
        if let Some(failure) = &state.failure {
            return Err(failure.clone());
        }
        let token = state.next_token;
        state.exchange.submit(request, Token(token))?;
        state.next_token += 1;
        state.inboxes.insert(token, Inbox::default());
        Ok(Ticket { connection: self.clone(), token })
    }

    /// Sends what has been submitted, in as few sends as the limit allows.
    pub(crate) fn flush(&self) {
        self.inner.flush();
    }

    /// Submits a request and sends it.
    pub(crate) fn send(&self, request: &Request<'_>) -> Result<Ticket> {
        let ticket = self.submit(request)?;
        self.flush();
        Ok(ticket)
    }

    /// Ends the connection with a farewell; whatever is under way fails with `why`.
    pub(crate) fn close(&self, why: Error) {
        if self.is_sound() && self.version().is_some() {
            // Nothing answers it, so there is no one to tell if it cannot be sent.
            let _ = self.send(&Request::Goodbye);
        }
        self.inner.fail(why);
    }

    /// Ends the connection at once.
    pub(super) fn abort(&self, why: Error) {
        self.inner.fail(why);
    }

    /// Waits until `ready` has something to say.
    pub(super) async fn wait<T>(&self, mut ready: impl FnMut(&Self) -> Option<T>) -> T {
        poll_fn(|context| self.poll(context, &mut ready)).await
    }

    /// Looks whether `ready` has something to say; if not, the task is woken when anything changes.
    pub(crate) fn poll<T>(&self, context: &Context<'_>, ready: impl FnOnce(&Self) -> Option<T>) -> Poll<T> {
        if let Some(output) = ready(self) {
            return Poll::Ready(output);
        }
        self.inner.state.borrow_mut().waiters.add(context);
        Poll::Pending
    }

    /// Waits until the socket says that it is closed.
    pub(super) async fn closed(&self) {
        self.wait(|connection| connection.inner.state.borrow().closed.then_some(())).await;
    }
}

impl Ticket {
    /// Waits for the end of the request.
    ///
    /// # Errors
    /// The server's failure, or why the connection was lost.
    pub(crate) async fn success(&self) -> Result<Map> {
        self.connection.wait(|_| self.end()).await?.success()
    }

    /// How the request ended, if it has.
    pub(crate) fn end(&self) -> Option<Result<Answer>> {
        let state = self.connection.inner.state.borrow();
        match state.inboxes.get(&self.token).and_then(|inbox| inbox.end.clone()) {
            Some(end) => Some(Ok(end)),
            None => state.failure.clone().map(Err),
        }
    }

    /// Asks not to be woken for fewer records than this, unless someone else waits for fewer.
    pub(crate) fn want(&self, count: usize) {
        if let Some(inbox) = self.connection.inner.state.borrow_mut().inboxes.get_mut(&self.token) {
            inbox.wanted = if inbox.wanted == 0 { count } else { inbox.wanted.min(count) };
        }
    }

    /// Whether there is anything that has not been taken.
    pub(crate) fn has_news(&self) -> bool {
        let state = self.connection.inner.state.borrow();
        let inbox = state.inboxes.get(&self.token);
        state.failure.is_some() || inbox.is_some_and(|inbox| inbox.end.is_some() || !inbox.records.is_empty())
    }

    /// The records that have come since the last call.
    pub(crate) fn take_records(&self) -> RecordBatch {
        let mut state = self.connection.inner.state.borrow_mut();
        let inbox = state.inboxes.get_mut(&self.token);
        inbox.map(|inbox| std::mem::take(&mut inbox.records)).unwrap_or_default()
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        self.connection.inner.state.borrow_mut().inboxes.remove(&self.token);
    }
}

fn on_event(inner: &Weak<Inner>, event: Event<'_>) {
    let Some(inner) = inner.upgrade() else { return };
    match event {
        Event::Opened => {
            inner.state.borrow_mut().opened = true;
            inner.flush();
        }
        Event::Received(bytes) => inner.received(bytes),
        Event::Closed(closed) => inner.on_closed(&closed),
    }
}

impl Inner {
    fn received(&self, bytes: &[u8]) {
        let (received, wakers) = {
            let mut state = self.state.borrow_mut();
            let was_agreed = state.exchange.version().is_some();
            let received = state.exchange.receive(bytes);
            let is_news = state.sort() || !was_agreed || received.is_err();
            (received, if is_news { state.waiters.take() } else { Vec::new() })
        };
        if let Err(error) = received {
            self.fail(Error::new(error.kind(), error.code().to_owned(), format!("{}: {error}", self.address)));
        }
        self.flush();
        wake(wakers);
    }

    fn flush(&self) {
        let output = {
            let mut state = self.state.borrow_mut();
            if !state.opened || state.failure.is_some() {
                return;
            }
            state.exchange.take_output()
        };
        for part in output.chunks(SEND_LIMIT) {
            let sent = self.transport.borrow().as_ref().map(|transport| transport.send(part));
            if let Some(Err(error)) = sent {
                return self.fail(error);
            }
        }
    }

    fn fail(&self, why: Error) {
        let wakers = {
            let mut state = self.state.borrow_mut();
            if state.failure.is_some() {
                return;
            }
            state.failure = Some(why);
            state.waiters.take()
        };
        if let Some(transport) = self.transport.borrow().as_ref() {
            transport.close();
        }
        wake(wakers);
    }

    /// However clean the farewell: what is still under way has failed.
    fn on_closed(&self, closed: &Closed) {
        let opened = {
            let mut state = self.state.borrow_mut();
            state.closed = true;
            state.opened
        };
        let address = &self.address;
        self.fail(if opened {
            Error::connection("ConnectionClosed", format!("The connection to {address} was closed ({closed})"))
        } else {
            let url = &self.url;
            let advice = match url.starts_with("wss:") {
                true => "and does it offer TLS, with a certificate that the runtime trusts?",
                false => "and does it accept connections without TLS?",
            };
            let advice = format!("is the server running, is this its Bolt port (7687 by default), {advice}");
            Error::connection("ConnectionFailed", format!("Could not connect to {url} ({closed}): {advice}"))
        });
        let wakers = self.state.borrow_mut().waiters.take();
        wake(wakers);
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        if let Some(transport) = self.transport.get_mut() {
            transport.close();
        }
    }
}

impl State {
    /// Puts responses into the inboxes of those who still want them; whether that is worth waking anyone. A server
    /// sends each record in messages of its own, and to wake a task for each would cost more than to read it.
    fn sort(&mut self) -> bool {
        let mut is_news = false;
        while let Some((Token(token), response)) = self.exchange.next_response() {
            match &response {
                Response::Failure(error) => {
                    self.refusal = Some(error.clone());
                    self.ignoring = Some(error.clone());
                }
                Response::Success(_) => self.ignoring = None,
                Response::Records(_) | Response::Ignored => {}
            }
            let Some(inbox) = self.inboxes.get_mut(&token) else { continue };
            is_news |= inbox.put(response, self.ignoring.as_ref());
        }
        is_news
    }
}

impl Inbox {
    /// Whether there is enough for whoever waits. Whoever was ignored is told because of what.
    fn put(&mut self, response: Response, ignored_for: Option<&Error>) -> bool {
        match response {
            Response::Records(batch) if self.records.is_empty() => self.records = batch,
            Response::Records(batch) => self.records.append(&batch),
            Response::Success(metadata) => self.end = Some(Answer::Success(metadata)),
            Response::Failure(error) => self.end = Some(Answer::Failure(error)),
            Response::Ignored => self.end = Some(Answer::Ignored(ignored_for.cloned())),
        }
        let is_enough = self.end.is_some() || self.records.len() >= self.wanted;
        if is_enough {
            self.wanted = 0;
        }
        is_enough
    }
}

/// What a socket that was closed on purpose tells whoever still waits.
pub(super) fn closed_by_driver(what: &str) -> Error {
    Error::new(ErrorKind::Connection, "ConnectionClosed", what)
}
