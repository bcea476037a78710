//! PackStream, version 1 and 2: how Bolt writes values.

mod broken;
pub mod column;
pub mod columns;
mod cursor;
mod form;
pub mod kind;
mod marker;
mod names;
mod packed;
mod read;
mod reader;
mod refused;
mod scan;
pub mod tape;
mod text;
mod weight;
mod write;
mod writer;

pub use form::Dialect;
#[cfg(all(feature = "js", target_arch = "wasm32"))]
pub(crate) use form::TO_JS;
pub use names::Names;
pub(super) use read::read_structure;
pub use read::{read_map, read_parameters, read_value};
pub(super) use reader::pass;
pub use reader::{Reader, Token};
pub use refused::Refused;
pub use scan::Scan;
pub use weight::Weight;
pub use write::{write_map, write_value};
pub use writer::Writer;

/// How deep lists, maps and structures may stand inside each other, both ways.
///
/// Decoding recurses, and a wasm stack is one megabyte: a peer must not be able to use it up.
pub const MAX_DEPTH: usize = 512;

/// Whether the first of these bytes is that of a list. What the list holds is looked at by whoever reads it.
pub(super) fn begins_list(bytes: &[u8]) -> bool {
    bytes.first().is_some_and(|first| matches!(marker::Kind::of(*first), marker::Kind::List))
}
