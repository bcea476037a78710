#![no_main]
//! Fuzzes batches of records: on the tape and as columns, against the reader of values.

#[path = "../checks/batch.rs"]
mod batch;
#[path = "../checks/value.rs"]
#[allow(dead_code, reason = "only its dialects are used")]
mod value;

libfuzzer_sys::fuzz_target!(|data: &[u8]| batch::batch(data));
