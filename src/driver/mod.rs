//! What users hold: driver, session, transaction, result.

mod bookmarks;
mod columns;
mod config;
mod eager;
mod managed;
mod outcome;
mod pace;
mod plan;
mod policy;
mod query;
mod record;
mod result;
mod retry;
#[cfg(feature = "serde")]
mod rows;
mod session;
mod start;
mod status;
mod stream;
mod summary;
mod telemetry;
mod transaction;
mod unheard;
mod uri;

use std::fmt;
use std::rc::Rc;

pub use bookmarks::BookmarkManager;
pub use columns::{Column, FromColumns};
pub use config::{AccessMode, Config, SessionConfig, TransactionConfig, Trust};
pub use eager::EagerResult;
#[cfg(all(feature = "js", target_arch = "wasm32"))]
pub(crate) use outcome::Outcome;
pub use outcome::ServerInfo;
pub use plan::{Measured, Plan};
pub use policy::{RetryPolicy, Retryable};
pub use query::Query;
pub use record::Record;
pub use result::RecordStream;
pub use session::Session;
pub use status::{Notification, StatusObject};
pub use summary::{Counters, Summary};
pub use transaction::Transaction;
#[cfg(all(feature = "js", target_arch = "wasm32"))]
pub(crate) use unheard::Heard;

use self::policy::{AsUsual, Tries};
use self::uri::Uri;
use crate::bolt::{AuthToken, Request, Version};
use crate::connection::{As, Identity, Lease, Pool, PoolSettings, ServerMetrics};
use crate::error::{Error, ErrorKind, Result};
use crate::platform::{Platform, Target, milliseconds, within};
use crate::routing::{Need, Router, RoutingTable};
use crate::value::Map;

/// Where drivers come from.
///
/// ```no_run
/// use neo4j_wasm::{Config, GraphDatabase};
///
/// let driver = GraphDatabase::driver("bolt://localhost", Config::default())?;
/// # Ok::<(), neo4j_wasm::Error>(())
/// ```
pub struct GraphDatabase;

impl GraphDatabase {
    /// The same as [`Driver::new`].
    ///
    /// # Errors
    /// As [`Driver::new`].
    pub fn driver(uri: &str, config: Config) -> Result<Driver> {
        Driver::new(uri, config)
    }
}

/// A database, and the connections to it. Create one for the lifetime of an application; handles are cheap to clone
/// and share one pool. What [`Config`] leaves unsaid has a default, which is given there.
///
/// ```
/// use neo4j_wasm::{Driver, Error, ErrorKind};
///
/// /// What to tell someone who wants to log in.
/// async fn greeting(driver: &Driver) -> Result<String, Error> {
///     match driver.server_info().await {
///         Ok(server) => Ok(format!("Connected to {}", server.agent)),
///         Err(error) if error.kind() == ErrorKind::Auth => Ok("Wrong user or password".to_owned()),
///         Err(error) => Err(error),
///     }
/// }
/// ```
#[derive(Clone)]
pub struct Driver {
    inner: Rc<Inner>,
}

pub(crate) struct Inner {
    platform: Rc<dyn Platform>,
    config: Config,
    target: Target,
    /// For `neo4j:` URIs.
    router: Option<Router>,
    pool: Pool,
    /// What each [`Driver::execute_query`] has led to, for the next one to see.
    query_bookmarks: BookmarkManager,
}

impl Driver {
    /// A driver for the database at `uri`. Checks everything and opens nothing.
    ///
    /// `bolt:` talks to exactly that host and port; `neo4j:` and `bolt+routing:` ask it for the members of its cluster,
    /// send what reads to readers and what writes to the leader, and take `?key=value` as the routing context. The
    /// port is 7687 unless given. `+s` encrypts; without it, `config` decides.
    ///
    /// ```no_run
    /// use neo4j_wasm::{Config, Driver};
    ///
    /// let driver = Driver::new("neo4j+s://example.com", Config { auth: ("neo4j", "password").into(), ..Config::default() })?;
    /// assert!(driver.is_routing() && driver.is_encrypted());
    /// # Ok::<(), neo4j_wasm::Error>(())
    /// ```
    ///
    /// # Errors
    /// A configuration error that names what is wrong. Always one on anything but wasm32, where code that is also
    /// compiled for a server compiles, and finds no WebSocket.
    pub fn new(uri: &str, config: Config) -> Result<Self> {
        #[cfg(target_arch = "wasm32")]
        {
            let web = crate::platform::websocket::Web { url: config.web_socket_url.clone(), ..Default::default() };
            Self::with_platform(uri, config, Rc::new(web))
        }
        #[cfg(not(target_arch = "wasm32"))]
        {
            let _ = (uri, config);
            let message = "There is no WebSocket outside of the web: compile for wasm32-unknown-unknown";
            Err(Error::configuration(message))
        }
    }

    /// As `Driver::new`, on a host of one's own.
    #[doc(hidden)]
    pub fn with_platform(uri: &str, config: Config, platform: Rc<dyn Platform>) -> Result<Self> {
        config.check()?;
        let uri = Uri::parse(uri)?;
        let target = config.target(&uri)?;
        platform.check(&target)?;
        let settings = PoolSettings {
            maximum_size: config.max_connection_pool_size,
            maximum_lifetime: config.max_connection_lifetime,
            acquisition_timeout: config.connection_acquisition_timeout,
            connection_timeout: config.connection_timeout,
            liveness_check: config.liveness_check(platform.keeps_alive()),
            max_message_size: config.max_message_size,
            bolt_version: config.known_version()?,
        };
        let identity = Identity {
            user_agent: config.user_agent.clone(),
            bolt_agent: bolt_agent(),
            auth: config.auth.clone(),
            notifications: config.notifications.clone(),
            routing: uri.routing.then(|| routing_context(&uri)),
        };
        let pool = Pool::new(Rc::clone(&platform), settings, identity);
        let router = uri.routing.then(|| {
            let resolver = config.resolver.clone();
            Router::new(Rc::clone(&platform), pool.clone(), target.clone(), routing_context(&uri), resolver)
        });
        let inner = Inner { platform, config, target, router, pool, query_bookmarks: BookmarkManager::new([]) };
        Ok(Self { inner: Rc::new(inner) })
    }

    /// Whether the scheme asks for routing (`neo4j:`, `bolt+routing:`).
    #[must_use]
    pub fn is_routing(&self) -> bool {
        self.inner.router.is_some()
    }

    /// A new session. Opens nothing.
    ///
    /// # Errors
    /// A usage error when the driver is closed, a configuration error when the options make no sense.
    pub fn session(&self, config: SessionConfig) -> Result<Session> {
        self.inner.pool.check_open()?;
        config.check()?;
        Ok(Session::new(Rc::clone(&self.inner), config))
    }

    /// Runs a query in a transaction of its own, tried again when that can help, and collects its result.
    ///
    /// With [`AccessMode::Read`] it takes one round trip to the server, which commits by itself; otherwise it takes two:
    /// what may write is not told to commit before its result has come.
    ///
    /// Each call sees what the calls before it have done, by the driver's own [bookmark manager](Self::query_bookmarks),
    /// unless `config` names another one.
    ///
    /// ```
    /// use neo4j_wasm::value::Map;
    /// use neo4j_wasm::{AccessMode, Driver, Result, SessionConfig, TransactionConfig};
    ///
    /// async fn count(driver: &Driver, label: &str) -> Result<i64> {
    ///     let reading = SessionConfig { access_mode: AccessMode::Read, ..SessionConfig::default() };
    ///     let query = "MATCH (n) WHERE $label IN labels(n) RETURN count(n) AS count";
    ///     let parameters = Map::from([("label", label)]);
    ///     let (_, records, _) = driver.execute_query(query, parameters, reading, TransactionConfig::default()).await?;
    ///     records[0].get("count")
    /// }
    /// ```
    ///
    /// # Errors
    /// What the server reported, or why no connection could be had: for that, all of
    /// [`max_retry_time`](Config::max_retry_time) is waited.
    pub async fn execute_query(
        &self,
        query: &str,
        parameters: Map,
        config: SessionConfig,
        transaction: TransactionConfig,
    ) -> Result<(Vec<String>, Vec<Record>, Rc<Summary>)> {
        let done = self.eager(AsUsual, query, &parameters, config, transaction).await?;
        Ok((done.keys, done.records, done.summary))
    }

    /// A query that is yet to be given its parameters and run, in a transaction of its own, as by [`Self::execute_query`].
    ///
    /// ```
    /// use neo4j_wasm::{Driver, Result};
    ///
    /// async fn titles(driver: &Driver) -> Result<Vec<String>> {
    ///     let query = "MATCH (m:Movie) WHERE m.released > $year RETURN m.title AS title";
    ///     let movies = driver.query(query).param("year", 1950).database("films").read().await?;
    ///     movies.records.iter().map(|movie| movie.get("title")).collect()
    /// }
    /// ```
    pub fn query<'a>(&'a self, query: &'a str) -> Query<'a> {
        Query::new(self, query)
    }

    async fn eager(
        &self,
        tries: impl Tries<Error>,
        query: &str,
        parameters: &Map,
        config: SessionConfig,
        transaction: TransactionConfig,
    ) -> Result<EagerResult> {
        let own = || Some(self.query_bookmarks());
        let session =
            self.session(SessionConfig { bookmark_manager: config.bookmark_manager.or_else(own), ..config })?;
        session.execute_query_with(tries, query, parameters, transaction, RecordStream::eager).await
    }

    /// What keeps the bookmarks of [`Self::execute_query`]. A session that is given it sees what those queries did.
    #[must_use]
    pub fn query_bookmarks(&self) -> BookmarkManager {
        self.inner.query_bookmarks.clone()
    }

    /// Connects if need be: whether there is a server that answers and accepts who we say we are. Good for a start that
    /// fails early; work needs no such call.
    ///
    /// # Errors
    /// Why no connection could be had; its [kind](Error::kind) and [code](Error::code) say whose fault that was.
    pub async fn verify_connectivity(&self) -> Result<()> {
        self.server_info().await.map(drop)
    }

    /// Connects if need be, and tells who answers.
    ///
    /// # Errors
    /// Why no connection could be had.
    pub async fn server_info(&self) -> Result<ServerInfo> {
        let lease = self.inner.lend(None, As::default()).await?;
        if lease.connection().last_used().get().is_none() {
            return Ok(stream::server_info(&lease));
        }
        // A pooled connection may have been lost unnoticed: only an answer shows that it is there.
        let reset = lease.connection().send(&Request::Reset)?;
        let limit = self.inner.config.connection_timeout;
        let answered = within(&*self.inner.platform, limit, reset.success()).await.unwrap_or_else(|| {
            let message = format!(
                "{} did not answer within the connection timeout of {} ms",
                lease.connection().address(),
                milliseconds(limit)
            );
            Err(Error::new(ErrorKind::Timeout, "ConnectionTimeout", message).retryable(true))
        });
        answered.map(|_| stream::server_info(&lease))
    }

    /// Whether `auth` is good: logs in with it, on a connection of the pool where there is one. `database` is the one
    /// whose members are asked; by default `system`.
    ///
    /// # Errors
    /// Why no connection could be had; a configuration error before Bolt 5.1. That the server does not accept `auth` is
    /// no error.
    pub async fn verify_authentication(&self, auth: &AuthToken, database: Option<&str>) -> Result<bool> {
        let wanted = As { session: Some(auth), anew: true, first: None };
        let verified = match self.inner.lend(Some(database.unwrap_or("system")), wanted).await {
            Ok(lease) => lease.logged_in().await,
            Err(error) => Err(error),
        };
        match verified {
            Ok(()) => Ok(true),
            Err(error) if NOT_ACCEPTED.contains(&error.code()) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Whether sessions can authenticate as someone else than the driver: the server speaks Bolt 5.1 or later.
    ///
    /// # Errors
    /// Why no connection could be had.
    pub async fn supports_session_auth(&self) -> Result<bool> {
        let lease = self.inner.lend(None, As::default()).await?;
        Ok(lease.connection().version().is_some_and(Version::has_logon))
    }

    /// The version of Bolt that the server at the URI and the driver agree on, such as `5.8`. Nobody logs in: for finding
    /// out whether a server is there before anyone has a password.
    ///
    /// # Errors
    /// Why no connection could be had, or no version in common.
    pub async fn protocol_version(&self) -> Result<String> {
        self.inner.pool.agreed_version(&self.inner.target).await.map(|version| version.to_string())
    }

    /// Whether connections are encrypted.
    #[must_use]
    pub fn is_encrypted(&self) -> bool {
        self.inner.target.tls.is_some()
    }

    /// What is known of the members that work for a database, or for the home database. `None` where nothing is, and
    /// always without routing.
    #[must_use]
    pub fn routing_table(&self, database: Option<&str>) -> Option<RoutingTable> {
        self.inner.router.as_ref()?.table(database)
    }

    /// Asks the cluster for the members that work for a database, or for the home database, whatever is known of them.
    /// Work needs no such call: it asks by itself where that is due.
    ///
    /// # Errors
    /// A connection error that lists what was tried; a usage error without routing.
    pub async fn update_routing_table(&self, database: Option<&str>, bookmarks: &[String]) -> Result<RoutingTable> {
        let inner = &self.inner;
        let Some(router) = &inner.router else {
            let message = "A driver for a bolt: URI has no routing table: use neo4j:";
            return Err(Error::usage("NoRoutingTable", message));
        };
        let need = Need { writes: false, database, impersonated_user: None, wanted: As::default(), bookmarks };
        inner.pool.in_time(&inner.target.address, async |deadline| router.update(&need, deadline).await).await
    }

    /// Closes every connection at once; what is under way fails. Closing again does nothing.
    pub async fn close(&self) {
        self.inner.pool.close().await;
    }

    /// Whether the driver is closed.
    #[must_use]
    pub fn closed(&self) -> bool {
        self.inner.pool.is_closed()
    }

    /// How many connections there are, by server.
    #[must_use]
    pub fn metrics(&self) -> Vec<ServerMetrics> {
        self.inner.pool.metrics()
    }
}

/// Handles on the same driver are equal.
impl PartialEq for Driver {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.inner, &other.inner)
    }
}

impl Eq for Driver {}

impl fmt::Debug for Driver {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let address = self.inner.target.address.to_string();
        formatter.debug_struct("Driver").field("address", &address).finish_non_exhaustive()
    }
}

/// What a server says to a token that it does not accept.
const NOT_ACCEPTED: [&str; 4] = [
    "Neo.ClientError.Security.CredentialsExpired",
    "Neo.ClientError.Security.Forbidden",
    "Neo.ClientError.Security.TokenExpired",
    "Neo.ClientError.Security.Unauthorized",
];

impl Inner {
    /// A connection for some work, and the database to name there: `None` where the server finds out by itself.
    async fn acquire(&self, need: &Need<'_>) -> Result<(Lease, Option<String>)> {
        let acquiring = async |deadline| match &self.router {
            Some(router) => router.acquire(need, deadline).await,
            None => {
                if let Some(first) = need.wanted.first {
                    first.name(need.database, false);
                }
                let lease = self.pool.acquire(&self.target, &need.wanted, deadline).await?;
                Ok((lease, need.database.map(str::to_owned)))
            }
        };
        self.pool.in_time(&self.target.address, acquiring).await
    }

    /// A connection for a look at a server.
    async fn lend(&self, database: Option<&str>, wanted: As<'_>) -> Result<Lease> {
        let need = Need { writes: false, database, impersonated_user: None, wanted, bookmarks: &[] };
        self.acquire(&need).await.map(|(lease, _)| lease)
    }
}

/// What a cluster gets to know of the URI.
fn routing_context(uri: &Uri) -> Map {
    let address = ("address".to_owned(), uri.address.to_string());
    uri.query.iter().cloned().chain([address]).collect()
}

fn bolt_agent() -> Map {
    Map::from([
        ("product", concat!("neo4j-wasm/", env!("CARGO_PKG_VERSION"))),
        ("platform", "wasm32"),
        ("language", "Rust"),
    ])
}
