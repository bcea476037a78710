#![no_main]
//! Fuzzes a conversation: the server's bytes in several cuts, and requests as the first bytes choose them.

#[path = "../checks/exchange.rs"]
mod exchange;

libfuzzer_sys::fuzz_target!(|data: &[u8]| exchange::exchange(data));
