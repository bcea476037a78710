//! PackStream, version 1 and 2: how Bolt writes values.

pub mod column;
pub mod columns;
pub mod kind;
mod names;
mod packed;
mod reader;
mod scan;
mod structures;
pub mod tape;
mod weight;
mod writer;

pub use names::Names;
#[cfg(all(feature = "js", target_arch = "wasm32"))]
pub(crate) use packed::TO_JS;
pub use packed::read_parameters;
pub(super) use reader::pass;
pub use reader::{Reader, Token};
pub use scan::Scan;
pub(super) use structures::read_structure;
pub use structures::{Dialect, Refused, read_map, read_value, write_map, write_value};
pub use weight::Weight;
pub use writer::Writer;

/// How deep lists, maps and structures may stand inside each other, both ways.
///
/// Decoding recurses, and a wasm stack is one megabyte: a peer must not be able to use it up.
pub const MAX_DEPTH: usize = 512;

/// The first byte of each value whose size does not fit in that byte.
mod marker {
    pub(super) const NULL: u8 = 0xC0;
    pub(super) const FLOAT_64: u8 = 0xC1;
    pub(super) const FALSE: u8 = 0xC2;
    pub(super) const TRUE: u8 = 0xC3;
    pub(super) const FLOAT_32: u8 = 0xC6;
    pub(super) const INT_8: u8 = 0xC8;
    pub(super) const INT_16: u8 = 0xC9;
    pub(super) const INT_32: u8 = 0xCA;
    pub(super) const INT_64: u8 = 0xCB;
    pub(super) const BYTES_8: u8 = 0xCC;
    pub(super) const BYTES_16: u8 = 0xCD;
    pub(super) const BYTES_32: u8 = 0xCE;
    pub(super) const STRING_8: u8 = 0xD0;
    pub(super) const STRING_16: u8 = 0xD1;
    pub(super) const STRING_32: u8 = 0xD2;
    pub(super) const LIST_8: u8 = 0xD4;
    pub(super) const LIST_16: u8 = 0xD5;
    pub(super) const LIST_32: u8 = 0xD6;
    pub(super) const MAP_8: u8 = 0xD8;
    pub(super) const MAP_16: u8 = 0xD9;
    pub(super) const MAP_32: u8 = 0xDA;
    pub(super) const STRUCTURE_8: u8 = 0xDC;
    pub(super) const STRUCTURE_16: u8 = 0xDD;
    pub(super) const UUID: u8 = 0xE0;
}

/// Whether the first of these bytes is that of a list. What the list holds is looked at by whoever reads it.
pub(super) fn begins_list(bytes: &[u8]) -> bool {
    bytes.first().is_some_and(|first| matches!(scan::Kind::of(*first), scan::Kind::List))
}
