//! The Neo4j driver for the web platform: Bolt over WebSocket, for wasm front-ends and, as an npm package, for
//! JavaScript.
//!
//! # From a Rust front-end
//! Leave the features as they are: the browser's own WebSocket is used, and nothing of the JavaScript face is there. A
//! [`Driver`] is made once and cloned where it is needed; it belongs to its thread. The crate also compiles for a server,
//! as code that renders on both sides needs it, but connects on `wasm32-unknown-unknown` only. In Node.js it needs the
//! WebSocket that Node.js has from version 22 on.
//! ```no_run
//! use neo4j_wasm::{Config, GraphDatabase, Result};
//!
//! async fn names() -> Result<Vec<String>> {
//!     let config = Config { auth: ("neo4j", "password").into(), ..Config::default() };
//!     let driver = GraphDatabase::driver("neo4j+s://example.com", config)?;
//!     let query = "MATCH (p:Person) WHERE p.born > $year RETURN p.name AS name";
//!     let people = driver.query(query).param("year", 1970).read().await?;
//!     people.records.iter().map(|person| person.get("name")).collect()
//! }
//! ```
//! - [`Driver::query`] and [`Driver::execute_query`]: one query, tried again where that can help, its result in memory.
//! - [`Session`]: a chain of transactions. [`Session::run`] for a result that is read as it comes,
//!   [`Session::execute_write`] and [`Session::execute_read`] for several queries that happen together,
//!   [`Session::begin_transaction`] where the end is decided elsewhere.
//! - [`params!`] makes parameters; [`Record::get`] reads a column as a Rust type, [`Record::columns`] all of them;
//!   [`value`] has the types that Rust has no word for.
//! - With the feature `serde`, `Record::to` and `RecordStream::rows` read rows as types of your own, `Map::from_serialize`
//!   makes parameters of them, and `Value::to_js` hands them to JavaScript. With `jiff`, `chrono` and `uuid`, values are
//!   read as types of those crates.
//! - [`Error`] says whose fault it was, and whether another try can help; a [`RetryPolicy`] says for how long there are
//!   other tries, and who hears of them.
//!
//! The feature `anyhow` lets the work of a transaction fail with an `anyhow::Error`.
//!
//! Every future can be dropped at any await, to cancel what it does: by `select!`, or with the component that it belongs
//! to. What was under way on its connection is reset before anyone else gets the connection. A [`RecordStream`] that is
//! dropped while nobody waits for it loses no write: see there.
//!
//! # The house
//! Imports point only up this list:
//! - `error`, `value`: whose fault it was; what Cypher values are.
//! - `bolt`: the protocol, bytes in and bytes out, without I/O.
//! - `platform`: what the host lends us: sockets, time, chance.
//! - `connection`: a live connection and the pool; single-threaded, no lock.
//! - `routing`: which member of a cluster a piece of work goes to.
//! - `driver`: what users hold.
//! - `js`: the JavaScript face; only with the feature `js`, which only the npm build switches on.
//!
//! # `session.run()` out and back
//! `driver::session` takes a connection from `connection::pool`, encodes RUN and PULL for its version and sends both
//! in one write through `platform`; on a connection that is just being opened, the pool does so together with the login, and
//! with the handshake where the version is known (`connection::first`, `connection::opening`). The socket's events drive the rest: bytes go into `bolt::Exchange`, responses
//! come out with the token of their request, and whoever waits is woken. Records stay bytes until a value is asked
//! for; to JavaScript they cross in batches.
//!
//! # Invariants
//! - Nothing is borrowed while sending, waking or calling the user's code.
//! - A future dropped at any await leaves its connection marked, and it is reset or closed before anyone else gets it.
//! - Time is asked from the platform, never from the clock.
//! - Only `bolt::version` compares versions.
//! - What is foreign (functions of the application and what they give, objects of the runtime, events of sockets) enters
//!   through `platform::gate` here and `gate.js` there, and is a checked value or an error of ours from there on.
//! - A function of the application is called from the continuation of the call that led to it.
//! - Nothing is kept without a bound: per message, per connection, per wait.

#[doc(hidden)]
pub mod bolt;
mod connection;
mod driver;
mod error;
#[cfg(all(feature = "js", target_arch = "wasm32"))]
mod js;
#[doc(hidden)]
pub mod platform;
mod routing;
pub mod value;

pub use bolt::{AuthToken, NotificationFilter};
pub use connection::{Auth, AuthManager, ServerMetrics};
pub use driver::{
    AccessMode, BookmarkManager, Column, Config, Counters, Driver, EagerResult, FromColumns, GraphDatabase, Measured,
    Notification, Plan, Query, Record, RecordStream, RetryPolicy, Retryable, ServerInfo, Session, SessionConfig,
    StatusObject, Summary, Transaction, TransactionConfig, Trust,
};
pub use error::{Error, ErrorKind, GqlStatus, Position, Result};
pub use platform::{Address, WebSocketUrl};
pub use routing::{Resolver, RoutingTable};
