//! Values to JavaScript and back, for libraries that are handed rows.

use js_sys::{Array, BigInt, JSON, Object, Reflect, Symbol, Uint8Array};
use neo4j_wasm::params;
use neo4j_wasm::value::{EpochSeconds, LocalDate, Node, Point, TimeZone, Uuid, Value, Vector, ZonedDateTime};
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

fn get(object: &JsValue, key: &str) -> JsValue {
    Reflect::get(object, &key.into()).unwrap()
}

#[wasm_bindgen_test]
fn values_become_what_javascript_has() {
    let date = LocalDate::new(2024, 2, 29).unwrap();
    let zone = TimeZone::Named { name: "Europe/Paris".into(), offset_seconds: None };
    let node = Node { id: 1, element_id: "4:x:1".into(), labels: vec!["A".into()], properties: params! { "n": 1 } };
    let value = Value::from(params! {
        "null": None::<bool>, "safe": (1_i64 << 53) - 1, "half": 0.5, "whole": 2.0, "text": "Grüße 🌍", "date": date,
        "instant": ZonedDateTime::new(EpochSeconds::Utc(0), 0, zone).unwrap(), "node": node,
        "point": Point { srid: 7203, x: 1.0, y: 2.0, z: None }, "uuid": Uuid([0x11; 16]), "list": [true, false],
        "vector": Vector::Float32(vec![0.5]),
    });
    let expected = r#"{"null":null,"safe":9007199254740991,"half":0.5,"whole":2,"text":"Grüße 🌍","date":"2024-02-29",
        "instant":"1970-01-01T00:00:00Z[Europe/Paris]",
        "node":{"id":1,"elementId":"4:x:1","labels":["A"],"properties":{"n":1}},"point":{"srid":7203,"x":1,"y":2},
        "uuid":"11111111-1111-1111-1111-111111111111","list":[true,false],"vector":{"type":"FLOAT32","values":[0.5]}}"#;
    let same = JSON::stringify(&JSON::parse(expected).unwrap()).unwrap();
    assert_eq!(JSON::stringify(&value.to_js().unwrap()).unwrap(), same);

    let large = params! { "most": i64::MAX, "list": [i64::MIN], "numbers": Vector::Int64(vec![1, i64::MAX]) };
    let large = Value::from(params! { "map": large, "bytes": Value::Bytes(vec![0, 255]) }).to_js().unwrap();
    let map = get(&large, "map");
    assert_eq!(get(&map, "most"), JsValue::from(BigInt::from(i64::MAX)));
    assert_eq!(get(&get(&map, "list"), "0"), JsValue::from(BigInt::from(i64::MIN)));
    let numbers = get(&get(&map, "numbers"), "values");
    assert_eq!((get(&numbers, "0"), get(&numbers, "1")), (1.into(), JsValue::from(BigInt::from(i64::MAX))));
    assert_eq!(Uint8Array::from(get(&large, "bytes")).to_vec(), [0, 255]);
}

#[wasm_bindgen_test]
fn what_javascript_has_becomes_values() {
    let text = r#"{"a":[1,-1,0.5,"x",true,null],"deep":{"er":{}}}"#;
    let read = Value::from_js(&JSON::parse(text).unwrap()).unwrap();
    let list = [1.into(), (-1).into(), 0.5.into(), "x".into(), true.into(), Value::Null];
    assert_eq!(read, Value::from(params! { "a": list, "deep": params! { "er": params! {} } }));
    assert_eq!(Value::from_js(&JsValue::UNDEFINED), Ok(Value::Null));
    assert_eq!(Value::from_js(&BigInt::from(i64::MIN).into()), Ok(i64::MIN.into()));
    assert_eq!(Value::from_js(&Uint8Array::from(&[1, 2][..]).into()), Ok(Value::Bytes(vec![1, 2])));
    let map = js_sys::Map::new();
    map.set(&"n".into(), &1.into());
    assert_eq!(Value::from_js(&map.into()), Ok(params! { "n": 1 }.into()));
    // What goes there and comes back.
    let value =
        Value::from(params! { "n": [i64::MAX, 1], "f": 0.1, "s": "", "b": Value::Bytes(vec![]), "none": None::<i64> });
    assert_eq!(Value::from_js(&value.to_js().unwrap()), Ok(value));
}

#[wasm_bindgen_test]
fn what_has_no_meaning_in_cypher_is_an_error_with_its_path() {
    let wrong = |inner: JsValue| {
        let (object, list) = (Object::new(), Array::of2(&1.into(), &inner));
        Reflect::set(&object, &"list".into(), &list).unwrap();
        Value::from_js(&object).unwrap_err().to_string()
    };
    let date = js_sys::Date::new_0();
    let said = "list[1]: an instance of a class has no meaning in Cypher: pass its text, or its parts";
    assert_eq!(wrong(date.into()), said);
    assert_eq!(wrong(js_sys::Error::new("x").into()), said);
    assert_eq!(wrong(get(&js_sys::global(), "parseInt")), "list[1]: a function has no meaning in Cypher");
    assert_eq!(wrong(Symbol::iterator().into()), "list[1]: a symbol has no meaning in Cypher");
    let large = BigInt::from(u64::MAX);
    assert_eq!(wrong(large.into()), "list[1]: a bigint beyond 64 bits has no meaning in Cypher");
    let ring = Array::new();
    ring.push(&ring);
    assert!(wrong(ring.into()).ends_with("nested more than 512 levels deep, or holds itself"));
}
