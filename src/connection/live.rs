//! `Connection`: a live one. The socket's events drive it; those who wait for an answer hold a ticket.

use std::cell::{Cell, OnceCell, RefCell};
use std::future::poll_fn;
use std::rc::{Rc, Weak};
use std::task::{Context, Poll};
use std::time::Duration;

use super::inbox::{Answer, Inboxes};
use super::login::Login;
use super::opening::Greeting;
use super::waiters::{Waiters, wake};
use super::watch::Watch;
use crate::bolt::chunking::SEND_LIMIT;
use crate::bolt::{
    AuthToken, Enough, Exchange, Records, Request, Response, ServerState, Token, Version, packstream::Dialect,
};
use crate::error::{Error, ErrorKind, Result};
use crate::platform::{
    Address, Caller, Closed, Diagnosis, Event, Platform, Target, Transport, shown, within, without_secrets,
};
use crate::value::Map;

/// A connection to a server. Dropping the last handle closes the socket.
#[derive(Clone)]
pub(crate) struct Connection {
    inner: Rc<Inner>,
}

struct Inner {
    this: Weak<Inner>,
    platform: Rc<dyn Platform>,
    address: Address,
    url: String,
    transport: RefCell<Option<Box<dyn Transport>>>,
    state: RefCell<State>,
    created: Duration,
    /// `None` until it is given back for the first time.
    last_used: Cell<Option<Duration>>,
    greeting: OnceCell<Greeting>,
    login: RefCell<Login>,
    /// How often the server has forgotten who its clients are, by now and at the time of the login.
    expiries: Rc<Cell<u64>>,
    expiries_at_login: Cell<u64>,
    watch: Rc<Watch>,
    /// How often something was sent.
    sends: Cell<u64>,
    /// Whether the host hands on nothing more for now.
    paused: Cell<bool>,
}

#[derive(Default)]
struct State {
    exchange: Exchange,
    opened: bool,
    /// The socket has told that it is closed.
    closed: bool,
    /// Why the connection is of no more use, once it is.
    failure: Option<Error>,
    inboxes: Inboxes,
    /// A failure that the auth token manager must hear of before anyone else does.
    held: Option<(Token, Error)>,
    /// The socket was closed meanwhile.
    closed_while_held: Option<Error>,
    next_token: u64,
    waiters: Waiters,
}

/// The right to the answer of one request. Dropping it gives the answer up; it is then thrown away when it comes.
pub(crate) struct Ticket {
    connection: Connection,
    token: u64,
}

impl Connection {
    /// Starts to open a socket. `expiries` counts how often the server has forgotten who its clients are.
    pub(super) async fn start(
        platform: &Rc<dyn Platform>,
        target: &Target,
        login: Login,
        expiries: &Rc<Cell<u64>>,
    ) -> Result<Self> {
        let url = platform.url(target).await?;
        let inner = Rc::new_cyclic(|this| Inner {
            this: Weak::clone(this),
            platform: Rc::clone(platform),
            address: target.address.clone(),
            url,
            transport: RefCell::default(),
            state: RefCell::default(),
            created: platform.now(),
            last_used: Cell::new(None),
            greeting: OnceCell::new(),
            login: RefCell::new(login),
            expiries: Rc::clone(expiries),
            expiries_at_login: Cell::new(expiries.get()),
            watch: Rc::default(),
            sends: Cell::new(0),
            paused: Cell::new(false),
        });
        let weak = Rc::downgrade(&inner);
        let transport = platform.connect(target, &inner.url, Box::new(move |event| on_event(&weak, event))).await?;
        inner.transport.replace(Some(transport));
        // It may be open by now.
        inner.flush();
        Ok(Self { inner })
    }

    /// Takes in no message of more bytes than this from now on, and keeps not much more unread.
    pub(super) fn limit_messages(&self, limit: usize) {
        let mut state = self.inner.state.borrow_mut();
        state.exchange.limit_messages(limit);
        state.inboxes.limit_messages(limit);
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

    /// A refusal on which the auth token manager has not given its verdict.
    pub(super) fn held_refusal(&self) -> Option<Error> {
        self.inner.state.borrow().held.as_ref().map(|(_, error)| error.clone())
    }

    /// What the server refused since this was last asked.
    pub(super) fn take_refusal(&self) -> Option<Error> {
        self.inner.state.borrow_mut().inboxes.refusal.take()
    }

    /// What the server said of itself; `None` before it has.
    pub(crate) fn greeting(&self) -> Option<&Greeting> {
        self.inner.greeting.get()
    }

    /// Whether the server routes by itself what was sent to the wrong member.
    pub(crate) fn server_routes(&self) -> bool {
        self.greeting().is_some_and(|greeting| greeting.routes)
    }

    pub(super) fn set_greeting(&self, greeting: Greeting) {
        let _ = self.inner.greeting.set(greeting);
    }

    /// Who it is logged in as, unless the server has forgotten that.
    pub(super) fn token(&self) -> Option<AuthToken> {
        let Inner { expiries, expiries_at_login, login, .. } = &*self.inner;
        (expiries.get() == expiries_at_login.get()).then(|| login.borrow().token.clone())
    }

    /// Who it is to be logged in as, by the login that is about to be sent.
    pub(super) fn logging_in(&self) -> AuthToken {
        self.inner.expiries_at_login.set(self.inner.expiries.get());
        self.inner.login.borrow().token.clone()
    }

    /// Has someone else hear of what the server says to the same token.
    pub(super) fn set_login(&self, login: Login) {
        self.inner.login.replace(login);
    }

    /// Logs off and on again with the next flush; the ticket is that of the LOGON.
    pub(super) fn log_in(&self, login: Login) -> Result<Ticket> {
        self.submit(&Request::Logoff)?;
        // Logged off and not on again is no state to be left in.
        let ticket = self.submit(&Request::Logon(&login.token)).inspect_err(|error| self.abort(error.clone()))?;
        self.set_login(login);
        self.inner.expiries_at_login.set(self.inner.expiries.get());
        Ok(ticket)
    }

    /// Whether it can still be used, after a RESET perhaps.
    pub(crate) fn is_sound(&self) -> bool {
        let state = self.inner.state.borrow();
        state.failure.is_none() && state.exchange.state() != ServerState::Defunct
    }

    /// Whether the socket is open, as far as can be seen. One that is not ends the connection, before its event does.
    pub(crate) fn is_open(&self) -> bool {
        self.inner.check_open();
        self.is_sound()
    }

    /// How often something was sent.
    pub(super) fn sends(&self) -> u64 {
        self.inner.sends.get()
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
        state.inboxes.open(token);
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
        self.inner.pace();
        Poll::Pending
    }

    /// Has everyone who waits look again.
    pub(crate) fn wake_all(&self) {
        let wakers = self.inner.state.borrow_mut().waiters.take();
        wake(wakers);
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
        match state.inboxes.get(self.token).and_then(|inbox| inbox.end.clone()) {
            Some(end) => Some(Ok(end)),
            None => state.failure.clone().map(Err),
        }
    }

    /// Asks not to be woken for less than this, unless someone else waits for less.
    pub(crate) fn want(&self, enough: Enough) {
        if let Some(inbox) = self.connection.inner.state.borrow_mut().inboxes.get_mut(self.token) {
            inbox.wanted = Some(inbox.wanted.map_or(enough, |wanted| wanted.or(enough)));
        }
    }

    /// Whether there is anything that has not been taken.
    pub(crate) fn has_news(&self) -> bool {
        let state = self.connection.inner.state.borrow();
        let inbox = state.inboxes.get(self.token);
        state.failure.is_some() || inbox.is_some_and(|inbox| inbox.end.is_some() || !inbox.records.is_empty())
    }

    /// The records that have come since the last call.
    pub(crate) fn take_records(&self) -> Records {
        let records = {
            let mut state = self.connection.inner.state.borrow_mut();
            let inbox = state.inboxes.get_mut(self.token);
            inbox.map(|inbox| std::mem::take(&mut inbox.records)).unwrap_or_default()
        };
        self.connection.inner.pace();
        records
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        self.connection.inner.state.borrow_mut().inboxes.close(self.token);
        self.connection.inner.pace();
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
        Event::Alien(what) => {
            let message = format!(
                "{} sent a WebSocket message of {what}, and Bolt is made of bytes: is it a Neo4j server, and does nothing in \
                 between change what it says?",
                inner.address
            );
            inner.fail(Error::protocol(message));
        }
        Event::Closed(closed) => inner.on_closed(&closed),
    }
}

impl Inner {
    fn received(&self, bytes: &[u8]) {
        let (received, was_agreed) = {
            let mut state = self.state.borrow_mut();
            let was_agreed = state.exchange.version().is_some();
            (state.exchange.receive(bytes), was_agreed)
        };
        if let Err(error) = received {
            self.fail(Error::new(
                error.kind(),
                error.code().to_owned(),
                format!("{}: {}", self.address, error.message()),
            ));
        }
        // A choice of version goes out with the first requests, by whoever waits for it.
        self.sort(!was_agreed);
        if self.watch.is_on() {
            match self.state.borrow().exchange.pending() {
                0 => self.watch.stop(),
                _ => self.watch.begin_anew(self.platform.now()),
            }
        }
        self.pace();
    }

    /// Holds the server back while more has come than is taken. Never while anyone waits for something on this connection:
    /// it may be behind what nobody reads.
    fn pace(&self) {
        let paused = {
            let state = self.state.borrow();
            state.failure.is_none() && state.waiters.is_empty() && state.inboxes.unread() > READ_AHEAD
        };
        if self.paused.replace(paused) == paused {
            return;
        }
        if let Some(transport) = self.transport.borrow().as_ref() {
            transport.set_paused(paused);
        }
        // A server that is held back is not silent.
        if paused { self.watch.stop() } else { self.watch() }
    }

    /// Hands out the responses that have come, up to a failure that must be judged first.
    fn sort(&self, mut is_news: bool) {
        let (wakers, wrong) = {
            let mut state = self.state.borrow_mut();
            while state.held.is_none()
                && let Some((token, response)) = state.exchange.next_response()
            {
                match response {
                    Response::Failure(error) if self.must_be_judged(&error) => state.held = Some((token, error)),
                    response => is_news |= state.inboxes.put(token, response),
                }
            }
            // Nothing answers what was sent after a refused login.
            let over = state.held.is_none() && state.exchange.state() == ServerState::Defunct;
            let refused = state.inboxes.refusal.clone().filter(|_| over);
            let wrong = refused.or_else(|| state.inboxes.overflow());
            (if is_news { state.waiters.take() } else { Vec::new() }, wrong)
        };
        if let Some(wrong) = wrong {
            self.fail(wrong);
        }
        wake(wakers);
    }

    /// Whether an auth token manager has a say in it; then it is asked.
    fn must_be_judged(&self, error: &Error) -> bool {
        if error.code() == AUTHORIZATION_EXPIRED {
            // All connections to this server were authorized as long ago.
            self.expiries.set(self.expiries.get() + 1);
        }
        let Login { token, manager: Some(manager), caller } = self.login.borrow().clone() else { return false };
        if !error.code().starts_with("Neo.ClientError.Security.") {
            return false;
        }
        let (this, platform, code) = (Weak::clone(&self.this), Rc::clone(&self.platform), error.code().to_owned());
        let judging = async move {
            // Not called at once: something is borrowed here.
            let verdict = within(&*platform, JUDGEMENT_LIMIT, async { manager.judge(token, code).await }).await;
            if let Some(inner) = this.upgrade() {
                inner.judged(matches!(verdict, Some(Ok(true))));
            }
        };
        // A socket's event is nobody's call.
        self.platform.spawn(Caller::run(caller, Box::pin(judging)));
        true
    }

    fn judged(&self, is_worth_another_try: bool) {
        let closed = {
            let mut state = self.state.borrow_mut();
            let Some((token, error)) = state.held.take() else { return };
            let retryable = is_worth_another_try || error.is_retryable();
            state.inboxes.put(token, Response::Failure(error.retryable(retryable)));
            state.closed_while_held.take()
        };
        self.sort(true);
        if let Some(closed) = closed {
            self.fail(closed);
        }
    }

    fn check_open(&self) {
        let is_open = self.transport.borrow().as_ref().is_none_or(|transport| transport.is_open());
        if !is_open {
            let message = format!("The connection to {} is being closed", self.address);
            self.fail(Error::connection("ConnectionClosed", message));
        }
    }

    fn flush(&self) {
        self.check_open();
        let output = {
            let mut state = self.state.borrow_mut();
            if !state.opened || state.failure.is_some() || self.transport.borrow().is_none() {
                return;
            }
            state.exchange.take_output()
        };
        for part in output.chunks(SEND_LIMIT) {
            let sent = self.transport.borrow().as_ref().map(|transport| transport.send(part));
            if let Some(Err(error)) = sent {
                return self.fail(error);
            }
            self.sends.set(self.sends.get() + 1);
        }
        self.watch();
    }

    /// Has an eye on the server while it owes an answer, if it has said how long it may be silent.
    fn watch(&self) {
        let limit = self.greeting.get().and_then(|greeting| greeting.receive_timeout);
        let Some(limit) = limit.filter(|_| !self.watch.is_on()) else { return };
        if self.state.borrow().exchange.pending() == 0 {
            return;
        }
        if !self.watch.start(&*self.platform, limit) {
            return;
        }
        let (this, broken) = (Weak::clone(&self.this), Rc::clone(&self.watch).is_broken(self.platform.clone(), limit));
        self.platform.spawn(Box::pin(async move {
            if broken.await
                && let Some(inner) = this.upgrade()
            {
                let message = format!(
                    "{} was silent for {} s, longer than it has said that it ever is, while it owed an answer",
                    inner.address,
                    limit.as_secs()
                );
                inner.fail(Error::new(ErrorKind::Timeout, RECEIVE_TIMEOUT, message).retryable(true));
            }
        }));
    }

    fn fail(&self, why: Error) {
        let wakers = {
            let mut state = self.state.borrow_mut();
            if state.failure.is_some() {
                return;
            }
            state.failure = Some(why);
            state.held = None;
            state.waiters.take()
        };
        self.watch.stop();
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
        let (address, url) = (&self.address, shown(&self.url));
        let closed_how = without_secrets(&closed.to_string());
        let why = if let Some(Diagnosis { code, advice, retryable }) = closed.diagnosis.clone() {
            let message = format!("Could not connect to {url} ({closed_how}): {advice}");
            Error::new(ErrorKind::Connection, code, message).retryable(retryable)
        } else if opened {
            Error::connection("ConnectionClosed", format!("The connection to {address} was closed ({closed_how})"))
        } else {
            let advice = match url.starts_with("wss:") {
                true => "and does it offer TLS, with a certificate that the runtime trusts?",
                false => "and does it accept connections without TLS?",
            };
            let advice = format!("is the server running, is this its Bolt port (7687 by default), {advice}");
            Error::connection("ConnectionFailed", format!("Could not connect to {url} ({closed_how}): {advice}"))
        };
        let is_held = self.state.borrow().held.is_some();
        if is_held {
            // What the server said last is what it was closed for.
            self.state.borrow_mut().closed_while_held = Some(why);
        } else {
            self.fail(why);
        }
        let wakers = self.state.borrow_mut().waiters.take();
        wake(wakers);
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.watch.stop();
        if let Some(transport) = self.transport.get_mut() {
            transport.close();
        }
    }
}

/// About how many bytes of records are taken in for a reader who is busy, where the host can hold the server back: as many as
/// are asked for at a time where nobody has said how much.
const READ_AHEAD: usize = 8 << 20;

/// The server has forgotten who its clients are: they must log in anew.
const AUTHORIZATION_EXPIRED: &str = "Neo.ClientError.Security.AuthorizationExpired";

/// The code of the error when a server was silent for too long.
pub(super) const RECEIVE_TIMEOUT: &str = "ReceiveTimeout";

/// How long an auth token manager may think about an error.
const JUDGEMENT_LIMIT: Duration = Duration::from_secs(30);

/// What a socket that was closed on purpose tells whoever still waits.
pub(super) fn closed_by_driver(what: &str) -> Error {
    Error::new(ErrorKind::Connection, "ConnectionClosed", what)
}
