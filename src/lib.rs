//! The Neo4j driver for the web platform: Bolt over WebSocket, for wasm front-ends and, as an npm package, for
//! JavaScript.
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
//! in one write through `platform`. The socket's events drive the rest: bytes go into `bolt::Exchange`, responses
//! come out with the token of their request, and whoever waits is woken. Records stay bytes until a value is asked
//! for; to JavaScript they cross in batches.
//!
//! # Invariants
//! - Nothing is borrowed while sending, waking or calling the user's code.
//! - A future dropped at any await leaves its connection marked, and it is reset or closed before anyone else gets it.
//! - Time is asked from the platform, never from the clock.
//! - Only `bolt::version` compares versions.

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
    AccessMode, BookmarkManager, Config, Counters, Driver, GraphDatabase, Measured, Notification, Plan, Record,
    RecordStream, Retryable, ServerInfo, Session, SessionConfig, StatusObject, Summary, Transaction, TransactionConfig,
    Trust,
};
pub use error::{Error, ErrorKind, GqlStatus, Position, Result};
pub use platform::Address;
pub use routing::{Resolver, RoutingTable};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
