//! `Line`: a socket and the conversation on it. The socket's events drive it.

use std::cell::{Cell, OnceCell, RefCell};
use std::rc::{Rc, Weak};
use std::time::Duration;

use super::greeting::Greeting;
use super::inbox::Inboxes;
use super::login::Login;
use super::waiters::{Waiters, wake};
use super::watch::Watch;
use crate::bolt::chunking::SEND_LIMIT;
use crate::bolt::{Exchange, Response, ServerState, Token};
use crate::error::{Error, ErrorKind};
use crate::platform::{Address, Caller, Closed, Diagnosis, Event, Platform, Transport, shown, within, without_secrets};

/// A socket, and the conversation on it.
pub(super) struct Line {
    pub(super) this: Weak<Line>,
    pub(super) platform: Rc<dyn Platform>,
    pub(super) address: Address,
    pub(super) url: String,
    pub(super) transport: RefCell<Option<Box<dyn Transport>>>,
    pub(super) state: RefCell<State>,
    pub(super) created: Duration,
    /// `None` until it is given back for the first time.
    pub(super) last_used: Cell<Option<Duration>>,
    pub(super) greeting: OnceCell<Rc<Greeting>>,
    /// What the server has said on another connection.
    pub(super) greeting_before: Option<Rc<Greeting>>,
    pub(super) login: RefCell<Login>,
    /// How often the server has forgotten who its clients are, by now and at the time of the login.
    pub(super) expiries: Rc<Cell<u64>>,
    pub(super) expiries_at_login: Cell<u64>,
    pub(super) watch: Rc<Watch>,
    /// How often something was sent.
    pub(super) sends: Cell<u64>,
    /// Whether the host hands on nothing more for now.
    pub(super) paused: Cell<bool>,
}

#[derive(Default)]
pub(super) struct State {
    pub(super) exchange: Exchange,
    pub(super) opened: bool,
    /// The socket has told that it is closed.
    pub(super) closed: bool,
    /// Why the connection is of no more use, once it is.
    pub(super) failure: Option<Error>,
    pub(super) inboxes: Inboxes,
    /// A failure that the auth token manager must hear of before anyone else does.
    pub(super) held: Option<(Token, Error)>,
    /// The socket was closed meanwhile.
    pub(super) closed_while_held: Option<Error>,
    pub(super) next_token: u64,
    pub(super) waiters: Waiters,
}

pub(super) fn on_event(line: &Weak<Line>, event: Event<'_>) {
    let Some(line) = line.upgrade() else { return };
    match event {
        Event::Opened => {
            let waiting = {
                let mut state = line.state.borrow_mut();
                state.opened = true;
                state.waiters.take()
            };
            line.offer();
            wake(waiting);
        }
        Event::Received(bytes) => line.received(bytes),
        Event::Alien(what) => {
            let message = format!(
                "{} sent a WebSocket message of {what}, and Bolt is made of bytes: is it a Neo4j server, and does nothing in \
                 between change what it says?",
                line.address
            );
            line.fail(Error::protocol(message));
        }
        Event::Closed(closed) => line.on_closed(&closed),
    }
}

impl Line {
    fn received(&self, bytes: &[u8]) {
        let (received, was_agreed) = {
            let mut state = self.state.borrow_mut();
            let was_agreed = state.exchange.is_agreed();
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
    pub(super) fn pace(&self) {
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

    pub(super) fn check_open(&self) {
        let is_open = self.transport.borrow().as_ref().is_none_or(|transport| transport.is_open());
        if !is_open {
            let message = format!("The connection to {} is being closed", self.address);
            self.fail(Error::connection("ConnectionClosed", message));
        }
    }

    /// Sends the handshake, unless it can wait for the requests behind it.
    pub(super) fn offer(&self) {
        if self.state.borrow().exchange.version().is_none() {
            self.flush();
        }
    }

    pub(super) fn flush(&self) {
        // With nothing to send, nothing is lost: why it is being closed is told by the socket, in a moment.
        if self.state.borrow().exchange.has_output() {
            self.check_open();
        }
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
    pub(super) fn watch(&self) {
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

    pub(super) fn fail(&self, why: Error) {
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

impl Drop for Line {
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
