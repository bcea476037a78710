//! What a relay takes out of Bolt's stream of bytes: the handshake, then messages out of their chunks; and how it puts
//! them together again.

use anyhow::{Result, bail};

/// More than any of the tests' messages: what claims to be longer has lost the thread.
const LONGEST: usize = 64 << 20;
const LARGEST_CHUNK: usize = 65_530;
/// Bytes of the client's four proposals behind the magic number, and of the server's choice.
pub(super) const PROPOSALS: usize = 20;
pub(super) const CHOICE: usize = 4;
/// "I speak the manifest": the first proposal of today's drivers.
const MANIFEST: [u8; 4] = [0, 0, 1, 0xFF];

/// One direction of a connection.
pub(super) struct Messages {
    waiting: Vec<u8>,
    /// How far `waiting` has been looked at.
    at: usize,
    message: Vec<u8>,
    /// Bytes of the handshake, as long as it has not come.
    handshake: usize,
}

#[derive(Debug, PartialEq)]
pub(super) enum Piece {
    Handshake(Vec<u8>),
    /// A whole message; an empty one is a NOOP, by which a peer says that it lives.
    Message(Vec<u8>),
}

impl Messages {
    pub(super) fn new(handshake: usize) -> Messages {
        Messages { waiting: Vec::new(), at: 0, message: Vec::new(), handshake }
    }

    pub(super) fn feed(&mut self, bytes: &[u8]) {
        self.waiting.drain(..self.at);
        self.at = 0;
        self.waiting.extend(bytes);
    }

    pub(super) fn next(&mut self) -> Result<Option<Piece>> {
        if self.handshake > 0 {
            let Some(handshake) = self.take(self.handshake) else { return Ok(None) };
            self.handshake = 0;
            return Ok(Some(Piece::Handshake(handshake)));
        }
        while let Some(head) = self.waiting.get(self.at..self.at + 2) {
            let size = usize::from(u16::from_be_bytes([head[0], head[1]]));
            if size == 0 {
                self.at += 2;
                return Ok(Some(Piece::Message(std::mem::take(&mut self.message))));
            }
            let Some(chunk) = self.waiting.get(self.at + 2..self.at + 2 + size) else { return Ok(None) };
            self.message.extend(chunk);
            self.at += 2 + size;
            if self.message.len() > LONGEST {
                bail!("a message of more than {LONGEST} bytes");
            }
        }
        Ok(None)
    }

    fn take(&mut self, length: usize) -> Option<Vec<u8>> {
        let taken = self.waiting.get(self.at..self.at + length)?.to_vec();
        self.at += length;
        Some(taken)
    }
}

/// The client's proposals without the manifest: so a choice is four bytes, and messages begin right behind.
pub(super) fn without_manifest(proposals: &mut [u8]) {
    for proposal in proposals.chunks_exact_mut(4).skip(1).filter(|proposal| *proposal == MANIFEST) {
        proposal.fill(0);
    }
}

/// Appends a message in chunks.
pub(super) fn chunked(out: &mut Vec<u8>, message: &[u8]) {
    for chunk in message.chunks(LARGEST_CHUNK) {
        out.extend((chunk.len() as u16).to_be_bytes());
        out.extend(chunk);
    }
    out.extend([0, 0]);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(messages: &mut Messages, bytes: &[u8]) -> Vec<Piece> {
        messages.feed(bytes);
        std::iter::from_fn(|| messages.next().unwrap()).collect()
    }

    #[test]
    fn however_the_bytes_come_the_messages_are_the_same() {
        let long = vec![7; 100_000];
        let mut stream = vec![1, 2, 3, 4];
        for message in [&b"hello"[..], b"", &long] {
            chunked(&mut stream, message);
        }
        let expected = [
            Piece::Handshake(vec![1, 2, 3, 4]),
            Piece::Message(b"hello".to_vec()),
            Piece::Message(vec![]),
            Piece::Message(long),
        ];
        assert_eq!(pieces(&mut Messages::new(4), &stream), expected);
        for size in [1, 3, 4_096] {
            let mut messages = Messages::new(4);
            let parts: Vec<Piece> = stream.chunks(size).flat_map(|part| pieces(&mut messages, part)).collect();
            assert_eq!(parts, expected, "{size} at a time");
        }
    }

    #[test]
    fn a_message_without_end_is_refused() {
        let mut messages = Messages::new(0);
        let chunk = [vec![0xFF, 0xFF], vec![0; 0xFFFF]].concat();
        let refused = (0..2_000).any(|_| {
            messages.feed(&chunk);
            messages.next().is_err()
        });
        assert!(refused);
    }

    #[test]
    fn the_manifest_is_no_longer_proposed() {
        let mut proposals =
            [&[0x60, 0x60, 0xB0, 0x17][..], &MANIFEST, &[0, 2, 8, 5], &[0, 4, 4, 5], &[0, 0, 4, 4]].concat();
        without_manifest(&mut proposals);
        assert_eq!(proposals[..12], [0x60, 0x60, 0xB0, 0x17, 0, 0, 0, 0, 0, 2, 8, 5]);
        assert_eq!(proposals.len(), PROPOSALS);
    }
}
