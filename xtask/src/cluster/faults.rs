//! `Faults`: what goes wrong with connections, chosen by a seed and counted by kind. What a connection meets depends on the
//! seed and on which connection it is, in the order they are opened; when it meets it, on what is sent through it.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use super::chance::Chance;
use super::frames::{BINARY, CLOSE, CONTINUATION, FINAL, PING, PONG, Shape, TEXT, frame};
use super::talk::lock;

pub(crate) struct Faults {
    seed: u64,
    /// Off at the end of a storm, when everything is to be looked over.
    on: AtomicBool,
    counts: Mutex<BTreeMap<&'static str, u64>>,
}

/// What becomes of a connection before it is a WebSocket.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Opening {
    Pass,
    Reset,
    End,
    /// An answer over HTTP with this status, as a gateway gives it.
    Gateway(u16),
    /// The server's own answer to a plain GET.
    Json,
    /// Milliseconds.
    Late(usize),
    Mute,
}

/// How one direction of a connection is sent on.
#[derive(Clone, Debug)]
pub(super) struct Manner {
    pub(super) framing: Framing,
    /// So many bytes still go one by one.
    pub(super) single: usize,
    /// Up to so many milliseconds, now and then.
    lag: usize,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Framing {
    /// A frame for each message.
    PerMessage,
    /// All that there is in one.
    Merged,
    /// Frames that end anywhere.
    Split,
    /// One WebSocket message in several frames, with a ping in between.
    Fragmented,
}

/// What happens before a batch of messages is sent on.
#[derive(Debug, PartialEq)]
pub(super) enum Event {
    Nothing,
    /// Milliseconds, and then as if nothing had been.
    Delay(usize),
    /// After so many more bytes.
    Cut {
        after: usize,
        reset: bool,
    },
    /// Nothing more passes, for milliseconds; then it is reset.
    Silence(usize),
    /// Bytes in between; what is whole then goes on.
    Extra(Vec<u8>),
    /// Bytes with which the WebSocket is over, and for how many milliseconds the connection is left open.
    Last(Vec<u8>, usize),
}

const BAD_GATEWAY: [u16; 3] = [502, 503, 504];
const CODES: [u16; 18] =
    [0, 999, 1000, 1001, 1002, 1003, 1005, 1006, 1007, 1009, 1011, 1012, 1013, 1014, 1015, 3000, 4000, 65_535];

impl Faults {
    pub(crate) fn new(seed: u64) -> Faults {
        Faults { seed, on: AtomicBool::new(true), counts: Mutex::default() }
    }

    pub(crate) fn end(&self) {
        self.on.store(false, Ordering::Relaxed);
    }

    pub(super) fn are_on(&self) -> bool {
        self.on.load(Ordering::Relaxed)
    }

    pub(super) fn count(&self, kind: &'static str) {
        *lock(&self.counts).entry(kind).or_default() += 1;
    }

    pub(crate) fn counts(&self) -> BTreeMap<&'static str, u64> {
        lock(&self.counts).clone()
    }

    /// The chances of a connection, one of its two directions.
    pub(super) fn chance(&self, connection: u64, direction: u64) -> Chance {
        Chance::new(self.seed, connection * 2 + direction + 1)
    }

    /// How a connection to a server that is there begins.
    pub(super) fn opening(&self, chance: &mut Chance) -> Opening {
        if !self.are_on() || !chance.one_in(12) {
            return Opening::Pass;
        }
        let (kind, opening) = match chance.below(8) {
            0 | 1 => ("upgrade reset", Opening::Reset),
            2 => ("upgrade closed", Opening::End),
            3 => ("upgrade 502 to 504", Opening::Gateway(*chance.pick(&BAD_GATEWAY))),
            4 => ("upgrade answered in JSON", Opening::Json),
            5 | 6 => ("upgrade late", Opening::Late(chance.between(100, 2_500))),
            _ => ("upgrade unanswered", Opening::Mute),
        };
        self.count(kind);
        opening
    }

    /// What stands before a server that is down: as forwarders and gateways have it.
    pub(super) fn closed(&self, chance: &mut Chance) -> Opening {
        let (kind, opening) = match chance.below(4) {
            0 | 1 => ("server down: reset", Opening::Reset),
            2 => ("server down: closed", Opening::End),
            _ => ("server down: 502 to 504", Opening::Gateway(*chance.pick(&BAD_GATEWAY))),
        };
        self.count(kind);
        opening
    }

    pub(super) fn manner(&self, chance: &mut Chance) -> Manner {
        let framing = match chance.below(8) {
            0 => Framing::Merged,
            1 => Framing::Split,
            2 => Framing::Fragmented,
            _ => Framing::PerMessage,
        };
        let single = if chance.one_in(8) { chance.between(100, 3_000) } else { 0 };
        let lag = *chance.pick(&[0, 0, 0, 0, 3, 3, 30, 100]);
        match framing {
            Framing::Merged => self.count("merged"),
            Framing::Split => self.count("split"),
            Framing::Fragmented => self.count("fragmented"),
            Framing::PerMessage => {}
        }
        if single > 0 {
            self.count("single bytes");
        }
        Manner { framing, single, lag }
    }

    /// What happens to the batch that is next towards the driver; to the server there is less to do.
    pub(super) fn event(&self, chance: &mut Chance, manner: &Manner, to_driver: bool, is_tcp: bool) -> Event {
        if !self.are_on() {
            return Event::Nothing;
        }
        if chance.one_in(if to_driver { 300 } else { 600 }) {
            let (kind, event) = cut(chance, to_driver, is_tcp);
            self.count(kind);
            return event;
        }
        if chance.one_in(120) {
            self.count("delay");
            return Event::Delay(chance.between(20, 1_500));
        }
        if to_driver && !is_tcp && chance.one_in(60) {
            self.count("ping or pong");
            return Event::Extra(pings(chance));
        }
        if manner.lag > 0 && chance.one_in(4) {
            self.count("lag");
            return Event::Delay(chance.between(1, manner.lag + 1));
        }
        Event::Nothing
    }
}

/// The ways in which a connection ends.
fn cut(chance: &mut Chance, to_driver: bool, is_tcp: bool) -> (&'static str, Event) {
    let after = chance.below(200);
    let open = *chance.pick(&[0, 0, 50, 8_000]);
    match chance.below(if !to_driver { 5 } else { 13 }) {
        5.. if is_tcp => ("garbage", Event::Last(garbage(chance), open)),
        0 | 1 => ("cut by RST", Event::Cut { after, reset: true }),
        2 | 3 => ("cut by FIN", Event::Cut { after, reset: false }),
        4 => ("silence", Event::Silence(chance.between(1_000, 8_000))),
        5 | 6 => ("close frame", Event::Last(close(chance), open)),
        7 => ("garbage after a close frame", Event::Last([close(chance), vec![0xFF; 40]].concat(), open)),
        8 => ("text frame", Event::Last(made(FINAL | TEXT, false, b"Bolt, but as a text"), open)),
        9 => ("unknown opcode", Event::Last(made(FINAL | chance.between(11, 16) as u8, false, b"?"), open)),
        10 => ("masked frame of a server", Event::Last(made(FINAL | BINARY, true, &[0, 0]), open)),
        11 => ("reserved bit", Event::Last(made(FINAL | BINARY | 0x40, false, &[0, 0]), open)),
        _ => ("frame without end", Event::Last(vec![FINAL | BINARY, 127, 0, 0, 0xFF, 0, 0, 0, 0, 0, 1, 2], open)),
    }
}

/// What is no Bolt: chunks that make no message, or one that does not end.
fn garbage(chance: &mut Chance) -> Vec<u8> {
    let chunk = vec![0xFF; chance.between(1, 60)];
    let end: &[u8] = if chance.one_in(2) { &[0, 0] } else { &[] };
    [&[0, chunk.len() as u8], &chunk[..], end].concat()
}

fn made(first: u8, masked: bool, payload: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    frame(&mut out, Shape { first, masked }, payload);
    out
}

/// A close frame with a code of any sort, or with none, or cut short, and a reason that may be no text.
fn close(chance: &mut Chance) -> Vec<u8> {
    let code = chance.pick(&CODES).to_be_bytes();
    let payload = match chance.below(6) {
        0 => vec![],
        1 => vec![code[0]],
        2 => [&code[..], &[0xC3, 0x28]].concat(),
        3 => [&code[..], &[b'x'; 123]].concat(),
        _ => [&code[..], b"going away"].concat(),
    };
    made(FINAL | CLOSE, false, &payload)
}

fn pings(chance: &mut Chance) -> Vec<u8> {
    let count = *chance.pick(&[1, 1, 1, 30]);
    let payload = vec![b'p'; chance.below(126)];
    let mut out = Vec::new();
    for _ in 0..count {
        let first = FINAL | chance.pick(&[PING, PONG]);
        frame(&mut out, Shape { first, masked: false }, &payload);
    }
    out
}

/// The same where there are no frames: parts that are written by themselves.
pub(super) fn unframed(messages: &[Vec<u8>], framing: Framing, chance: &mut Chance) -> Vec<Vec<u8>> {
    match framing {
        Framing::PerMessage => messages.to_vec(),
        Framing::Merged => vec![messages.concat()],
        Framing::Split | Framing::Fragmented => {
            pieces(&messages.concat(), chance).into_iter().map(<[u8]>::to_vec).collect()
        }
    }
}

/// Messages, each in its chunks, as frames of a manner.
pub(super) fn framed(messages: &[Vec<u8>], framing: Framing, masked: bool, chance: &mut Chance) -> Vec<u8> {
    /// What Neo4j takes in one.
    const MOST: usize = 65_536;
    let mut out = Vec::new();
    let whole = |out: &mut Vec<u8>, payload: &[u8]| {
        payload.chunks(MOST).for_each(|part| frame(out, Shape { first: FINAL | BINARY, masked }, part));
    };
    match framing {
        Framing::PerMessage => messages.iter().for_each(|message| whole(&mut out, message)),
        Framing::Merged => whole(&mut out, &messages.concat()),
        Framing::Split => pieces(&messages.concat(), chance).into_iter().for_each(|piece| whole(&mut out, piece)),
        Framing::Fragmented => {
            let all = messages.concat();
            for message in all.chunks(MOST) {
                let parts = pieces(message, chance);
                for (at, part) in parts.iter().enumerate() {
                    let opcode = if at == 0 { BINARY } else { CONTINUATION };
                    let last = if at + 1 == parts.len() { FINAL } else { 0 };
                    frame(&mut out, Shape { first: last | opcode, masked }, part);
                    if last == 0 && chance.one_in(4) {
                        frame(&mut out, Shape { first: FINAL | PING, masked }, b"between");
                    }
                }
            }
        }
    }
    out
}

/// Up to five parts that end anywhere.
fn pieces<'a>(bytes: &'a [u8], chance: &mut Chance) -> Vec<&'a [u8]> {
    let mut rest = bytes;
    let mut parts = Vec::new();
    while rest.len() > 1 && parts.len() < 4 {
        let (part, behind) = rest.split_at(chance.between(1, rest.len()));
        parts.push(part);
        rest = behind;
    }
    parts.push(rest);
    parts
}

#[cfg(test)]
mod tests {
    use super::super::frames::Frames;
    use super::*;

    #[test]
    fn one_seed_means_one_course() {
        let course = |seed, connection| {
            let faults = Faults::new(seed);
            let mut chance = faults.chance(connection, 0);
            let manner = faults.manner(&mut chance);
            let events: Vec<Event> = (0..500).map(|_| faults.event(&mut chance, &manner, true, false)).collect();
            (format!("{manner:?} {events:?}"), faults.counts())
        };
        assert_eq!(course(7, 1), course(7, 1));
        assert_ne!(course(7, 1).0, course(7, 2).0);
        assert_ne!(course(7, 1).0, course(8, 1).0);
    }

    #[test]
    fn every_kind_comes_up() {
        let faults = Faults::new(1);
        for connection in 0..2_000 {
            let mut chance = faults.chance(connection, 0);
            faults.opening(&mut chance);
            faults.closed(&mut chance);
            let manner = faults.manner(&mut chance);
            (0..20).for_each(|_| drop(faults.event(&mut chance, &manner, true, connection % 2 == 0)));
        }
        assert_eq!(faults.counts().len(), 27, "{:?}", faults.counts().keys());
    }

    #[test]
    fn when_they_are_over_nothing_happens() {
        let faults = Faults::new(1);
        faults.end();
        for connection in 0..500 {
            let mut chance = faults.chance(connection, 0);
            assert_eq!(faults.opening(&mut chance), Opening::Pass);
            let manner = Manner { framing: Framing::Split, single: 0, lag: 100 };
            assert_eq!(faults.event(&mut chance, &manner, true, false), Event::Nothing);
        }
    }

    #[test]
    fn whatever_the_frames_the_bytes_are_the_same() {
        let messages = [vec![1; 10], vec![], vec![2; 200_000], vec![3]];
        let mut chance = Chance::new(3, 0);
        for framing in [Framing::PerMessage, Framing::Merged, Framing::Split, Framing::Fragmented] {
            for masked in [false, true] {
                let mut frames = Frames::default();
                frames.feed(&framed(&messages, framing, masked, &mut chance));
                let all = std::iter::from_fn(|| frames.next().unwrap());
                let bytes: Vec<u8> = all.filter(|frame| frame.is_data()).flat_map(|frame| frame.payload).collect();
                assert!(bytes == messages.concat(), "{framing:?}");
            }
            assert!(unframed(&messages, framing, &mut chance).concat() == messages.concat(), "{framing:?}");
        }
    }
}
