//! Values: what can be read, and can be sent, comes back the same.

use neo4j_wasm::bolt::Version;
use neo4j_wasm::bolt::packstream::{Dialect, Reader, Writer, read_value, write_value};
use neo4j_wasm::value::{Map, Value};

/// The first byte chooses the dialect, the others are read as a value.
pub(crate) fn value(data: &[u8]) {
    let Some((&choice, bytes)) = data.split_first() else { return };
    let dialect = dialect(choice);
    let mut reader = Reader::new(bytes, dialect.uuids);
    let Ok(value) = read_value(&mut reader, dialect) else { return };
    assert!(reader.position() <= bytes.len());
    assert!(keys_are_unique(&value), "a key twice in {value:?}");
    let Some(written) = write(&value, dialect) else {
        assert!(received_only(&value), "cannot be sent: {value:?}");
        return;
    };
    assert!(written.len() <= reader.position(), "the shortest form is longer than what came");
    let mut reader = Reader::new(&written, dialect.uuids);
    let again = read_value(&mut reader, dialect).expect("what was written can be read");
    assert_eq!(reader.remaining(), 0);
    // Text and bytes rather than `==`: not a number does not equal itself, and maps are equal in any order.
    assert_eq!(format!("{value:?}"), format!("{again:?}"));
    assert_eq!(Some(written), write(&again, dialect));
}

/// Every version's, and the one with the UTC patch.
pub(crate) fn dialect(choice: u8) -> Dialect {
    let [.., oldest] = Version::SUPPORTED;
    let version = Version::SUPPORTED.get(usize::from(choice) % (Version::SUPPORTED.len() + 1));
    version.map_or(oldest.dialect(true), |version| version.dialect(false))
}

fn write(value: &Value, dialect: Dialect) -> Option<Vec<u8>> {
    let mut writer = Writer::new();
    write_value(&mut writer, value, dialect).ok()?;
    Some(writer.into_bytes())
}

fn any(value: &Value, found: &impl Fn(&Value) -> bool) -> bool {
    found(value)
        || match value {
            Value::List(items) => items.iter().any(|item| any(item, found)),
            Value::Map(map) => map.values().any(|value| any(value, found)),
            _ => false,
        }
}

fn received_only(value: &Value) -> bool {
    any(value, &|value| {
        matches!(value, Value::Node(_) | Value::Relationship(_) | Value::Path(_) | Value::UnsupportedType(_))
    })
}

fn keys_are_unique(value: &Value) -> bool {
    let repeats = |map: &Map| {
        let mut keys: Vec<&str> = map.keys().collect();
        keys.sort_unstable();
        keys.windows(2).any(|pair| pair[0] == pair[1])
    };
    !any(value, &|value| value.as_map().is_some_and(repeats))
}
