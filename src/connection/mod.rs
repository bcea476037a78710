//! Connections: a live one, how it is opened, and the pool that lends them.

mod few;
mod first;
mod greeting;
mod inbox;
mod lease;
mod line;
mod live;
mod login;
mod opening;
mod outage;
mod pool;
mod turns;
pub(crate) mod waiters;
mod watch;

pub(crate) use few::Few;
pub(crate) use first::{As, First, Requests};
pub(crate) use inbox::Answer;
pub(crate) use lease::Lease;
pub(crate) use live::{Connection, Ticket};
pub use login::{Auth, AuthManager};
pub(crate) use opening::Identity;
pub use pool::ServerMetrics;
pub(crate) use pool::{Pool, PoolSettings, Trouble};
pub(crate) use turns::{Turn, Turns};
