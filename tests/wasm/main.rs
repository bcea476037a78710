//! The crate as a Rust front-end has it, without the JavaScript face: against a real server, in Node.js and in browsers.
//! `cargo xtask test --only wasm` runs it everywhere; in Node.js alone (22 or later), `cargo xtask with-neo4j -- cargo test
//! --target wasm32-unknown-unknown --test wasm --features serde` does, with `CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER="cargo xtask
//! test-runner"`.

#![cfg(target_arch = "wasm32")]

mod connecting;
mod dropped;
#[cfg(feature = "serde")]
mod js;
mod querying;
#[cfg(feature = "serde")]
mod rows;
mod server;
mod streams;
mod transactions;
mod values;
