//! What a server's first work takes by itself: asked by the plainest of clients, as soon as the server is up. What a driver
//! takes for its own is to be compared with that.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use anyhow::{Result, bail};

use super::messages::{CHOICE, Messages, Piece, chunked};
use super::packstream::{map, string};
use crate::server::USER;

/// The magic number, and Bolt 5.4 as the only proposal.
const HANDSHAKE: [u8; 20] = [0x60, 0x60, 0xB0, 0x17, 0, 0, 4, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
const HELLO: &[u8] = &[0xB1, 0x01];
const LOGON: &[u8] = &[0xB1, 0x6A];
const RUN: &[u8] = &[0xB3, 0x10];
const PULL: &[u8] = &[0xB1, 0x3F];
const SUCCESS: u8 = 0x70;
const RECORD: u8 = 0x71;
const PATIENCE: Duration = Duration::from_secs(60);

/// Logs on and runs a query of one record.
pub(super) fn work(port: u16, password: &str) -> Result<()> {
    let mut socket = TcpStream::connect(("127.0.0.1", port))?;
    socket.set_read_timeout(Some(PATIENCE))?;
    let agent = map(&[("product", string("xtask/1"))]);
    let login = [("scheme", string("basic")), ("principal", string(USER)), ("credentials", string(password))];
    let requests = [
        [HELLO, &map(&[("user_agent", string("xtask/1")), ("bolt_agent", agent)])].concat(),
        [LOGON, &map(&login)].concat(),
        [RUN, &string("RETURN 1"), &map(&[]), &map(&[])].concat(),
        [PULL, &map(&[("n", vec![0xFF])])].concat(),
    ];
    let mut out = HANDSHAKE.to_vec();
    requests.iter().for_each(|request| chunked(&mut out, request));
    socket.write_all(&out)?;
    await_answers(&mut socket, requests.len())
}

fn await_answers(socket: &mut impl Read, mut left: usize) -> Result<()> {
    let mut messages = Messages::new(CHOICE);
    let mut buffer = [0; 4_096];
    while left > 0 {
        let come = socket.read(&mut buffer)?;
        if come == 0 {
            bail!("the server ends the connection");
        }
        messages.feed(&buffer[..come]);
        while let Some(piece) = messages.next()? {
            match piece {
                Piece::Message(message) => match message.get(1) {
                    Some(&SUCCESS) => left -= 1,
                    // A NOOP is empty.
                    Some(&RECORD) | None => {}
                    Some(_) => bail!("the server refuses: {}", String::from_utf8_lossy(&message)),
                },
                Piece::Handshake(_) => {}
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers(messages: &[&[u8]]) -> Vec<u8> {
        let mut out = vec![0, 0, 4, 5];
        messages.iter().for_each(|message| chunked(&mut out, message));
        out
    }

    #[test]
    fn work_is_done_when_all_is_answered() {
        let success: &[u8] = &[0xB1, SUCCESS, 0xA0];
        let all = answers(&[success, success, &[], success, &[0xB1, RECORD, 0x91, 1], success]);
        await_answers(&mut &all[..], 4).unwrap();
        await_answers(&mut &all[..all.len() - 1], 4).unwrap_err();
        await_answers(&mut &answers(&[success, &[0xB1, 0x7F, 0xA0]])[..], 2).unwrap_err();
    }
}
