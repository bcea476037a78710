//! The types of this crate in serde. Between a [`Value`] and a type of the application they go over as they are, by
//! hand: serde knows no dates, and what it would make of them could not be told from text again. Formats of others get
//! the form that `form.rs` has for them.

use std::cell::RefCell;
use std::fmt;
use std::marker::PhantomData;

use serde::de::value::UnitDeserializer;
use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};

use super::form::Form;
use super::integer::integer;
use crate::value::{
    Duration, FromValue, LocalDate, LocalDateTime, LocalTime, Map, Node, Path, Point, Relationship, UnsupportedType,
    Uuid, Value, Vector, WrongType, ZonedDateTime, ZonedTime,
};

/// The newtype as which each of our types shows itself: whoever knows the name is of this crate.
pub(crate) const MARKER: &str = "$neo4j_wasm::value";

thread_local! {
    /// From the one who hands over to the one who takes, with nothing of the application's in between.
    static HAND: RefCell<Hand> = const { RefCell::new(Hand::Empty) };
}

enum Hand {
    Empty,
    /// The value is wanted here, not in the form for others.
    Open,
    Holds(Value),
}

fn hand(now: Hand) -> Hand {
    HAND.replace(now)
}

/// Gives a value to the visitor of one of our types.
pub(crate) fn give<'de, V: Visitor<'de>>(value: Value, visitor: V) -> Result<V::Value, WrongType> {
    hand(Hand::Holds(value));
    let given = visitor.visit_newtype_struct(UnitDeserializer::new());
    // A visitor around ours may have come to nothing before.
    hand(Hand::Empty);
    given
}

/// Takes the value that one of our types is, while it is serialized.
pub(super) fn take(serialize: impl FnOnce() -> Result<Value, WrongType>) -> Result<Value, WrongType> {
    hand(Hand::Open);
    serialize()?;
    match hand(Hand::Empty) {
        Hand::Holds(value) => Ok(value),
        Hand::Open | Hand::Empty => Err(WrongType::said("a type of another crate has a name of this one's")),
    }
}

/// One of our types on its way out: by hand where the hand is open.
struct Outward<'a, T>(&'a T);

impl<T: Form + Clone + Into<Value>> Serialize for Outward<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match hand(Hand::Empty) {
            Hand::Open => {
                hand(Hand::Holds(self.0.clone().into()));
                serializer.serialize_unit()
            }
            Hand::Empty | Hand::Holds(_) => self.0.write(serializer),
        }
    }
}

/// One of our types on its way in.
struct Inward<T>(PhantomData<T>);

impl<'de, T: Form + FromValue> Visitor<'de> for Inward<T> {
    type Value = T;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(T::NAME)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        match hand(Hand::Empty) {
            Hand::Holds(value) => T::from_value(value).map_err(de::Error::custom),
            Hand::Open | Hand::Empty => T::read(deserializer),
        }
    }
}

macro_rules! native {
    ($($type:ident),*) => {$(
        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_newtype_struct(MARKER, &Outward(self))
            }
        }

        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_newtype_struct(MARKER, Inward(PhantomData))
            }
        }
    )*};
}

native!(
    Value,
    Node,
    Relationship,
    Path,
    Point,
    Vector,
    Uuid,
    LocalDate,
    LocalTime,
    ZonedTime,
    LocalDateTime,
    ZonedDateTime,
    Duration,
    UnsupportedType
);

impl Serialize for Map {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.len()))?;
        self.iter().try_for_each(|(key, value)| map.serialize_entry(key, value))?;
        map.end()
    }
}

impl<'de> Deserialize<'de> for Map {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Entries)
    }
}

struct Entries;

impl<'de> Visitor<'de> for Entries {
    type Value = Map;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("MAP")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Map, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = access.next_entry::<String, Value>()? {
            entries.push(entry);
        }
        Ok(Map::from_entries(entries))
    }
}

/// To formats of others, each value as that format has it.
impl Form for Value {
    const NAME: &str = "a value of Cypher";

    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null | Self::Packed(_) => serializer.serialize_unit(),
            Self::Boolean(truth) => serializer.serialize_bool(*truth),
            #[cfg(target_arch = "wasm32")]
            Self::Integer(number) if super::javascript::wants_bigint(*number) => {
                super::javascript::bigint(*number, serializer)
            }
            Self::Integer(number) => serializer.serialize_i64(*number),
            Self::Float(number) => serializer.serialize_f64(*number),
            Self::Bytes(bytes) => serializer.serialize_bytes(bytes),
            Self::String(text) => serializer.serialize_str(text),
            Self::List(items) => serializer.collect_seq(items),
            Self::Map(map) => map.serialize(serializer),
            Self::Node(node) => node.write(serializer),
            Self::Relationship(relationship) => relationship.write(serializer),
            Self::Path(path) => path.write(serializer),
            Self::LocalDate(date) => date.write(serializer),
            Self::LocalTime(time) => time.write(serializer),
            Self::ZonedTime(time) => time.write(serializer),
            Self::LocalDateTime(time) => time.write(serializer),
            Self::ZonedDateTime(time) => time.write(serializer),
            Self::Duration(duration) => duration.write(serializer),
            Self::Point(point) => point.write(serializer),
            Self::Vector(vector) => vector.write(serializer),
            Self::Uuid(uuid) => uuid.write(serializer),
            Self::UnsupportedType(unsupported) => unsupported.write(serializer),
        }
    }

    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Anything)
    }
}

/// Whatever a format has.
struct Anything;

macro_rules! visits {
    ($($visit:ident: $type:ty;)*) => {$(
        fn $visit<E: de::Error>(self, value: $type) -> Result<Value, E> {
            Ok(value.into())
        }
    )*};
}

impl<'de> Visitor<'de> for Anything {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(Value::NAME)
    }

    visits! {
        visit_bool: bool;
        visit_i64: i64;
        visit_f64: f64;
        visit_str: &str;
        visit_string: String;
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Value, E> {
        integer(number).map_err(E::custom)
    }

    fn visit_unit<E: de::Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_none<E: de::Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        Value::deserialize(deserializer)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        Value::deserialize(deserializer)
    }

    fn visit_bytes<E: de::Error>(self, bytes: &[u8]) -> Result<Value, E> {
        Ok(Value::Bytes(bytes.to_vec()))
    }

    fn visit_byte_buf<E: de::Error>(self, bytes: Vec<u8>) -> Result<Value, E> {
        Ok(Value::Bytes(bytes))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = access.next_element()? {
            items.push(item);
        }
        Ok(Value::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, access: A) -> Result<Value, A::Error> {
        Entries.visit_map(access).map(Value::Map)
    }
}
