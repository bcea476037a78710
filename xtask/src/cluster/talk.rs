//! `Talk`: what is said in one connection, as far as a member of a cluster would say something else than the server behind
//! it, which is alone and knows of no other.
//!
//! - ROUTE is answered with the cluster's table. A mute router answers nothing any more.
//! - A driver that routes is told by a member which does not lead that it does not take writes. The server behind it is
//!   sent a query that makes no sense in place of the work, so that it fails, and ignores what follows, as a member does
//!   that refuses; its error is passed on under another name. Drivers for `bolt:` have chosen their server, and write.
//! - Bookmarks are taken out of requests: each server counts its own transactions, and would wait for those of others.

use std::collections::VecDeque;
use std::sync::Mutex;

use super::packstream::{self, EMPTY_LIST, EMPTY_MAP, entry, string, without};
use super::standing::Standing;

const HELLO: u8 = 0x01;
const GOODBYE: u8 = 0x02;
const RESET: u8 = 0x0F;
const RUN: u8 = 0x10;
const BEGIN: u8 = 0x11;
const COMMIT: u8 = 0x12;
const ROLLBACK: u8 = 0x13;
const PULL: u8 = 0x3F;
const ROUTE: u8 = 0x66;
const SUCCESS: u8 = 0x70;
const RECORD: u8 = 0x71;
const FAILURE: u8 = 0x7F;

const REFUSED: &str = "Neo.ClientError.Statement.SyntaxError";
const NOT_A_LEADER: &str = "Neo.ClientError.Cluster.NotALeader";

/// What the next summary answers.
#[derive(Clone, Copy, PartialEq)]
enum Asked {
    Table,
    /// Work that a member does not take which does not lead.
    Refused,
    /// The records of a query: their end is a success of the load.
    Records,
    Other,
}

#[derive(Default)]
pub(super) struct Talk {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    asked: VecDeque<Asked>,
    /// Whether the driver said that it routes.
    routes: bool,
    /// Whether it has begun a transaction: what a RUN is for, its BEGIN has said.
    within: bool,
}

/// What becomes of a request.
#[derive(Debug, PartialEq)]
pub(super) enum Request {
    Pass(Vec<u8>),
    /// From now on nobody answers.
    Unheard,
}

impl Talk {
    pub(super) fn request(&self, message: Vec<u8>, member: usize, standing: &Mutex<Standing>) -> Request {
        let Some(tag) = tag(&message) else { return Request::Pass(message) };
        let mut state = lock(&self.state);
        match tag {
            HELLO => {
                let routing = entry(&message, 2, "routing");
                state.routes = routing.is_some_and(|routing| packstream::is_map(&message, routing.value.start));
            }
            GOODBYE => return Request::Pass(message),
            COMMIT | ROLLBACK | RESET => state.within = false,
            ROUTE if lock(standing).mute == Some(member) => return Request::Unheard,
            _ => {}
        }
        let begins = tag == BEGIN || tag == RUN && !state.within;
        state.within |= tag == BEGIN;
        let is_refused = begins && state.routes && lock(standing).leader != Some(member) && writes(&message, tag);
        state.asked.push_back(match tag {
            ROUTE => Asked::Table,
            PULL => Asked::Records,
            _ if is_refused => Asked::Refused,
            _ => Asked::Other,
        });
        Request::Pass(if is_refused { nonsense() } else { without_bookmarks(message, tag) })
    }

    /// What a server said as the member says it.
    pub(super) fn response(&self, message: Vec<u8>, member: usize, standing: &Mutex<Standing>) -> Vec<u8> {
        let Some(tag) = tag(&message).filter(|tag| *tag != RECORD) else { return message };
        match (lock(&self.state).asked.pop_front(), tag) {
            (Some(Asked::Table), SUCCESS) => {
                let table = lock(standing).table();
                [vec![0xB1, SUCCESS], packstream::map(&[("rt", table)])].concat()
            }
            (Some(Asked::Refused), FAILURE) => renamed(message),
            (Some(Asked::Records), SUCCESS) => {
                lock(standing).succeeded(member);
                message
            }
            _ => message,
        }
    }
}

/// A thread that panicked is a bug of ours, and shown; the others go on.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

fn tag(message: &[u8]) -> Option<u8> {
    matches!(message.first()?, 0xB0..=0xBF).then(|| message.get(1).copied())?
}

/// Where what belongs to a RUN or a BEGIN begins, the last of its fields.
fn extra(message: &[u8], tag: u8) -> Option<usize> {
    match tag {
        RUN => packstream::end_of(message, packstream::end_of(message, 2)?),
        BEGIN => Some(2),
        _ => None,
    }
}

/// Whether the work that it begins may write.
fn writes(message: &[u8], tag: u8) -> bool {
    let mode = extra(message, tag).and_then(|extra| entry(message, extra, "mode"));
    mode.is_none_or(|mode| message[mode.value] != string("r"))
}

fn without_bookmarks(message: Vec<u8>, tag: u8) -> Vec<u8> {
    let less = match tag {
        ROUTE => packstream::end_of(&message, 2).and_then(|list| {
            let behind = packstream::end_of(&message, list)?;
            Some([&message[..list], &[EMPTY_LIST], &message[behind..]].concat())
        }),
        _ => extra(&message, tag).and_then(|extra| without(&message, extra, "bookmarks")),
    };
    less.unwrap_or(message)
}

/// RUN of what is no Cypher.
fn nonsense() -> Vec<u8> {
    [vec![0xB3, RUN], string("NOT A LEADER"), vec![EMPTY_MAP, EMPTY_MAP]].concat()
}

/// The FAILURE with its code in place of the one for nonsense.
fn renamed(message: Vec<u8>) -> Vec<u8> {
    let code = string(REFUSED);
    match message.windows(code.len()).position(|part| part == code) {
        Some(at) => [&message[..at], &string(NOT_A_LEADER), &message[at + code.len()..]].concat(),
        None => message,
    }
}

#[cfg(test)]
mod tests {
    use super::super::packstream::{list, map};
    use super::*;

    fn standing() -> Mutex<Standing> {
        Mutex::new(Standing::new(&[(1001, 1), (1002, 2), (1003, 3)], 5))
    }

    fn hello(routes: bool) -> Vec<u8> {
        let routing = if routes { map(&[("address", string("a:1"))]) } else { vec![0xC0] };
        [vec![0xB1, HELLO], map(&[("user_agent", string("x")), ("routing", routing)])].concat()
    }

    fn begin(entries: &[(&str, Vec<u8>)]) -> Vec<u8> {
        [vec![0xB1, BEGIN], map(entries)].concat()
    }

    fn run(query: &str, entries: &[(&str, Vec<u8>)]) -> Vec<u8> {
        [vec![0xB3, RUN], string(query), map(&[("mode", string("r"))]), map(entries)].concat()
    }

    fn failure(code: &str) -> Vec<u8> {
        [vec![0xB1, FAILURE], map(&[("neo4j_code", string(code)), ("message", string("m"))])].concat()
    }

    #[test]
    fn who_does_not_lead_takes_no_writes_of_drivers_that_route() {
        let standing = standing();
        let read = ("mode", string("r"));
        for (routes, member, message, refused) in [
            (true, 1, begin(&[]), true),
            (true, 1, begin(std::slice::from_ref(&read)), false),
            (true, 1, run("CREATE ()", &[]), true),
            (true, 1, run("RETURN 1", std::slice::from_ref(&read)), false),
            (true, 0, begin(&[]), false),
            (false, 1, begin(&[]), false),
        ] {
            let talk = Talk::default();
            talk.request(hello(routes), member, &standing);
            talk.response([0xB1, SUCCESS, EMPTY_MAP].to_vec(), member, &standing);
            let passed = talk.request(message.clone(), member, &standing);
            assert_eq!(passed, Request::Pass(if refused { nonsense() } else { message.clone() }), "{message:?}");
            let said = if refused { NOT_A_LEADER } else { REFUSED };
            assert_eq!(talk.response(failure(REFUSED), member, &standing), failure(said));
        }
    }

    #[test]
    fn a_transaction_is_judged_by_its_begin() {
        let (standing, talk) = (standing(), Talk::default());
        talk.request(hello(true), 1, &standing);
        talk.request(begin(&[("mode", string("r"))]), 1, &standing);
        let within = run("RETURN 1", &[]);
        assert_eq!(talk.request(within.clone(), 1, &standing), Request::Pass(within.clone()));
        talk.request([0xB0, COMMIT].to_vec(), 1, &standing);
        assert_eq!(talk.request(within, 1, &standing), Request::Pass(nonsense()));
    }

    #[test]
    fn route_is_answered_with_the_table_even_behind_records() {
        let (standing, talk) = (standing(), Talk::default());
        talk.request(run("RETURN 1", &[("mode", string("r"))]), 0, &standing);
        talk.request([0xB1, PULL, EMPTY_MAP].to_vec(), 0, &standing);
        talk.request([0xB3, ROUTE, EMPTY_MAP, EMPTY_LIST, EMPTY_MAP].to_vec(), 0, &standing);
        let success = [0xB1, SUCCESS, EMPTY_MAP].to_vec();
        let record = [0xB1, RECORD, 0x91, 1].to_vec();
        for message in [success.clone(), record, success.clone()] {
            assert_eq!(talk.response(message.clone(), 0, &standing), message);
        }
        let table = talk.response(success, 0, &standing);
        assert_eq!(table, [vec![0xB1, SUCCESS], map(&[("rt", lock(&standing).table())])].concat());
    }

    #[test]
    fn a_mute_router_hears_nothing_more() {
        let (standing, talk) = (standing(), Talk::default());
        lock(&standing).mute = Some(2);
        let route = [0xB3, ROUTE, EMPTY_MAP, EMPTY_LIST, EMPTY_MAP].to_vec();
        assert_eq!(talk.request(route.clone(), 2, &standing), Request::Unheard);
        assert_eq!(talk.request(route.clone(), 1, &standing), Request::Pass(route));
    }

    #[test]
    fn bookmarks_stay_behind() {
        let (standing, talk) = (standing(), Talk::default());
        let bookmarks = ("bookmarks", list(&[string("FB:a")]));
        let db = ("db", string("neo4j"));
        let passed = talk.request(begin(&[bookmarks.clone(), db.clone()]), 0, &standing);
        assert_eq!(passed, Request::Pass(begin(std::slice::from_ref(&db))));
        let passed = talk.request(run("RETURN 1", &[db.clone(), bookmarks.clone()]), 0, &standing);
        assert_eq!(passed, Request::Pass(run("RETURN 1", &[db])));
        let route = [vec![0xB3, ROUTE, EMPTY_MAP], bookmarks.1, vec![EMPTY_MAP]].concat();
        let without = [0xB3, ROUTE, EMPTY_MAP, EMPTY_LIST, EMPTY_MAP].to_vec();
        assert_eq!(talk.request(route, 0, &standing), Request::Pass(without));
    }

    #[test]
    fn what_is_no_message_passes() {
        let (standing, talk) = (standing(), Talk::default());
        for bytes in [vec![], vec![0xB1], vec![0xB1, RUN], vec![0xB1, BEGIN, 0xDA], vec![0x01, 0x02]] {
            assert_eq!(talk.response(bytes.clone(), 0, &standing), bytes);
            let _ = talk.request(bytes, 0, &standing);
        }
    }
}
