#![no_main]
//! Fuzzes parameters from JavaScript: read, and written in a dialect.

#[path = "../checks/parameters.rs"]
mod parameters;
#[path = "../checks/value.rs"]
#[allow(dead_code, reason = "only its dialects are used")]
mod value;

libfuzzer_sys::fuzz_target!(|data: &[u8]| parameters::parameters(data));
