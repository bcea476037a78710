//! Records as types of the application, and what is said of those that do not fit.

use futures::StreamExt;
use neo4j_wasm::value::{LocalDate, Map, Node, Relationship, Value};
use neo4j_wasm::{Config, params};
use serde::Deserialize;

use super::reading::row;
use super::simulated::{Ask, Host, Table, refused, session};

#[derive(Debug, PartialEq, Deserialize)]
struct Person {
    name: String,
    #[serde(rename = "yearOfBirth")]
    born: Option<u16>,
    #[serde(default)]
    friends: Vec<Friend>,
}

#[derive(Debug, PartialEq, Deserialize)]
struct Friend {
    name: String,
    age: u8,
}

fn person(name: &str, properties: Map) -> Node {
    let mut all = params! { "name": name };
    properties.into_iter().for_each(|(key, value)| drop(all.insert(key, value)));
    Node { id: 7, element_id: "4:x:7".into(), labels: vec!["Person".into()], properties: all }
}

#[test]
fn columns_become_fields() {
    let friends = vec![params! { "name": "Bob", "age": 30 }];
    let values = vec!["Alice".into(), 1970.into(), friends.into()];
    row(vec!["name", "yearOfBirth", "friends"], values, |record| {
        let friends = vec![Friend { name: "Bob".into(), age: 30 }];
        assert_eq!(record.to::<Person>().unwrap(), Person { name: "Alice".into(), born: Some(1970), friends });
        let (name, born, _): (&str, f64, Value) = record.to().unwrap();
        assert_eq!((name, born), ("Alice", 1970.0));
        let map: std::collections::HashMap<String, Value> = record.to().unwrap();
        assert_eq!(map["yearOfBirth"], Value::Integer(1970));
        assert_eq!(
            refused(record.to::<i64>()).message(),
            "1 column was asked for, and there are 3: name, yearOfBirth, friends"
        );
        let error = refused(record.to::<(String, i64)>());
        assert_eq!(error.message(), "2 columns were asked for, and there are 3: name, yearOfBirth, friends");
    });
}

#[test]
fn a_node_alone_becomes_what_its_properties_are() {
    row(vec!["p"], vec![person("Alice", params! { "yearOfBirth": 1970 }).into()], |record| {
        let alice = || Person { name: "Alice".into(), born: Some(1970), friends: vec![] };
        assert_eq!(record.to::<Person>().unwrap(), alice());
        assert_eq!(record.to::<Option<Person>>().unwrap(), Some(alice()));
        assert_eq!(record.to::<(Person,)>().unwrap(), (alice(),));
        let node: Node = record.to().unwrap();
        assert_eq!((node.id, node.to::<Person>().unwrap()), (7, alice()));
        #[derive(Deserialize)]
        struct Row {
            p: Node,
        }
        assert_eq!(record.to::<Row>().unwrap().p, node);
        #[derive(Debug, Deserialize)]
        struct Book {
            #[allow(dead_code)]
            title: String,
        }
        let error = refused(record.to::<Book>());
        assert_eq!(error.message(), "Column \"p\", title: there is no such key; there are: name, yearOfBirth");
    });
    row(vec!["p"], vec![Value::Null], |record| assert_eq!(record.to::<Option<Person>>().unwrap(), None));
    row(vec!["n"], vec![42.into()], |record| {
        assert_eq!(record.to::<u8>().unwrap(), 42);
        assert_eq!(refused(record.to::<String>()).message(), "Column \"n\": expected a string, found INTEGER");
    });
}

#[test]
fn errors_name_column_path_what_was_there_and_what_was_wanted() {
    let wrong = |value: Value| {
        let mut said = String::new();
        row(vec!["name", "yearOfBirth", "friends"], vec!["Alice".into(), Value::Null, value], |record| {
            let error = refused(record.to::<Person>());
            assert_eq!(error.code(), "WrongType");
            said = error.message().to_owned();
        });
        said
    };
    let friend =
        |age: Value| Value::from(vec![params! { "name": "Bob", "age": 1 }, params! { "name": "Eve", "age": age }]);
    assert_eq!(
        wrong(friend(300.into())),
        "Column \"friends\", [1].age: expected u8, found INTEGER: 300 does not fit u8"
    );
    assert_eq!(wrong(friend("x".into())), "Column \"friends\", [1].age: expected u8, found STRING");
    assert_eq!(wrong(friend(Value::Null)), "Column \"friends\", [1].age: expected u8, found NULL");
    let date = LocalDate::new(2024, 2, 29).unwrap();
    assert_eq!(wrong(friend(date.into())), "Column \"friends\", [1].age: expected u8, found DATE");
    let node = person("x", params! {});
    assert_eq!(wrong(friend(node.clone().into())), "Column \"friends\", [1].age: expected u8, found NODE");
    assert_eq!(wrong(node.into()), "Column \"friends\": expected a sequence, found NODE");
    let nameless = Value::from(vec![params! { "age": 1, "nick": "B" }]);
    assert_eq!(wrong(nameless), "Column \"friends\", [0].name: there is no such key; there are: age, nick");
    row(vec!["nom", "yearOfBirth"], vec!["Alice".into(), Value::Null], |record| {
        let error = refused(record.to::<Person>());
        assert_eq!(
            (error.code(), error.message()),
            ("UnknownKey", "There is no column \"name\"; there are: nom, yearOfBirth")
        );
    });
}

#[test]
fn graph_values_are_read_whole_or_as_their_properties() {
    #[derive(Deserialize)]
    struct Row {
        p: Person,
        r: Relationship,
        since: LocalDate,
    }
    let since = LocalDate::new(2024, 2, 29).unwrap();
    let knows = Relationship {
        id: 1,
        element_id: "5:x:1".into(),
        start_node_id: 7,
        start_node_element_id: "4:x:7".into(),
        end_node_id: 8,
        end_node_element_id: "4:x:8".into(),
        relationship_type: "KNOWS".into(),
        properties: params! { "since": since },
    };
    let values = vec![person("Alice", params! {}).into(), knows.clone().into(), since.into()];
    row(vec!["p", "r", "since"], values, |record| {
        let Row { p, r, since: date } = record.to().unwrap();
        assert_eq!((&*p.name, &r, date), ("Alice", &knows, since));
        #[derive(Deserialize)]
        struct Knows {
            since: LocalDate,
        }
        assert_eq!(r.to::<Knows>().unwrap().since, since);
        assert_eq!(r.get::<LocalDate>("since").unwrap(), since);
    });
}

#[test]
fn a_result_is_a_stream_of_rows() {
    let (host, server) = Host::new();
    let rows = vec![vec![1.into()], vec!["x".into()], vec![3.into()]];
    server.results_in("MATCH", Table { fields: vec!["n"], rows, ..Table::numbers(0..0) });
    let driver = host.driver(Config::default());
    host.run(async {
        let rows = session(&driver).ask("MATCH").await.unwrap().rows::<i64>();
        let rows: Vec<_> = rows.map(|row| row.map_err(|error| error.message().to_owned())).collect().await;
        let wrong = "Column \"n\": expected i64, found STRING".to_owned();
        assert_eq!(rows, [Ok(1), Err(wrong), Ok(3)]);
        let failing = session(&driver).ask("ROWS 2 THEN FAIL Neo.ClientError.Statement.ArithmeticError").await.unwrap();
        let rows: Vec<_> = failing.rows::<(i64,)>().collect().await;
        assert_eq!(rows.len(), 3);
        assert_eq!(refused(rows.into_iter().last().unwrap()).code(), "Neo.ClientError.Statement.ArithmeticError");
    });
}
