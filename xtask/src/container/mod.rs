//! The container: how the wasm travels in the default entry. Its instructions are taken apart, each kind of bytes is put
//! in a stream of its own, and the streams are written in letters. Servers compress that to about six sevenths of what
//! the module comes to: like bytes lie beside each other. `unpack.wat` joins them again; pkg-template/wire/unpack.js runs it.
//!
//! A module is a head (all before the first body of a function), bodies, and a tail. A body is pieces: the declaration of
//! its locals, then its instructions. What pieces have in common is their form (`form.rs`): bytes that they begin with,
//! and how many numbers (LEB128) follow, from which stream. A token, one byte, stands for a form; a table says for which.
//! Numbers are copied as they are, up to and with their first byte below 128. What is not understood goes through as
//! bytes, so that any module comes out as it went in.
//!
//! The container is, in this order:
//! - a checksum of the module, in 8 bytes;
//! - the table of tokens: nine columns, each with a byte for each of 256 tokens. The first four are the bytes that a form
//!   begins with; then come how many of them count, the stream, the numbers, the numbers for each of a list, the flags;
//! - how many bodies there are, and how many streams;
//! - the length of each stream, the last one first;
//! - the streams, one after the other.

mod form;
mod letters;
#[cfg(test)]
mod tests;
mod tokens;

use std::ops::Range;

use wasmparser::{Parser, Payload};

use crate::base64;
use form::{Piece, pieces};
use tokens::Tokens;

/// Streams: that of the tokens, what is around the bodies, then those of operands. `unpack.wat` knows these three.
const TOKENS: usize = 0;
const HEAD: usize = 1;
const TAIL: usize = 2;

/// What joins a container again, as WebAssembly's text.
pub(crate) const UNPACK: &str = include_str!("unpack.wat");

/// A script with the module in its container, and `boot`, which is `UNPACK` assembled. pkg-template/wire/unpack.js reads it.
pub(crate) fn script(module: &[u8], boot: &[u8]) -> String {
    let boot = base64::encode(boot);
    // It checks the rest; what checks it has to be small.
    let check = boot.bytes().fold(0_i32, |sum, letter| (sum ^ i32::from(letter)).wrapping_mul(0x0100_0193));
    let (size, letters) = (module.len(), letters::encode(&pack(module)));
    format!("export const packed={{boot:\"{boot}\",check:{check},size:{size},letters:\"{letters}\"}};\n")
}

fn pack(module: &[u8]) -> Vec<u8> {
    let bodies = bodies(module).unwrap_or_default();
    let head = bodies.first().map_or(module.len(), |body| body.start - number(body.len()).len());
    let tail = bodies.last().map_or(module.len(), |body| body.end);
    let pieces: Vec<Piece<'_>> = bodies.iter().flat_map(|body| pieces(&module[body.clone()])).collect();
    let tokens = Tokens::of(&pieces);
    let mut streams = tokens.streams(&pieces);
    streams[HEAD] = module[..head].to_vec();
    streams[TAIL] = module[tail..].to_vec();

    let mut container = checksum(module).to_le_bytes().to_vec();
    container.extend(tokens.table());
    container.extend(number(bodies.len()));
    container.extend(number(streams.len()));
    container.extend(streams.iter().rev().flat_map(|stream| number(stream.len())));
    container.extend(streams.concat());
    container
}

/// Where the bodies of functions are. None where they do not follow one another, each after its length.
fn bodies(module: &[u8]) -> Option<Vec<Range<usize>>> {
    let mut bodies: Vec<Range<usize>> = Vec::new();
    for payload in Parser::new(0).parse_all(module) {
        if let Payload::CodeSectionEntry(body) = payload.ok()? {
            let range = body.range();
            let length = number(range.len());
            let begin = range.start.checked_sub(length.len())?;
            if module[begin..range.start] != length || bodies.last().is_some_and(|last| last.end != begin) {
                return None;
            }
            bodies.push(range);
        }
    }
    Some(bodies)
}

/// As WebAssembly writes a number without a sign (LEB128).
fn number(value: usize) -> Vec<u8> {
    let (mut rest, mut bytes) = (value, Vec::new());
    while rest > 127 {
        bytes.push((rest & 127) as u8 | 128);
        rest >>= 7;
    }
    bytes.push(rest as u8);
    bytes
}

/// Over words of eight bytes, the last one filled up with zeros.
fn checksum(module: &[u8]) -> u64 {
    let word = |bytes: &[u8]| (0..).zip(bytes).fold(0, |word, (at, byte)| word | u64::from(*byte) << (8 * at));
    module.chunks(8).fold(0, |sum: u64, bytes| (sum ^ word(bytes)).wrapping_mul(FACTOR).rotate_left(29))
}

/// Odd, with bits all over it.
const FACTOR: u64 = 0x9E37_79B9_7F4A_7C15;
