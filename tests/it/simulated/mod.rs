//! A host that exists in memory only: its clock is set by the test, its sockets end in servers that speak Bolt, and
//! nothing in it happens by chance unless a test asks for that, with a seed.
//!
//! [`Host::run`] polls a future, and all tasks it has spawned, until it is done; whenever nothing can go on, the clock
//! jumps to the next thing that is due. If there is none, nothing would ever go on: that is a hang, and a panic.

#![allow(unreachable_pub, reason = "a test is reached from nowhere")]

mod chance;
mod clock;
pub mod cluster;
mod conversation;
mod executor;
mod host;
mod message;
mod peer;
mod server;
mod shorthand;
mod socket;
mod table;

pub use chance::{Chance, for_seeds};
pub use executor::Task;
pub use host::Host;
pub use message::{Seen, Step, encode, failure, success};
pub use server::Server;
pub use shorthand::{Ask, begin, counts, execute_query, execute_query_in, for_polls, numbers, query, refused, session};
pub use table::Table;

use std::time::Duration;

use neo4j_wasm::{Config, SessionConfig};

pub fn millis(count: u64) -> Duration {
    Duration::from_millis(count)
}

pub fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

/// At most so many connections.
pub fn pool_of(size: usize) -> Config {
    Config { max_connection_pool_size: size, ..Config::default() }
}

/// So many records at a time.
pub fn fetching(count: i64) -> SessionConfig {
    SessionConfig { fetch_size: Some(count), ..SessionConfig::default() }
}
