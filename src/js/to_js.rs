//! To JavaScript: records, summaries, errors.

use std::time::Duration;

use js_sys::{Array, Reflect};
use wasm_bindgen::prelude::*;

use super::session::WorkError;
use super::thrown::Thrown;
use super::with_bridge;
use crate::bolt::RecordBatch;
use crate::bolt::packstream::column::Column;
use crate::bolt::packstream::columns::Columns;
use crate::bolt::packstream::tape::Tape;
use crate::bolt::packstream::{Dialect, Names, Scan, TO_JS, Weight, Writer, write_value};
use crate::driver::{Notification, Plan, ServerInfo, StatusObject, Summary};
use crate::error::{Error, Position, Result};
use crate::platform::Address;
use crate::routing::RoutingTable;
use crate::value::{Map, Value};

#[wasm_bindgen]
extern "C" {
    /// Builds the records of one result; from `decode.js`.
    #[derive(Clone)]
    pub type Decoder;

    #[wasm_bindgen(method)]
    pub(super) fn keys(this: &Decoder, names: Array);

    #[wasm_bindgen(method, catch)]
    fn batch(this: &Decoder, rows: usize, columns: usize, areas: *const usize) -> Result<Array, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn columns(this: &Decoder, rows: usize, columns: *const usize, areas: *const usize) -> Result<JsValue, JsValue>;
}

/// A batch of more bytes than this is weighed before it is read.
const LARGE: usize = 2 << 20;

/// The JavaScript records of a batch.
pub(super) fn records(
    decoder: &Decoder,
    (tape, names): &mut (Tape, Names),
    columns: usize,
    batch: &RecordBatch,
    (dialect, ids): (Dialect, bool),
) -> Result<Array, WorkError> {
    tape.clear();
    if batch.bytes().len() > LARGE {
        tape.reserve(Weight::of(batch.bytes()));
    }
    let mut scan = Scan::new(batch.bytes(), dialect, tape, names);
    scan.ids = ids;
    batch.ends().iter().try_for_each(|end| scan.record(*end, columns))?;
    let areas = areas(batch.bytes(), tape);
    decoder.batch(batch.len(), columns, areas.as_ptr()).map_err(WorkError::Thrown)
}

/// The columns of a batch.
pub(super) fn columns(
    decoder: &Decoder,
    all: &mut Columns,
    columns: usize,
    batch: &RecordBatch,
    dialect: Dialect,
) -> Result<JsValue, WorkError> {
    all.read(batch, dialect, columns)?;
    let mut places = Vec::new();
    all.columns.iter().for_each(|column| describe(column, &mut places));
    let areas = areas(batch.bytes(), &all.tape);
    decoder.columns(batch.len(), places.as_ptr(), areas.as_ptr()).map_err(WorkError::Thrown)
}

/// What a column is and where its buffers are, then the same of its children; `columns.js` reads it in this order.
fn describe(column: &Column, to: &mut Vec<usize>) {
    let Column { kind, length, nulls, sparse, name, zone, children, .. } = column;
    to.extend_from_slice(&[usize::from(*kind), *length, *nulls, usize::from(*sparse), children.len()]);
    let offsets = column.offsets();
    to.extend_from_slice(&[offsets.as_ptr() as usize, 4 * offsets.len()]);
    let wide = column.wide();
    for bytes in [column.validity(), column.data(), name, zone] {
        to.extend_from_slice(&[bytes.as_ptr() as usize, bytes.len()]);
    }
    to.extend_from_slice(&[wide.as_ptr() as usize, 8 * wide.len()]);
    children.iter().for_each(|child| describe(child, to));
}

/// One value, by the same way. What cannot be sent becomes `undefined`; nothing of the driver's own is such a value.
fn value(value: &Value) -> JsValue {
    let mut writer = Writer::new();
    let (mut tape, mut names) = (Tape::default(), Names::default());
    if write_value(&mut writer, value, TO_JS).is_err() {
        return JsValue::UNDEFINED;
    }
    let bytes = writer.into_bytes();
    if Scan::new(&bytes, TO_JS, &mut tape, &mut names).value().is_err() {
        return JsValue::UNDEFINED;
    }
    let areas = areas(&bytes, &tape);
    with_bridge(|bridge| bridge.value(areas.as_ptr()).unwrap_or_default())
}

pub(super) fn map(map: &Map) -> JsValue {
    value(&Value::from(map.clone()))
}

/// Where the bytes and the areas of their tape are: JavaScript reads them there.
fn areas(bytes: &[u8], tape: &Tape) -> [usize; 5] {
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
    value(&server_value(info))
}

pub(super) fn routing_table(table: &RoutingTable) -> JsValue {
    let names = |list: &[Address]| Value::from(list.iter().map(ToString::to_string).collect::<Vec<_>>());
    value(&Value::from(Map::from([
        ("database", Value::from(table.database.clone())),
        ("ttl", Value::from(milliseconds(table.ttl))),
        ("routers", names(&table.routers)),
        ("readers", names(&table.readers)),
        ("writers", names(&table.writers)),
    ])))
}

pub(super) fn summary(summary: &Summary) -> JsValue {
    let mut map = Map::new();
    map.insert("queryType", summary.query_type.clone());
    let counters = summary.counters.named();
    let mut counters: Map = counters.map(|(name, count)| (name, Value::Integer(count))).collect();
    counters.insert("containsUpdates", summary.counters.contains_updates());
    counters.insert("containsSystemUpdates", summary.counters.contains_system_updates());
    map.insert("counters", counters);
    map.insert("plan", summary.plan.as_ref().map(Plan::operators));
    map.insert("profile", summary.profile.as_ref().map(Plan::operators));
    map.insert("notifications", summary.notifications.iter().map(notification).collect::<Vec<_>>());
    map.insert("gqlStatusObjects", summary.gql_status_objects.iter().map(status).collect::<Vec<_>>());
    map.insert("resultAvailableAfter", summary.result_available_after.map(milliseconds));
    map.insert("resultConsumedAfter", summary.result_consumed_after.map(milliseconds));
    map.insert("server", server_value(&summary.server));
    map.insert("database", summary.database.clone());
    map.insert("omitted", summary.omitted.clone());
    value(&Value::Map(map))
}

fn milliseconds(time: Duration) -> i64 {
    crate::platform::milliseconds(time) as i64
}

fn server_value(info: &ServerInfo) -> Value {
    Value::from(Map::from([
        ("address", info.address.as_str()),
        ("agent", info.agent.as_str()),
        ("protocolVersion", info.protocol_version.as_str()),
    ]))
}

fn position_value(position: Option<Position>) -> Value {
    Value::from(
        position.map(|Position { offset, line, column }| {
            Map::from([("offset", offset), ("line", line), ("column", column)])
        }),
    )
}

fn notification(notification: &Notification) -> Value {
    Value::from(Map::from([
        ("code", Value::from(notification.code.as_str())),
        ("title", Value::from(notification.title.as_str())),
        ("description", Value::from(notification.description.as_str())),
        ("severity", Value::from(notification.severity)),
        ("category", Value::from(notification.category)),
        ("rawSeverity", Value::from(notification.raw_severity.as_str())),
        ("rawCategory", Value::from(notification.raw_category.as_str())),
        ("position", position_value(notification.position)),
    ]))
}

fn status(status: &StatusObject) -> Value {
    Value::from(Map::from([
        ("gqlStatus", Value::from(status.gql_status.as_str())),
        ("statusDescription", Value::from(status.description.as_str())),
        ("severity", Value::from(status.severity)),
        ("classification", Value::from(status.classification)),
        ("rawSeverity", Value::from(status.raw_severity.clone())),
        ("rawClassification", Value::from(status.raw_classification.clone())),
        ("position", position_value(status.position)),
        ("diagnosticRecord", Value::from(status.diagnostic_record.clone())),
        ("isNotification", Value::from(status.is_notification)),
    ]))
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
