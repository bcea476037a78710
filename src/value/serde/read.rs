//! From a value, or a part of one, to any type that serde can make.

use serde::de::value::BorrowedStrDeserializer;
use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, Error as _, MapAccess, SeqAccess, Unexpected, VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;

use super::key::Key;
use super::native::{self, MARKER};
use crate::value::from_value::exact;
use crate::value::{FromValue, Map, Node, Path, Relationship, Value, Vector, WrongType};

/// What is read: a value, or what a value is made of.
#[derive(Clone, Copy)]
pub(crate) enum Reader<'de> {
    Value(&'de Value),
    Map(&'de Map),
    Node(&'de Node),
    Relationship(&'de Relationship),
    Integer(i64),
    Float(f64),
}

type Result<T> = std::result::Result<T, WrongType>;

impl<'de> Reader<'de> {
    fn type_name(self) -> &'static str {
        match self {
            Self::Value(value) => value.type_name(),
            Self::Map(_) => "MAP",
            Self::Node(_) => "NODE",
            Self::Relationship(_) => "RELATIONSHIP",
            Self::Integer(_) => "INTEGER",
            Self::Float(_) => "FLOAT",
        }
    }

    pub(crate) fn to_value(self) -> Value {
        match self {
            Self::Value(value) => value.clone(),
            Self::Map(map) => map.into(),
            Self::Node(node) => node.into(),
            Self::Relationship(relationship) => relationship.into(),
            Self::Integer(number) => number.into(),
            Self::Float(number) => number.into(),
        }
    }

    fn is_null(self) -> bool {
        matches!(self, Self::Value(Value::Null))
    }

    fn integer(self) -> Option<i64> {
        match self {
            Self::Integer(number) | Self::Value(&Value::Integer(number)) => Some(number),
            _ => None,
        }
    }

    /// The entries of a map, or the properties of what has some.
    pub(crate) fn map(self) -> Option<&'de Map> {
        match self {
            Self::Map(map) | Self::Value(Value::Map(map)) => Some(map),
            Self::Node(node) => Some(&node.properties),
            Self::Value(Value::Node(node)) => Some(&node.properties),
            Self::Relationship(relationship) => Some(&relationship.properties),
            Self::Value(Value::Relationship(relationship)) => Some(&relationship.properties),
            _ => None,
        }
    }

    /// As the nearest that serde has.
    fn visit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        if let Some(map) = self.map() {
            let entries = map.iter().map(|(key, value)| (key, Self::Value(value)));
            return visitor.visit_map(Entries::new(entries)).map_err(|wrong| wrong.with_keys(map.keys()));
        }
        let value = match self {
            Self::Value(value) => value,
            Self::Integer(number) => return visitor.visit_i64(number),
            Self::Float(number) => return visitor.visit_f64(number),
            Self::Map(_) | Self::Node(_) | Self::Relationship(_) => return Err(WrongType::said("it is no map")),
        };
        match value {
            Value::Boolean(truth) => visitor.visit_bool(*truth),
            Value::Integer(number) => visitor.visit_i64(*number),
            Value::Float(number) => visitor.visit_f64(*number),
            Value::Bytes(bytes) => visitor.visit_borrowed_bytes(bytes),
            Value::String(text) => visitor.visit_borrowed_str(text),
            Value::List(items) => visit_items(items.iter().map(Self::Value), visitor),
            Value::Path(path) => visit_items(walk(path).into_iter(), visitor),
            Value::Vector(vector) => visit_vector(vector, visitor),
            Value::Point(point) => {
                let z = point.z.map(|z| ("z", Self::Float(z)));
                let place =
                    [("srid", Self::Integer(point.srid)), ("x", Self::Float(point.x)), ("y", Self::Float(point.y))];
                visitor
                    .visit_map(Entries::new(place.into_iter().chain(z)))
                    .map_err(|wrong| wrong.with_keys(["srid", "x", "y", "z"].into_iter()))
            }
            Value::LocalDate(date) => visitor.visit_string(date.to_string()),
            Value::LocalTime(time) => visitor.visit_string(time.to_string()),
            Value::ZonedTime(time) => visitor.visit_string(time.to_string()),
            Value::LocalDateTime(time) => visitor.visit_string(time.to_string()),
            Value::ZonedDateTime(time) => visitor.visit_string(time.to_string()),
            Value::Duration(duration) => visitor.visit_string(duration.to_string()),
            Value::Uuid(uuid) => visitor.visit_string(uuid.to_string()),
            Value::UnsupportedType(unsupported) => Err(WrongType::said(format!(
                "a {} could not be sent: {}",
                unsupported.name,
                unsupported.message.as_deref().unwrap_or("the connection's protocol is too old")
            ))),
            _ => visitor.visit_unit(),
        }
    }

    fn visit_float<V: Visitor<'de>>(self, name: &'static str, fits: fn(i64) -> bool, visitor: V) -> Result<V::Value> {
        match self.integer() {
            Some(number) if !fits(number) => {
                Err(WrongType::named(name, self.type_name()).because(format!("{number} has no exact {name}")))
            }
            Some(number) => visitor.visit_f64(number as f64),
            None => self.deserialize_any(visitor),
        }
    }
}

/// Node, relationship, node, and so on.
fn walk(path: &Path) -> Vec<Reader<'_>> {
    let mut parts = vec![Reader::Node(path.start())];
    for step in path.segments() {
        parts.extend([Reader::Relationship(step.relationship), Reader::Node(step.end)]);
    }
    parts
}

fn visit_vector<'de, V: Visitor<'de>>(vector: &'de Vector, visitor: V) -> Result<V::Value> {
    fn numbers<'de, T: Copy, V: Visitor<'de>>(
        items: &[T],
        read: impl Fn(T) -> Reader<'de>,
        visitor: V,
    ) -> Result<V::Value> {
        visit_items(items.iter().map(|item| read(*item)), visitor)
    }
    match vector {
        Vector::Int8(items) => numbers(items, |item| Reader::Integer(item.into()), visitor),
        Vector::Int16(items) => numbers(items, |item| Reader::Integer(item.into()), visitor),
        Vector::Int32(items) => numbers(items, |item| Reader::Integer(item.into()), visitor),
        Vector::Int64(items) => numbers(items, Reader::Integer, visitor),
        Vector::Float32(items) => numbers(items, |item| Reader::Float(item.into()), visitor),
        Vector::Float64(items) => numbers(items, Reader::Float, visitor),
    }
}

fn visit_items<'de, V: Visitor<'de>>(
    items: impl ExactSizeIterator<Item = Reader<'de>>,
    visitor: V,
) -> Result<V::Value> {
    visit_in_turn(items, WrongType::at_index, visitor)
}

/// Reads one after the other; `at` says where one stood that does not do.
pub(crate) fn visit_in_turn<'de, V: Visitor<'de>>(
    items: impl ExactSizeIterator<Item = Reader<'de>>,
    at: impl Fn(WrongType, usize) -> WrongType,
    visitor: V,
) -> Result<V::Value> {
    let count = items.len();
    let mut items = Items { items, at, index: 0 };
    let made = visitor.visit_seq(&mut items)?;
    // A tuple of fewer takes what it wants and looks no further.
    if items.items.len() == 0 {
        return Ok(made);
    }
    let expected = format!("LIST of {}", items.index);
    Err(WrongType::named(expected, "LIST").because(format!("it has {count} items")))
}

struct Items<I, F> {
    items: I,
    at: F,
    index: usize,
}

impl<'de, I, F> SeqAccess<'de> for &mut Items<I, F>
where
    I: ExactSizeIterator<Item = Reader<'de>>,
    F: Fn(WrongType, usize) -> WrongType,
{
    type Error = WrongType;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>> {
        let Some(item) = self.items.next() else { return Ok(None) };
        self.index += 1;
        seed.deserialize(item).map(Some).map_err(|wrong| (self.at)(wrong, self.index - 1))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.items.len())
    }
}

/// Keys and what stands behind them.
pub(crate) struct Entries<'de, I> {
    entries: I,
    open: Option<(&'de str, Reader<'de>)>,
    /// Says where one stood that does not do.
    at: fn(WrongType, &str) -> WrongType,
}

impl<I> Entries<'_, I> {
    fn new(entries: I) -> Self {
        Self { entries, open: None, at: WrongType::at_key }
    }

    pub(crate) fn of_columns(columns: I) -> Self {
        Self { entries: columns, open: None, at: WrongType::in_column }
    }
}

impl<'de, I: Iterator<Item = (&'de str, Reader<'de>)>> MapAccess<'de> for Entries<'de, I> {
    type Error = WrongType;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>> {
        self.open = self.entries.next();
        self.open.map(|(key, _)| seed.deserialize(Key(key)).map_err(|wrong| (self.at)(wrong, key))).transpose()
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value> {
        let (key, value) = self.open.take().ok_or_else(|| WrongType::said("a value was asked for before its key"))?;
        seed.deserialize(value).map_err(|wrong| (self.at)(wrong, key))
    }
}

impl<'de> Deserializer<'de> for Reader<'de> {
    type Error = WrongType;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.visit(visitor).map_err(|wrong| wrong.found(self.type_name()))
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.visit_float("f64", |number| exact(number).is_some(), visitor)
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        // Beyond its range serde would make it infinite.
        if let Self::Float(_) | Self::Value(Value::Float(_)) = self {
            return visitor.visit_f32(f32::from_value(self.to_value())?);
        }
        self.visit_float("f32", |number| (number as f32) as i128 == i128::from(number), visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        if self.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value> {
        if name == MARKER { native::give(self.to_value(), visitor) } else { visitor.visit_newtype_struct(self) }
    }

    /// Bytes as numbers of eight bits, too.
    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self {
            Self::Value(Value::Bytes(bytes)) => {
                visit_items(bytes.iter().map(|byte| Self::Integer((*byte).into())), visitor)
            }
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(self, _: &'static str, _: usize, visitor: V) -> Result<V::Value> {
        self.deserialize_seq(visitor)
    }

    /// The name of a variant as text; or a map of one entry, the variant's name and what is in it.
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        if let Self::Value(Value::String(text)) = self {
            return visitor.visit_enum(BorrowedStrDeserializer::new(text));
        }
        let mut entries = self.map().into_iter().flat_map(Map::iter);
        match (entries.next(), entries.next()) {
            (Some((variant, value)), None) => visitor.visit_enum(Variant(variant, Self::Value(value))),
            _ => {
                let expected = format!("a variant of {name}, as STRING or as MAP of one key");
                Err(WrongType::named(expected, self.type_name()))
            }
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 char str string bytes byte_buf unit unit_struct map struct identifier
    }
}

/// A variant with its content.
struct Variant<'de>(&'de str, Reader<'de>);

impl<'de> Variant<'de> {
    fn inside<T>(&self, read: Result<T>) -> Result<T> {
        read.map_err(|wrong| wrong.at_key(self.0))
    }
}

impl<'de> EnumAccess<'de> for Variant<'de> {
    type Error = WrongType;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self)> {
        Ok((seed.deserialize(BorrowedStrDeserializer::<WrongType>::new(self.0))?, self))
    }
}

impl<'de> VariantAccess<'de> for Variant<'de> {
    type Error = WrongType;

    fn unit_variant(self) -> Result<()> {
        if self.1.is_null() {
            return Ok(());
        }
        self.inside(Err(WrongType::invalid_type(Unexpected::Other(""), &"nothing").found(self.1.type_name())))
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value> {
        let read = seed.deserialize(self.1);
        self.inside(read)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value> {
        let read = self.1.deserialize_seq(visitor);
        self.inside(read)
    }

    fn struct_variant<V: Visitor<'de>>(self, _: &'static [&'static str], visitor: V) -> Result<V::Value> {
        let read = self.1.deserialize_any(visitor);
        self.inside(read)
    }
}
