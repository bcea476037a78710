//! `Pool`: the connections of one driver, by server. Hands each out to one at a time, first come, first served.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use std::time::Duration;

use super::lease::Lease;
use super::live::{Answer, Connection, Ticket, closed_by_driver};
use super::opening::{Identity, open};
use super::turns::{Turn, Turns};
use crate::bolt::Request;
use crate::error::{Error, ErrorKind, Result};
use crate::platform::{Address, Platform, Target, milliseconds, within};

/// The limits that a pool keeps.
#[derive(Debug, Clone)]
pub(crate) struct PoolSettings {
    /// Per server.
    pub(crate) maximum_size: usize,
    /// An older connection is closed when it comes back, and never handed out.
    pub(crate) maximum_lifetime: Duration,
    pub(crate) acquisition_timeout: Duration,
    pub(crate) connection_timeout: Duration,
    /// A connection idle for longer is probed before it is handed out; `None` for never.
    pub(crate) liveness_check: Option<Duration>,
}

/// A handle on the pool; all handles share it.
#[derive(Clone)]
pub(crate) struct Pool {
    inner: Rc<Inner>,
}

struct Inner {
    platform: Rc<dyn Platform>,
    settings: PoolSettings,
    identity: Identity,
    servers: RefCell<HashMap<Address, Rc<Server>>>,
    closed: Cell<bool>,
    /// Whoever rests waits here for a turn that never comes, but for the end.
    resting: Rc<Turns>,
    /// Hears what happened to connections while they were lent.
    on_trouble: OnceCell<OnTrouble>,
}

type OnTrouble = Box<dyn Fn(&Address, Trouble<'_>)>;

/// What happened to a connection while it was lent.
#[derive(Debug)]
pub(crate) enum Trouble<'a> {
    /// It was lost.
    Lost,
    /// The server refused a request.
    Refused(&'a Error),
}

/// The connections to one server.
pub(super) struct Server {
    turns: Rc<Turns>,
    /// The last one given back is the first to go: the others may grow old and be closed.
    idle: RefCell<Vec<Idle>>,
    lent: RefCell<Vec<Connection>>,
    opening: RefCell<Vec<Connection>>,
    agent: RefCell<String>,
}

impl Server {
    pub(super) fn agent(&self) -> String {
        self.agent.borrow().clone()
    }
}

struct Idle {
    connection: Connection,
    /// A RESET whose answer must come before anyone gets the connection.
    reset: Option<Reset>,
}

/// A RESET that is under way.
struct Reset {
    answer: Ticket,
    sent: Duration,
}

/// The connections to one server, counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerMetrics {
    /// The server.
    pub address: Address,
    /// Connections that someone works with.
    pub in_use: usize,
    /// Connections that wait to be used.
    pub idle: usize,
    /// Connections that are being opened.
    pub opening: usize,
    /// How many wait for a connection.
    pub waiting: usize,
}

impl Pool {
    pub(crate) fn new(platform: Rc<dyn Platform>, settings: PoolSettings, identity: Identity) -> Self {
        let inner = Inner {
            platform,
            settings,
            identity,
            servers: RefCell::default(),
            closed: Cell::new(false),
            resting: Turns::new(0),
            on_trouble: OnceCell::new(),
        };
        Self { inner: Rc::new(inner) }
    }

    /// Has `hear` called with what happens to connections while they are lent. Once.
    pub(crate) fn on_trouble(&self, hear: OnTrouble) {
        let _ = self.inner.on_trouble.set(hear);
    }

    /// How many connections to the server are in use or being opened.
    pub(crate) fn in_use(&self, address: &Address) -> usize {
        let servers = self.inner.servers.borrow();
        servers.get(address).map_or(0, |server| server.lent.borrow().len() + server.opening.borrow().len())
    }

    /// What `acquiring` comes to, which gets to know its deadline, or a timeout (`AcquisitionTimeout`).
    pub(crate) async fn in_time<T>(
        &self,
        address: &Address,
        acquiring: impl AsyncFnOnce(Duration) -> Result<T>,
    ) -> Result<T> {
        let limit = self.inner.settings.acquisition_timeout;
        let deadline = self.inner.platform.now().saturating_add(limit);
        let acquired = within(&*self.inner.platform, limit, acquiring(deadline)).await;
        acquired.unwrap_or_else(|| {
            let size = self.inner.settings.maximum_size;
            let message = format!(
                "No connection to {} within the acquisition timeout of {} ms: all {size} of the pool may be in use",
                address,
                milliseconds(limit)
            );
            Err(Error::new(ErrorKind::Timeout, "AcquisitionTimeout", message))
        })
    }

    /// Lets `delay` pass, unless the pool is closed meanwhile.
    pub(crate) async fn rest(&self, delay: Duration) {
        within(&*self.inner.platform, delay, self.inner.resting.next()).await;
    }

    /// A connection to the server that nobody else has, ready for a request. To be called within
    /// [`in_time`](Self::in_time), which says until when.
    ///
    /// # Errors
    /// Why none could be opened, or `DriverClosed`.
    pub(crate) async fn acquire(&self, target: &Target, deadline: Duration) -> Result<Lease> {
        self.check_open()?;
        let server = self.server(&target.address);
        let turn = server.turns.next().await.ok_or_else(driver_closed)?;
        loop {
            self.check_open()?;
            let idle = server.idle.borrow_mut().pop();
            match idle {
                Some(idle) => {
                    let mut lease = Borrowed::new(self, &server, idle.connection, idle.reset);
                    if self.is_fit(&mut lease, deadline).await {
                        return Ok(lease.hand_out(turn));
                    }
                    lease.discard();
                }
                None => return self.open(target, &server, turn).await,
            }
        }
    }

    async fn open(&self, target: &Target, server: &Rc<Server>, turn: Turn) -> Result<Lease> {
        let Inner { platform, identity, settings, .. } = &*self.inner;
        let connection = Connection::start(&**platform, target)?;
        let opening = Opening::new(server, &connection);
        let greeting = open(&**platform, &connection, identity, settings.connection_timeout).await?;
        drop(opening);
        server.agent.replace(greeting.agent);
        Ok(Borrowed::new(self, server, connection, None).hand_out(turn))
    }

    /// Whether an idle connection may be handed out: young, reset, and alive.
    async fn is_fit(&self, borrowed: &mut Borrowed<'_>, deadline: Duration) -> bool {
        let Inner { platform, settings, .. } = &*self.inner;
        let connection = &borrowed.connection;
        if !connection.is_sound() || self.is_old(connection) {
            return false;
        }
        let now = platform.now();
        // One that was answered some time ago does not show that the connection is alive now.
        match borrowed.reset.as_ref().and_then(|reset| reset.answer.end()) {
            Some(Ok(Answer::Success(_))) => borrowed.reset = None,
            Some(_) => return false,
            None => (),
        }
        if borrowed.reset.is_none() {
            let idle_for = now.saturating_sub(connection.last_used().get().unwrap_or(now));
            if settings.liveness_check.is_none_or(|limit| idle_for < limit) {
                return true;
            }
            borrowed.reset = self.reset(connection);
        }
        let Some(reset) = &borrowed.reset else { return false };
        // Counted from when it was sent: whoever waited and gave up has not waited for nothing. And no longer than
        // leaves time to open another connection.
        let limit = settings.connection_timeout.saturating_sub(now.saturating_sub(reset.sent));
        let limit = limit.min(deadline.saturating_sub(now) / 2);
        matches!(within(&**platform, limit, reset.answer.success()).await, Some(Ok(_)))
    }

    /// Sends a RESET; `None` when the connection takes no more.
    fn reset(&self, connection: &Connection) -> Option<Reset> {
        let answer = connection.send(&Request::Reset).ok()?;
        Some(Reset { answer, sent: self.inner.platform.now() })
    }

    fn is_old(&self, connection: &Connection) -> bool {
        let Inner { platform, settings, .. } = &*self.inner;
        platform.now().saturating_sub(connection.created()) > settings.maximum_lifetime
    }

    /// Takes a connection back. One that is not idle is reset first; the answer is awaited by whoever gets it next.
    pub(super) fn give_back(&self, server: &Server, connection: &Connection) {
        if !self.is_kept(server, connection) {
            return;
        }
        let reset = if connection.is_ready() { None } else { self.reset(connection) };
        connection.last_used().set(Some(self.inner.platform.now()));
        server.idle.borrow_mut().push(Idle { connection: connection.clone(), reset });
    }

    /// Whether a connection that comes back may be used again; it is closed if not.
    fn is_kept(&self, server: &Server, connection: &Connection) -> bool {
        server.lent.borrow_mut().retain(|lent| !lent.is_same(connection));
        let refusal = connection.take_refusal();
        let expired = refusal.as_ref().is_some_and(|error| error.code() == AUTHORIZATION_EXPIRED);
        self.tell_trouble(connection, refusal);
        let kept = !self.inner.closed.get() && connection.is_sound() && !self.is_old(connection) && !expired;
        if !kept {
            connection.close(closed_by_driver("The connection was not needed any more"));
        }
        if expired {
            // Those that are idle were authorized as long ago: another try must not get one of them.
            for idle in server.idle.take() {
                idle.connection.close(closed_by_driver("The authorization has expired"));
            }
        }
        kept
    }

    fn tell_trouble(&self, connection: &Connection, refusal: Option<Error>) {
        let Some(hear) = self.inner.on_trouble.get().filter(|_| !self.inner.closed.get()) else { return };
        match (connection.failure(), refusal) {
            (Some(_), _) => hear(connection.address(), Trouble::Lost),
            (None, Some(error)) => hear(connection.address(), Trouble::Refused(&error)),
            (None, None) => {}
        }
    }

    /// Closes every connection at once: pending work fails, and nobody gets one any more.
    pub(crate) async fn close(&self) {
        if self.inner.closed.replace(true) {
            return;
        }
        self.inner.resting.close();
        let servers: Vec<_> = self.inner.servers.borrow().values().cloned().collect();
        let mut connections = Vec::new();
        for server in &servers {
            server.turns.close();
            connections.extend(server.opening.borrow().iter().cloned());
            connections.extend(server.idle.take().into_iter().map(|idle| idle.connection));
            connections.extend(server.lent.borrow().iter().cloned());
        }
        for connection in &connections {
            connection.close(driver_closed());
        }
        // A browser may take a minute over the closing handshake: nobody should wait for that.
        let all_closed = async {
            for connection in &connections {
                connection.closed().await;
            }
        };
        within(&*self.inner.platform, CLOSE_LIMIT, all_closed).await;
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.inner.closed.get()
    }

    pub(crate) fn metrics(&self) -> Vec<ServerMetrics> {
        let servers = self.inner.servers.borrow();
        let metrics = servers.iter().map(|(address, server)| ServerMetrics {
            address: address.clone(),
            in_use: server.lent.borrow().len(),
            // One that the server has closed meanwhile is gone, although nobody has looked yet.
            idle: server.idle.borrow().iter().filter(|idle| idle.connection.is_sound()).count(),
            opening: server.opening.borrow().len(),
            waiting: server.turns.waiting(),
        });
        metrics.collect()
    }

    pub(crate) fn check_open(&self) -> Result<()> {
        if self.inner.closed.get() { Err(driver_closed()) } else { Ok(()) }
    }

    fn server(&self, address: &Address) -> Rc<Server> {
        let mut servers = self.inner.servers.borrow_mut();
        let server = servers.entry(address.clone()).or_insert_with(|| {
            Rc::new(Server {
                turns: Turns::new(self.inner.settings.maximum_size),
                idle: RefCell::default(),
                lent: RefCell::default(),
                opening: RefCell::default(),
                agent: RefCell::default(),
            })
        });
        Rc::clone(server)
    }
}

/// The server has forgotten who we are: only a new connection helps.
const AUTHORIZATION_EXPIRED: &str = "Neo.ClientError.Security.AuthorizationExpired";

/// How long closing waits for sockets to say that they are closed.
const CLOSE_LIMIT: Duration = Duration::from_millis(500);

fn driver_closed() -> Error {
    Error::usage("DriverClosed", "The driver is closed: create a new one")
}

/// Lists a connection as being opened for as long as it lives. A connection that nobody waits for any more is closed.
struct Opening<'a> {
    server: &'a Server,
    connection: &'a Connection,
}

impl<'a> Opening<'a> {
    fn new(server: &'a Server, connection: &'a Connection) -> Self {
        server.opening.borrow_mut().push(connection.clone());
        Self { server, connection }
    }
}

impl Drop for Opening<'_> {
    fn drop(&mut self) {
        self.server.opening.borrow_mut().retain(|opening| !opening.is_same(self.connection));
    }
}

/// A connection between the pool and its next user. If the future that holds it is dropped, it goes back.
struct Borrowed<'a> {
    pool: &'a Pool,
    server: &'a Rc<Server>,
    connection: Connection,
    reset: Option<Reset>,
    done: bool,
}

impl<'a> Borrowed<'a> {
    fn new(pool: &'a Pool, server: &'a Rc<Server>, connection: Connection, reset: Option<Reset>) -> Self {
        server.lent.borrow_mut().push(connection.clone());
        Self { pool, server, connection, reset, done: false }
    }

    fn hand_out(mut self, turn: Turn) -> Lease {
        self.done = true;
        Lease::new(self.connection.clone(), self.pool.clone(), Rc::clone(self.server), turn)
    }

    fn discard(&mut self) {
        self.connection.close(closed_by_driver("The connection was too old, or did not answer"));
    }
}

impl Drop for Borrowed<'_> {
    fn drop(&mut self) {
        // Nobody has used it: the RESET that was waited for is still the one to wait for.
        if !self.done && self.pool.is_kept(self.server, &self.connection) {
            let idle = Idle { connection: self.connection.clone(), reset: self.reset.take() };
            self.server.idle.borrow_mut().push(idle);
        }
    }
}
