//! Whole conversations: what a client asks and every byte that a server says to it.

use neo4j_wasm::bolt::{
    AuthToken, Exchange, Hello, NotificationFilter, Request, Response, Route, ServerState, Token, TransactionOptions,
    Version, response::read_record,
};
use neo4j_wasm::value::{Map, Value};

use super::wire::{chunked, failure, handshake, hex, ignored, in_chunks_of, record, structure, success};

/// A request, as a value that needs no borrowing.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Ask {
    Hello,
    Logon,
    Logoff,
    Reset,
    Run,
    RunInTransaction,
    Begin,
    Commit,
    Pull,
    PullOf(i64),
    Discard,
    Telemetry,
    Route,
}

pub(crate) struct Conversation {
    pub(crate) name: &'static str,
    pub(crate) handshake: Vec<u8>,
    pub(crate) asks: Vec<Ask>,
    pub(crate) answers: Vec<u8>,
}

/// What a client gets to see of a response.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Seen {
    /// A record with its values; `None` where they cannot be read.
    Record(u64, Vec<u8>, Option<Vec<Value>>),
    Success(u64, Map),
    Failure(u64, String),
    Ignored(u64),
}

/// How a conversation went.
#[derive(Debug, PartialEq)]
pub(crate) struct Course {
    pub(crate) seen: Vec<Seen>,
    pub(crate) error: Option<String>,
    pub(crate) state: ServerState,
    pub(crate) version: Option<Version>,
    pub(crate) output: Vec<u8>,
}

impl Conversation {
    /// Talks, with the server's bytes cut at these positions of the handshake and the answers together. Between the
    /// two there is a cut in any case: a server does not answer what it has not been asked.
    pub(crate) fn cut_at(&self, cuts: &[usize]) -> Course {
        let mut talk = Talk::default();
        let border = self.handshake.len();
        talk.hear(&self.handshake, cuts.iter().copied());
        for (token, ask) in self.asks.iter().enumerate() {
            ask.submit(&mut talk.exchange, token as u64);
        }
        talk.hear(&self.answers, cuts.iter().filter_map(|cut| cut.checked_sub(border)));
        let (state, version) = (talk.exchange.state(), talk.exchange.version());
        Course { seen: talk.seen, error: talk.error, state, version, output: talk.exchange.take_output() }
    }

    pub(crate) fn len(&self) -> usize {
        self.handshake.len() + self.answers.len()
    }
}

#[derive(Default)]
struct Talk {
    exchange: Exchange,
    seen: Vec<Seen>,
    error: Option<String>,
}

impl Talk {
    fn hear(&mut self, bytes: &[u8], cuts: impl Iterator<Item = usize>) {
        let mut start = 0;
        for cut in cuts.chain([bytes.len()]) {
            let end = cut.clamp(start, bytes.len());
            if let Err(error) = self.exchange.receive(&bytes[start..end]) {
                self.error.get_or_insert(error.to_string());
            }
            self.look();
            start = end;
        }
    }

    fn look(&mut self) {
        while let Some((Token(token), response)) = self.exchange.next_response() {
            match response {
                Response::Records(batch) => self.seen.extend(batch.iter().map(|record| {
                    let values = self.exchange.dialect().and_then(|dialect| read_record(record, dialect).ok());
                    Seen::Record(token, record.to_vec(), values)
                })),
                Response::Success(metadata) => self.seen.push(Seen::Success(token, metadata)),
                Response::Failure(error) => self.seen.push(Seen::Failure(token, format!("{error:?}"))),
                Response::Ignored => self.seen.push(Seen::Ignored(token)),
            }
        }
    }
}

impl Ask {
    fn submit(self, exchange: &mut Exchange, token: u64) {
        let (map, auth) = (Map::from([("product", "test/1")]), AuthToken::none());
        let (options, notifications) = (TransactionOptions::default(), NotificationFilter::default());
        let run = |options| Request::Run { query: "RETURN 1", parameters: &map, options };
        let request = match self {
            Self::Hello => Request::Hello(Hello {
                user_agent: "test/1",
                bolt_agent: &map,
                routing: None,
                auth: &auth,
                notifications: &notifications,
            }),
            Self::Logon => Request::Logon(&auth),
            Self::Logoff => Request::Logoff,
            Self::Reset => Request::Reset,
            Self::Run => run(Some(&options)),
            Self::RunInTransaction => run(None),
            Self::Begin => Request::Begin(&options),
            Self::Commit => Request::Commit,
            Self::Pull => Request::Pull { count: -1, query_id: None },
            Self::PullOf(query) => Request::Pull { count: 1, query_id: Some(query) },
            Self::Discard => Request::Discard { count: -1, query_id: None },
            Self::Telemetry => Request::Telemetry(2),
            Self::Route => {
                Request::Route(Route { context: &map, bookmarks: &[], database: None, impersonated_user: None })
            }
        };
        exchange.submit(&request, Token(token)).expect("a request the version has");
    }
}

fn version(name: &str) -> Version {
    Version::SUPPORTED.into_iter().find(|version| version.to_string() == name).expect("a version")
}

fn plain() -> Vec<u8> {
    success(Map::new())
}

fn fields(name: &str) -> Vec<u8> {
    success([("fields", vec![name])])
}

/// Of a few hundred bytes each.
pub(crate) fn conversations() -> Vec<Conversation> {
    let query = [Ask::Run, Ask::Pull];
    vec![
        Conversation {
            name: "a query after a classic handshake",
            handshake: handshake(version("5.4")),
            asks: [&[Ask::Hello, Ask::Logon][..], &query].concat(),
            answers: chunked(&[
                success([("server", "Neo4j/5.13.0"), ("connection_id", "bolt-1")]),
                plain(),
                success([("fields", Value::from(vec!["x"])), ("t_first", 1.into())]),
                record(vec![1.into()]),
                record(vec!["two".into()]),
                record(vec![Value::from(vec![3.0])]),
                success([("bookmark", "b:1"), ("type", "r")]),
            ]),
        },
        Conversation {
            name: "a query after a manifest",
            handshake: hex("00 00 01 FF 84 80 00  00 01 01 06  00 08 08 05  00 02 04 04  00 00 00 07  FF 82 71"),
            asks: [&[Ask::Hello, Ask::Logon, Ask::Telemetry][..], &query].concat(),
            answers: chunked(&[
                success([
                    ("server", Value::from("Neo4j/2026.06.0")),
                    ("hints", Map::from([("ssr.enabled", true)]).into()),
                ]),
                plain(),
                plain(),
                fields("x"),
                record(vec![neo4j_wasm::value::Uuid([7; 16]).into()]),
                success([("has_more", false)]),
            ]),
        },
        Conversation {
            name: "the UTC patch of 4.4",
            handshake: handshake(version("4.4")),
            asks: [&[Ask::Hello][..], &query].concat(),
            answers: chunked(&[
                success([("server", Value::from("Neo4j/4.4.40")), ("patch_bolt", vec!["utc"].into())]),
                structure(0x70, &[hex("A1 81 74 B3 49 C9 11 94 2A C9 0E 10")]),
                structure(0x71, &[hex("91 B3 49 C9 11 94 2A C9 0E 10")]),
                structure(0x71, &[hex("91 B3 46 C9 11 94 2A C9 0E 10")]),
                plain(),
            ]),
        },
        Conversation {
            name: "a failure, and on after RESET",
            handshake: handshake(version("5.8")),
            asks: [&[Ask::Hello, Ask::Logon][..], &query, &[Ask::Reset], &query].concat(),
            answers: chunked(&[
                plain(),
                plain(),
                failure([
                    ("neo4j_code", Value::from("Neo.ClientError.Statement.SyntaxError")),
                    ("message", "no".into()),
                    ("cause", Map::from([("message", "why")]).into()),
                ]),
                ignored(),
                plain(),
                fields("x"),
                record(vec![]),
                plain(),
            ]),
        },
        Conversation {
            name: "a refused LOGON",
            handshake: handshake(version("5.6")),
            asks: [&[Ask::Hello, Ask::Logon][..], &query].concat(),
            answers: chunked(&[
                success([("server", "Neo4j/5.23.0")]),
                failure([("code", "Neo.ClientError.Security.Unauthorized"), ("message", "no")]),
                ignored(),
                ignored(),
            ]),
        },
        transaction(),
        small_chunks(),
        Conversation {
            name: "asides, and another user",
            handshake: handshake(version("6.0")),
            asks: vec![Ask::Hello, Ask::Logon, Ask::Route, Ask::Logoff, Ask::Logon],
            answers: chunked(&[
                plain(),
                success([("advertised_address", "a:7687")]),
                success([("rt", Map::from([("ttl", Value::from(300)), ("servers", Value::List(vec![]))]))]),
                plain(),
                plain(),
            ]),
        },
        Conversation {
            name: "a record that nobody asked for",
            handshake: handshake(version("5.0")),
            asks: [&[Ask::Hello][..], &query].concat(),
            answers: chunked(&[plain(), fields("x"), record(vec![1.into()]), plain(), record(vec![2.into()]), plain()]),
        },
        Conversation {
            name: "bytes that are not PackStream",
            handshake: handshake(version("5.3")),
            asks: [&[Ask::Hello, Ask::Logon][..], &query].concat(),
            answers: [
                chunked(&[plain(), plain(), fields("x"), record(vec![1.into()])]),
                hex("0003 B170C4 0000 FFFF 00"),
            ]
            .concat(),
        },
        Conversation {
            name: "no common version",
            handshake: hex("00 00 01 FF 02 00 00 00 07 00 00 05 05 00"),
            asks: vec![],
            answers: chunked(&[plain()]),
        },
    ]
}

fn transaction() -> Conversation {
    let asks = [Ask::Hello, Ask::Logon, Ask::Begin, Ask::RunInTransaction, Ask::RunInTransaction, Ask::PullOf(0)];
    let rest = [Ask::PullOf(1), Ask::PullOf(0), Ask::Discard, Ask::Commit];
    Conversation {
        name: "a transaction of two results",
        handshake: handshake(version("5.7")),
        asks: [&asks[..], &rest].concat(),
        answers: chunked(&[
            plain(),
            plain(),
            success([("db", "neo4j")]),
            success([("qid", 0)]),
            success([("qid", 1)]),
            record(vec![1.into()]),
            success([("has_more", true)]),
            record(vec![2.into()]),
            success([("has_more", true)]),
            plain(),
            plain(),
            success([("bookmark", "b:2")]),
        ]),
    }
}

/// Chunks of one, two and three bytes, with NOOPs wherever they may be.
fn small_chunks() -> Conversation {
    let messages = [plain(), plain(), fields("x"), record(vec!["text".into()]), record(vec![2.into()]), plain()];
    let answers = messages
        .iter()
        .zip([1, 2, 3, 1, 2, 3])
        .map(|(message, size)| [hex("0000"), in_chunks_of(size, message), hex("0000 0000")].concat());
    Conversation {
        name: "small chunks and NOOPs",
        handshake: handshake(version("5.2")),
        asks: vec![Ask::Hello, Ask::Logon, Ask::Run, Ask::Pull],
        answers: answers.collect::<Vec<_>>().concat(),
    }
}

/// A record of more bytes than one chunk can have, in chunks of this size, between small ones; and where it starts.
pub(crate) fn large_message(chunk: usize) -> (Conversation, usize) {
    let text: String = ('a'..='z').cycle().take(150_000).collect();
    let large = record(vec![text.into(), Value::Bytes(vec![0; 300])]);
    let before = chunked(&[plain(), plain(), fields("x"), record(vec![1.into()])]);
    let handshake = handshake(version("5.8"));
    let start = handshake.len() + before.len();
    let conversation = Conversation {
        name: "a message of several chunks",
        handshake,
        asks: vec![Ask::Hello, Ask::Logon, Ask::Run, Ask::Pull],
        answers: [before, in_chunks_of(chunk, &large), chunked(&[record(vec![2.into()]), plain()])].concat(),
    };
    (conversation, start)
}
