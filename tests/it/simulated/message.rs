//! What a server hears (`Seen`) and what it does about it (`Step`).

use std::time::Duration;

use neo4j_wasm::bolt::Version;
use neo4j_wasm::bolt::packstream::{Dialect, Reader, Token, Writer, read_value, write_value};
use neo4j_wasm::value::{Map, Node, Value};

/// A request as it came, or one of these: `CONNECT` (a socket is to be opened), `HANDSHAKE`, `CLOSE` (the driver's end
/// was closed).
#[derive(Debug, Clone)]
pub struct Seen {
    pub name: &'static str,
    pub fields: Vec<Value>,
    /// Which connection, from 0.
    pub peer: usize,
    pub at: Duration,
}

impl Seen {
    /// The query of a RUN.
    pub fn query(&self) -> &str {
        self.fields[0].as_str().unwrap()
    }

    /// The parameters of a RUN.
    pub fn parameters(&self) -> &Map {
        self.fields[1].as_map().unwrap()
    }

    /// The last field: the map that most requests have.
    pub fn extra(&self) -> &Map {
        self.fields.last().and_then(Value::as_map).expect("a map")
    }

    pub fn integer(&self, key: &str) -> Option<i64> {
        self.extra().get(key).and_then(Value::as_integer)
    }

    pub fn text(&self, key: &str) -> Option<&str> {
        self.extra().get(key).and_then(Value::as_str)
    }

    pub fn bookmarks(&self) -> Vec<&str> {
        let bookmarks = self.extra().get("bookmarks").and_then(Value::as_list).unwrap_or_default();
        bookmarks.iter().map(|bookmark| bookmark.as_str().unwrap()).collect()
    }
}

/// One step of a server's reaction.
#[derive(Debug, Clone)]
pub enum Step {
    /// What a server does usually.
    Usual,
    /// The socket is open.
    Open,
    Success(Map),
    Records(Vec<Vec<Value>>),
    /// A code and a message; everything is ignored from here on, until RESET.
    Failure(String, String),
    Ignored,
    Wait(Duration),
    /// A close code and a reason.
    Close(u16, &'static str),
    /// Bytes as they are.
    Raw(Vec<u8>),
    /// A message that is made of something else.
    Alien(&'static str),
    /// The request is never answered, unless a RESET comes.
    Hang,
    /// The server says nothing any more, whatever comes.
    Silence,
}

pub fn success<K: Into<String>, V: Into<Value>, const N: usize>(metadata: [(K, V); N]) -> Step {
    Step::Success(Map::from(metadata))
}

pub fn failure(code: &str) -> Step {
    Step::Failure(code.to_owned(), format!("The text of {code}"))
}

const NAMES: [(u8, &str); 14] = [
    (0x01, "HELLO"),
    (0x02, "GOODBYE"),
    (0x0F, "RESET"),
    (0x10, "RUN"),
    (0x11, "BEGIN"),
    (0x12, "COMMIT"),
    (0x13, "ROLLBACK"),
    (0x2F, "DISCARD"),
    (0x3F, "PULL"),
    (0x54, "TELEMETRY"),
    (0x66, "ROUTE"),
    (0x6A, "LOGON"),
    (0x6B, "LOGOFF"),
    (0x00, "?"),
];

/// The name and the fields of a request.
pub fn decode(message: &[u8], dialect: Dialect) -> (&'static str, Vec<Value>) {
    let mut reader = Reader::new(message, dialect.uuids);
    let Ok(Token::Structure { tag, fields }) = reader.token() else { panic!("not a message: {message:02x?}") };
    let name = NAMES.iter().find(|(known, _)| *known == tag).map(|(_, name)| *name);
    let fields = (0..fields).map(|_| read_value(&mut reader, dialect).expect("a field")).collect();
    assert_eq!(reader.remaining(), 0, "a message that goes on");
    (name.unwrap_or_else(|| panic!("no request has the tag {tag:02x}")), fields)
}

/// The messages of a step that says something.
pub fn encode(step: &Step, version: Version, dialect: Dialect) -> Vec<Vec<u8>> {
    let message = |tag, fields: &[Value]| {
        let mut writer = Writer::new();
        writer.structure(tag, fields.len() as u8);
        for field in fields {
            write(&mut writer, field, dialect);
        }
        writer.into_bytes()
    };
    match step {
        Step::Success(metadata) => vec![message(0x70, &[metadata.clone().into()])],
        Step::Records(records) => records.iter().map(|values| message(0x71, &[Value::List(values.clone())])).collect(),
        Step::Ignored => vec![message(0x7E, &[])],
        Step::Failure(code, text) => vec![message(0x7F, &[failure_metadata(code, text, version).into()])],
        _ => Vec::new(),
    }
}

/// A server sends what a driver does not: nodes and relationships, here with their element ids.
fn write(writer: &mut Writer, value: &Value, dialect: Dialect) {
    let parts = match value {
        Value::List(items) => {
            assert!(writer.list(items.len()));
            return items.iter().for_each(|item| write(writer, item, dialect));
        }
        Value::Map(map) => {
            assert!(writer.map(map.len()));
            return map.iter().for_each(|(key, item)| {
                assert!(writer.string(key));
                write(writer, item, dialect);
            });
        }
        Value::Node(node) => {
            let Node { id, element_id, labels, properties } = &**node;
            writer.structure(b'N', 4);
            vec![id.into(), labels.into(), properties.into(), element_id.into()]
        }
        Value::Relationship(relationship) => {
            let of = &**relationship;
            writer.structure(b'R', 8);
            let ids = [of.id, of.start_node_id, of.end_node_id].map(Value::from);
            let elements = [&of.element_id, &of.start_node_element_id, &of.end_node_element_id].map(Value::from);
            let middle = [Value::from(&of.relationship_type), Value::from(&of.properties)];
            ids.into_iter().chain(middle).chain(elements).collect()
        }
        other => return write_value(writer, other, dialect).expect("a value that can be sent"),
    };
    parts.iter().for_each(|part: &Value| write(writer, part, dialect));
}

fn failure_metadata(code: &str, text: &str, version: Version) -> Map {
    if version.has_gql_errors() {
        Map::from([("neo4j_code", code), ("message", text), ("gql_status", "50N42"), ("description", "error")])
    } else {
        Map::from([("code", code), ("message", text)])
    }
}
