//! `Conversation`: where a server stands on one connection, and its usual answers. Panics when a driver asks for what
//! it may not ask for there.

use std::collections::BTreeMap;
use std::vec::IntoIter;

use neo4j_wasm::bolt::Version;
use neo4j_wasm::value::{Map, Value};

use super::message::{Seen, Step};
use super::server::Server;

pub struct Conversation {
    version: Version,
    stage: Stage,
    utc: Option<bool>,
    failed: bool,
    /// The metadata of the transaction that is open: whose it is.
    transaction: Option<Map>,
    results: BTreeMap<i64, Cursor>,
    last_query: i64,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Stage {
    Hello,
    Logon,
    Ready,
}

/// A result, as far as it was asked for.
struct Cursor {
    rows: IntoIter<Vec<Value>>,
    summary: Map,
    failure: Option<String>,
}

impl Conversation {
    pub fn new(version: Version) -> Self {
        Self {
            version,
            stage: Stage::Hello,
            utc: None,
            failed: false,
            transaction: None,
            results: BTreeMap::new(),
            last_query: -1,
        }
    }

    pub fn is_logged_in(&self) -> bool {
        self.stage == Stage::Ready
    }

    pub fn ignores(&self, name: &str) -> bool {
        self.failed && !["RESET", "GOODBYE", "CLOSE"].contains(&name)
    }

    pub fn fail(&mut self) {
        self.failed = true;
        self.end();
    }

    /// Whether date-times count from UTC, once that is agreed on.
    pub fn agrees_to_utc(&self) -> Option<bool> {
        self.utc
    }

    fn end(&mut self) {
        self.transaction = None;
        self.results.clear();
    }

    /// A request that was answered in an unusual way has its usual effect, if it has succeeded.
    pub fn passed_over(&mut self, seen: &Seen, steps: &[Step]) {
        let Some(metadata) = steps.iter().find_map(|step| match step {
            Step::Success(metadata) => Some(metadata),
            _ => None,
        }) else {
            return;
        };
        match seen.name {
            "HELLO" | "LOGON" => self.stage = self.stage.next(self.version),
            "RUN" => {
                self.open_result(Cursor { rows: Vec::new().into_iter(), summary: Map::new(), failure: None });
            }
            "PULL" | "DISCARD" if metadata.get("has_more").is_none() => {
                let query = self.query_of(seen);
                self.results.remove(&query);
            }
            "BEGIN" => self.transaction = Some(Map::new()),
            "COMMIT" | "ROLLBACK" => self.end(),
            "RESET" => self.reset(),
            _ => (),
        }
    }

    pub fn usual(&mut self, seen: &Seen, server: &Server) -> Vec<Step> {
        self.check(seen);
        match seen.name {
            "CONNECT" => vec![Step::Open],
            "HANDSHAKE" if seen.fields == [Value::from(true)] => {
                vec![Step::Raw(vec![0, 0, self.version.minor, self.version.major])]
            }
            "HANDSHAKE" => vec![Step::Raw(handshake(self.version))],
            "DECLINE" => vec![Step::Raw(vec![0; 4]), Step::Close(1000, "")],
            "CLOSE" => vec![Step::Close(1005, "")],
            "GOODBYE" => vec![Step::Close(1000, "")],
            "HELLO" => self.hello(seen, server),
            "LOGON" => {
                self.stage = Stage::Ready;
                vec![Step::Success(Map::new())]
            }
            "LOGOFF" => {
                self.stage = Stage::Logon;
                vec![Step::Success(Map::new())]
            }
            "RESET" => {
                self.reset();
                vec![Step::Success(Map::new())]
            }
            "RUN" => self.run(seen, server),
            "PULL" => self.pull(seen, server),
            "DISCARD" => self.discard(seen, server),
            "BEGIN" => {
                self.transaction = Some(seen.extra().clone());
                vec![Step::Success(server.said_of_database(seen))]
            }
            "COMMIT" => {
                self.end();
                vec![Step::Success(Map::from([("bookmark", server.next_bookmark())]))]
            }
            "ROLLBACK" => {
                self.end();
                vec![Step::Success(Map::new())]
            }
            "TELEMETRY" => vec![Step::Success(Map::new())],
            name => panic!("a usual server has no answer to {name}"),
        }
    }

    fn check(&self, seen: &Seen) {
        let (idle, open) = (self.results.is_empty(), self.transaction.is_some());
        let ready = self.stage == Stage::Ready;
        let allowed = match seen.name {
            "HELLO" => self.stage == Stage::Hello,
            "LOGON" => self.stage == Stage::Logon,
            "RUN" => ready && (open || idle),
            "BEGIN" | "TELEMETRY" | "ROUTE" | "LOGOFF" => ready && idle && !open,
            "PULL" | "DISCARD" => ready && self.results.contains_key(&self.query_of(seen)),
            "COMMIT" | "ROLLBACK" => ready && open && idle,
            "RESET" => ready,
            _ => true,
        };
        let (results, transaction) = (self.results.len(), &self.transaction);
        assert!(
            allowed,
            "a driver may not ask for {} here: {:?}, {results} results open, transaction {transaction:?}\n{seen:?}",
            seen.name, self.stage
        );
        if let (true, Some(transaction)) = (seen.name == "RUN", transaction) {
            let owner = transaction.get("tx_metadata").and_then(Value::as_map).and_then(|map| map.get("owner"));
            assert_eq!(seen.parameters().get("owner"), owner, "a query in someone else's transaction");
        }
    }

    fn hello(&mut self, seen: &Seen, server: &Server) -> Vec<Step> {
        self.stage = self.stage.next(self.version);
        self.utc = Some(!self.version.needs_utc_patch() || seen.extra().get("patch_bolt").is_some());
        let id = format!("bolt-{}", seen.peer);
        let mut metadata = Map::from([("server", "Neo4j/5.26.0".to_owned()), ("connection_id", id)]);
        if self.version.needs_utc_patch() {
            metadata.insert("patch_bolt", vec!["utc"]);
        }
        let hints = server.hints();
        if !hints.is_empty() {
            metadata.insert("hints", hints);
        }
        vec![Step::Success(metadata)]
    }

    fn reset(&mut self) {
        self.failed = false;
        self.end();
    }

    fn run(&mut self, seen: &Seen, server: &Server) -> Vec<Step> {
        match server.table(seen.query()) {
            Err(code) => vec![super::failure(&code)],
            Ok(table) => {
                let mut metadata = if self.transaction.is_none() { server.said_of_database(seen) } else { Map::new() };
                metadata.insert("fields", table.fields);
                metadata.insert("t_first", 3);
                let rows = table.rows.into_iter();
                let query = self.open_result(Cursor { rows, summary: table.summary, failure: table.failure });
                if self.transaction.is_some() {
                    metadata.insert("qid", query);
                }
                vec![Step::Success(metadata)]
            }
        }
    }

    fn open_result(&mut self, cursor: Cursor) -> i64 {
        self.last_query += 1;
        self.results.insert(self.last_query, cursor);
        self.last_query
    }

    fn query_of(&self, seen: &Seen) -> i64 {
        seen.integer("qid").filter(|query| *query != -1).unwrap_or(self.last_query)
    }

    fn pull(&mut self, seen: &Seen, server: &Server) -> Vec<Step> {
        let query = self.query_of(seen);
        let count = seen.integer("n").and_then(|count| usize::try_from(count).ok()).unwrap_or(usize::MAX);
        let Some(cursor) = self.results.get_mut(&query) else { return Vec::new() };
        let rows: Vec<_> = cursor.rows.by_ref().take(count).collect();
        let more = cursor.rows.len() > 0;
        let mut steps = if rows.is_empty() { Vec::new() } else { vec![Step::Records(rows)] };
        steps.push(if more { super::success([("has_more", true)]) } else { self.end_result(query, server) });
        steps
    }

    fn discard(&mut self, seen: &Seen, server: &Server) -> Vec<Step> {
        let query = self.query_of(seen);
        assert_eq!(seen.integer("n"), Some(-1), "who discards, discards all");
        vec![self.end_result(query, server)]
    }

    fn end_result(&mut self, query: i64, server: &Server) -> Step {
        let Some(cursor) = self.results.remove(&query) else { return Step::Ignored };
        if let Some(code) = cursor.failure {
            return super::failure(&code);
        }
        let mut metadata = cursor.summary;
        metadata.insert("t_last", 5);
        metadata.insert("db", "neo4j");
        if self.transaction.is_none() {
            metadata.insert("bookmark", server.next_bookmark());
        }
        Step::Success(metadata)
    }
}

impl Stage {
    fn next(self, version: Version) -> Self {
        match self {
            Self::Hello if version.has_logon() => Self::Logon,
            _ => Self::Ready,
        }
    }
}

/// What a server answers to the handshake: a version, or a manifest.
fn handshake(version: Version) -> Vec<u8> {
    let Version { major, minor } = version;
    match major {
        6.. => vec![0, 0, 1, 0xFF, 2, 0, 0, minor, major, 0, 8, 8, 5, 0],
        _ => vec![0, 0, minor, major],
    }
}
