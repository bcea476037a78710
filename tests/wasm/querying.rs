//! Queries: parameters in, typed values out, summaries, errors.

use std::collections::HashMap;

use neo4j_wasm::value::{Map, Node, Path, Relationship, Value};
use neo4j_wasm::{ErrorKind, SessionConfig, TransactionConfig};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::server::{driver, idle, session};

#[wasm_bindgen_test]
async fn columns_are_read_as_rust_types() {
    let (driver, query) = (driver(), "RETURN $name AS name, $grades AS grades, $home AS home, null AS left");
    let home = Map::from([("floor", 3), ("door", 12)]);
    let parameters = Map::from([("name", Value::from("Ada")), ("grades", [1.0, 1.3].into()), ("home", home.into())]);
    let session = session(&driver);
    let result = session.run(query, parameters, TransactionConfig::default()).await.unwrap();
    assert_eq!(result.keys(), ["name", "grades", "home", "left"]);
    let record = result.single().await.unwrap();
    assert_eq!(record.get::<String>("name").unwrap(), "Ada");
    assert_eq!(record.get::<Vec<f64>>("grades").unwrap(), [1.0, 1.3]);
    assert_eq!(record.get::<HashMap<String, u8>>("home").unwrap()["door"], 12);
    assert_eq!(record.get::<Option<i64>>("left").unwrap(), None);
    assert_eq!(record.get::<Value>("name").unwrap(), record.values().unwrap()[0]);

    let wrong = record.get::<i64>("name").unwrap_err();
    assert_eq!((wrong.kind(), wrong.code()), (ErrorKind::Usage, "WrongType"));
    assert_eq!(wrong.message(), "Column \"name\": expected i64, found STRING");
    let unknown = record.get::<String>("surname").unwrap_err();
    assert!(unknown.message().contains("name, grades, home, left"), "{unknown:?}");
}

#[wasm_bindgen_test]
async fn graph_values_come_whole() {
    let (driver, query) = (driver(), "CREATE p = (a:Test {n: 1})-[r:KNOWS {since: 2024}]->(b:Test:Other) RETURN *");
    let session = session(&driver);
    let transaction = session.begin_transaction(TransactionConfig::default()).await.unwrap();
    let record = transaction.run(query, Map::new()).await.unwrap().single().await.unwrap();
    let (a, b) = (record.get::<Node>("a").unwrap(), record.get::<Node>("b").unwrap());
    let r: Relationship = record.get("r").unwrap();
    let path: Path = record.get("p").unwrap();
    transaction.rollback().await.unwrap();
    assert_eq!(a.properties, Map::from([("n", 1)]));
    assert_eq!(b.labels, ["Test", "Other"]);
    assert_eq!((&*r.relationship_type, r.properties.get("since")), ("KNOWS", Some(&Value::Integer(2024))));
    assert_eq!((&r.start_node_element_id, &r.end_node_element_id), (&a.element_id, &b.element_id));
    assert_eq!((path.start(), path.end(), path.segments().len()), (&a, &b, 1));
}

#[wasm_bindgen_test]
async fn a_query_of_the_driver_has_keys_records_and_summary() {
    let (driver, query) = (driver(), "CREATE (n:Test {short: true}) SET n.long = false RETURN n.short AS short");
    let (config, transaction) = (SessionConfig::default(), TransactionConfig::default());
    let (keys, records, summary) = driver.execute_query(query, Map::new(), config, transaction).await.unwrap();
    assert_eq!(keys, ["short"]);
    assert!(records[0].get::<bool>("short").unwrap());
    let counters = &summary.counters;
    assert_eq!((counters.nodes_created, counters.labels_added, counters.properties_set), (1, 1, 2));
    assert!(counters.contains_updates());
    assert_eq!((summary.query_type.as_deref(), summary.database.as_deref()), (Some("rw"), Some("neo4j")));
}

#[wasm_bindgen_test]
async fn a_query_that_is_not_valid_says_where() {
    let driver = driver();
    let session = session(&driver);
    let error = session.run("RETURN 1 AS", Map::new(), TransactionConfig::default()).await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Server, "Neo.ClientError.Statement.SyntaxError"));
    assert_eq!(error.position().unwrap().line, 1);
    assert!(!error.is_retryable());
    // The connection is good for more, and so is the session.
    let result = session.run("RETURN 1 AS one", Map::new(), TransactionConfig::default()).await.unwrap();
    assert_eq!(result.single().await.unwrap().get::<i64>("one").unwrap(), 1);
    assert_eq!(idle(&driver), 1);
}
