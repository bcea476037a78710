//! A type with every kind of field there is: what `from_serialize` makes of it, `to` makes into the same again.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use neo4j_wasm::bolt::packstream::Dialect;
use neo4j_wasm::value::{
    Duration, LocalDate, LocalDateTime, LocalTime, Map, Node, Path, Point, Relationship, Uuid, Value, Vector,
    ZonedDateTime, ZonedTime,
};
use proptest::collection::{btree_map, hash_map, vec};
use proptest::option;
use proptest::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::values::values;

const DIALECT: Dialect = Dialect { element_ids: true, utc: true, vectors: true, uuids: true, zone_offsets: false };

/// Short ones: how long ones are written is tested elsewhere.
fn texts() -> impl Strategy<Value = String> {
    vec(any::<char>(), 0..12).prop_map(|letters| letters.into_iter().collect())
}

#[derive(Debug, Serialize, Deserialize)]
struct Everything<'a> {
    plain: Plain,
    #[serde(borrow)]
    text: &'a str,
    #[serde(borrow)]
    cow: Cow<'a, str>,
    collections: Collections,
    shapes: Vec<Shape>,
    tagged: Tagged,
    adjacent: Adjacent,
    untagged: Untagged,
    #[serde(flatten)]
    flat: Flat,
    native: Native,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Plain {
    truth: bool,
    small_numbers: (i8, u8, i16, u16),
    large_numbers: (i32, u32, i64, u64, i128, usize),
    floats: (f32, f64),
    letter: char,
    nothing: (),
    #[serde(rename = "a name of its own")]
    renamed: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    left_out: Option<i64>,
    option: Option<Box<Newtype>>,
    marker: Marker,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Newtype(String);

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Marker;

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Collections {
    list: Vec<Option<f64>>,
    bytes: Vec<u8>,
    array: [i64; 3],
    by_name: BTreeMap<String, Vec<i64>>,
    by_number: BTreeMap<i32, bool>,
    by_kind: HashMap<Kind, u8>,
    by_letter: BTreeMap<char, u8>,
    by_truth: BTreeMap<bool, u8>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Kind {
    FirstKind,
    Other,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
enum Shape {
    Nothing,
    Wrapped(Newtype),
    Wrapping(Option<i64>),
    Pair(i64, Kind),
    Named { x: f64, when: LocalDate },
    Deep(Box<Shape>),
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "type")]
enum Tagged {
    Nothing,
    Named { count: i64, when: LocalTime },
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "type", content = "content")]
enum Adjacent {
    Nothing,
    One(Duration),
    Two(i64, Point),
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(untagged)]
enum Untagged {
    Number(i64),
    Date(LocalDateTime),
    Text(String),
    Named { zone: ZonedDateTime },
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Flat {
    city: String,
    founded: LocalDate,
    clock: ZonedTime,
    id: Uuid,
    #[serde(flatten)]
    rest: BTreeMap<String, i64>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Native {
    anything: Value,
    map: Map,
    node: Node,
    maybe: Option<Relationship>,
    path: Path,
    points: Vec<Point>,
    vector: Vector,
    uuid: Uuid,
    times: (LocalDate, LocalTime, ZonedTime, LocalDateTime, ZonedDateTime, Duration),
    by_name: HashMap<String, Value>,
}

/// Of each type one, for there are few of them among all values.
fn parts() -> impl Strategy<Value = Parts> {
    let days = -365_243_219_162..=365_241_780_471_i64;
    let nanos = 0..86_400_000_000_000_i64;
    let zones = prop_oneof![
        (-64_800..=64_800_i32).prop_map(neo4j_wasm::value::TimeZone::Offset),
        "[A-Z][a-z]{1,9}/[A-Z][a-z_]{1,9}"
            .prop_map(|name| neo4j_wasm::value::TimeZone::Named { name, offset_seconds: None })
    ];
    let duration = (any::<i64>(), any::<i64>(), any::<i32>(), 0..1_000_000_000_i32);
    let numbers = (any::<f64>(), any::<f64>(), option::of(any::<f64>()));
    (days, nanos, zones, duration, numbers, any::<[u8; 16]>()).prop_map(|(days, nanos, zone, duration, point, uuid)| {
        let date = LocalDate::from_days(days).unwrap();
        let time = LocalTime::from_nanoseconds(nanos).unwrap();
        let local = LocalDateTime::new(date, time);
        let seconds = neo4j_wasm::value::EpochSeconds::Utc(local.seconds());
        let (months, days, seconds_of, nanoseconds) = duration;
        Parts {
            date,
            time,
            zoned: ZonedTime::new(time, -3_600).unwrap(),
            local,
            instant: ZonedDateTime::new(seconds, i64::from(local.nanosecond()), zone).unwrap(),
            duration: Duration { months, days, seconds: seconds_of.into(), nanoseconds },
            point: Point { srid: 7203, x: point.0, y: point.1, z: point.2 },
            uuid: Uuid(uuid),
        }
    })
}

#[derive(Debug, Clone)]
struct Parts {
    date: LocalDate,
    time: LocalTime,
    zoned: ZonedTime,
    local: LocalDateTime,
    instant: ZonedDateTime,
    duration: Duration,
    point: Point,
    uuid: Uuid,
}

fn plain() -> impl Strategy<Value = Plain> {
    let large = (any::<i32>(), any::<u32>(), any::<i64>(), 0..=i64::MAX.unsigned_abs(), any::<i64>(), any::<u32>());
    let rest = (any::<char>(), texts(), option::of(any::<i64>()), option::of(texts()));
    (any::<bool>(), any::<(i8, u8, i16, u16)>(), large, any::<(f32, f64)>(), rest).prop_map(
        |(truth, small_numbers, large, floats, (letter, renamed, left_out, option))| Plain {
            truth,
            small_numbers,
            large_numbers: (large.0, large.1, large.2, large.3, large.4.into(), large.5 as usize),
            floats,
            letter,
            nothing: (),
            renamed,
            left_out,
            option: option.map(|text| Box::new(Newtype(text))),
            marker: Marker,
        },
    )
}

fn collections() -> impl Strategy<Value = Collections> {
    let kinds = hash_map(prop_oneof![Just(Kind::FirstKind), Just(Kind::Other)], any::<u8>(), 0..3);
    let keyed = (btree_map(any::<i32>(), any::<bool>(), 0..5), kinds, btree_map(any::<char>(), any::<u8>(), 0..5));
    let lists = (vec(option::of(any::<f64>()), 0..9), vec(any::<u8>(), 0..9), any::<[i64; 3]>());
    let named = btree_map(texts(), vec(any::<i64>(), 0..5), 0..5);
    (lists, named, keyed, btree_map(any::<bool>(), any::<u8>(), 0..3)).prop_map(
        |((list, bytes, array), by_name, (by_number, by_kind, by_letter), by_truth)| Collections {
            list,
            bytes,
            array,
            by_name,
            by_number,
            by_kind,
            by_letter,
            by_truth,
        },
    )
}

fn native(parts: Parts) -> impl Strategy<Value = Native> {
    let map = || vec((texts(), values(DIALECT)), 0..3).prop_map(|entries| entries.into_iter().collect::<Map>());
    let vectors = prop_oneof![
        vec(any::<f32>(), 0..9).prop_map(Vector::Float32),
        vec(any::<i8>(), 0..9).prop_map(Vector::Int8),
        vec(any::<i64>(), 0..9).prop_map(Vector::Int64)
    ];
    (values(DIALECT), map(), map(), any::<bool>(), vectors).prop_map(
        move |(anything, map, properties, there, vector)| {
            let parts = parts.clone();
            let node = Node { id: 1, element_id: "4:x:1".into(), labels: vec!["A".into()], properties: map.clone() };
            let maybe = there.then(|| Relationship {
                id: 2,
                element_id: "5:x:2".into(),
                start_node_id: 1,
                start_node_element_id: "4:x:1".into(),
                end_node_id: 3,
                end_node_element_id: "4:x:3".into(),
                relationship_type: "KNOWS".into(),
                properties,
            });
            Native {
                by_name: map.iter().map(|(key, value)| (key.to_owned(), value.clone())).collect(),
                anything,
                map,
                node,
                maybe,
                path: path(),
                points: vec![parts.point],
                vector,
                uuid: parts.uuid,
                times: (parts.date, parts.time, parts.zoned, parts.local, parts.instant, parts.duration),
            }
        },
    )
}

/// There and back again, by another relationship.
fn path() -> Path {
    let node = |id: &str| json!({ "elementId": id, "labels": ["Stop"], "properties": { "name": id } });
    let walked = |id: &str, from: &str, to: &str| {
        json!({
            "elementId": id, "type": "LEADS_TO", "properties": {},
            "startNodeElementId": from, "endNodeElementId": to,
        })
    };
    let path = json!({
        "nodes": [node("a"), node("b"), node("a")],
        "relationships": [walked("1", "a", "b"), walked("2", "b", "a")],
    });
    serde_json::from_value(path).unwrap()
}

fn choices(parts: Parts) -> impl Strategy<Value = (Vec<Shape>, Tagged, Adjacent, Untagged, Flat)> {
    let shape = (0..6, any::<i64>(), texts(), any::<f64>()).prop_map(move |(which, number, text, x)| match which {
        0 => Shape::Nothing,
        1 => Shape::Wrapped(Newtype(text)),
        2 => Shape::Wrapping((number % 2 == 0).then_some(number)),
        3 => Shape::Pair(number, Kind::FirstKind),
        4 => Shape::Named { x, when: parts.date },
        _ => Shape::Deep(Box::new(Shape::Deep(Box::new(Shape::Pair(number, Kind::Other))))),
    });
    let rest = btree_map("r[a-z]{1,5}", any::<i64>(), 0..5);
    (vec(shape, 0..9), 0..4, any::<i64>(), texts(), rest).prop_map(move |(shapes, which, number, text, rest)| {
        let tagged = if which < 2 { Tagged::Nothing } else { Tagged::Named { count: number, when: parts.time } };
        let adjacent = match which {
            0 => Adjacent::Nothing,
            1 => Adjacent::One(parts.duration),
            _ => Adjacent::Two(number, parts.point),
        };
        let untagged = match which {
            0 => Untagged::Number(number),
            1 => Untagged::Date(parts.local),
            // Not one that reads as a date.
            2 => Untagged::Text(format!("text {text}")),
            _ => Untagged::Named { zone: parts.instant.clone() },
        };
        let flat = Flat { city: text, founded: parts.date, clock: parts.zoned, id: parts.uuid, rest };
        (shapes, tagged, adjacent, untagged, flat)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn what_is_made_of_a_type_is_made_into_the_same_again(
        (plain, collections, (shapes, tagged, adjacent, untagged, flat), native, text) in parts().prop_flat_map(|parts| {
            (plain(), collections(), choices(parts.clone()), native(parts), texts())
        })
    ) {
        let cow = Cow::Borrowed(&*text);
        let everything = Everything {
            plain, text: &text, cow, collections, shapes, tagged, adjacent, untagged, flat, native,
        };
        let map = Map::from_serialize(&everything).unwrap();
        let again: Everything = map.to().unwrap();
        // By what is shown: a number that is none is not equal to itself. Hash maps are in no order.
        prop_assert_eq!(sorted(&again), sorted(&everything));
        // And once more through Value itself.
        let value = Value::from_serialize(&Value::from(&map)).unwrap();
        prop_assert_eq!(format!("{value:?}"), format!("{:?}", Value::from(map)));
    }
}

fn sorted(everything: &Everything<'_>) -> String {
    let by_kind: BTreeMap<_, _> =
        everything.collections.by_kind.iter().map(|(key, value)| (*key as u8, value)).collect();
    let by_name: BTreeMap<_, _> = everything.native.by_name.iter().collect();
    let Everything { plain, text, cow, shapes, tagged, adjacent, untagged, flat, .. } = everything;
    let Collections { list, bytes, array, by_name: named, by_number, by_letter, by_truth, .. } =
        &everything.collections;
    let Native { anything, map, node, maybe, path, points, vector, uuid, times, .. } = &everything.native;
    format!("{plain:?}{text:?}{cow:?}{shapes:?}{tagged:?}{adjacent:?}{untagged:?}{flat:?}{by_kind:?}{by_name:?}")
        + &format!("{list:?}{bytes:?}{array:?}{named:?}{by_number:?}{by_letter:?}{by_truth:?}")
        + &format!("{anything:?}{map:?}{node:?}{maybe:?}{path:?}{points:?}{vector:?}{uuid:?}{times:?}")
}
