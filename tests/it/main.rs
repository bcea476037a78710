//! Tests of the crate from outside, on parts that need no server.

// On wasm32 there are others: tests/wasm.
#![cfg(not(target_arch = "wasm32"))]

mod allocation;
mod authentication;
mod batch;
mod bookmarks;
mod columns;
mod components;
mod connection_closing;
mod connection_opening;
mod connection_sending;
mod conversations;
mod cuts;
mod declarations;
mod depth;
mod driver;
mod driver_query;
mod dropped_anywhere;
mod first_requests;
mod first_requests_lost;
mod home_database;
mod hostile;
mod house;
mod login;
mod metadata;
mod newest_types;
mod options;
mod outage;
mod packed;
mod policy;
mod pool;
mod pool_closing;
mod pool_health;
mod pool_property;
mod reading;
mod receive_timeout;
mod result;
mod result_summary;
mod retry;
mod retry_work;
mod round_trip;
mod routing;
mod routing_failing;
mod routing_sharing;
#[cfg(feature = "serde")]
mod serde_everything;
#[cfg(feature = "serde")]
mod serde_rows;
#[cfg(feature = "serde")]
mod serde_values;
mod session;
mod session_closing;
mod session_dropped;
mod simulated;
mod tape;
mod telemetry;
mod transaction;
mod transaction_failing;
mod unread;
mod values;

#[path = "../fuzz/checks/mod.rs"]
mod checks;
#[path = "../spec/wire.rs"]
mod wire;
