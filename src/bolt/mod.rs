//! The Bolt protocol as a value: bytes in, bytes out. No I/O, no async, no clock; whatever the bytes, no panic.
//!
//! Facts come from the Bolt documentation (<https://neo4j.com/docs/bolt/current/>).

pub mod auth_token;
pub mod chunking;
pub mod exchange;
pub mod handshake;
mod metadata;
mod modest;
pub mod packstream;
pub mod records;
pub mod request;
pub mod response;
pub mod server_state;
pub mod version;

pub use auth_token::AuthToken;
pub use exchange::{Exchange, Token};
pub(crate) use metadata::OMITTED;
pub use records::{Enough, RecordBatch, Records};
pub use request::{Hello, NotificationFilter, Request, Route, TransactionOptions};
pub use response::Response;
pub use server_state::ServerState;
pub use version::Version;
