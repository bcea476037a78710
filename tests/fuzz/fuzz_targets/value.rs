#![no_main]
//! Fuzzes values: read in each dialect, written, and read again.

#[path = "../checks/value.rs"]
mod value;

libfuzzer_sys::fuzz_target!(|data: &[u8]| value::value(data));
