//! Summaries, by the table that `summary.test.js` holds JavaScript to: tests/package/summaries.js, which is JSON but for
//! its first two words. There, `{"bytes": "C2"}` is PackStream, and `expected` differs from the first case's as it says.

use neo4j_wasm::bolt::packstream::Writer;
use neo4j_wasm::value::{Map, Value};
use neo4j_wasm::{Config, Error, Notification, Plan, Position, StatusObject, Summary};
use serde_json::{Value as Json, json};

use super::simulated::{Ask, Host, Step, session};
use super::wire::{chunked, encoded, newest};

const TABLE: &str = include_str!("../package/summaries.js");

fn packed(json: &Json) -> Vec<u8> {
    let plain = |value: Value| encoded(&value, newest().dialect(false));
    let mut writer = Writer::new();
    match json {
        Json::Null => plain(Value::Null),
        Json::Bool(truth) => plain((*truth).into()),
        Json::Number(number) => plain(match number.as_i64() {
            Some(whole) => whole.into(),
            None => number.as_f64().unwrap().into(),
        }),
        Json::String(text) => plain(text.as_str().into()),
        Json::Array(items) => {
            assert!(writer.list(items.len()));
            writer.into_bytes().into_iter().chain(items.iter().flat_map(packed)).collect()
        }
        Json::Object(map) if map.len() == 1 && map.contains_key("bytes") => bytes(map["bytes"].as_str().unwrap()),
        Json::Object(map) => {
            assert!(writer.map(map.len()));
            let entries = map.iter().flat_map(|(key, value)| [plain(key.as_str().into()), packed(value)].concat());
            writer.into_bytes().into_iter().chain(entries).collect()
        }
    }
}

fn bytes(hex: &str) -> Vec<u8> {
    let digits: Vec<u8> = hex.chars().filter_map(|digit| digit.to_digit(16)).map(|digit| digit as u8).collect();
    digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect()
}

/// SUCCESS with this metadata.
fn success(metadata: &Json) -> Step {
    Step::Raw(chunked(&[[vec![0xB1, 0x70], packed(metadata)].concat()]))
}

fn summary_of(case: &Json) -> Result<Summary, Error> {
    let is = |key: &str| case[key].as_bool().unwrap_or(true);
    let (host, server) = Host::new();
    let mut begun = case.get("began").cloned().unwrap_or_else(|| json!({}));
    begun["fields"] = if is("columns") { json!(["n"]) } else { json!([]) };
    server.once("RUN", [success(&begun)]);
    let end = success(case.get("said").unwrap_or(&json!({})));
    let records = is("records").then(|| Step::Records(vec![vec![Value::from(5)]]));
    server.once("PULL", records.into_iter().chain([end]).collect::<Vec<_>>());
    let driver = host.driver(Config::default());
    host.run(async { session(&driver).ask("QUERY").await?.eager().await }).map(|done| (*done.summary).clone())
}

/// In the shape in which JavaScript has it; counters of zero are left out.
fn shown(summary: &Summary) -> Json {
    let milliseconds = |time: Option<std::time::Duration>| time.map(|time| time.as_millis() as u64);
    json!({
        "queryType": summary.query_type,
        "counters": counters(summary),
        "plan": summary.plan.as_ref().map(plan),
        "profile": summary.profile.as_ref().map(plan),
        "notifications": summary.notifications.iter().map(notification).collect::<Vec<_>>(),
        "gqlStatusObjects": summary.gql_status_objects.iter().map(status).collect::<Vec<_>>(),
        "resultAvailableAfter": milliseconds(summary.result_available_after),
        "resultConsumedAfter": milliseconds(summary.result_consumed_after),
        "database": summary.database,
        "omitted": summary.omitted,
    })
}

fn counters(summary: &Summary) -> Json {
    let all = &summary.counters;
    let counts = [
        ("nodesCreated", all.nodes_created),
        ("nodesDeleted", all.nodes_deleted),
        ("relationshipsCreated", all.relationships_created),
        ("relationshipsDeleted", all.relationships_deleted),
        ("propertiesSet", all.properties_set),
        ("labelsAdded", all.labels_added),
        ("labelsRemoved", all.labels_removed),
        ("indexesAdded", all.indexes_added),
        ("indexesRemoved", all.indexes_removed),
        ("constraintsAdded", all.constraints_added),
        ("constraintsRemoved", all.constraints_removed),
        ("systemUpdates", all.system_updates),
    ];
    let mut shown = json!({
        "containsUpdates": all.contains_updates(),
        "containsSystemUpdates": all.contains_system_updates(),
    });
    counts.iter().filter(|(_, count)| *count != 0).for_each(|(name, count)| shown[*name] = json!(count));
    shown
}

fn plan(plan: &Plan) -> Json {
    let mut shown = json!({
        "operatorType": plan.operator_type(),
        "identifiers": plan.identifiers().collect::<Vec<_>>(),
        "arguments": map(plan.arguments()),
        "children": plan.children().map(|child| self::plan(&child)).collect::<Vec<_>>(),
    });
    if let Some(measured) = plan.measured() {
        shown["dbHits"] = json!(measured.db_hits);
        shown["rows"] = json!(measured.rows);
        shown["pageCacheHits"] = json!(measured.page_cache_hits);
        shown["pageCacheMisses"] = json!(measured.page_cache_misses);
        shown["pageCacheHitRatio"] = measured.page_cache_hit_ratio.map_or(Json::Null, number);
        shown["time"] = json!(measured.time);
    }
    shown
}

fn notification(notification: &Notification) -> Json {
    json!({
        "code": notification.code,
        "title": notification.title,
        "description": notification.description,
        "severity": notification.severity,
        "category": notification.category,
        "rawSeverity": notification.raw_severity,
        "rawCategory": notification.raw_category,
        "position": notification.position.map(position),
    })
}

fn status(status: &StatusObject) -> Json {
    json!({
        "gqlStatus": status.gql_status,
        "statusDescription": status.description,
        "severity": status.severity,
        "classification": status.classification,
        "rawSeverity": status.raw_severity,
        "rawClassification": status.raw_classification,
        "position": status.position.map(position),
        "diagnosticRecord": map(&status.diagnostic_record),
        "isNotification": status.is_notification,
    })
}

fn position(Position { offset, line, column }: Position) -> Json {
    json!({ "offset": offset, "line": line, "column": column })
}

fn map(map: &Map) -> Json {
    map.iter().map(|(key, value)| (key.to_owned(), value_of(value))).collect::<serde_json::Map<_, _>>().into()
}

fn value_of(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Boolean(truth) => json!(truth),
        Value::Integer(whole) => json!(whole),
        Value::Float(float) => number(*float),
        Value::String(text) => json!(text),
        Value::List(items) => items.iter().map(value_of).collect(),
        Value::Map(inner) => map(inner),
        other => panic!("the table holds no {other:?}"),
    }
}

/// As in JavaScript: what is whole has no fraction.
fn number(float: f64) -> Json {
    if float.fract() == 0.0 { json!(float as i64) } else { json!(float) }
}

#[test]
fn what_a_server_says_becomes_a_summary_by_the_table_that_javascript_has_too() {
    let table: Vec<Json> = serde_json::from_str(TABLE.strip_prefix("export default").unwrap()).unwrap();
    for case in &table {
        let summary = summary_of(case).map(|summary| shown(&summary));
        match case["error"].as_str() {
            Some(text) => assert!(summary.unwrap_err().message().contains(text), "{}", case["name"]),
            None => {
                let mut expected = table[0]["expected"].clone();
                for (key, value) in case["expected"].as_object().unwrap() {
                    expected[key] = value.clone();
                }
                assert_eq!(summary.unwrap(), expected, "{}", case["name"]);
            }
        }
    }
}
