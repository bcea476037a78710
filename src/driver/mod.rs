//! What users hold: driver, session, transaction, result.

mod config;
mod record;
mod result;
mod retry;
mod session;
mod status;
mod summary;
mod transaction;
mod uri;

use std::cell::RefCell;
use std::rc::Rc;

pub use config::{AccessMode, Config, SessionConfig, TransactionConfig, Trust};
pub use record::Record;
pub use result::RecordStream;
pub use session::{Retryable, Session};
pub use status::{Notification, StatusObject};
pub use summary::{Counters, Measured, Plan, ServerInfo, Summary};
pub use transaction::Transaction;

use self::uri::Uri;
use crate::bolt::Request;
use crate::connection::{Identity, Lease, Pool, PoolSettings, ServerMetrics};
use crate::error::{Error, ErrorKind, Result};
use crate::platform::{Platform, Target, milliseconds, within};
use crate::routing::{Need, Router};
use crate::value::Map;

/// Where drivers come from.
pub struct GraphDatabase;

impl GraphDatabase {
    /// The same as [`Driver::new`].
    ///
    /// # Errors
    /// A configuration error that names what is wrong.
    #[cfg(target_arch = "wasm32")]
    pub fn driver(uri: &str, config: Config) -> Result<Driver> {
        Driver::new(uri, config)
    }
}

/// A database, and the connections to it. Create one for the lifetime of an application; handles are cheap to clone
/// and share one pool.
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
    /// What the last [`Driver::execute_query`] has led to, for the next one to see.
    bookmarks: RefCell<Vec<String>>,
}

impl Driver {
    /// A driver for the database at `uri`. Checks everything and opens nothing.
    ///
    /// # Errors
    /// A configuration error that names what is wrong.
    #[cfg(target_arch = "wasm32")]
    pub fn new(uri: &str, config: Config) -> Result<Self> {
        Self::with_platform(uri, config, Rc::new(crate::platform::websocket::Web::default()))
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
            liveness_check: config.liveness_check(),
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
        let inner = Inner { platform, config, target, router, pool, bookmarks: RefCell::default() };
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
    /// Each call sees what the calls before it have done. `config.bookmarks` adds to that.
    ///
    /// # Errors
    /// What the server reported, or why no connection could be had.
    pub async fn execute_query(
        &self,
        query: &str,
        parameters: Map,
        config: SessionConfig,
        transaction: TransactionConfig,
    ) -> Result<(Vec<String>, Vec<Record>, Rc<Summary>)> {
        let session = self.query_session(config)?;
        let mode = session.access_mode();
        let run = async |transaction: Transaction| {
            let stream = transaction.run_with(query, &parameters).await?;
            let records = stream.collect().await?;
            Ok::<_, Error>((stream.keys().to_vec(), records, stream.consume().await?))
        };
        let result = session.execute(mode, transaction, run).await?;
        self.remember(&session);
        Ok(result)
    }

    /// A session for one query: it sees what the queries before it have done.
    pub(crate) fn query_session(&self, mut config: SessionConfig) -> Result<Session> {
        config.bookmarks.extend(self.inner.bookmarks.borrow().iter().cloned());
        self.session(config)
    }

    /// What a query session has led to takes the place of what it started from. Queries that ran meanwhile keep what
    /// they have led to: the next one must see all of it.
    pub(crate) fn remember(&self, session: &Session) {
        let mut bookmarks = self.inner.bookmarks.borrow_mut();
        bookmarks.retain(|known| !session.first_bookmarks().contains(known));
        for new in session.last_bookmarks() {
            if !bookmarks.contains(&new) {
                bookmarks.push(new);
            }
        }
    }

    /// Connects if need be, and tells who answers.
    ///
    /// # Errors
    /// Why no connection could be had.
    pub async fn server_info(&self) -> Result<ServerInfo> {
        let need = Need { writes: false, database: None, impersonated_user: None, bookmarks: &[] };
        let (lease, _) = self.inner.acquire(&need).await?;
        if lease.connection().last_used().get().is_none() {
            return Ok(result::server_info(&lease));
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
        answered.map(|_| result::server_info(&lease))
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

impl Inner {
    /// A connection for some work, and the database that the cluster has found it to be for.
    async fn acquire(&self, need: &Need<'_>) -> Result<(Lease, Option<String>)> {
        let acquiring = async |deadline| match &self.router {
            Some(router) => router.acquire(need, deadline).await,
            None => self.pool.acquire(&self.target, deadline).await.map(|lease| (lease, None)),
        };
        self.pool.in_time(&self.target.address, acquiring).await
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
