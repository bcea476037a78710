//! The server's end of a WebSocket, as far as the replay needs it: the upgrade, masked messages in, plain frames out.

use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::TcpStream;

use anyhow::{Context, Result, bail};

use crate::base64;

/// What RFC 6455 adds to the client's key.
const GUID: &str = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
const BINARY: u8 = 0x82;
const CLOSE: u8 = 0x88;
/// A driver's requests are small; this is more than any of them.
const LONGEST: u64 = 16 << 20;

pub(super) struct WebSocket {
    reader: BufReader<TcpStream>,
    stream: TcpStream,
}

impl WebSocket {
    /// Answers the upgrade; any path will do.
    pub(super) fn accept(mut stream: TcpStream) -> Result<WebSocket> {
        stream.set_nodelay(true)?;
        let mut reader = BufReader::new(stream.try_clone()?);
        let mut key = None;
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line)? == 0 {
                bail!("the connection ended within its request");
            }
            if line.trim().is_empty() {
                break;
            }
            if let Some((_, value)) = line.split_once(':').filter(|(name, _)| name.eq_ignore_ascii_case(KEY)) {
                key = Some(value.trim().to_owned());
            }
        }
        let accept = accept_key(&key.context("not a WebSocket")?);
        write!(
            stream,
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
             Sec-WebSocket-Accept: {accept}\r\n\r\n"
        )?;
        Ok(WebSocket { reader, stream })
    }

    /// The payload of the next frame; `None` when the client is gone.
    pub(super) fn receive(&mut self) -> Result<Option<Vec<u8>>> {
        let mut head = [0; 2];
        if let Err(error) = self.reader.read_exact(&mut head) {
            let gone = matches!(error.kind(), ErrorKind::UnexpectedEof | ErrorKind::ConnectionReset);
            return if gone { Ok(None) } else { Err(error.into()) };
        }
        let length = match head[1] & 0x7F {
            126 => u64::from(u16::from_be_bytes(self.take()?)),
            127 => u64::from_be_bytes(self.take()?),
            short => u64::from(short),
        };
        if head[1] & 0x80 == 0 || length > LONGEST {
            bail!("a frame that no client sends");
        }
        let mask: [u8; 4] = self.take()?;
        let mut payload = vec![0; length as usize];
        self.reader.read_exact(&mut payload)?;
        for (byte, mask) in payload.iter_mut().zip(mask.iter().cycle()) {
            *byte ^= mask;
        }
        if head[0] & 0x0F == CLOSE & 0x0F {
            // The same back: then both ends know.
            let mut farewell = Vec::new();
            frame(&mut farewell, CLOSE, &payload);
            self.stream.write_all(&farewell)?;
            return Ok(None);
        }
        Ok(Some(payload))
    }

    fn take<const N: usize>(&mut self) -> Result<[u8; N]> {
        let mut bytes = [0; N];
        self.reader.read_exact(&mut bytes)?;
        Ok(bytes)
    }

    /// Sends bytes that are frames already.
    pub(super) fn send_framed(&mut self, frames: &[u8]) -> Result<()> {
        Ok(self.stream.write_all(frames)?)
    }
}

const KEY: &str = "sec-websocket-key";

fn accept_key(key: &str) -> String {
    base64::encode(&sha1_smol::Sha1::from(format!("{key}{GUID}")).digest().bytes())
}

/// Appends one binary message in one frame.
pub(super) fn binary(out: &mut Vec<u8>, payload: &[u8]) {
    frame(out, BINARY, payload);
}

fn frame(out: &mut Vec<u8>, kind: u8, payload: &[u8]) {
    out.push(kind);
    match payload.len() {
        length @ 0..126 => out.push(length as u8),
        length @ 126..65_536 => {
            out.push(126);
            out.extend((length as u16).to_be_bytes());
        }
        length => {
            out.push(127);
            out.extend((length as u64).to_be_bytes());
        }
    }
    out.extend(payload);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_of_rfc_6455() {
        assert_eq!(accept_key("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    }

    #[test]
    fn lengths_have_three_forms() {
        let head = |length: usize| {
            let mut out = Vec::new();
            binary(&mut out, &vec![0; length]);
            out.truncate(out.len() - length);
            out
        };
        assert_eq!(head(125), [0x82, 125]);
        assert_eq!(head(126), [0x82, 126, 0, 126]);
        assert_eq!(head(65_536), [0x82, 127, 0, 0, 0, 0, 0, 1, 0, 0]);
    }
}
