//! What is written is read as it was, for arbitrary values in every dialect.

use neo4j_wasm::bolt::Version;
use neo4j_wasm::bolt::packstream::{Dialect, Reader, Token, Writer, read_map, read_value, write_map};
use neo4j_wasm::value::{Map, Value};
use proptest::collection::vec;
use proptest::prelude::*;

use super::checks::value::dialect;
use super::values::{integers, texts, values};
use super::wire::encoded;

fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

fn with_value() -> impl Strategy<Value = (Dialect, Value)> {
    (0..=Version::SUPPORTED.len() as u8).prop_map(dialect).prop_flat_map(|dialect| (Just(dialect), values(dialect)))
}

/// Text that shows everything, so that not a number equals itself and the order of a map counts.
fn shown(value: &impl std::fmt::Debug) -> String {
    format!("{value:?}")
}

proptest! {
    #![proptest_config(cases(400))]

    #[test]
    fn a_value_that_is_written_is_read_as_it_was((dialect, value) in with_value()) {
        let bytes = encoded(&value, dialect);
        let mut reader = Reader::new(&bytes, dialect.uuids);
        let read = read_value(&mut reader, dialect).expect("a value");
        prop_assert_eq!(reader.remaining(), 0);
        prop_assert_eq!(shown(&read), shown(&value));
        prop_assert_eq!(encoded(&read, dialect), bytes);
    }

    #[test]
    fn a_map_that_is_written_is_read_as_it_was(entries in vec((texts(), integers()), 0..40)) {
        let dialect = dialect(0);
        let map: Map = entries.into_iter().collect();
        let mut writer = Writer::new();
        write_map(&mut writer, &map, dialect).expect("a map that can be sent");
        let read = read_map(&mut Reader::new(&writer.into_bytes(), true), dialect).expect("a map");
        prop_assert_eq!(shown(&read), shown(&map));
    }

    #[test]
    fn a_value_is_not_read_from_a_part_of_its_bytes(
        (dialect, value) in with_value(),
        part in any::<prop::sample::Index>(),
    ) {
        let bytes = encoded(&value, dialect);
        let mut reader = Reader::new(&bytes[..part.index(bytes.len())], dialect.uuids);
        prop_assert!(read_value(&mut reader, dialect).is_err());
    }

    #[test]
    fn tokens_that_are_written_are_read_as_they_were(items in vec(tokens(), 0..30)) {
        let mut writer = Writer::new();
        for item in &items {
            item.write(&mut writer);
        }
        let bytes = writer.into_bytes();
        let mut reader = Reader::new(&bytes, true);
        for item in &items {
            let before = reader.position();
            let token = reader.token().expect("a token");
            prop_assert!(item.is(token), "{item:?} {token:?}");
            prop_assert_eq!(reader.position() + reader.remaining(), bytes.len());
            prop_assert!(reader.position() > before);
        }
        prop_assert_eq!(reader.remaining(), 0);
    }
}

/// A token that holds its content. Lists, maps and structures are empty: what they claim would have to follow.
#[derive(Debug, Clone)]
enum Owned {
    Null,
    Boolean(bool),
    Integer(i64),
    Float(u64),
    Bytes(Vec<u8>),
    String(String),
    List,
    Map,
    Structure(u8),
    Uuid([u8; 16]),
}

fn tokens() -> impl Strategy<Value = Owned> {
    prop_oneof![
        Just(Owned::Null),
        any::<bool>().prop_map(Owned::Boolean),
        integers().prop_map(Owned::Integer),
        any::<u64>().prop_map(Owned::Float),
        vec(any::<u8>(), 0..600).prop_map(Owned::Bytes),
        texts().prop_map(Owned::String),
        Just(Owned::List),
        Just(Owned::Map),
        any::<u8>().prop_map(Owned::Structure),
        any::<[u8; 16]>().prop_map(Owned::Uuid),
    ]
}

impl Owned {
    fn write(&self, writer: &mut Writer) {
        match self {
            Self::Null => writer.null(),
            Self::Boolean(value) => writer.boolean(*value),
            Self::Integer(value) => writer.integer(*value),
            Self::Float(bits) => writer.float(f64::from_bits(*bits)),
            Self::Bytes(value) => assert!(writer.bytes(value)),
            Self::String(value) => assert!(writer.string(value)),
            Self::List => assert!(writer.list(0)),
            Self::Map => assert!(writer.map(0)),
            Self::Structure(tag) => writer.structure(*tag, 0),
            Self::Uuid(value) => writer.uuid(value),
        }
    }

    fn is(&self, token: Token<'_>) -> bool {
        match (self, token) {
            (Self::Null, Token::Null) | (Self::List, Token::List(0)) | (Self::Map, Token::Map(0)) => true,
            (Self::Boolean(value), Token::Boolean(read)) => *value == read,
            (Self::Integer(value), Token::Integer(read)) => *value == read,
            (Self::Float(bits), Token::Float(read)) => *bits == read.to_bits(),
            (Self::Bytes(value), Token::Bytes(read)) => value == read,
            (Self::String(value), Token::String(read)) => value == read,
            (Self::Structure(tag), Token::Structure { tag: read, fields: 0 }) => *tag == read,
            (Self::Uuid(value), Token::Uuid(read)) => *value == read,
            _ => false,
        }
    }
}
