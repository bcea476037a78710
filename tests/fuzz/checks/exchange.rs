//! Conversations: however the peer's bytes are cut, they come to the same responses, and to no panic.

use std::fmt::{self, Write};
use std::hash::{DefaultHasher, Hash, Hasher};

use neo4j_wasm::bolt::chunking::write_chunked;
use neo4j_wasm::bolt::response::read_record;
use neo4j_wasm::bolt::{
    AuthToken, Exchange, Hello, NotificationFilter, Request, Response, Route, ServerState, Token, TransactionOptions,
    Version,
};
use neo4j_wasm::value::Map;

/// How many bytes at the start of the data steer the client.
const STEERING: usize = 10;

/// The first bytes choose the version, the requests and the cut; the others are what the server sends.
pub(crate) fn exchange(data: &[u8]) {
    let Some((steering, bytes)) = data.split_first_chunk::<STEERING>() else { return };
    let plan = Plan::new(*steering);
    let bytes = if plan.framed { framed(bytes) } else { bytes.to_vec() };
    let whole = Talk::with(&plan, &bytes, bytes.len().max(1));
    let cut = Talk::with(&plan, &bytes, plan.cut);
    assert_eq!(whole, cut);
    between(&plan, &bytes);
}

struct Plan {
    /// `None`: the bytes start with the handshake.
    version: Option<Version>,
    /// The server has accepted HELLO and LOGON.
    introduced: bool,
    /// The bytes are the content of messages rather than chunks.
    framed: bool,
    cut: usize,
    requests: Vec<u8>,
}

impl Plan {
    fn new([version, flags, cut, requests @ ..]: [u8; STEERING]) -> Self {
        Self {
            version: Version::SUPPORTED.get(usize::from(version) % (Version::SUPPORTED.len() + 1)).copied(),
            introduced: flags & 1 != 0,
            framed: flags & 2 != 0,
            cut: usize::from(cut).max(1),
            requests: requests.to_vec(),
        }
    }
}

/// Messages made of the bytes: a byte says how long each is.
fn framed(mut bytes: &[u8]) -> Vec<u8> {
    let mut output = Vec::new();
    while let Some((&size, rest)) = bytes.split_first() {
        let (message, rest) = rest.split_at(usize::from(size).min(rest.len()));
        write_chunked(message, &mut output);
        bytes = rest;
    }
    output
}

/// What a client has seen, records taken one by one: a sum of it all, for to write it out would take most of the time.
#[derive(Debug, PartialEq)]
struct Talk {
    seen: u64,
    error: Option<String>,
    state: ServerState,
    version: Option<Version>,
    pending: usize,
}

impl Talk {
    fn with(plan: &Plan, bytes: &[u8], cut: usize) -> Self {
        let mut exchange = started(plan);
        let mut error = None;
        let mut seen = Sum::default();
        for part in bytes.chunks(cut) {
            let received = exchange.receive(part);
            assert!(received.is_ok() || exchange.state() == ServerState::Defunct);
            error = error.or(received.err().map(|error| format!("{error:?}")));
            drain(&mut exchange, &mut seen);
        }
        let (state, version, pending) = (exchange.state(), exchange.version(), exchange.pending());
        Self { seen: seen.0.finish(), error, state, version, pending }
    }
}

/// Takes in text and bytes.
#[derive(Default)]
struct Sum(DefaultHasher);

impl Write for Sum {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.write(text.as_bytes());
        Ok(())
    }
}

/// A conversation at the point from which on the bytes are read.
fn started(plan: &Plan) -> Exchange {
    let mut exchange = Exchange::new();
    let Some(version) = plan.version else { return exchange };
    exchange.receive(&[0, 0, 1, 0xFF, 1, 0, 0, version.minor, version.major, 0]).expect("a manifest");
    assert_eq!(exchange.version(), Some(version));
    for token in 0..2 {
        // LOGON does not exist in every version.
        let _ = submit(&mut exchange, token, token.into());
    }
    if plan.introduced {
        let mut answers = Vec::new();
        for _ in 0..exchange.pending() {
            write_chunked(&[0xB1, 0x70, 0xA0], &mut answers);
        }
        exchange.receive(&answers).expect("two answers");
        drain(&mut exchange, &mut Sum::default());
    }
    for (token, request) in plan.requests.iter().enumerate() {
        let _ = submit(&mut exchange, *request, token as u64 + 2);
    }
    let _ = exchange.take_output();
    exchange
}

fn submit(exchange: &mut Exchange, choice: u8, token: u64) -> neo4j_wasm::Result<()> {
    let (map, auth) = (Map::from([("key", i64::from(choice))]), AuthToken::basic("user", "password", None));
    let (options, notifications) = (TransactionOptions::default(), NotificationFilter::default());
    let hello =
        Hello { user_agent: "fuzz", bolt_agent: &map, routing: None, auth: &auth, notifications: &notifications };
    let route = Route { context: &map, bookmarks: &[], database: None, impersonated_user: None };
    let run = |options| Request::Run { query: "RETURN 1", parameters: &map, options };
    let request = match choice % 16 {
        0 => Request::Hello(hello),
        1 => Request::Logon(&auth),
        2 => Request::Logoff,
        3 => Request::Goodbye,
        4 => Request::Reset,
        5 | 6 => run(Some(&options)),
        7 => run(None),
        8 => Request::Begin(&options),
        9 => Request::Commit,
        10 => Request::Rollback,
        11 => Request::Discard { count: -1, query_id: None },
        12 => Request::Telemetry(choice / 16),
        13 => Request::Route(route),
        _ => Request::Pull { count: 1_000, query_id: None },
    };
    exchange.submit(&request, Token(token))
}

fn drain(exchange: &mut Exchange, seen: &mut Sum) {
    while let Some((Token(token), response)) = exchange.next_response() {
        match response {
            Response::Records(batch) => {
                assert!(!batch.is_empty());
                for record in batch.iter() {
                    // Whatever it comes to: it must come to something.
                    let _ = exchange.dialect().map(|dialect| read_record(record, dialect));
                    (token, record).hash(&mut seen.0);
                }
            }
            other => write!(seen, "{token} {other:?}").expect("a sum takes everything"),
        }
    }
}

/// Requests that are submitted while a message is half there.
fn between(plan: &Plan, bytes: &[u8]) {
    let mut exchange = started(plan);
    let mut requests = plan.requests.iter();
    for part in bytes.chunks(plan.cut) {
        let _ = exchange.receive(part);
        let Some(request) = requests.next() else { continue };
        let _ = submit(&mut exchange, *request, 100);
        if request & 0x80 != 0 {
            drain(&mut exchange, &mut Sum::default());
        }
    }
}
