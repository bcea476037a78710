//! Records read as Rust types, by name, by place and all columns at once; parameters from Rust types.

use std::collections::{BTreeMap, HashMap};

use neo4j_wasm::value::{Map, Node, Value};
use neo4j_wasm::{Config, Record, TransactionConfig, params};

use super::simulated::{Ask, Host, Table, refused, session};

/// One row as it comes from a server.
pub(crate) fn row(fields: Vec<&'static str>, values: Vec<Value>, read: impl FnOnce(Record)) {
    let (host, server) = Host::new();
    server.results_in("MATCH", Table { fields, rows: vec![values], ..Table::numbers(0..0) });
    let driver = host.driver(Config::default());
    host.run(async {
        read(session(&driver).ask("MATCH").await.unwrap().single().await.unwrap());
    });
}

#[test]
fn columns_are_read_by_name_by_place_and_as_a_tuple() {
    row(vec!["name", "age", "pet"], vec!["Alice".into(), 33.into(), Value::Null], |record| {
        assert_eq!(record.get::<String>(0).unwrap(), "Alice");
        assert_eq!(record.get::<u8>(String::from("age")).unwrap(), 33);
        assert_eq!(record.get::<f64>(&record.keys()[1]).unwrap(), 33.0);
        assert_eq!(refused(record.get::<Value>(3)).message(), "There is no column 3; there are: name, age, pet");
        let all: (String, i64, Option<String>) = record.columns().unwrap();
        assert_eq!(all, ("Alice".to_owned(), 33, None));
        let error = refused(record.columns::<(String, i64)>());
        assert_eq!(error.message(), "2 columns were asked for, and there are 3: name, age, pet");
        let error = refused(record.columns::<(String, i64, String)>());
        assert_eq!(error.message(), "Column \"pet\": expected STRING, found NULL");
    });
}

#[test]
fn what_does_not_fit_says_where_it_stands_and_why() {
    let people = Value::from([Map::from([("ages", vec![1, 300])])]);
    row(vec!["people", "age"], vec![people, 300.into()], |record| {
        let error = refused(record.get::<u8>("age"));
        assert_eq!(error.message(), "Column \"age\": expected u8, found INTEGER: 300 does not fit u8");
        let error = refused(record.get::<Vec<HashMap<String, Vec<u8>>>>("people"));
        let why = "expected u8, found INTEGER: 300 does not fit u8";
        assert_eq!(error.message(), format!("Column \"people\", [0].ages[1]: {why}"));
    });
}

#[test]
fn properties_are_read_as_maps_are() {
    let properties = params! { "name": "Alice", "born": 1970, "langs": ["en", "sv"] };
    let node = Node { id: 1, element_id: "4:x:1".into(), labels: vec!["Person".into()], properties };
    assert_eq!(node.get::<String>("name").unwrap(), "Alice");
    assert_eq!(node.get::<Option<i64>>("died").unwrap(), None);
    let error = neo4j_wasm::Error::from(node.get::<u8>("born").unwrap_err());
    assert_eq!(
        (error.code(), error.message()),
        ("WrongType", "born: expected u8, found INTEGER: 1970 does not fit u8")
    );
    let error = node.get::<i64>("died").unwrap_err();
    assert_eq!(error.to_string(), "died: there is no such key; there are: name, born, langs");
    assert_eq!(node.get::<Vec<u8>>("langs").unwrap_err().path(), "langs[0]");
}

#[test]
fn a_number_beyond_an_integer_is_refused_by_name_before_anything_is_sent() {
    let (host, server) = Host::new();
    server.results_in("MATCH", Table::numbers(0..1));
    let driver = host.driver(Config::default());
    host.run(async {
        let session = session(&driver);
        let page = BTreeMap::from([("limits", vec![1, u64::MAX])]);
        let run = session.run("MATCH", params! { "page": page }, TransactionConfig::default()).await;
        let said = "parameters.page.limits[1]: 18446744073709551615 does not fit INTEGER, which ends at \
                    9223372036854775807: send its text, or a FLOAT";
        assert_eq!(refused(run).message(), said);
        let most = params! { "page": i64::MAX.unsigned_abs() };
        assert_eq!(
            session.run("MATCH", most, TransactionConfig::default()).await.unwrap().collect().await.unwrap().len(),
            1
        );
    });
}
