//! `Pool`: the connections of one driver, by server. Hands each out to one at a time, first come, first served.

use std::cell::{Cell, OnceCell, RefCell};
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

use super::few::Few;
use super::first::{As, First};
use super::greeting::Known;
use super::inbox::Answer;
use super::lease::Lease;
use super::line::RECEIVE_TIMEOUT;
use super::live::{Connection, Ticket, closed_by_driver};
use super::login::Login;
use super::opening::{Identity, check_session_auth, open};
use super::outage::Outage;
use super::turns::{Turn, Turns};
use crate::bolt::{Request, Version};
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
    /// The most bytes of one message that a server may send.
    pub(crate) max_message_size: usize,
    /// What servers speak of which nothing is known.
    pub(crate) bolt_version: Option<Version>,
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
    servers: RefCell<Few<Address, Rc<Server>>>,
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
    /// The server refused a request in work on this database; `None` where that is not known.
    Refused(&'a Error, Option<&'a str>),
}

/// The connections to one server.
pub(super) struct Server {
    turns: Rc<Turns>,
    /// The last one given back is the first to go: the others may grow old and be closed.
    idle: RefCell<Vec<Idle>>,
    lent: RefCell<Vec<Connection>>,
    /// A place for each connection that is being opened, or is about to be.
    opening: RefCell<Vec<Place>>,
    /// What was agreed on last time.
    known: RefCell<Option<Known>>,
    /// How often it has forgotten who its clients are.
    expiries: Rc<Cell<u64>>,
    outage: Outage,
}

/// Where a connection is listed that is being opened, once there is one.
type Place = Rc<RefCell<Option<Connection>>>;

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
///
/// ```
/// # fn example(driver: &neo4j_wasm::Driver) {
/// for server in driver.metrics() {
///     println!("{}: {} in use, {} idle, {} wait", server.address, server.in_use, server.idle, server.waiting);
/// }
/// # }
/// ```
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
        let acquired = within(&*self.inner.platform, limit, self.until_closed(acquiring(deadline))).await;
        acquired.unwrap_or_else(|| {
            let size = self.inner.settings.maximum_size;
            let message = format!(
                "No connection to {} within the acquisition timeout of {} ms: all {size} of the pool may be in use, or a \
                 server was slow to answer",
                address,
                milliseconds(limit)
            );
            Err(Error::new(ErrorKind::Timeout, "AcquisitionTimeout", message))
        })
    }

    /// What `work` comes to, unless the pool is closed before: the user's own functions may take for ever.
    pub(crate) fn until_closed<'a, T>(&'a self, work: impl Future<Output = Result<T>> + 'a) -> UntilClosed<'a, T> {
        UntilClosed { work: Box::pin(work), closed: Box::pin(self.inner.resting.next()) }
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
    pub(crate) async fn acquire(&self, target: &Target, wanted: &As<'_>, deadline: Duration) -> Result<Lease> {
        self.check_open()?;
        let server = self.server(&target.address);
        let turn = server.turns.next().await.ok_or_else(driver_closed)?;
        if let Some(first) = wanted.first {
            first.begin_anew();
        }
        loop {
            self.check_open()?;
            let Some(idle) = server.take_idle() else { break };
            let mut borrowed = Borrowed::new(self, &server, idle.connection, idle.reset);
            match self.fitness(&mut borrowed, deadline).await {
                Fitness::Fit => match self.log_in(&borrowed.connection, wanted, deadline).await? {
                    Some(logon) => {
                        let lease = borrowed.hand_out(logon, turn);
                        if let Some(first) = wanted.first {
                            first.submit(lease.connection());
                        }
                        return Ok(lease);
                    }
                    None => borrowed.discard("It was logged in as someone else"),
                },
                Fitness::Unfit => borrowed.discard("The connection was too old, or did not answer"),
                Fitness::Slow if self.has_room(&server) => break,
                Fitness::Slow => {}
            }
        }
        let opening = Box::pin(self.open(target, &server, wanted, deadline, turn, Opening::new(&server)));
        server.outage.pass(&*self.inner.platform, opening).await
    }

    async fn open(
        &self,
        target: &Target,
        server: &Rc<Server>,
        wanted: &As<'_>,
        deadline: Duration,
        turn: Turn,
        opening: Opening<'_>,
    ) -> Result<Lease> {
        let Inner { platform, identity, settings, .. } = &*self.inner;
        let login = self.login(wanted, deadline).await?;
        let mut known = self.known(server, wanted);
        loop {
            self.check_open()?;
            let is_known = known.is_some();
            let connection = Connection::start(platform, target, login.clone(), &server.expiries, known.take()).await?;
            connection.limit_messages(settings.max_message_size);
            opening.place.replace(Some(connection.clone()));
            match open(&**platform, &connection, identity, wanted, settings.connection_timeout).await {
                Err(error) if is_known && may_be_asked_anew(&connection, &error, wanted) => {}
                opened => {
                    opened?;
                    server.known.replace(connection.known());
                    drop(opening);
                    return Ok(Borrowed::new(self, server, connection, None).hand_out(None, turn));
                }
            }
            // By the next connection, too.
            server.known.take();
            if let Some(first) = wanted.first {
                first.begin_anew();
            }
        }
    }

    /// What is known of the server, where it can be gone by.
    fn known(&self, server: &Server, wanted: &As<'_>) -> Option<Known> {
        let known = server.known.borrow().clone();
        let known = known.or_else(|| self.inner.settings.bolt_version.map(Known::version));
        // It may have come to speak a version in which it can be done.
        known.filter(|known| wanted.session.is_none() || known.version.has_logon())
    }

    async fn login(&self, wanted: &As<'_>, deadline: Duration) -> Result<Login> {
        let Inner { platform, identity, .. } = &*self.inner;
        let limit = deadline.saturating_sub(platform.now());
        // Boxed: twice the same code otherwise.
        let login: Pin<Box<dyn Future<Output = _>>> =
            Box::pin(Login::get(&identity.auth, wanted.session, &**platform, limit));
        login.await
    }

    /// Has an idle connection be who it is wanted to be: the login, if it takes one. `None`: it cannot.
    async fn log_in(
        &self,
        connection: &Connection,
        wanted: &As<'_>,
        deadline: Duration,
    ) -> Result<Option<Option<Ticket>>> {
        let login = self.login(wanted, deadline).await?;
        let Some(version) = connection.version().filter(|_| connection.is_sound()) else { return Ok(None) };
        check_session_auth(version, wanted)?;
        if !wanted.anew && connection.token().as_ref() == Some(&login.token) {
            connection.set_login(login);
            return Ok(Some(None));
        }
        if version.has_logon() { connection.log_in(login).map(|logon| Some(Some(logon))) } else { Ok(None) }
    }

    /// Whether an idle connection may be handed out: young, reset, and alive.
    async fn fitness(&self, borrowed: &mut Borrowed<'_>, deadline: Duration) -> Fitness {
        let Inner { platform, settings, .. } = &*self.inner;
        let connection = &borrowed.connection;
        if !connection.is_open() || self.is_old(connection) {
            return Fitness::Unfit;
        }
        let now = platform.now();
        // One that was answered some time ago does not show that the connection is alive now.
        match borrowed.reset.as_ref().and_then(|reset| reset.answer.end()) {
            Some(Ok(Answer::Success(_))) => borrowed.reset = None,
            Some(_) => return Fitness::Unfit,
            None => (),
        }
        if borrowed.reset.is_none() {
            let idle_for = now.saturating_sub(connection.last_used().get().unwrap_or(now));
            if settings.liveness_check.is_none_or(|limit| idle_for < limit) {
                return Fitness::Fit;
            }
            borrowed.reset = self.reset(connection);
        }
        let Some(reset) = &borrowed.reset else { return Fitness::Unfit };
        // Counted from when it was sent: whoever waited and gave up has not waited for nothing. And no longer than
        // leaves time to open another connection.
        let limit = settings.connection_timeout.saturating_sub(now.saturating_sub(reset.sent));
        let limit = limit.min(deadline.saturating_sub(now) / 2);
        let patience = match self.has_room(borrowed.server) {
            true => limit.min(RESET_PATIENCE.saturating_sub(now.saturating_sub(reset.sent))),
            false => limit,
        };
        match within(&**platform, patience, reset.answer.success()).await {
            Some(Ok(_)) => Fitness::Fit,
            None if patience < limit => Fitness::Slow,
            _ => Fitness::Unfit,
        }
    }

    /// Whether the pool may have one connection more.
    fn has_room(&self, server: &Server) -> bool {
        let count = server.lent.borrow().len() + server.opening.borrow().len() + server.idle.borrow().len();
        count < self.inner.settings.maximum_size
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
    pub(super) fn give_back(&self, server: &Server, connection: &Connection, database: Option<&str>) {
        let refusal = connection.take_refusal();
        self.tell_trouble(connection, refusal, database);
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
        let kept = !self.inner.closed.get() && connection.is_sound() && !self.is_old(connection);
        if !kept {
            connection.close(closed_by_driver("The connection was not needed any more"));
        }
        if connection.failure().is_some_and(|failure| failure.code() == RECEIVE_TIMEOUT) {
            // A server that does not answer on one connection will hardly do so on others.
            for idle in server.idle.take() {
                idle.connection.abort(closed_by_driver("The server does not answer"));
            }
        }
        kept
    }

    fn tell_trouble(&self, connection: &Connection, refusal: Option<Error>, database: Option<&str>) {
        let Some(hear) = self.inner.on_trouble.get().filter(|_| !self.inner.closed.get()) else { return };
        // One that the driver has closed itself is not lost: trying that again would not help.
        let lost = |failure: &Error| match failure.kind() {
            ErrorKind::Connection | ErrorKind::Timeout => failure.is_retryable(),
            kind => kind == ErrorKind::Protocol,
        };
        match (connection.failure(), refusal) {
            // A server that closes the connection after it has refused whoever it is of is not lost.
            (_, Some(error)) if error.code().starts_with("Neo.ClientError.Security.") => {
                hear(connection.address(), Trouble::Refused(&error, database));
            }
            (Some(failure), _) if lost(&failure) => hear(connection.address(), Trouble::Lost),
            (_, Some(error)) => hear(connection.address(), Trouble::Refused(&error, database)),
            (_, None) => {}
        }
    }

    /// Closes every connection at once: pending work fails, and nobody gets one any more.
    pub(crate) async fn close(&self) {
        if self.inner.closed.replace(true) {
            return;
        }
        self.inner.resting.close();
        let servers: Vec<_> = self.inner.servers.borrow().iter().map(|(_, server)| Rc::clone(server)).collect();
        let mut connections = Vec::new();
        for server in &servers {
            server.turns.close();
            connections.extend(server.opening.borrow().iter().filter_map(|place| place.borrow().clone()));
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
        let server = servers.get_or_insert_with(address, || {
            Rc::new(Server {
                turns: Turns::new(self.inner.settings.maximum_size),
                idle: RefCell::default(),
                lent: RefCell::default(),
                opening: RefCell::default(),
                known: RefCell::default(),
                expiries: Rc::default(),
                outage: Outage::new(),
            })
        });
        Rc::clone(server)
    }
}

/// The future of [`Pool::until_closed`].
pub(crate) struct UntilClosed<'a, T> {
    work: Pin<Box<dyn Future<Output = Result<T>> + 'a>>,
    closed: Pin<Box<dyn Future<Output = Option<Turn>> + 'a>>,
}

impl<T> Future for UntilClosed<'_, T> {
    type Output = Result<T>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<T>> {
        match self.work.as_mut().poll(context) {
            Poll::Pending => self.closed.as_mut().poll(context).map(|_| Err(driver_closed())),
            ready => ready,
        }
    }
}

/// Whether an idle connection can be lent.
enum Fitness {
    Fit,
    Unfit,
    /// The server has not answered its RESET for a while, as where it is busy with a query that was given up.
    Slow,
}

/// How long to wait for the answer to a RESET where another connection could be opened instead.
const RESET_PATIENCE: Duration = Duration::from_secs(1);

impl Server {
    /// The idle connection that was used last, of those that owe no answer if there are any.
    fn take_idle(&self) -> Option<Idle> {
        let mut idle = self.idle.borrow_mut();
        let is_ready = |idle: &Idle| idle.reset.as_ref().is_none_or(|reset| reset.answer.end().is_some());
        let ready = idle.iter().rposition(is_ready);
        ready.or(idle.len().checked_sub(1)).map(|index| idle.remove(index))
    }
}

/// Whether what failed may have done so because the server has come to speak something else than what was known of it.
///
/// It is asked in the ordinary way then, once. That does nothing twice: a server that declines the one version it was
/// offered has not looked at what came behind, for there was no version to understand it by. One that says nothing, or that
/// chooses what was not offered, may have understood all of it: there nobody is asked anew for what must happen once.
fn may_be_asked_anew(connection: &Connection, error: &Error, wanted: &As<'_>) -> bool {
    let was_reached = connection.is_opened() && error.kind() != ErrorKind::Timeout;
    was_reached && !connection.is_agreed() && !wanted.first.is_some_and(First::may_have_run)
}

/// How long closing waits for sockets to say that they are closed.
const CLOSE_LIMIT: Duration = Duration::from_millis(500);

fn driver_closed() -> Error {
    Error::usage("DriverClosed", "The driver is closed: create a new one")
}

/// Lists a connection as being opened for as long as it lives. A connection that nobody waits for any more is closed.
struct Opening<'a> {
    server: &'a Server,
    place: Place,
}

impl<'a> Opening<'a> {
    fn new(server: &'a Server) -> Self {
        let place = Place::default();
        server.opening.borrow_mut().push(Rc::clone(&place));
        Self { server, place }
    }
}

impl Drop for Opening<'_> {
    fn drop(&mut self) {
        self.server.opening.borrow_mut().retain(|place| !Rc::ptr_eq(place, &self.place));
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

    fn hand_out(mut self, logon: Option<Ticket>, turn: Turn) -> Lease {
        self.done = true;
        Lease::new(self.connection.clone(), logon, self.pool.clone(), Rc::clone(self.server), turn)
    }

    fn discard(&self, why: &str) {
        self.connection.close(closed_by_driver(why));
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
