//! Values in formats of others, here JSON; and what serde says of a type that a value is not.

use neo4j_wasm::params;
use neo4j_wasm::value::{
    Duration, EpochSeconds, LocalDate, LocalDateTime, LocalTime, Map, Node, Point, TimeZone, Uuid, Value, Vector,
    WrongType, ZonedDateTime, ZonedTime,
};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::json;

fn date() -> LocalDate {
    LocalDate::new(2024, 2, 29).unwrap()
}

fn node() -> Node {
    Node { id: 1, element_id: "4:x:1".into(), labels: vec!["A".into()], properties: params! { "since": date() } }
}

#[test]
fn json_has_dates_as_text_and_graph_values_as_maps() {
    let time = LocalTime::new(12, 0, 0, 500_000_000).unwrap();
    let zone = TimeZone::Named { name: "Europe/Paris".into(), offset_seconds: None };
    let value = Value::from(params! {
        "null": None::<i64>, "list": [1, 2], "float": 0.5, "bytes": Value::Bytes(vec![0, 255]), "date": date(), "time": time,
        "zoned": ZonedTime::new(time, 7_200).unwrap(), "local": LocalDateTime::new(date(), time),
        "instant": ZonedDateTime::new(EpochSeconds::Utc(1_719_828_000), 0, zone).unwrap(),
        "duration": Duration { months: 1, days: 0, seconds: 0, nanoseconds: 0 },
        "point": Point { srid: 7203, x: 1.0, y: 2.0, z: None }, "vector": Vector::Float32(vec![0.5]),
        "uuid": Uuid([0x11; 16]), "node": node(),
    });
    let expected = json!({
        "null": null, "list": [1, 2], "float": 0.5, "bytes": [0, 255], "date": "2024-02-29", "time": "12:00:00.5",
        "zoned": "12:00:00.5+02:00", "local": "2024-02-29T12:00:00.5", "instant": "2024-07-01T10:00:00Z[Europe/Paris]",
        "duration": "P1M", "point": { "srid": 7203, "x": 1.0, "y": 2.0 },
        "vector": { "type": "FLOAT32", "values": [0.5] }, "uuid": "11111111-1111-1111-1111-111111111111",
        "node": { "id": 1, "elementId": "4:x:1", "labels": ["A"], "properties": { "since": "2024-02-29" } },
    });
    assert_eq!(serde_json::to_value(&value).unwrap(), expected);
}

#[test]
fn types_come_back_from_json_and_values_as_what_json_has() {
    fn same<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(value: T) {
        let text = serde_json::to_string(&value).unwrap();
        assert_eq!(serde_json::from_str::<T>(&text).unwrap(), value, "{text}");
    }
    same(date());
    same(Duration { months: -1, days: 2, seconds: -3, nanoseconds: 4 });
    same(Uuid([7; 16]));
    same([Vector::Int8(vec![-1]), Vector::Float32(vec![0.1]), Vector::Int64(vec![i64::MIN])]);
    same(Point { srid: 4979, x: 18.07, y: 59.33, z: Some(28.0) });
    same(Node {
        properties: params! { "deep": [params! { "n": i64::MAX, "f": 0.1, "none": None::<bool> }] },
        ..node()
    });
    let text = json!({ "a": [1, -1, 0.5, "x", true, null], "b": {} });
    let read: Value = serde_json::from_value(text).unwrap();
    let list = [1.into(), (-1).into(), 0.5.into(), "x".into(), true.into(), Value::Null];
    assert_eq!(read, Value::from(params! { "a": list, "b": Map::new() }));
    let error = serde_json::from_str::<Value>("18446744073709551615").unwrap_err();
    assert!(error.to_string().contains("does not fit INTEGER"), "{error}");
    let error = serde_json::from_str::<LocalDate>("\"2024-02-30\"").unwrap_err();
    assert!(error.to_string().contains("day is out of range"), "{error}");
    // Nothing of one that failed is left for the next.
    same(date());
}

#[test]
fn what_cannot_be_a_parameter_says_where_it_stands() {
    #[derive(Serialize)]
    struct Search {
        pages: Vec<Page>,
    }
    #[derive(Serialize)]
    enum Page {
        Numbered { limit: u64 },
    }
    let search = Search { pages: vec![Page::Numbered { limit: 1 }, Page::Numbered { limit: u64::MAX }] };
    let wrong = Map::from_serialize(&search).unwrap_err();
    let said = "18446744073709551615 does not fit INTEGER, which has 64 bits: use text, or a FLOAT";
    assert_eq!(wrong.to_string(), format!("pages[1].Numbered.limit: {said}"));
    let keys = std::collections::BTreeMap::from([(vec![1], 1)]);
    assert_eq!(refused(Map::from_serialize(&keys)), "expected a key of a MAP, which is STRING, found LIST");
    assert_eq!(refused(Map::from_serialize(&[1])), "expected a struct or a MAP, found LIST");
    assert_eq!(refused(Value::from_serialize(&(i128::MAX,))).split(':').next(), Some("[0]"));
}

fn refused<T: std::fmt::Debug>(result: Result<T, WrongType>) -> String {
    result.unwrap_err().to_string()
}

#[test]
fn what_a_value_is_not_says_what_it_is() {
    #[derive(Debug, Deserialize)]
    enum Shape {
        Circle,
        Square(f64),
    }
    let to = |value: Value| refused(value.to::<Shape>());
    assert_eq!(to("Oval".into()), "there is no variant \"Oval\"; there are: Circle, Square");
    assert_eq!(to(1.into()), "expected a variant of Shape, as STRING or as MAP of one key, found INTEGER");
    assert_eq!(to(params! { "Square": "x" }.into()), "Square: expected f64, found STRING");
    assert_eq!(to(params! { "Circle": 1 }.into()), "Circle: expected nothing, found INTEGER");
    let shapes = Value::List(vec!["Circle".into(), params! { "Square": 2 }.into()]);
    let [Shape::Circle, Shape::Square(2.0)] = shapes.to::<[Shape; 2]>().unwrap() else { panic!("other shapes") };
    let large = (1_i64 << 53) + 1;
    let said = format!("expected f64, found INTEGER: {large} has no exact f64");
    assert_eq!(refused(Value::from(large).to::<f64>()), said);
    assert_eq!(Value::from(1_i64 << 53).to::<f64>().unwrap(), 2_f64.powi(53));
    assert_eq!(refused(Value::from(1e300).to::<f32>()), "expected f32, found FLOAT: 1e300 does not fit f32");
    assert_eq!(refused(Value::from("x").to::<LocalDate>()), "expected DATE, found STRING");
    assert_eq!(refused(Value::from([1, 2, 3]).to::<(i64, i64)>()), "expected LIST of 2, found LIST: it has 3 items");
    assert_eq!(Value::from(Vector::Int8(vec![1, 2])).to::<Vec<f64>>().unwrap(), [1.0, 2.0]);
    assert_eq!(Value::from(date()).to::<String>().unwrap(), "2024-02-29");
    assert_eq!(Value::Bytes(vec![1, 2]).to::<Vec<u8>>().unwrap(), [1, 2]);
}
