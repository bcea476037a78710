//! `Peer`: a server's side of one connection. A driver that breaks the protocol makes it panic.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;
use std::time::Duration;

use neo4j_wasm::bolt::Version;
use neo4j_wasm::bolt::chunking::{Dechunker, write_chunked};
use neo4j_wasm::bolt::handshake::{OFFER, offer_only};
use neo4j_wasm::bolt::packstream::Dialect;
use neo4j_wasm::value::Value;

use super::conversation::Conversation;
use super::message::{Seen, Step, decode, encode};
use super::server::Server;
use super::socket::{Heard, Socket};

pub struct Peer {
    server: Server,
    number: usize,
    socket: Rc<Socket>,
    state: RefCell<State>,
}

struct State {
    phase: Phase,
    version: Version,
    dialect: Dialect,
    /// Bytes that are not a whole handshake yet.
    handshake: Vec<u8>,
    dechunker: Dechunker,
    /// Requests that have come and are not answered; the first is being worked on if there are steps.
    queue: VecDeque<Seen>,
    steps: VecDeque<Step>,
    /// Counts interruptions: a wait that was interrupted does not go on.
    epoch: u64,
    /// The request that is being worked on has no answer yet.
    working: bool,
    /// Time must pass, or a RESET come, before the next step.
    waiting: bool,
    silent: bool,
    conversation: Conversation,
}

#[derive(Clone, Copy, PartialEq)]
enum Phase {
    Offer,
    Choice,
    Messages,
    /// Nothing is understood.
    Declined,
    Over,
}

impl Peer {
    pub fn new(server: Server, number: usize, socket: Rc<Socket>) -> Rc<Self> {
        let version = server.inner.version.get();
        let state = State {
            phase: Phase::Offer,
            version,
            dialect: version.dialect(false),
            handshake: Vec::new(),
            dechunker: Dechunker::default(),
            queue: VecDeque::new(),
            steps: VecDeque::new(),
            epoch: 0,
            working: false,
            waiting: false,
            silent: false,
            conversation: Conversation::new(version),
        };
        Rc::new(Self { server, number, socket, state: RefCell::new(state) })
    }

    pub fn socket(&self) -> &Rc<Socket> {
        &self.socket
    }

    pub fn hear(self: &Rc<Self>, heard: Heard) {
        match heard {
            Heard::Connect => {
                self.put("CONNECT", Vec::new());
                self.work();
            }
            Heard::Bytes(_) if self.socket.is_over() => (),
            Heard::Bytes(bytes) => {
                self.server.note_send(bytes.len());
                self.take_bytes(&bytes);
                self.work();
            }
            Heard::Closed => {
                let _ = self.interrupt();
                self.put("CLOSE", Vec::new());
                self.work();
            }
        }
    }

    fn take_bytes(self: &Rc<Self>, bytes: &[u8]) {
        let phase = self.state.borrow().phase;
        match phase {
            Phase::Over | Phase::Declined => (),
            Phase::Messages => self.take_messages(bytes),
            Phase::Offer => {
                let offer = self.gather(bytes, OFFER.len());
                let Some((offer, rest)) = offer else { return };
                let version = self.state.borrow().version;
                // Offered alone, a version is taken or not, and what comes behind is read, or not.
                let phase = match offer == OFFER {
                    true if version.major >= 6 => Phase::Choice,
                    true => Phase::Messages,
                    false if offer == offer_only(version) => Phase::Messages,
                    false => Phase::Declined,
                };
                self.state.borrow_mut().phase = phase;
                let name = if phase == Phase::Declined { "DECLINE" } else { "HANDSHAKE" };
                // Whether it was the only one.
                self.put(name, vec![Value::from(offer != OFFER)]);
                self.take_bytes(&rest);
            }
            Phase::Choice => {
                let Some((choice, rest)) = self.gather(bytes, 5) else { return };
                let Version { major, minor } = self.state.borrow().version;
                assert_eq!(choice, [0, 0, minor, major, 0], "the version that was chosen");
                self.state.borrow_mut().phase = Phase::Messages;
                self.take_bytes(&rest);
            }
        }
    }

    /// So many bytes and those behind them, once there are so many.
    fn gather(&self, bytes: &[u8], size: usize) -> Option<(Vec<u8>, Vec<u8>)> {
        let handshake = &mut self.state.borrow_mut().handshake;
        handshake.extend_from_slice(bytes);
        if handshake.len() < size {
            return None;
        }
        let rest = handshake.split_off(size);
        Some((std::mem::take(handshake), rest))
    }

    fn take_messages(self: &Rc<Self>, bytes: &[u8]) {
        let (mut dechunker, dialect) = {
            let mut state = self.state.borrow_mut();
            (std::mem::take(&mut state.dechunker), state.dialect)
        };
        let mut messages = Vec::new();
        let is_known = self.state.borrow().conversation.is_logged_in();
        dechunker
            .receive(bytes, |message| {
                // No server reads a longer one of a stranger.
                assert!(is_known || message.len() <= 8_192, "{} bytes before the login", message.len());
                messages.push(decode(&message, dialect));
                Ok(())
            })
            .expect("chunks");
        self.state.borrow_mut().dechunker = dechunker;
        for (name, fields) in messages {
            if name == "RESET" {
                for _ in 0..self.interrupt() {
                    self.say(&Step::Ignored);
                }
            }
            self.put(name, fields);
        }
    }

    fn put(&self, name: &'static str, fields: Vec<Value>) {
        let seen = Seen { name, fields, peer: self.number, at: self.server.inner.clock.now() };
        self.server.note(seen.clone());
        self.state.borrow_mut().queue.push_back(seen);
    }

    /// Gives up what is under way and what waits; how many requests that were.
    fn interrupt(&self) -> usize {
        let mut state = self.state.borrow_mut();
        state.epoch += 1;
        state.waiting = false;
        state.steps.clear();
        let under_way = usize::from(std::mem::take(&mut state.working));
        under_way + state.queue.drain(..).filter(|seen| is_answered(seen.name)).count()
    }

    /// Goes on with what is under way, and then with what waits, until something takes time.
    fn work(self: &Rc<Self>) {
        while !self.state.borrow().waiting {
            let step = self.state.borrow_mut().steps.pop_front();
            if let Some(step) = step {
                self.take_step(step);
                continue;
            }
            let next = {
                let mut state = self.state.borrow_mut();
                state.working = false;
                state.queue.pop_front()
            };
            let Some(seen) = next else { return };
            self.begin(&seen);
        }
    }

    fn begin(&self, seen: &Seen) {
        let silent = self.state.borrow().silent;
        let ignores = self.state.borrow().conversation.ignores(seen.name);
        let steps = match (silent, ignores) {
            (true, _) => Vec::new(),
            (_, true) => vec![Step::Ignored],
            _ => self.server.reaction(seen),
        };
        let mut steps: VecDeque<_> = steps.into();
        let mut state = self.state.borrow_mut();
        if let Some(at) = steps.iter().position(|step| matches!(step, Step::Usual)) {
            let after = steps.split_off(at);
            steps.extend(state.conversation.usual(seen, &self.server));
            steps.extend(after.into_iter().skip(1));
        } else {
            state.conversation.passed_over(seen, steps.make_contiguous());
        }
        state.steps = steps;
        state.working = is_answered(seen.name);
    }

    fn take_step(self: &Rc<Self>, step: Step) {
        match step {
            Step::Usual => (),
            Step::Open => self.socket.open(),
            Step::Hang => self.state.borrow_mut().waiting = true,
            Step::Wait(delay) => self.wait(delay),
            Step::Silence => self.state.borrow_mut().silent = true,
            Step::Close(code, reason) => {
                let _ = self.interrupt();
                self.state.borrow_mut().phase = Phase::Over;
                self.socket.close(code, reason);
            }
            Step::Raw(bytes) => self.send(&bytes),
            Step::Alien(what) => self.socket.send_alien(what),
            said => self.say(&said),
        }
    }

    fn wait(self: &Rc<Self>, delay: Duration) {
        self.state.borrow_mut().waiting = true;
        let (peer, epoch) = (Rc::clone(self), self.state.borrow().epoch);
        let clock = &self.server.inner.clock;
        clock.call_at(clock.now() + delay, move || {
            if peer.state.borrow().epoch == epoch {
                peer.state.borrow_mut().waiting = false;
                peer.work();
            }
        });
    }

    fn say(&self, step: &Step) {
        let (version, dialect, silent) = {
            let mut state = self.state.borrow_mut();
            if let Step::Failure(..) | Step::Ignored = step {
                state.conversation.fail();
            }
            if let Step::Success(_) | Step::Failure(..) | Step::Ignored = step {
                state.working = false;
            }
            if let Some(utc) = state.conversation.agrees_to_utc() {
                state.dialect = state.version.dialect(utc);
            }
            (state.version, state.dialect, state.silent)
        };
        if silent {
            return;
        }
        let mut bytes = Vec::new();
        for message in encode(step, version, dialect) {
            write_chunked(&message, &mut bytes);
        }
        self.send(&bytes);
    }

    fn send(&self, bytes: &[u8]) {
        for frame in self.server.frames(bytes) {
            if self.server.gathers() {
                self.socket.gather(frame);
            } else {
                self.socket.send(frame);
            }
        }
    }
}

/// Whether a server answers such a request at all.
fn is_answered(name: &str) -> bool {
    !["CONNECT", "HANDSHAKE", "DECLINE", "CLOSE", "GOODBYE"].contains(&name)
}
