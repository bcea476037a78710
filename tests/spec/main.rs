//! Tests transcribed from the Bolt documentation (<https://neo4j.com/docs/bolt/current/>).

// On wasm32 there are others: tests/wasm.
#![cfg(not(target_arch = "wasm32"))]

mod chunking;
mod handshake;
mod packstream;
mod requests;
mod responses;
mod server_state;
mod structures;
mod temporal;
mod wire;
