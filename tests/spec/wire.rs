//! What a server says, as bytes: the tests' side of the conversation.

use neo4j_wasm::bolt::chunking::write_chunked;
use neo4j_wasm::bolt::packstream::{Dialect, Writer, write_value};
use neo4j_wasm::bolt::{
    AuthToken, Exchange, Hello, NotificationFilter, Request, Response, ServerState, Token, Version,
};
use neo4j_wasm::value::{Map, Value};

pub(crate) const SUCCESS: u8 = 0x70;
pub(crate) const RECORD: u8 = 0x71;
pub(crate) const IGNORED: u8 = 0x7E;
pub(crate) const FAILURE: u8 = 0x7F;

/// Bytes from hexadecimal digits; white space does not count.
pub(crate) fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text.chars().filter_map(|digit| digit.to_digit(16)).map(|digit| digit as u8).collect();
    assert!(digits.len().is_multiple_of(2), "half a byte in {text}");
    digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect()
}

pub(crate) fn newest() -> Version {
    Version::SUPPORTED[0]
}

pub(crate) fn encoded(value: &Value, dialect: Dialect) -> Vec<u8> {
    let mut writer = Writer::new();
    write_value(&mut writer, value, dialect).expect("a value that can be sent");
    writer.into_bytes()
}

/// A structure of fields that are encoded already: the server can send what a driver cannot.
pub(crate) fn structure(tag: u8, fields: &[Vec<u8>]) -> Vec<u8> {
    let mut writer = Writer::new();
    writer.structure(tag, fields.len() as u8);
    let mut bytes = writer.into_bytes();
    bytes.extend(fields.concat());
    bytes
}

pub(crate) fn message(tag: u8, fields: &[Value]) -> Vec<u8> {
    let fields: Vec<_> = fields.iter().map(|field| encoded(field, newest().dialect(false))).collect();
    structure(tag, &fields)
}

pub(crate) fn success(metadata: impl Into<Map>) -> Vec<u8> {
    message(SUCCESS, &[Value::Map(metadata.into())])
}

pub(crate) fn failure(metadata: impl Into<Map>) -> Vec<u8> {
    message(FAILURE, &[Value::Map(metadata.into())])
}

pub(crate) fn ignored() -> Vec<u8> {
    message(IGNORED, &[])
}

pub(crate) fn record(values: Vec<Value>) -> Vec<u8> {
    message(RECORD, &[Value::List(values)])
}

/// Messages as chunks, each message in one.
pub(crate) fn chunked(messages: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for message in messages {
        write_chunked(message, &mut bytes);
    }
    bytes
}

/// One message in chunks of at most `size` bytes.
pub(crate) fn in_chunks_of(size: usize, message: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for chunk in message.chunks(size) {
        bytes.extend_from_slice(&(chunk.len() as u16).to_be_bytes());
        bytes.extend_from_slice(chunk);
    }
    bytes.extend_from_slice(&[0, 0]);
    bytes
}

/// The server's side of a handshake that ends with `version`.
pub(crate) fn handshake(version: Version) -> Vec<u8> {
    let Version { major, minor } = version;
    match major {
        6.. => vec![0, 0, 1, 0xFF, 2, 0, 0, minor, major, 0, 8, 8, 5, 0],
        _ => vec![0, 0, minor, major],
    }
}

/// A conversation whose handshake has ended with `version`.
pub(crate) fn shaken(version: Version) -> Exchange {
    let mut exchange = Exchange::new();
    exchange.receive(&handshake(version)).expect("a handshake");
    assert_eq!(exchange.version(), Some(version));
    let _ = exchange.take_output();
    exchange
}

/// HELLO, and LOGON where the version has it, with tokens from 1.
pub(crate) fn introduce(exchange: &mut Exchange) {
    let auth = AuthToken::basic("user", "password", None);
    let hello = Hello {
        user_agent: "Example/4.1.0",
        bolt_agent: &Map::from([("product", "neo4j-fortran-alice-doe/42.69.0")]),
        routing: None,
        auth: &auth,
        notifications: &NotificationFilter::default(),
    };
    exchange.submit(&Request::Hello(hello), Token(1)).expect("HELLO");
    if exchange.version().is_some_and(Version::has_logon) {
        exchange.submit(&Request::Logon(&auth), Token(2)).expect("LOGON");
    }
}

/// An authenticated conversation with nothing under way.
pub(crate) fn ready(version: Version) -> Exchange {
    let mut exchange = shaken(version);
    introduce(&mut exchange);
    let answers = vec![success([("server", "Neo4j/5.26.0")]); exchange.pending()];
    exchange.receive(&chunked(&answers)).expect("answers");
    while exchange.next_response().is_some() {}
    let _ = exchange.take_output();
    assert_eq!((exchange.state(), exchange.pending()), (ServerState::Ready, 0));
    exchange
}

/// All responses that are there, as text that shows every detail; batches of records are taken apart.
pub(crate) fn drain(exchange: &mut Exchange) -> Vec<String> {
    let mut lines = Vec::new();
    while let Some((Token(token), response)) = exchange.next_response() {
        match response {
            Response::Records(batch) => {
                lines.extend(batch.iter().map(|record| format!("{token} RECORD {record:02x?}")))
            }
            Response::Failure(error) => lines.push(format!("{token} {error:?} {:?}", error.gql_status())),
            other => lines.push(format!("{token} {other:?}")),
        }
    }
    lines
}
