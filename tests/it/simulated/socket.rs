//! `Socket`: two queues between a driver and a server. Each end hears of the other one thing at a time, in order.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;
use std::time::Duration;

use neo4j_wasm::platform::{Closed, Event, Events, Transport};
use neo4j_wasm::{Error, Result};

use super::clock::Clock;
use super::peer::Peer;

pub struct Socket {
    clock: Rc<Clock>,
    /// How long everything takes from one end to the other.
    latency: Cell<Duration>,
    events: RefCell<Option<Events>>,
    to_driver: RefCell<VecDeque<Said>>,
    to_server: RefCell<VecDeque<Heard>>,
    /// The driver has closed its end.
    closed: Cell<bool>,
    /// The host knows that it is being closed, and has not told.
    closing: Cell<bool>,
    /// Why the host sends nothing more on it.
    refusal: RefCell<Option<Error>>,
    /// The driver was told that the socket is closed, or is about to be.
    over: Cell<bool>,
    /// Whether the driver can hold back what comes, as over TCP; whether it does; and how much is due meanwhile.
    can_pause: Cell<bool>,
    paused: Cell<bool>,
    due: Cell<usize>,
}

/// What a server's end does.
enum Said {
    Opened,
    Bytes(Vec<u8>),
    Alien(&'static str),
    Closed(Closed),
}

/// What a driver's end does.
pub enum Heard {
    Connect,
    Bytes(Vec<u8>),
    Closed,
}

impl Socket {
    pub fn new(clock: Rc<Clock>, latency: Duration, events: Events) -> Rc<Self> {
        Rc::new(Self {
            clock,
            latency: Cell::new(latency),
            events: RefCell::new(Some(events)),
            to_driver: RefCell::default(),
            to_server: RefCell::default(),
            closed: Cell::new(false),
            closing: Cell::new(false),
            refusal: RefCell::default(),
            over: Cell::new(false),
            can_pause: Cell::new(false),
            paused: Cell::new(false),
            due: Cell::new(0),
        })
    }

    /// From now on the driver can hold back what comes.
    pub fn let_pause(&self) {
        self.can_pause.set(true);
    }

    /// Whether what comes is held back.
    pub fn is_paused(&self) -> bool {
        self.paused.get()
    }

    fn set_paused(self: &Rc<Self>, paused: bool) {
        self.paused.set(paused && self.can_pause.get());
        if !self.paused.get() {
            for _ in 0..self.due.take() {
                let socket = Rc::clone(self);
                self.clock.call_at(self.clock.now(), move || socket.tell_driver());
            }
        }
    }

    /// Whether neither end has closed it.
    pub fn is_open(&self) -> bool {
        !self.closed.get() && !self.over.get()
    }

    /// Whether the server's end has closed it.
    pub fn is_over(&self) -> bool {
        self.over.get()
    }

    pub fn begin_to_close(&self) {
        self.closing.set(true);
    }

    pub fn refuse_sends(&self, error: Error) {
        self.refusal.replace(Some(error));
    }

    pub fn open(self: &Rc<Self>) {
        self.say(Said::Opened);
    }

    pub fn send(self: &Rc<Self>, bytes: Vec<u8>) {
        if !bytes.is_empty() {
            self.say(Said::Bytes(bytes));
        }
    }

    pub fn send_alien(self: &Rc<Self>, what: &'static str) {
        self.say(Said::Alien(what));
    }

    /// In one send with what is on its way, if the last of that are bytes.
    pub fn gather(self: &Rc<Self>, bytes: Vec<u8>) {
        if let (false, Some(Said::Bytes(sent))) = (self.over.get(), self.to_driver.borrow_mut().back_mut()) {
            return sent.extend(bytes);
        }
        self.send(bytes);
    }

    pub fn close(self: &Rc<Self>, code: u16, reason: &str) {
        self.say(Said::Closed(Closed { code, reason: reason.to_owned(), diagnosis: None }));
        self.over.set(true);
    }

    fn say(self: &Rc<Self>, said: Said) {
        if self.over.get() {
            return;
        }
        self.to_driver.borrow_mut().push_back(said);
        let socket = Rc::clone(self);
        // Whatever the alarms' order, what comes out of a queue is what went in first.
        self.clock.call_at(self.clock.now() + self.latency.get(), move || socket.tell_driver());
    }

    fn tell_driver(&self) {
        if self.paused.get() {
            return self.due.set(self.due.get() + 1);
        }
        let said = self.to_driver.borrow_mut().pop_front();
        let events = self.events.take();
        let (Some(said), Some(events)) = (said, events) else { return };
        let last = matches!(said, Said::Closed(_));
        // As on the web: whoever has closed a socket hears no more of it, but that it is closed.
        if self.closed.get() && !last {
            self.events.replace(Some(events));
            return;
        }
        match said {
            Said::Opened => events(Event::Opened),
            Said::Bytes(bytes) => events(Event::Received(&bytes)),
            Said::Alien(what) => events(Event::Alien(what)),
            Said::Closed(closed) => events(Event::Closed(closed)),
        }
        if !last {
            self.events.replace(Some(events));
        }
    }

    fn hear(self: &Rc<Self>, peer: &Rc<Peer>, heard: Heard) {
        self.to_server.borrow_mut().push_back(heard);
        let (socket, peer) = (Rc::clone(self), Rc::clone(peer));
        self.clock.call_at(self.clock.now() + self.latency.get(), move || {
            let heard = socket.to_server.borrow_mut().pop_front();
            if let Some(heard) = heard {
                peer.hear(heard);
            }
        });
    }
}

/// The driver's end.
pub struct Wire {
    socket: Rc<Socket>,
    peer: Rc<Peer>,
}

impl Wire {
    pub fn new(socket: Rc<Socket>, peer: Rc<Peer>) -> Self {
        socket.hear(&peer, Heard::Connect);
        Self { socket, peer }
    }
}

impl Transport for Wire {
    fn send(&self, bytes: &[u8]) -> Result<()> {
        assert!(!bytes.is_empty(), "an empty send");
        assert!(bytes.len() <= 65_536, "a send of {} bytes", bytes.len());
        assert!(!self.socket.closed.get(), "a send after close");
        if self.socket.closing.get() {
            // As on the web: it is not even an error.
            return Ok(());
        }
        if let Some(refusal) = self.socket.refusal.borrow().clone() {
            return Err(refusal);
        }
        self.socket.hear(&self.peer, Heard::Bytes(bytes.to_vec()));
        Ok(())
    }

    fn is_open(&self) -> bool {
        !self.socket.closing.get()
    }

    fn set_paused(&self, paused: bool) {
        self.socket.set_paused(paused);
    }

    fn close(&self) {
        self.socket.set_paused(false);
        if !self.socket.closed.replace(true) {
            self.socket.hear(&self.peer, Heard::Closed);
        }
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.close();
        // As on the web, nobody listens any more.
        self.socket.events.take();
    }
}
