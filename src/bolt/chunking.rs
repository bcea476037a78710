//! Chunking: messages cut into chunks of two length bytes and a payload, ended by an empty chunk.

use std::borrow::Cow;

use crate::error::{Error, ErrorKind, Result};

/// The largest send that a server accepts over WebSocket.
pub const SEND_LIMIT: usize = 65_536;

/// The largest payload of a chunk we write: with its header and the end mark it fits in one send.
const LARGEST_CHUNK: usize = SEND_LIMIT - 4;

/// A message is taken in by pieces of this size: one buffer that grows would take up to three times as much.
const PIECE: usize = 1 << 20;

/// Appends `message` to `output` as chunks.
pub fn write_chunked(message: &[u8], output: &mut Vec<u8>) {
    output.reserve(message.len() + 4 + message.len() / LARGEST_CHUNK * 2);
    for chunk in message.chunks(LARGEST_CHUNK) {
        output.extend_from_slice(&(chunk.len() as u16).to_be_bytes());
        output.extend_from_slice(chunk);
    }
    output.extend_from_slice(&[0, 0]);
}

/// The largest message that is taken in unless someone says otherwise.
pub const MAX_MESSAGE_SIZE: usize = 256 << 20;

/// Puts messages together from bytes that are cut anywhere. Nothing is allocated for bytes that have not come.
#[derive(Debug)]
pub struct Dechunker {
    /// The first byte of a chunk's length, when the bytes ended there.
    half_header: Option<u8>,
    /// How much of the current chunk is still to come.
    missing: usize,
    /// Pieces of the current message that are full.
    pieces: Vec<Vec<u8>>,
    /// The piece behind them, as far as it has come.
    piece: Vec<u8>,
    /// The most bytes that a message may have.
    limit: usize,
}

impl Default for Dechunker {
    fn default() -> Self {
        Self { half_header: None, missing: 0, pieces: Vec::new(), piece: Vec::new(), limit: MAX_MESSAGE_SIZE }
    }
}

impl Dechunker {
    /// Takes in no message of more bytes than this from now on.
    pub fn limit_messages(&mut self, limit: usize) {
        self.limit = limit;
    }

    /// Takes in `bytes` and calls `each` with every message that they complete; a large one is handed over, to be kept
    /// without a copy. Empty messages are keep-alives (NOOP) and are left out.
    ///
    /// # Errors
    /// Those of `each`, and a protocol error (`MessageTooLarge`) as soon as a message is known to be larger than the
    /// limit; the rest of `bytes` is then lost.
    pub fn receive(&mut self, mut bytes: &[u8], mut each: impl FnMut(Cow<'_, [u8]>) -> Result<()>) -> Result<()> {
        while !bytes.is_empty() {
            if self.missing == 0 {
                let Some(size) = self.header(&mut bytes) else { return Ok(()) };
                let come = PIECE * self.pieces.len() + self.piece.len();
                if size > self.limit.saturating_sub(come) {
                    return Err(too_large(self.limit));
                }
                if size == 0 {
                    self.end_message(&mut each)?;
                } else if come == 0 && bytes.get(size..size + 2) == Some(&[0, 0]) {
                    // The usual case: the whole message is here in one piece, and is read where it lies.
                    let (message, rest) = bytes.split_at(size);
                    bytes = &rest[2..];
                    each(Cow::Borrowed(message))?;
                } else {
                    self.missing = size;
                }
            } else {
                // One that is joined already has room for all that may come.
                let room = if self.is_joined() { usize::MAX } else { PIECE - self.piece.len() };
                let (part, rest) = bytes.split_at(self.missing.min(bytes.len()).min(room));
                make_room(&mut self.piece, part.len(), if self.pieces.is_empty() { 0 } else { PIECE })?;
                self.piece.extend_from_slice(part);
                self.missing -= part.len();
                bytes = rest;
                if part.len() == room {
                    self.pieces.push(std::mem::take(&mut self.piece));
                    if PIECE * self.pieces.len() >= joined_from(self.limit) {
                        self.join(self.limit)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn header(&mut self, bytes: &mut &[u8]) -> Option<usize> {
        if let (None, [high, low, rest @ ..]) = (self.half_header, *bytes) {
            *bytes = rest;
            return Some(usize::from(u16::from_be_bytes([*high, *low])));
        }
        let (&first, rest) = bytes.split_first()?;
        *bytes = rest;
        let Some(high) = self.half_header.take() else {
            self.half_header = Some(first);
            return self.header(bytes);
        };
        Some(usize::from(u16::from_be_bytes([high, first])))
    }

    fn end_message(&mut self, each: &mut impl FnMut(Cow<'_, [u8]>) -> Result<()>) -> Result<()> {
        if !self.pieces.is_empty() {
            self.pieces.push(std::mem::take(&mut self.piece));
            self.join(self.pieces.iter().map(Vec::len).sum())?;
        }
        if self.is_joined() {
            return each(Cow::Owned(std::mem::take(&mut self.piece)));
        }
        let result = if self.piece.is_empty() { Ok(()) } else { each(Cow::Borrowed(&self.piece)) };
        self.piece.clear();
        result
    }

    fn is_joined(&self) -> bool {
        self.piece.capacity() > PIECE
    }

    /// Makes one piece of them all, with room for a message of so many bytes.
    fn join(&mut self, size: usize) -> Result<()> {
        let mut whole = Vec::new();
        whole.try_reserve_exact(size).map_err(|_| out_of_memory())?;
        // Each piece is let go before anything else is done.
        std::mem::take(&mut self.pieces).into_iter().for_each(|piece| whole.extend_from_slice(&piece));
        self.piece = whole;
        Ok(())
    }
}

/// Of a message as large as that there are no more pieces: it is to take less than twice the limit.
pub(super) fn joined_from(limit: usize) -> usize {
    limit / 4 * 3
}

/// By doubling, but never beyond the size of a piece; `least` at once.
fn make_room(piece: &mut Vec<u8>, more: usize, least: usize) -> Result<()> {
    let needed = piece.len() + more;
    if needed <= piece.capacity() {
        return Ok(());
    }
    let room = (2 * piece.capacity()).max(least).min(PIECE).max(needed);
    piece.try_reserve_exact(room - piece.len()).map_err(|_| out_of_memory())
}

/// Adds bytes, if there is memory for them.
pub(super) fn extend(to: &mut Vec<u8>, bytes: &[u8]) -> Result<()> {
    // Asked here, since a call for each record would be half of what it costs.
    if bytes.len() > to.capacity() - to.len() {
        to.try_reserve(bytes.len()).map_err(|_| out_of_memory())?;
    }
    to.extend_from_slice(bytes);
    Ok(())
}

fn too_large(limit: usize) -> Error {
    let message = format!(
        "The server sends a message of more than {limit} bytes, the most that maxMessageSize (max_message_size) allows: \
         have the query return less at a time, or raise that limit"
    );
    Error::new(ErrorKind::Protocol, "MessageTooLarge", message)
}

/// A message is small enough, and would take much more to read.
pub(super) fn too_many_values(limit: usize) -> Error {
    let message = format!(
        "The server sends a message of so many small values that to read it takes more than twice the {limit} bytes that \
         maxMessageSize (max_message_size) allows: have the query return less at a time (UNWIND a list into rows, say), or \
         raise that limit"
    );
    Error::new(ErrorKind::Protocol, "MessageTooLarge", message)
}

/// What a peer has sent finds no room.
pub(super) fn out_of_memory() -> Error {
    let message =
        "There is no memory left for what the server sends: read results as they come, or fetch less at a time";
    Error::new(ErrorKind::Connection, "OutOfMemory", message)
}
