//! The server's end of a connection to the replay: a WebSocket or plain TCP, whichever the client begins with.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;

use anyhow::Result;

use super::websocket::{WebSocket, binary};

/// As much as a driver sends at once.
const PIECE: usize = 65_536;

pub(super) enum Socket {
    Web(WebSocket),
    Tcp(TcpStream),
}

impl Socket {
    pub(super) fn accept(stream: TcpStream) -> Result<Socket> {
        let mut first = [0];
        // The `G` of `GET`, or else the first byte of Bolt's magic.
        if stream.peek(&mut first)? == 1 && first[0] == b'G' {
            return Ok(Socket::Web(WebSocket::accept(stream)?));
        }
        stream.set_nodelay(true)?;
        Ok(Socket::Tcp(stream))
    }

    /// What came next; `None` when the client is gone.
    pub(super) fn receive(&mut self) -> Result<Option<Vec<u8>>> {
        match self {
            Socket::Web(socket) => socket.receive(),
            Socket::Tcp(stream) => {
                let mut bytes = vec![0; PIECE];
                match stream.read(&mut bytes) {
                    Ok(0) => Ok(None),
                    Ok(count) => {
                        bytes.truncate(count);
                        Ok(Some(bytes))
                    }
                    Err(error) if error.kind() == ErrorKind::ConnectionReset => Ok(None),
                    Err(error) => Err(error.into()),
                }
            }
        }
    }

    /// In one frame, where there are frames.
    pub(super) fn send(&mut self, payload: &[u8]) -> Result<()> {
        match self {
            Socket::Web(socket) => {
                let mut framed = Vec::new();
                binary(&mut framed, payload);
                socket.send_framed(&framed)
            }
            Socket::Tcp(stream) => Ok(stream.write_all(payload)?),
        }
    }
}
