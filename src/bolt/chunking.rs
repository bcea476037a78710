//! Chunking: messages cut into chunks of two length bytes and a payload, ended by an empty chunk.

use crate::error::Result;

/// The largest send that a server accepts over WebSocket.
pub const SEND_LIMIT: usize = 65_536;

/// The largest payload of a chunk we write: with its header and the end mark it fits in one send.
const LARGEST_CHUNK: usize = SEND_LIMIT - 4;

/// A message buffer larger than this is given back once its message is done.
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

/// Puts messages together from bytes that are cut anywhere.
#[derive(Debug, Default)]
pub struct Dechunker {
    /// The first byte of a chunk's length, when the bytes ended there.
    half_header: Option<u8>,
    /// How much of the current chunk is still to come.
    missing: usize,
    /// The current message, as far as it has come.
    message: Vec<u8>,
}

impl Dechunker {
    /// Takes in `bytes` and calls `each` with every message that they complete. Empty messages are keep-alives
    /// (NOOP) and are left out.
    ///
    /// # Errors
    /// Those of `each`; the rest of `bytes` is then lost.
    pub fn receive(&mut self, mut bytes: &[u8], mut each: impl FnMut(&[u8]) -> Result<()>) -> Result<()> {
        while !bytes.is_empty() {
            if self.missing == 0 {
                let Some(size) = self.header(&mut bytes) else { return Ok(()) };
                if size == 0 {
                    self.end_message(&mut each)?;
                } else if self.message.is_empty() && bytes.get(size..size + 2) == Some(&[0, 0]) {
                    // The usual case: the whole message is here in one piece, and is read where it lies.
                    let (message, rest) = bytes.split_at(size);
                    bytes = &rest[2..];
                    each(message)?;
                } else {
                    self.missing = size;
                }
            } else {
                let (part, rest) = bytes.split_at(self.missing.min(bytes.len()));
                self.message.extend_from_slice(part);
                self.missing -= part.len();
                bytes = rest;
            }
        }
        Ok(())
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

    fn end_message(&mut self, each: &mut impl FnMut(&[u8]) -> Result<()>) -> Result<()> {
        if self.message.is_empty() {
            return Ok(());
        }
        let result = each(&self.message);
        self.message.clear();
        if self.message.capacity() > KEPT_CAPACITY {
            self.message = Vec::new();
        }
        result
    }
}
