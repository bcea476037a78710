//! `Server`: what listens at an address. It answers as a real one does, but for what a test has it do instead, and
//! keeps a log of all it hears.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use std::time::Duration;

use neo4j_wasm::Error;
use neo4j_wasm::bolt::Version;
use neo4j_wasm::platform::{Events, Transport};
use neo4j_wasm::value::{Map, Value};

use super::chance::Chance;
use super::clock::Clock;
use super::message::{Seen, Step};
use super::peer::Peer;
use super::socket::{Socket, Wire};
use super::table::Table;

/// A server. Handles are cheap to clone.
#[derive(Clone)]
pub struct Server {
    pub(super) inner: Rc<Inner>,
}

pub(super) struct Inner {
    pub(super) clock: Rc<Clock>,
    pub(super) version: Cell<Version>,
    pub(super) latency: Cell<Duration>,
    /// How its sends are cut.
    frames: RefCell<Frames>,
    rules: RefCell<Vec<Rule>>,
    tables: RefCell<HashMap<String, Table>>,
    log: RefCell<Vec<Seen>>,
    sends: RefCell<Vec<Send>>,
    peers: RefCell<Vec<Rc<Peer>>>,
    bookmarks: Cell<u64>,
    hints: RefCell<Map>,
    home: RefCell<Option<String>>,
    /// Whether drivers can hold it back.
    can_be_held: Cell<bool>,
}

/// One send of a driver: how long it was, and what was complete with it.
#[derive(Debug, Clone)]
pub struct Send {
    pub size: usize,
    pub requests: Vec<&'static str>,
}

enum Frames {
    Whole,
    Gathered,
    Size(usize),
    Random(Chance),
}

/// What to do when a request of that name comes, instead of what is usual.
struct Rule {
    name: &'static str,
    /// How many to let pass first.
    skip: usize,
    /// For how many it holds after that.
    times: usize,
    react: Reaction,
}

type Reaction = Rc<dyn Fn(&Seen) -> Vec<Step>>;

impl Server {
    pub(super) fn new(clock: Rc<Clock>) -> Self {
        let inner = Inner {
            clock,
            version: Cell::new(Version { major: 5, minor: 8 }),
            latency: Cell::default(),
            frames: RefCell::new(Frames::Whole),
            rules: RefCell::default(),
            tables: RefCell::default(),
            log: RefCell::default(),
            sends: RefCell::default(),
            peers: RefCell::default(),
            bookmarks: Cell::new(0),
            hints: RefCell::default(),
            home: RefCell::default(),
            can_be_held: Cell::new(false),
        };
        Self { inner: Rc::new(inner) }
    }

    pub(super) fn connect(&self, events: Events) -> Box<dyn Transport> {
        let socket = Socket::new(Rc::clone(&self.inner.clock), self.inner.latency.get(), events);
        if self.inner.can_be_held.get() {
            socket.let_pause();
        }
        let mut peers = self.inner.peers.borrow_mut();
        let peer = Peer::new(self.clone(), peers.len(), Rc::clone(&socket));
        peers.push(Rc::clone(&peer));
        Box::new(Wire::new(socket, peer))
    }

    /// Speaks this version from here on.
    pub fn speak(&self, major: u8, minor: u8) {
        self.inner.version.set(Version { major, minor });
    }

    /// Has a hint for whoever says HELLO from here on.
    pub fn hint(&self, key: &str, value: impl Into<Value>) {
        self.inner.hints.borrow_mut().insert(key, value);
    }

    pub(super) fn hints(&self) -> Map {
        self.inner.hints.borrow().clone()
    }

    /// From here on says on which database it works: this one, unless a request names another.
    pub fn home(&self, database: &str) {
        self.inner.home.replace(Some(database.to_owned()));
    }

    /// What it says of the database.
    pub(super) fn said_of_database(&self, seen: &Seen) -> Map {
        let home = self.inner.home.borrow();
        let database = home.as_deref().map(|home| seen.text("db").unwrap_or(home));
        database.map(|database| Map::from([("db", database)])).unwrap_or_default()
    }

    /// Drivers can hold back what it sends on the connections that they open from here on, as over TCP.
    pub fn be_held(&self) {
        self.inner.can_be_held.set(true);
    }

    /// How many of its connections are held back.
    pub fn held(&self) -> usize {
        self.inner.peers.borrow().iter().filter(|peer| peer.socket().is_paused()).count()
    }

    /// Everything takes so long, each way.
    pub fn delay(&self, latency: Duration) {
        self.inner.latency.set(latency);
    }

    /// Sends all that it says at a time in one, as a relay may do.
    pub fn gather(&self) {
        self.inner.frames.replace(Frames::Gathered);
    }

    pub(super) fn gathers(&self) -> bool {
        matches!(*self.inner.frames.borrow(), Frames::Gathered)
    }

    /// Sends so many bytes at a time, at most.
    pub fn cut_into(&self, size: usize) {
        self.inner.frames.replace(Frames::Size(size));
    }

    /// Cuts its sends anywhere.
    pub fn cut_anywhere(&self, seed: u64) {
        self.inner.frames.replace(Frames::Random(Chance::new(seed)));
    }

    /// Instead of the usual: at the next request of that name.
    pub fn once(&self, name: &'static str, steps: impl Into<Vec<Step>>) {
        self.rule(name, 0, 1, steps.into());
    }

    /// Instead of the usual: at so many requests of that name, after the first `skip`.
    pub fn after(&self, skip: usize, name: &'static str, steps: impl Into<Vec<Step>>) {
        self.rule(name, skip, 1, steps.into());
    }

    /// Instead of the usual: at every request of that name.
    pub fn always(&self, name: &'static str, steps: impl Into<Vec<Step>>) {
        self.rule(name, 0, usize::MAX, steps.into());
    }

    fn rule(&self, name: &'static str, skip: usize, times: usize, steps: Vec<Step>) {
        let react = Rc::new(move |_: &Seen| steps.clone());
        self.inner.rules.borrow_mut().push(Rule { name, skip, times, react });
    }

    /// As [`Self::always`], decided request by request.
    pub fn on(&self, name: &'static str, react: impl Fn(&Seen) -> Vec<Step> + 'static) {
        self.inner.rules.borrow_mut().push(Rule { name, skip: 0, times: usize::MAX, react: Rc::new(react) });
    }

    /// Forgets everything it was told to do instead of the usual.
    pub fn behave(&self) {
        self.inner.rules.borrow_mut().clear();
    }

    /// What a query results in from here on.
    pub fn results_in(&self, query: &str, table: Table) {
        self.inner.tables.borrow_mut().insert(query.to_owned(), table);
    }

    /// The first rule that holds, and else the usual.
    pub(super) fn reaction(&self, seen: &Seen) -> Vec<Step> {
        let rule = self.rule_for(seen);
        rule.map_or_else(|| vec![Step::Usual], |react| react(seen))
    }

    fn rule_for(&self, seen: &Seen) -> Option<Reaction> {
        let mut rules = self.inner.rules.borrow_mut();
        rules.iter_mut().filter(|rule| rule.name == seen.name && rule.times > 0).find_map(|rule| {
            if rule.skip > 0 {
                rule.skip -= 1;
                return None;
            }
            rule.times -= 1;
            Some(Rc::clone(&rule.react))
        })
    }

    pub(super) fn table(&self, query: &str) -> Result<Table, String> {
        self.inner.tables.borrow().get(query).cloned().map_or_else(|| Table::of(query), Ok)
    }

    pub(super) fn next_bookmark(&self) -> String {
        let number = self.inner.bookmarks.get() + 1;
        self.inner.bookmarks.set(number);
        format!("bookmark:{number}")
    }

    pub(super) fn note(&self, seen: Seen) {
        if let (Some(send), false) =
            (self.inner.sends.borrow_mut().last_mut(), ["CONNECT", "CLOSE"].contains(&seen.name))
        {
            send.requests.push(seen.name);
        }
        self.inner.log.borrow_mut().push(seen);
    }

    pub(super) fn note_send(&self, size: usize) {
        self.inner.sends.borrow_mut().push(Send { size, requests: Vec::new() });
    }

    /// `bytes` as the sends they go out in.
    pub(super) fn frames(&self, bytes: &[u8]) -> Vec<Vec<u8>> {
        let mut frames = Vec::new();
        let mut rest = bytes;
        while !rest.is_empty() {
            let size = match &mut *self.inner.frames.borrow_mut() {
                Frames::Whole | Frames::Gathered => rest.len(),
                Frames::Size(size) => *size,
                Frames::Random(chance) => 1 + chance.below(40),
            };
            let (frame, after) = rest.split_at(size.min(rest.len()));
            frames.push(frame.to_vec());
            rest = after;
        }
        frames
    }

    /// Every request so far, with `CONNECT`, `HANDSHAKE` and `CLOSE` in between.
    pub fn log(&self) -> Vec<Seen> {
        self.inner.log.borrow().clone()
    }

    /// Every request of that name.
    pub fn all(&self, name: &str) -> Vec<Seen> {
        self.inner.log.borrow().iter().filter(|seen| seen.name == name).cloned().collect()
    }

    /// How many there were of that name.
    pub fn count(&self, name: &str) -> usize {
        self.inner.log.borrow().iter().filter(|seen| seen.name == name).count()
    }

    /// The last request of that name.
    #[track_caller]
    pub fn last(&self, name: &str) -> Seen {
        self.all(name).pop().unwrap_or_else(|| panic!("there was no {name}"))
    }

    /// The names of the Bolt requests so far, but for those with which every connection starts.
    pub fn names(&self) -> Vec<&'static str> {
        let quiet = ["CONNECT", "HANDSHAKE", "DECLINE", "HELLO", "LOGON", "CLOSE"];
        self.inner.log.borrow().iter().map(|seen| seen.name).filter(|name| !quiet.contains(name)).collect()
    }

    /// The names of everything heard on one connection.
    pub fn names_of(&self, peer: usize) -> Vec<&'static str> {
        self.inner.log.borrow().iter().filter(|seen| seen.peer == peer).map(|seen| seen.name).collect()
    }

    /// Every send so far.
    pub fn sends(&self) -> Vec<Send> {
        self.inner.sends.borrow().clone()
    }

    /// Forgets what it has heard.
    pub fn forget(&self) {
        self.inner.log.borrow_mut().clear();
        self.inner.sends.borrow_mut().clear();
    }

    /// How many sockets neither end has closed.
    pub fn open_sockets(&self) -> usize {
        self.inner.peers.borrow().iter().filter(|peer| peer.socket().is_open()).count()
    }

    /// How many sockets were ever asked for.
    pub fn sockets(&self) -> usize {
        self.inner.peers.borrow().len()
    }

    /// Closes every socket.
    pub fn close_all(&self, code: u16, reason: &str) {
        let peers = self.inner.peers.borrow().clone();
        for peer in peers {
            peer.socket().close(code, reason);
        }
    }

    /// Has every socket be one that is being closed, of which the driver has not been told.
    pub fn begin_to_close_all(&self) {
        for peer in self.inner.peers.borrow().iter() {
            peer.socket().begin_to_close();
        }
    }

    /// The driver's host sends nothing more on any socket there is.
    pub fn refuse_sends(&self, error: Error) {
        for peer in self.inner.peers.borrow().iter() {
            peer.socket().refuse_sends(error.clone());
        }
    }

    /// Says something that nobody has asked for.
    pub fn say(&self, peer: usize, bytes: &[u8]) {
        let peer = Rc::clone(&self.inner.peers.borrow()[peer]);
        peer.socket().send(bytes.to_vec());
    }
}
