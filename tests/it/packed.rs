//! Parameters from JavaScript: what it has packed reaches a server as the same values of Rust do, in every dialect.

use neo4j_wasm::bolt::packstream::{Dialect, Refused, Writer, read_parameters, write_map};
use neo4j_wasm::value::{Map, TimeZone, Value, ZonedDateTime};
use proptest::prelude::*;

use super::values::values;
use super::wire::newest;

fn newest_dialect() -> Dialect {
    newest().dialect(false)
}

/// The newest, and those that lack something of it.
fn dialects() -> [Dialect; 4] {
    let all = newest_dialect();
    [all, Dialect { vectors: false, ..all }, Dialect { uuids: false, ..all }, Dialect { utc: false, ..all }]
}

fn written(map: &Map, dialect: Dialect) -> Result<Vec<u8>, Refused> {
    let mut writer = Writer::new();
    write_map(&mut writer, map, dialect).map(|()| writer.into_bytes())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_was_packed_is_sent_as_values_are(value in values(newest_dialect())) {
        // JavaScript packs those with their offset: see below.
        prop_assume!(!format!("{value:?}").contains("Named"));
        let map = Map::from([("one", value.clone()), ("list", vec![Value::Null, value].into())]);
        let packed = read_parameters(&written(&map, newest_dialect()).unwrap()).unwrap();
        for dialect in dialects() {
            prop_assert_eq!(written(&packed, dialect), written(&map, dialect));
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
        if let Ok(map) = read_parameters(&bytes) {
            for dialect in dialects() {
                let _ = written(&map, dialect);
            }
        }
    }
}

#[test]
fn a_named_zone_comes_with_its_offset_and_goes_as_the_server_has_it() {
    let zone = |offset_seconds| TimeZone::Named { name: "Europe/Paris".to_owned(), offset_seconds };
    let seconds = neo4j_wasm::value::EpochSeconds::Utc(1_719_873_000);
    let value = ZonedDateTime::new(seconds, 5, zone(Some(7_200))).unwrap();
    let mut bytes = vec![0xA1, 0x81, b'a', 0xB4, b'i', 0xCA];
    bytes.extend(1_719_873_000_i32.to_be_bytes());
    bytes.extend([5, 0x8C]);
    bytes.extend(b"Europe/Paris");
    bytes.extend([0xC9, 0x1C, 0x20]);
    let (packed, map) = (read_parameters(&bytes).unwrap(), Map::from([("a", Value::from(value))]));
    for dialect in dialects() {
        assert_eq!(written(&packed, dialect), written(&map, dialect));
    }
}
