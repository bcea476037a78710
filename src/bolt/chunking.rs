//! Chunking: messages cut into chunks of two length bytes and a payload, ended by an empty chunk.

use std::borrow::Cow;

use crate::error::{Error, ErrorKind, Result};

/// The largest send that a server accepts over WebSocket.
pub const SEND_LIMIT: usize = 65_536;

/// The largest payload of a chunk we write: with its header and the end mark it fits in one send.
const LARGEST_CHUNK: usize = SEND_LIMIT - 4;

/// A message buffer larger than this is given away with its message.
const KEPT_CAPACITY: usize = 1 << 20;

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
    /// The current message, as far as it has come.
    message: Vec<u8>,
    /// The most bytes that a message may have.
    limit: usize,
}

impl Default for Dechunker {
    fn default() -> Self {
        Self { half_header: None, missing: 0, message: Vec::new(), limit: MAX_MESSAGE_SIZE }
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
                if size > self.limit - self.message.len().min(self.limit) {
                    return Err(too_large(self.limit));
                }
                if size == 0 {
                    self.end_message(&mut each)?;
                } else if self.message.is_empty() && bytes.get(size..size + 2) == Some(&[0, 0]) {
                    // The usual case: the whole message is here in one piece, and is read where it lies.
                    let (message, rest) = bytes.split_at(size);
                    bytes = &rest[2..];
                    each(Cow::Borrowed(message))?;
                } else {
                    self.missing = size;
                }
            } else {
                let (part, rest) = bytes.split_at(self.missing.min(bytes.len()));
                self.make_room(part.len())?;
                self.message.extend_from_slice(part);
                self.missing -= part.len();
                bytes = rest;
            }
        }
        Ok(())
    }

    /// By doubling, but not beyond the limit: old and new room together stay below twice of that.
    fn make_room(&mut self, more: usize) -> Result<()> {
        let (size, room) = (self.message.len(), self.message.capacity());
        let needed = size + more;
        if needed <= room {
            return Ok(());
        }
        let room = room.saturating_mul(2).min(self.limit).max(needed);
        self.message.try_reserve_exact(room - size).map_err(|_| out_of_memory())
    }

    fn header(&mut self, bytes: &mut &[u8]) -> Option<usize> {
        let (&first, rest) = bytes.split_first()?;
        *bytes = rest;
        let Some(high) = self.half_header.take() else {
            self.half_header = Some(first);
            return self.header(bytes);
        };
        Some(usize::from(u16::from_be_bytes([high, first])))
    }

    fn end_message(&mut self, each: &mut impl FnMut(Cow<'_, [u8]>) -> Result<()>) -> Result<()> {
        if self.message.is_empty() {
            return Ok(());
        }
        if self.message.capacity() > KEPT_CAPACITY {
            return each(Cow::Owned(std::mem::take(&mut self.message)));
        }
        let result = each(Cow::Borrowed(&self.message));
        self.message.clear();
        result
    }
}

fn too_large(limit: usize) -> Error {
    let message = format!(
        "The server sends a message of more than {limit} bytes, the most that maxMessageSize (max_message_size) allows: \
         have the query return less at a time, or raise that limit"
    );
    Error::new(ErrorKind::Protocol, "MessageTooLarge", message)
}

/// What a peer has sent finds no room.
pub(super) fn out_of_memory() -> Error {
    let message =
        "There is no memory left for what the server sends: read results as they come, or fetch less at a time";
    Error::new(ErrorKind::Connection, "OutOfMemory", message)
}
