//! Connections: a live one, how it is opened, and the pool that lends them.

mod lease;
mod live;
mod opening;
mod pool;
mod turns;
pub(crate) mod waiters;

pub(crate) use lease::Lease;
pub(crate) use live::{Answer, Ticket};
pub(crate) use opening::Identity;
pub use pool::ServerMetrics;
pub(crate) use pool::{Pool, PoolSettings, Trouble};
pub(crate) use turns::{Turn, Turns};
