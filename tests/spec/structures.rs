//! Graph, spatial, vector and placeholder structures, in each version's form, and lists and maps as values.

use neo4j_wasm::bolt::Version;
use neo4j_wasm::bolt::packstream::{Dialect, Reader, Writer, read_map, read_value, write_value};
use neo4j_wasm::value::{Map, Node, Path, Point, Relationship, UnsupportedType, Uuid, Value, Vector};

use super::wire::{encoded, hex, newest, structure};

/// Every form that structures take on any connection, with a name for it.
pub(crate) fn dialects() -> Vec<(String, Dialect)> {
    let plain = Version::SUPPORTED.iter().map(|version| (version.to_string(), version.dialect(false)));
    let patched = Version::SUPPORTED.iter().filter(|version| version.needs_utc_patch());
    plain.chain(patched.map(|version| (format!("{version} with the UTC patch"), version.dialect(true)))).collect()
}

/// The only value in the bytes.
pub(crate) fn read(bytes: &[u8], dialect: Dialect) -> Result<Value, String> {
    let mut reader = Reader::new(bytes, dialect.uuids);
    let value = read_value(&mut reader, dialect).map_err(|error| error.message().to_owned())?;
    assert_eq!(reader.remaining(), 0, "bytes left behind {value:?}");
    Ok(value)
}

/// The value is written as these bytes, and these bytes are read as the value.
pub(crate) fn both_ways(value: impl Into<Value>, bytes: &str, dialect: Dialect) {
    let (value, bytes) = (value.into(), hex(bytes));
    assert_eq!(encoded(&value, dialect), bytes, "{value:?}");
    assert_eq!(read(&bytes, dialect).as_ref(), Ok(&value), "{bytes:02x?}");
}

/// The value is not sent, for this reason.
pub(crate) fn refused(value: impl Into<Value>, dialect: Dialect) -> String {
    write_value(&mut Writer::new(), &value.into(), dialect).unwrap_err().reason
}

/// A structure with one field too few and one too many, in the place of `fields` ones.
pub(crate) fn needs_exactly(fields: usize, tag: u8, dialect: Dialect) {
    for count in (0..16).filter(|count| *count != fields) {
        let error = read(&structure(tag, &vec![vec![0x00]; count]), dialect).unwrap_err();
        assert_eq!(error, format!("Structure 0x{tag:02x} has {count} fields where {fields} are due"));
    }
}

fn node(id: i64, element_id: &str) -> Node {
    let (labels, properties) = (vec!["Example".into(), "Node".into()], Map::from([("name", "example")]));
    Node { id, element_id: element_id.into(), labels, properties }
}

#[test]
fn lists_as_the_documentation_shows_them() {
    let dialect = newest().dialect(false);
    both_ways(Vec::<Value>::new(), "90", dialect);
    both_ways(vec![1, 2, 3], "93 01 02 03", dialect);
    let mixed = vec![Value::from(1), Value::from(2.0), Value::from("three")];
    both_ways(mixed, "93 01 C1 40 00 00 00 00 00 00 00 85 74 68 72 65 65", dialect);
    let forty: Vec<String> = (1..=40).map(|number| format!("{number:02X}")).collect();
    both_ways((1..=40).collect::<Vec<i32>>(), &format!("D4 28 {}", forty.concat()), dialect);
}

#[test]
fn dictionaries_as_the_documentation_shows_them() {
    let dialect = newest().dialect(false);
    both_ways(Map::new(), "A0", dialect);
    both_ways(Map::from([("one", "eins")]), "A1 83 6F 6E 65 84 65 69 6E 73", dialect);
    let letters = || (b'A'..=b'Z').map(|letter| (char::from(letter).to_string(), i64::from(letter - b'A' + 1)));
    let bytes: Vec<String> =
        letters().map(|(key, value)| format!("81 {:02X} {value:02X}", key.as_bytes()[0])).collect();
    both_ways(letters().collect::<Map>(), &format!("D8 1A {}", bytes.concat()), dialect);
}

#[test]
fn the_last_value_of_a_key_counts() {
    let bytes = hex("A3 85 6B 65 79 5F 31 01 85 6B 65 79 5F 32 02 85 6B 65 79 5F 31 03");
    let map = read_map(&mut Reader::new(&bytes, false), newest().dialect(false)).unwrap();
    assert_eq!(map.iter().collect::<Vec<_>>(), [("key_1", &Value::from(3)), ("key_2", &Value::from(2))]);
}

#[test]
fn keys_are_strings() {
    for key in ["C0", "01", "C3", "90", "A0", "CC 00", "C1 00 00 00 00 00 00 00 00", "B1 44 00"] {
        assert!(read(&hex(&format!("A1 {key} 01")), newest().dialect(false)).is_err(), "{key}");
    }
}

#[test]
fn nodes_have_an_element_id_from_5_0_on() {
    let fields = "03 92 87 45 78 61 6D 70 6C 65 84 4E 6F 64 65 A1 84 6E 61 6D 65 87 65 78 61 6D 70 6C 65";
    for (name, dialect) in dialects() {
        let (bytes, element_id) = match name.starts_with("4.4") {
            true => (format!("B3 4E {fields}"), "3"),
            false => (format!("B4 4E {fields} 86 61 62 63 31 32 33"), "abc123"),
        };
        assert_eq!(read(&hex(&bytes), dialect), Ok(Value::from(node(3, element_id))), "{name}");
        needs_exactly(if name.starts_with("4.4") { 3 } else { 4 }, b'N', dialect);
        assert!(refused(node(3, element_id), dialect).contains("NODE cannot be a parameter"));
    }
}

#[test]
fn relationships_have_three_element_ids_from_5_0_on() {
    let fields = "0B 02 03 85 4B 4E 4F 57 53 A1 84 6E 61 6D 65 87 65 78 61 6D 70 6C 65";
    for (name, dialect) in dialects() {
        let (bytes, ids) = match name.starts_with("4.4") {
            true => (format!("B5 52 {fields}"), ["11", "2", "3"]),
            false => {
                let ids = "86 61 62 63 31 32 33 86 64 65 66 34 35 36 86 67 68 69 37 38 39";
                (format!("B8 52 {fields} {ids}"), ["abc123", "def456", "ghi789"])
            }
        };
        let relationship = Relationship {
            id: 11,
            element_id: ids[0].into(),
            start_node_id: 2,
            start_node_element_id: ids[1].into(),
            end_node_id: 3,
            end_node_element_id: ids[2].into(),
            relationship_type: "KNOWS".into(),
            properties: Map::from([("name", "example")]),
        };
        assert_eq!(read(&hex(&bytes), dialect), Ok(Value::from(relationship.clone())), "{name}");
        needs_exactly(if name.starts_with("4.4") { 5 } else { 8 }, b'R', dialect);
        assert!(refused(relationship, dialect).contains("RELATIONSHIP cannot be a parameter"));
    }
}

/// A path whose nodes have these ids, each relationship the one in `relationships`.
fn path_bytes(nodes: &[i64], relationships: &[i64], indices: &[i64], dialect: Dialect) -> Vec<u8> {
    let write = |value: Value| encoded(&value, dialect);
    let element_id = |prefix: &str, id: i64| match dialect.element_ids {
        true => vec![write(format!("{prefix}{id}").into())],
        false => vec![],
    };
    let list = |items: Vec<Vec<u8>>| {
        let mut writer = Writer::new();
        assert!(writer.list(items.len()));
        [writer.into_bytes(), items.concat()].concat()
    };
    let node = |id: &i64| {
        let fields = [vec![write((*id).into()), hex("90"), hex("A0")], element_id("n", *id)].concat();
        structure(b'N', &fields)
    };
    let relationship = |id: &i64| {
        let fields = [vec![write((*id).into()), write("TO".into()), hex("A0")], element_id("r", *id)].concat();
        structure(b'r', &fields)
    };
    let nodes = list(nodes.iter().map(node).collect());
    let relationships = list(relationships.iter().map(relationship).collect());
    structure(b'P', &[nodes, relationships, write(indices.to_vec().into())])
}

fn path(nodes: &[i64], relationships: &[i64], indices: &[i64]) -> Result<Path, String> {
    let dialect = newest().dialect(false);
    match read(&path_bytes(nodes, relationships, indices, dialect), dialect)? {
        Value::Path(path) => Ok(*path),
        other => panic!("not a path: {other:?}"),
    }
}

#[test]
fn the_path_of_the_documentation_is_walked_as_it_says() {
    for (name, dialect) in dialects() {
        let bytes = path_bytes(&[42, 69, 1], &[1000, 1001], &[1, 1, 1, 0, -2, 2], dialect);
        let Ok(Value::Path(path)) = read(&bytes, dialect) else { panic!("not a path in {name}") };
        // (42)-[1000]->(69)-[1000]->(42)<-[1001]-(1)
        assert_eq!(path.nodes().map(|node| node.id).collect::<Vec<_>>(), [42, 69, 42, 1]);
        assert_eq!(path.relationships().map(|relationship| relationship.id).collect::<Vec<_>>(), [1000, 1000, 1001]);
        assert_eq!((path.start().id, path.end().id), (42, 1));
        let ends: Vec<_> = path.relationships().map(|between| (between.start_node_id, between.end_node_id)).collect();
        assert_eq!(ends, [(42, 69), (42, 69), (1, 42)]);
        let last = path.segments().last().unwrap();
        assert_eq!((last.start.id, last.relationship.id, last.end.id), (42, 1001, 1));
        let ids = [&last.relationship.start_node_element_id, &last.relationship.element_id, &last.start.element_id];
        assert_eq!(ids, if dialect.element_ids { ["n1", "r1001", "n42"] } else { ["1", "1001", "42"] });
        needs_exactly(3, b'P', dialect);
    }
}

#[test]
fn a_path_may_be_one_node() {
    let path = path(&[7], &[], &[]).unwrap();
    assert_eq!((path.start().id, path.end().id), (7, 7));
    assert_eq!((path.segments().len(), path.nodes().count()), (0, 1));
    assert!(refused(path, newest().dialect(false)).contains("PATH cannot be a parameter"));
}

#[test]
fn a_path_that_points_nowhere_is_an_error() {
    assert!(path(&[], &[], &[]).is_err(), "no start");
    for indices in [&[1][..], &[1, 1, 1]] {
        assert!(path(&[1, 2], &[3], indices).is_err(), "ends in a relationship");
    }
    for relationship in [0, 2, -2, i64::MIN, i64::MAX] {
        assert!(path(&[1, 2], &[3], &[relationship, 1]).is_err(), "relationship {relationship}");
    }
    for node in [2, -1, i64::MIN, i64::MAX] {
        assert!(path(&[1, 2], &[3], &[1, node]).is_err(), "node {node}");
    }
}

#[test]
fn a_path_holds_nodes_and_unbound_relationships_and_nothing_else() {
    let dialect = newest().dialect(false);
    for bytes in [
        "B3 50 91 01 90 90",
        "B3 50 91 B1 44 00 90 90",
        "B3 50 91 B4 72 00 80 A0 80 90 90",
        "B3 50 91 B4 4E 00 90 A0 80 91 B4 4E 00 90 A0 80 90",
        "B3 50 91 B4 4E 00 90 A0 80 90 91 80",
        "B3 50 91 B3 4E 00 90 A0 90 90",
        "B3 50 A0 90 90",
    ] {
        assert!(read(&hex(bytes), dialect).is_err(), "{bytes}");
    }
    // A relationship that is not part of a path is bound.
    assert_eq!(read(&hex("B4 72 00 80 A0 80"), dialect), Err("Unknown structure 0x72 with 4 fields".to_owned()));
}

#[test]
fn points_have_two_or_three_coordinates() {
    for (_, dialect) in dialects() {
        let flat = Point { srid: 7203, x: 1.0, y: -2.0, z: None };
        both_ways(flat, "B3 58 C9 1C 23 C1 3FF0000000000000 C1 C000000000000000", dialect);
        let high = Point { srid: 4979, x: 1.0, y: -2.0, z: Some(0.5) };
        both_ways(high, "B4 59 C9 13 73 C1 3FF0000000000000 C1 C000000000000000 C1 3FE0000000000000", dialect);
        needs_exactly(3, b'X', dialect);
        needs_exactly(4, b'Y', dialect);
        // A coordinate is a float, never an integer.
        assert!(read(&hex("B3 58 C9 1C 23 01 02"), dialect).is_err());
    }
}

#[test]
fn vectors_of_each_number_type_are_big_endian() {
    let dialect = Version::SUPPORTED[1].dialect(false);
    for (vector, bytes) in [
        (Vector::Int8(vec![1, -1, i8::MIN]), "B2 56 CC 01 C8 CC 03 01 FF 80"),
        (Vector::Int16(vec![1, -2]), "B2 56 CC 01 C9 CC 04 0001 FFFE"),
        (Vector::Int32(vec![1, i32::MIN]), "B2 56 CC 01 CA CC 08 00000001 80000000"),
        (Vector::Int64(vec![1, i64::MAX]), "B2 56 CC 01 CB CC 10 0000000000000001 7FFFFFFFFFFFFFFF"),
        (Vector::Float32(vec![1.0, -0.5]), "B2 56 CC 01 C6 CC 08 3F800000 BF000000"),
        (Vector::Float64(vec![1.0, -0.5]), "B2 56 CC 01 C1 CC 10 3FF0000000000000 BFE0000000000000"),
        (Vector::Int8(vec![]), "B2 56 CC 01 C8 CC 00"),
        (Vector::Float64(vec![]), "B2 56 CC 01 C1 CC 00"),
    ] {
        both_ways(vector, bytes, dialect);
    }
    let large = Vector::Float32(vec![0.0; 16_384]);
    both_ways(large, &format!("B2 56 CC 01 C6 CE 00 01 00 00 {}", "00".repeat(65_536)), dialect);
    needs_exactly(2, b'V', dialect);
}

#[test]
fn a_vector_that_is_no_vector_is_an_error() {
    let dialect = newest().dialect(false);
    for bytes in [
        "B2 56 CC 01 C9 CC 03 000000",
        "B2 56 CC 01 CA CC 02 0000",
        "B2 56 CC 01 CB CC 09 000000000000000000",
        "B2 56 CC 01 C6 CC 01 00",
        "B2 56 CC 01 C1 CC 04 00000000",
        "B2 56 CC 01 C7 CC 00",
        "B2 56 CC 00 CC 00",
        "B2 56 CC 02 C8 C8 CC 00",
        "B2 56 C8 01 CC 00",
        "B2 56 CC 01 C8 90",
    ] {
        assert!(read(&hex(bytes), dialect).is_err(), "{bytes}");
    }
}

const UNSUPPORTED: &str = "B4 3F 8C 51 75 61 6E 74 75 6D 46 6C 6F 61 74 2A 15";

#[test]
fn an_unsupported_type_names_what_could_carry_it() {
    let dialect = newest().dialect(false);
    for (extra, message) in [("A0", None), ("A1 87 6D 65 73 73 61 67 65 82 68 69", Some("hi".to_owned()))] {
        let value = UnsupportedType { name: "QuantumFloat".into(), minimum_protocol: (42, 21), message };
        let value = Value::UnsupportedType(Box::new(value));
        assert_eq!(read(&hex(&format!("{UNSUPPORTED} {extra}")), dialect), Ok(value.clone()));
        assert!(refused(value, dialect).contains("UNSUPPORTED TYPE cannot be a parameter"));
    }
    needs_exactly(4, b'?', dialect);
}

#[test]
fn vectors_and_unsupported_types_came_with_6_0() {
    for (name, dialect) in dialects() {
        let since = name.starts_with('6');
        let vector = Vector::Int8(vec![1]);
        assert_eq!(read(&hex("B2 56 CC 01 C8 CC 01 01"), dialect).is_ok(), since, "{name}");
        assert_eq!(read(&hex(&format!("{UNSUPPORTED} A0")), dialect).is_ok(), since, "{name}");
        match since {
            true => assert_eq!(encoded(&vector.into(), dialect), hex("B2 56 CC 01 C8 CC 01 01")),
            false => assert!(refused(vector, dialect).contains("6.0"), "{name}"),
        }
    }
}

#[test]
fn uuids_came_with_6_1() {
    let uuid: Uuid = "550e8400-e29b-41d4-a716-446655440000".parse().unwrap();
    for (name, dialect) in dialects() {
        if name.starts_with("6.1") {
            both_ways(uuid, "E0 55 0E 84 00 E2 9B 41 D4 A7 16 44 66 55 44 00 00", dialect);
            both_ways(vec![uuid], "91 E0 55 0E 84 00 E2 9B 41 D4 A7 16 44 66 55 44 00 00", dialect);
        } else {
            assert!(refused(uuid, dialect).contains("6.1"), "{name}");
            let error = read(&hex("E0 55 0E 84 00 E2 9B 41 D4 A7 16 44 66 55 44 00 00"), dialect).unwrap_err();
            assert_eq!(error, "Unknown PackStream type marker: 0xe0", "{name}");
        }
    }
}

#[test]
fn a_structure_that_bolt_does_not_know_is_an_error() {
    let known = b"NRPDTtIiFfdEXYV?";
    for (name, dialect) in dialects() {
        for tag in (0..=255_u8).filter(|tag| !known.contains(tag)) {
            for fields in 0..5 {
                let error = read(&structure(tag, &vec![vec![0x00]; fields]), dialect).unwrap_err();
                assert_eq!(error, format!("Unknown structure 0x{tag:02x} with {fields} fields"), "{name}");
            }
        }
    }
}
