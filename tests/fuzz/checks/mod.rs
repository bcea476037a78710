//! What must hold whatever the bytes: checked by the fuzz targets and, on random bytes, by `cargo test`.

pub(crate) mod batch;
pub(crate) mod exchange;
pub(crate) mod parameters;
pub(crate) mod value;
