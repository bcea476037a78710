//! WebSocket frames as a relay sees them: whole frames out of bytes, and frames of its own making.

use std::ops::Range;

use anyhow::{Result, bail};

pub(super) const CONTINUATION: u8 = 0;
pub(super) const TEXT: u8 = 1;
pub(super) const BINARY: u8 = 2;
pub(super) const CLOSE: u8 = 8;
pub(super) const PING: u8 = 9;
pub(super) const PONG: u8 = 10;
pub(super) const FINAL: u8 = 0x80;
const MASKED: u8 = 0x80;
/// Neither a driver nor Neo4j sends more in a frame.
const LONGEST: u64 = 1 << 20;

/// Bytes of a connection, taken apart into frames.
#[derive(Default)]
pub(super) struct Frames {
    waiting: Vec<u8>,
    at: usize,
    /// There is no WebSocket: what comes is one frame.
    are_none: bool,
}

/// A frame; the payload without its mask.
#[derive(Debug, PartialEq)]
pub(super) struct Frame {
    pub(super) kind: u8,
    pub(super) payload: Vec<u8>,
}

impl Frame {
    /// Whether the payload belongs to the stream, and is not of the WebSocket itself.
    pub(super) fn is_data(&self) -> bool {
        self.kind < CLOSE
    }
}

impl Frames {
    /// Of TCP, or of a WebSocket.
    pub(super) fn of(is_tcp: bool) -> Self {
        Self { are_none: is_tcp, ..Self::default() }
    }

    pub(super) fn feed(&mut self, bytes: &[u8]) {
        self.waiting.drain(..self.at);
        self.at = 0;
        self.waiting.extend(bytes);
    }

    pub(super) fn next(&mut self) -> Result<Option<Frame>> {
        let bytes = &self.waiting[self.at..];
        if self.are_none {
            self.at = self.waiting.len();
            return Ok((!bytes.is_empty()).then(|| Frame { kind: BINARY, payload: bytes.to_vec() }));
        }
        let Some((head, length)) = head(bytes) else { return Ok(None) };
        if length > LONGEST {
            bail!("a frame of {length} bytes");
        }
        let masked = bytes[1] & MASKED != 0;
        let body: Range<usize> =
            if masked { head + 4..head + 4 + length as usize } else { head..head + length as usize };
        let Some(payload) = bytes.get(body.clone()) else { return Ok(None) };
        let mut payload = payload.to_vec();
        if masked {
            let mask = &bytes[head..head + 4];
            payload.iter_mut().zip(mask.iter().cycle()).for_each(|(byte, mask)| *byte ^= mask);
        }
        let frame = Frame { kind: bytes[0] & 0x0F, payload };
        self.at += body.end;
        Ok(Some(frame))
    }
}

/// Bytes before mask and payload, and the payload's length.
fn head(bytes: &[u8]) -> Option<(usize, u64)> {
    let number = |range: Range<usize>| -> Option<u64> {
        Some(bytes.get(range)?.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
    };
    match bytes.get(1)? & 0x7F {
        126 => Some((4, number(2..4)?)),
        127 => Some((10, number(2..10)?)),
        short => Some((2, u64::from(short))),
    }
}

/// What a frame is, and whether a client sends it: then it has a mask, ours of zeros.
#[derive(Clone, Copy)]
pub(super) struct Shape {
    /// Flags and opcode.
    pub(super) first: u8,
    pub(super) masked: bool,
}

/// Appends a frame.
pub(super) fn frame(out: &mut Vec<u8>, shape: Shape, payload: &[u8]) {
    let mask = if shape.masked { MASKED } else { 0 };
    out.push(shape.first);
    match payload.len() {
        length @ 0..126 => out.push(mask | length as u8),
        length @ 126..65_536 => {
            out.push(mask | 126);
            out.extend((length as u16).to_be_bytes());
        }
        length => {
            out.push(mask | 127);
            out.extend((length as u64).to_be_bytes());
        }
    }
    if shape.masked {
        out.extend([0; 4]);
    }
    out.extend(payload);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_of_all_lengths_come_out_as_they_went_in() {
        for masked in [false, true] {
            for length in [0, 1, 125, 126, 65_535, 65_536] {
                let payload: Vec<u8> = (0..length).map(|at| at as u8).collect();
                let mut bytes = Vec::new();
                frame(&mut bytes, Shape { first: FINAL | BINARY, masked }, &payload);
                frame(&mut bytes, Shape { first: FINAL | PING, masked }, b"x");
                let mut frames = Frames::default();
                let mut seen = Vec::new();
                for part in bytes.chunks(1_000) {
                    frames.feed(part);
                    seen.extend(std::iter::from_fn(|| frames.next().unwrap()));
                }
                let ping = Frame { kind: PING, payload: b"x".to_vec() };
                assert_eq!(seen, [Frame { kind: BINARY, payload }, ping]);
            }
        }
    }

    #[test]
    fn masks_are_taken_off() {
        let mut frames = Frames::default();
        frames.feed(&[0x82, 0x85, 0x37, 0xFA, 0x21, 0x3D, 0x7F, 0x9F, 0x4D, 0x51, 0x58]);
        assert_eq!(frames.next().unwrap().unwrap().payload, b"Hello");
    }

    #[test]
    fn a_frame_that_is_too_long_is_refused() {
        let mut frames = Frames::default();
        frames.feed(&[0x82, 127, 0x7F, 0, 0, 0, 0, 0, 0, 0]);
        assert!(frames.next().is_err());
    }
}
