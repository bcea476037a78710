//! A server that answers with recordings: never the bottleneck, and the same bytes for every driver. It serves them in the
//! server's own frames, two for each record, or gathered in pieces of 64 kB: frames of a WebSocket, or writes to TCP.

use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;

use anyhow::{Context, Result, bail};

use super::recording::{Recording, message_ends};
use super::socket::Socket;
use super::websocket::binary;

const GATHERED: usize = 65_536;
/// Every driver of today offers it in the old form of the handshake; the recordings' own version may only be in the new.
const VERSION: [u8; 4] = [0, 0, 4, 5];
/// `SUCCESS {}`, chunked.
const SUCCESS: [u8; 7] = [0, 3, 0xB1, 0x70, 0xA0, 0, 0];
/// `SUCCESS {has_more: true}`.
const HAS_MORE: [u8; 17] = [0, 13, 0xB1, 0x70, 0xA1, 0x88, b'h', b'a', b's', b'_', b'm', b'o', b'r', b'e', 0xC3, 0, 0];

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Frames {
    AsRecorded,
    Gathered,
}

/// A recording with its records in frames, ready to be written.
struct Ready {
    recording: Recording,
    /// The frames of all records, and where those of each record end. Empty when they are gathered as they go.
    framed: Vec<u8>,
    framed_ends: Vec<usize>,
}

/// Serves in the background for as long as the program runs; returns the port.
pub(super) fn serve(recordings: Vec<Recording>, frames: Frames) -> Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let port = listener.local_addr()?.port();
    let ready: Arc<Vec<Ready>> = Arc::new(recordings.into_iter().map(|one| Ready::new(one, frames)).collect());
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let ready = Arc::clone(&ready);
            thread::spawn(move || {
                if let Err(error) = converse(stream, &ready, frames) {
                    eprintln!("replay: {error:#}");
                }
            });
        }
    });
    Ok(port)
}

impl Ready {
    fn new(recording: Recording, frames: Frames) -> Ready {
        let (mut framed, mut framed_ends) = (Vec::new(), Vec::new());
        if frames == Frames::AsRecorded {
            let mut start = 0;
            let mut cuts = recording.cuts.iter().copied().peekable();
            for &end in &recording.ends {
                while let Some(cut) = cuts.next_if(|cut| *cut < end) {
                    binary(&mut framed, &recording.records[start..cut]);
                    start = cut;
                }
                binary(&mut framed, &recording.records[start..end]);
                start = end;
                cuts.next_if_eq(&end);
                framed_ends.push(framed.len());
            }
        }
        Ready { recording, framed, framed_ends }
    }
}

fn converse(stream: TcpStream, ready: &[Ready], frames: Frames) -> Result<()> {
    let mut socket = Socket::accept(stream)?;
    let mut input = socket.receive()?.unwrap_or_default();
    while input.len() < 20 {
        let Some(more) = socket.receive()? else { return Ok(()) };
        input.extend(more);
    }
    socket.send(&VERSION)?;
    input.drain(..20);
    let mut answers = Answers { socket, ready, frames, result: None };
    loop {
        // Whoever cuts a request into several frames has the rest on its way.
        if let Ok(ends) = message_ends(&input) {
            let mut start = 0;
            for end in ends {
                answers.answer(&input[start..end])?;
                start = end;
            }
            input.clear();
        }
        let Some(more) = answers.socket.receive()? else { return Ok(()) };
        input.extend(more);
    }
}

struct Answers<'a> {
    socket: Socket,
    ready: &'a [Ready],
    frames: Frames,
    /// The result that is open: which, how many of its rows are out, and how many there are.
    result: Option<(&'a Ready, usize, usize)>,
}

impl Answers<'_> {
    fn answer(&mut self, request: &[u8]) -> Result<()> {
        let message = unchunked(request);
        match message.get(1) {
            Some(0x10) => self.run(&message),
            Some(0x3F) => self.pull(integer_of(&message, b"n").unwrap_or(-1)),
            // HELLO, answered with what a server must say of itself.
            Some(0x01) => self.socket.send(&hello()),
            // GOODBYE has no answer.
            Some(0x02) => Ok(()),
            _ => self.socket.send(&SUCCESS),
        }
    }

    fn run(&mut self, message: &[u8]) -> Result<()> {
        let holds = |query: &str| message.windows(query.len()).any(|window| window == query.as_bytes());
        let ready = self.ready.iter().filter(|ready| holds(&ready.recording.query));
        let ready = ready.max_by_key(|ready| ready.recording.query.len()).context("a query that was not recorded")?;
        let recorded = ready.recording.ends.len();
        let rows = integer_of(message, b"rows").and_then(|rows| usize::try_from(rows).ok()).unwrap_or(recorded);
        self.result = Some((ready, 0, if recorded == 0 { 0 } else { rows }));
        self.socket.send(&ready.recording.run)
    }

    fn pull(&mut self, n: i64) -> Result<()> {
        let (ready, mut at, rows) = self.result.take().context("PULL without a result")?;
        let stop = usize::try_from(n).map_or(rows, |n| rows.min(at + n));
        let end: &[u8] = if stop < rows { &HAS_MORE } else { &ready.recording.last };
        // Recorded rows come round again until there are as many as were asked for.
        let recorded = ready.recording.ends.len();
        let mut gathered = Vec::with_capacity(2 * GATHERED);
        while at < stop {
            let from = at % recorded;
            let to = recorded.min(from + stop - at);
            if self.frames == Frames::AsRecorded {
                let Socket::Web(socket) = &mut self.socket else {
                    bail!("the server's own frames, asked for over TCP")
                };
                socket.send_framed(piece(&ready.framed, &ready.framed_ends, from, to))?;
            } else {
                // Sent as they fill: whoever waits for the first has it before the last is made.
                for part in piece(&ready.recording.records, &ready.recording.ends, from, to).chunks(GATHERED) {
                    gathered.extend(part);
                    if gathered.len() >= GATHERED {
                        self.socket.send(&gathered[..GATHERED])?;
                        gathered.drain(..GATHERED);
                    }
                }
            }
            at += to - from;
        }
        gathered.extend(end);
        for part in gathered.chunks(GATHERED) {
            self.socket.send(part)?;
        }
        if stop < rows {
            self.result = Some((ready, at, rows));
        }
        Ok(())
    }
}

/// The message without the heads of its chunks: a long query comes in several.
fn unchunked(mut request: &[u8]) -> Vec<u8> {
    let mut message = Vec::with_capacity(request.len());
    while let Some((head, rest)) = request.split_first_chunk::<2>() {
        let (chunk, rest) = rest.split_at(rest.len().min(usize::from(u16::from_be_bytes(*head))));
        message.extend(chunk);
        request = rest;
    }
    message
}

fn piece<'a>(bytes: &'a [u8], ends: &[usize], from: usize, to: usize) -> &'a [u8] {
    let start = if from == 0 { 0 } else { ends[from - 1] };
    &bytes[start..ends[to - 1]]
}

fn hello() -> Vec<u8> {
    let mut message = vec![0xB1, 0x70, 0xA2];
    for (key, value) in [("server", "Neo4j/5.26.0"), ("connection_id", "bolt-1")] {
        for text in [key, value] {
            message.push(0x80 | text.len() as u8);
            message.extend(text.as_bytes());
        }
    }
    [&(message.len() as u16).to_be_bytes()[..], &message, &[0, 0]].concat()
}

/// The integer behind a key of a request's map.
fn integer_of(message: &[u8], key: &[u8]) -> Option<i64> {
    let marked = [&[0x80 | key.len() as u8][..], key].concat();
    let at = message.windows(marked.len()).rposition(|window| window == marked)? + marked.len();
    let rest = &message[at..];
    match *rest.first()? {
        0xC8 => Some(i64::from(i8::from_be_bytes(rest.get(1..2)?.try_into().ok()?))),
        0xC9 => Some(i64::from(i16::from_be_bytes(rest.get(1..3)?.try_into().ok()?))),
        0xCA => Some(i64::from(i32::from_be_bytes(rest.get(1..5)?.try_into().ok()?))),
        0xCB => Some(i64::from_be_bytes(rest.get(1..9)?.try_into().ok()?)),
        tiny => {
            let tiny = i64::from(tiny as i8);
            (tiny >= -16).then_some(tiny)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read, Write};

    fn recording() -> Recording {
        Recording {
            query: "RETURN $rows".to_owned(),
            run: vec![0, 1, 7, 0, 0],
            records: vec![0, 1, 1, 0, 0, 0, 1, 2, 0, 0],
            ends: vec![5, 10],
            cuts: vec![3, 5, 8, 10],
            last: vec![0, 1, 9, 0, 0],
        }
    }

    /// Everything that comes back for a handshake and some requests, frames and all.
    fn said(frames: Frames, requests: &[&[u8]], expect: usize) -> Vec<u8> {
        let port = serve(vec![recording()], frames).unwrap();
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap();
        write!(stream, "GET / HTTP/1.1\r\nSec-WebSocket-Key: x\r\n\r\n").unwrap();
        let mut byte = [0];
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            stream.read_exact(&mut byte).unwrap();
            head.push(byte[0]);
        }
        for payload in [&[&[0; 20][..]], requests].concat() {
            // A mask of zeros changes nothing.
            stream.write_all(&[&[0x82, 0x80 | payload.len() as u8, 0, 0, 0, 0], payload].concat()).unwrap();
        }
        let mut said = vec![0; 6 + expect];
        stream.read_exact(&mut said).unwrap();
        said.split_off(6)
    }

    const RUN_5: &[u8] = b"\x00\x16\xb3\x10\x8cRETURN $rows\xa1\x84rows\x05\x00\x00";
    const PULL_3: &[u8] = &[0, 6, 0xB1, 0x3F, 0xA1, 0x81, b'n', 3, 0, 0];

    #[test]
    fn rows_come_round_until_there_are_enough() {
        let head: &[u8] = &[0x82, 5, 0, 1, 7, 0, 0];
        let gathered = said(Frames::Gathered, &[RUN_5, PULL_3, PULL_3], 7 + 2 + 15 + 17 + 2 + 10 + 5);
        let (one, two): (&[u8], &[u8]) = (&[0, 1, 1, 0, 0], &[0, 1, 2, 0, 0]);
        let expected = [head, &[0x82, 32], one, two, one, &HAS_MORE, &[0x82, 15], two, one, &[0, 1, 9, 0, 0]].concat();
        assert_eq!(gathered, expected);
    }

    #[test]
    fn over_tcp_there_are_no_frames() {
        let port = serve(vec![recording()], Frames::Gathered).unwrap();
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap();
        stream.write_all(&[&[0x60, 0x60, 0xB0, 0x17][..], &[0; 16], RUN_5, PULL_3].concat()).unwrap();
        let expected =
            [&VERSION[..], &[0, 1, 7, 0, 0], &[0, 1, 1, 0, 0], &[0, 1, 2, 0, 0], &[0, 1, 1, 0, 0], &HAS_MORE].concat();
        let mut said = vec![0; expected.len()];
        stream.read_exact(&mut said).unwrap();
        assert_eq!(said, expected);
    }

    #[test]
    fn frames_are_cut_as_they_were() {
        let split = said(Frames::AsRecorded, &[RUN_5, PULL_3], 7 + 9 + 9 + 9 + 19);
        assert_eq!(split[7..16], [0x82, 3, 0, 1, 1, 0x82, 2, 0, 0]);
        assert_eq!(split[34 + 2..], HAS_MORE);
    }

    #[test]
    fn a_request_in_two_chunks() {
        assert_eq!(unchunked(&[0, 2, 1, 2, 0, 1, 3, 0, 0]), [1, 2, 3]);
    }

    #[test]
    fn integers_of_requests() {
        let of = |bytes: &[u8]| integer_of(&[&[0xA1, 0x81, b'n'], bytes].concat(), b"n");
        assert_eq!([of(&[5]), of(&[0xFF]), of(&[0xC9, 3, 0xE8])], [Some(5), Some(-1), Some(1_000)]);
        assert_eq!([of(&[0xCA, 0, 1, 0, 0]), of(&[0xC0]), of(&[])], [Some(65_536), None, None]);
    }
}
