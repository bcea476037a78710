//! `Connection`: a live one. The socket's events drive it; those who wait for an answer hold a ticket.

use std::cell::{Cell, OnceCell, RefCell};
use std::future::poll_fn;
use std::rc::{Rc, Weak};
use std::task::{Context, Poll};
use std::time::Duration;

use super::greeting::{Greeting, Known};
use super::inbox::Answer;
use super::line::{Line, State, on_event};
use super::login::Login;
use super::waiters::wake;
use crate::bolt::{AuthToken, Enough, Exchange, Records, Request, ServerState, Token, Version, packstream::Dialect};
use crate::error::{Error, ErrorKind, Result};
use crate::platform::{Address, Platform, Target};
use crate::value::Map;

/// A connection to a server. Dropping the last handle closes the socket.
#[derive(Clone)]
pub(crate) struct Connection {
    line: Rc<Line>,
}

/// The right to the answer of one request. Dropping it gives the answer up; it is then thrown away when it comes.
pub(crate) struct Ticket {
    connection: Connection,
    token: u64,
}

impl Connection {
    /// Starts to open a socket. `expiries` counts how often the server has forgotten who its clients are. To a server that is
    /// `known` nothing is sent before the first [`flush`](Self::flush).
    pub(super) async fn start(
        platform: &Rc<dyn Platform>,
        target: &Target,
        login: Login,
        expiries: &Rc<Cell<u64>>,
        known: Option<Known>,
    ) -> Result<Self> {
        let url = platform.url(target).await?;
        let (exchange, greeting_before) = match known {
            Some(Known { version, dialect, greeting }) => (Exchange::with_version(version, dialect), greeting),
            None => (Exchange::new(), None),
        };
        let line = Rc::new_cyclic(|this| Line {
            this: Weak::clone(this),
            platform: Rc::clone(platform),
            address: target.address.clone(),
            url,
            transport: RefCell::default(),
            state: RefCell::new(State { exchange, ..State::default() }),
            created: platform.now(),
            last_used: Cell::new(None),
            greeting: OnceCell::new(),
            greeting_before,
            login: RefCell::new(login),
            expiries: Rc::clone(expiries),
            expiries_at_login: Cell::new(expiries.get()),
            watch: Rc::default(),
            sends: Cell::new(0),
        });
        let weak = Rc::downgrade(&line);
        let transport = platform.connect(target, &line.url, Box::new(move |event| on_event(&weak, event))).await?;
        line.transport.replace(Some(transport));
        // It may be open by now.
        line.offer();
        Ok(Self { line })
    }

    /// Takes in no message of more bytes than this from now on, and keeps not much more unread.
    pub(super) fn limit_messages(&self, limit: usize) {
        let mut state = self.line.state.borrow_mut();
        state.exchange.limit_messages(limit);
        state.inboxes.limit_messages(limit);
    }

    /// Whether both are handles on the same connection.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.line, &other.line)
    }

    pub(crate) fn address(&self) -> &Address {
        &self.line.address
    }

    /// When it was created, in the platform's time.
    pub(super) fn created(&self) -> Duration {
        self.line.created
    }

    /// When it was last given back, in the platform's time; never yet for one that has just been opened.
    pub(crate) fn last_used(&self) -> &Cell<Option<Duration>> {
        &self.line.last_used
    }

    /// The version agreed on, or known before that.
    pub(crate) fn version(&self) -> Option<Version> {
        self.line.state.borrow().exchange.version()
    }

    /// Whether the socket has been open.
    pub(super) fn is_opened(&self) -> bool {
        self.line.state.borrow().opened
    }

    /// Whether something has been submitted that cannot be sent before the login is done.
    pub(super) fn is_waiting(&self) -> bool {
        self.line.state.borrow().exchange.is_waiting()
    }

    /// Whether the server has agreed to a version.
    pub(super) fn is_agreed(&self) -> bool {
        self.line.state.borrow().exchange.is_agreed()
    }

    /// Whether the server was asked for one version only and does not speak it: it has looked at nothing else.
    pub(super) fn is_declined(&self) -> bool {
        self.line.state.borrow().exchange.is_declined()
    }

    pub(crate) fn dialect(&self) -> Option<Dialect> {
        self.line.state.borrow().exchange.dialect()
    }

    /// Why the connection is of no more use, if it is.
    pub(crate) fn failure(&self) -> Option<Error> {
        self.line.state.borrow().failure.clone()
    }

    /// A refusal on which the auth token manager has not given its verdict.
    pub(super) fn held_refusal(&self) -> Option<Error> {
        self.line.state.borrow().held.as_ref().map(|(_, error)| error.clone())
    }

    /// What the server refused since this was last asked.
    pub(super) fn take_refusal(&self) -> Option<Error> {
        self.line.state.borrow_mut().inboxes.refusal.take()
    }

    /// What the server said of itself, on another connection where it has not on this one; `None` before it has.
    pub(crate) fn greeting(&self) -> Option<&Greeting> {
        self.line.greeting.get().or(self.line.greeting_before.as_ref()).map(|greeting| &**greeting)
    }

    /// What is known of the server, once it has said all of it.
    pub(super) fn known(&self) -> Option<Known> {
        let greeting = self.line.greeting.get().cloned();
        let (version, dialect) = self.version().zip(self.dialect())?;
        greeting.map(|greeting| Known { version, dialect, greeting: Some(greeting) })
    }

    /// Whether the server routes by itself what was sent to the wrong member.
    pub(crate) fn server_routes(&self) -> bool {
        self.greeting().is_some_and(|greeting| greeting.routes)
    }

    pub(super) fn set_greeting(&self, greeting: Greeting) {
        let _ = self.line.greeting.set(Rc::new(greeting));
        // Something was asked for before it was known how long the server may be silent.
        self.line.watch();
    }

    /// Who it is logged in as, unless the server has forgotten that.
    pub(super) fn token(&self) -> Option<AuthToken> {
        let Line { expiries, expiries_at_login, login, .. } = &*self.line;
        (expiries.get() == expiries_at_login.get()).then(|| login.borrow().token.clone())
    }

    /// Who it is to be logged in as, by the login that is about to be sent.
    pub(super) fn logging_in(&self) -> AuthToken {
        self.line.expiries_at_login.set(self.line.expiries.get());
        self.line.login.borrow().token.clone()
    }

    /// Has someone else hear of what the server says to the same token.
    pub(super) fn set_login(&self, login: Login) {
        self.line.login.replace(login);
    }

    /// Logs off and on again with the next flush; the ticket is that of the LOGON.
    pub(super) fn log_in(&self, login: Login) -> Result<Ticket> {
        self.submit(&Request::Logoff)?;
        // Logged off and not on again is no state to be left in.
        let ticket = self.submit(&Request::Logon(&login.token)).inspect_err(|error| self.abort(error.clone()))?;
        self.set_login(login);
        self.line.expiries_at_login.set(self.line.expiries.get());
        Ok(ticket)
    }

    /// Whether it can still be used, after a RESET perhaps.
    pub(crate) fn is_sound(&self) -> bool {
        let state = self.line.state.borrow();
        state.failure.is_none() && state.exchange.state() != ServerState::Defunct
    }

    /// Whether the socket is open, as far as can be seen. One that is not ends the connection, before its event does.
    pub(crate) fn is_open(&self) -> bool {
        self.line.check_open();
        self.is_sound()
    }

    /// How often something was sent.
    pub(super) fn sends(&self) -> u64 {
        self.line.sends.get()
    }

    /// Whether the server waits for a request, and owes no answer.
    pub(super) fn is_ready(&self) -> bool {
        let state = self.line.state.borrow();
        state.failure.is_none() && state.exchange.state() == ServerState::Ready && state.exchange.pending() == 0
    }

    /// Adds a request to what goes out with the next [`flush`](Self::flush).
    pub(crate) fn submit(&self, request: &Request<'_>) -> Result<Ticket> {
        let mut state = self.line.state.borrow_mut();
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
        self.line.flush();
    }

    /// Submits a request and sends it.
    pub(crate) fn send(&self, request: &Request<'_>) -> Result<Ticket> {
        let ticket = self.submit(request)?;
        self.flush();
        Ok(ticket)
    }

    /// Ends the connection with a farewell; whatever is under way fails with `why`.
    pub(crate) fn close(&self, why: Error) {
        if self.is_sound() && self.version().is_some() && self.sends() > 0 {
            // Nothing answers it, so there is no one to tell if it cannot be sent.
            let _ = self.send(&Request::Goodbye);
        }
        self.line.fail(why);
    }

    /// Ends the connection at once.
    pub(super) fn abort(&self, why: Error) {
        self.line.fail(why);
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
        self.line.state.borrow_mut().waiters.add(context);
        Poll::Pending
    }

    /// Has everyone who waits look again.
    pub(crate) fn wake_all(&self) {
        let wakers = self.line.state.borrow_mut().waiters.take();
        wake(wakers);
    }

    /// Waits until the socket says that it is closed.
    pub(super) async fn closed(&self) {
        self.wait(|connection| connection.line.state.borrow().closed.then_some(())).await;
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
        let state = self.connection.line.state.borrow();
        match state.inboxes.get(self.token).and_then(|inbox| inbox.end.clone()) {
            Some(end) => Some(Ok(end)),
            None => state.failure.clone().map(Err),
        }
    }

    /// Asks not to be woken for less than this, unless someone else waits for less.
    pub(crate) fn want(&self, enough: Enough) {
        if let Some(inbox) = self.connection.line.state.borrow_mut().inboxes.get_mut(self.token) {
            inbox.wanted = Some(inbox.wanted.map_or(enough, |wanted| wanted.or(enough)));
        }
    }

    /// Whether there is anything that has not been taken.
    pub(crate) fn has_news(&self) -> bool {
        let state = self.connection.line.state.borrow();
        let inbox = state.inboxes.get(self.token);
        state.failure.is_some() || inbox.is_some_and(|inbox| inbox.end.is_some() || !inbox.records.is_empty())
    }

    /// The records that have come since the last call.
    pub(crate) fn take_records(&self) -> Records {
        let mut state = self.connection.line.state.borrow_mut();
        let inbox = state.inboxes.get_mut(self.token);
        inbox.map(|inbox| std::mem::take(&mut inbox.records)).unwrap_or_default()
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        self.connection.line.state.borrow_mut().inboxes.close(self.token);
    }
}

/// What a socket that was closed on purpose tells whoever still waits.
pub(super) fn closed_by_driver(what: &str) -> Error {
    Error::new(ErrorKind::Connection, "ConnectionClosed", what)
}
