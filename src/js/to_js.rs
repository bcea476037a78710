//! To JavaScript: values, the ends of results, errors. Records are in `records`.

use js_sys::{Array, Reflect};
use wasm_bindgen::prelude::*;

use super::thrown::Thrown;
use super::with_bridge;
use crate::bolt::packstream::tape::Tape;
use crate::bolt::packstream::{Names, Scan, TO_JS, Writer, write_map, write_value};
use crate::driver::{Outcome, ServerInfo};
use crate::error::{Error, Position, Result};
use crate::platform::Address;
use crate::routing::RoutingTable;
use crate::value::{Map, Value};

/// One value, by the way that records take. What cannot be sent becomes `undefined`; nothing of the driver's own is such a value.
fn value(value: &Value) -> JsValue {
    written(|writer| write_value(writer, value, TO_JS).is_ok())
}

pub(super) fn map(map: &Map) -> JsValue {
    written(|writer| write_map(writer, map, TO_JS).is_ok())
}

fn written(write: impl FnOnce(&mut Writer) -> bool) -> JsValue {
    let mut writer = Writer::new();
    let (mut tape, mut names) = (Tape::default(), Names::default());
    if !write(&mut writer) {
        return JsValue::UNDEFINED;
    }
    let bytes = writer.into_bytes();
    if Scan::new(&bytes, TO_JS, &mut tape, &mut names).value().is_err() {
        return JsValue::UNDEFINED;
    }
    let areas = areas(&bytes, &tape);
    with_bridge(|bridge| bridge.value(areas.as_ptr()).unwrap_or_default())
}

/// Where the bytes and the areas of their tape are: JavaScript reads them there.
pub(super) fn areas(bytes: &[u8], tape: &Tape) -> [usize; 5] {
    let (words, ascii, wide) = (tape.words(), tape.ascii(), tape.wide());
    [bytes.as_ptr() as usize, words.as_ptr() as usize, words.len(), ascii.as_ptr() as usize, wide.as_ptr() as usize]
}

pub(super) fn strings(list: &[String]) -> Array {
    list.iter().map(JsValue::from).collect()
}

/// An error as one of the JavaScript classes. Its causes are made first, the innermost first of all: there may be more of
/// them than a stack can hold.
pub(super) fn error(error: &Error) -> JsValue {
    let mut chain = vec![error];
    let mut beneath = JsValue::UNDEFINED;
    loop {
        let last = chain[chain.len() - 1];
        let thrown = std::error::Error::source(last).and_then(|source| source.downcast_ref::<Thrown>());
        match (thrown, last.cause()) {
            (Some(thrown), _) => break beneath = thrown.value(),
            (None, Some(cause)) => chain.push(cause),
            (None, None) => break,
        }
    }
    for (place, error) in chain.into_iter().enumerate().rev() {
        // What lies beneath is one of ours, or what the user's own code threw: an error that only wraps that adds nothing.
        if place == 0 || error.code() != "Thrown" {
            beneath = one_error(error, &beneath);
        }
    }
    beneath
}

fn one_error(error: &Error, cause: &JsValue) -> JsValue {
    let status = error.gql_status().map_or(JsValue::UNDEFINED, |status| {
        value(&Value::from(Map::from([
            ("gqlStatus", Value::from(status.status.as_str())),
            ("statusDescription", Value::from(status.description.as_str())),
            ("diagnosticRecord", Value::from(status.diagnostic_record.clone())),
        ])))
    });
    let position = error.position().map_or(JsValue::UNDEFINED, |position| value(&position_value(Some(position))));
    with_bridge(|bridge| {
        Some(bridge.make_error(
            error.kind().name(),
            error.code(),
            error.message(),
            error.is_retryable(),
            &status,
            &position,
            cause,
        ))
    })
    .unwrap_or_else(|| JsError::new(error.message()).into())
}

/// The same, for `map_err`. What the user's own code threw comes out as it was.
pub(super) fn thrown(error: Error) -> JsValue {
    let own = std::error::Error::source(&error).and_then(|source| source.downcast_ref::<Thrown>());
    own.filter(|_| error.code() == "Thrown").map_or_else(|| self::error(&error), Thrown::value)
}

/// What a call that only succeeds or fails ends with.
pub(super) fn nothing(done: Result<()>) -> Result<JsValue, JsValue> {
    done.map(|()| JsValue::UNDEFINED).map_err(thrown)
}

pub(super) fn server_info(info: &ServerInfo) -> JsValue {
    object(&[
        ("address", info.address.as_str().into()),
        ("agent", info.agent.as_str().into()),
        ("protocolVersion", info.protocol_version.as_str().into()),
    ])
}

pub(super) fn routing_table(table: &RoutingTable) -> JsValue {
    let names = |list: &[Address]| Value::from(list.iter().map(ToString::to_string).collect::<Vec<_>>());
    value(&Value::from(Map::from([
        ("database", Value::from(table.database.clone())),
        ("ttl", Value::from(crate::platform::milliseconds(table.ttl) as i64)),
        ("routers", names(&table.routers)),
        ("readers", names(&table.readers)),
        ("writers", names(&table.writers)),
    ])))
}

/// The end of a result, for `summary.js`.
pub(super) fn outcome(outcome: &Outcome) -> JsValue {
    object(&[
        ("said", map(&outcome.said)),
        ("first", outcome.first.map_or(JsValue::NULL, |count| value(&Value::Integer(count)))),
        ("server", server_info(&outcome.server)),
        ("hasColumns", outcome.has_columns.into()),
        ("hadRecords", outcome.had_records.into()),
    ])
}

fn position_value(position: Option<Position>) -> Value {
    Value::from(
        position.map(|Position { offset, line, column }| {
            Map::from([("offset", offset), ("line", line), ("column", column)])
        }),
    )
}

/// An object of plain fields.
pub(super) fn object(fields: &[(&str, JsValue)]) -> JsValue {
    let object = js_sys::Object::new();
    for (key, value) in fields {
        // Setting a property of a plain object does not throw.
        let _ = Reflect::set(&object, &JsValue::from(*key), value);
    }
    object.into()
}
