//! From any type that serde can take apart to a value.

use serde::ser::{
    Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant, Serializer,
};

use super::integer::integer;
use super::native::{self, MARKER};
use crate::value::{Map, Value, WrongType};

type Result<T> = std::result::Result<T, WrongType>;

/// Makes a value.
pub(super) struct ValueSerializer;

macro_rules! plain {
    ($($serialize:ident $type:ty,)*) => {$(
        fn $serialize(self, value: $type) -> Result<Value> {
            Ok(value.into())
        }
    )*};
}

impl Serializer for ValueSerializer {
    type Ok = Value;
    type Error = WrongType;
    type SerializeSeq = List;
    type SerializeTuple = List;
    type SerializeTupleStruct = List;
    type SerializeTupleVariant = List;
    type SerializeMap = Entries;
    type SerializeStruct = Entries;
    type SerializeStructVariant = Entries;

    plain! {
        serialize_bool bool,
        serialize_i8 i8,
        serialize_i16 i16,
        serialize_i32 i32,
        serialize_i64 i64,
        serialize_u8 u8,
        serialize_u16 u16,
        serialize_u32 u32,
        serialize_f32 f32,
        serialize_f64 f64,
        serialize_char char,
        serialize_str &str,
    }

    fn serialize_u64(self, number: u64) -> Result<Value> {
        integer(number)
    }

    fn serialize_i128(self, number: i128) -> Result<Value> {
        integer(number)
    }

    fn serialize_u128(self, number: u128) -> Result<Value> {
        integer(number)
    }

    fn serialize_bytes(self, bytes: &[u8]) -> Result<Value> {
        Ok(Value::Bytes(bytes.to_vec()))
    }

    fn serialize_none(self) -> Result<Value> {
        Ok(Value::Null)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Value> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<Value> {
        Ok(Value::Null)
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<Value> {
        Ok(Value::Null)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<Value> {
        Ok(variant.into())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, name: &'static str, value: &T) -> Result<Value> {
        if name == MARKER { native::take(|| value.serialize(self)) } else { value.serialize(self) }
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<Value> {
        let inside = value.serialize(self).map_err(|wrong| wrong.at_key(variant))?;
        Ok(within(Some(variant), inside))
    }

    fn serialize_seq(self, count: Option<usize>) -> Result<List> {
        // What it says of itself is no reason to take memory.
        Ok(List { variant: None, items: Vec::with_capacity(count.unwrap_or(0).min(1_024)) })
    }

    fn serialize_tuple(self, count: usize) -> Result<List> {
        self.serialize_seq(Some(count))
    }

    fn serialize_tuple_struct(self, _: &'static str, count: usize) -> Result<List> {
        self.serialize_seq(Some(count))
    }

    fn serialize_tuple_variant(self, _: &'static str, _: u32, variant: &'static str, _: usize) -> Result<List> {
        Ok(List { variant: Some(variant), items: Vec::new() })
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Entries> {
        Ok(Entries::default())
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Entries> {
        Ok(Entries::default())
    }

    fn serialize_struct_variant(self, _: &'static str, _: u32, variant: &'static str, _: usize) -> Result<Entries> {
        Ok(Entries { variant: Some(variant), ..Entries::default() })
    }
}

/// A variant with content is a map of one entry.
fn within(variant: Option<&'static str>, value: Value) -> Value {
    match variant {
        Some(variant) => Map::from([(variant, value)]).into(),
        None => value,
    }
}

/// A list in the making.
pub(super) struct List {
    variant: Option<&'static str>,
    items: Vec<Value>,
}

impl List {
    fn push<T: Serialize + ?Sized>(&mut self, item: &T) -> Result<()> {
        let index = self.items.len();
        let item = item.serialize(ValueSerializer).map_err(|wrong| wrong.at_index(index));
        self.items.push(item.map_err(|wrong| self.variant.iter().fold(wrong, |wrong, variant| wrong.at_key(variant)))?);
        Ok(())
    }

    fn done(self) -> Result<Value> {
        Ok(within(self.variant, Value::List(self.items)))
    }
}

macro_rules! lists {
    ($($part:ident $push:ident,)*) => {$(
        impl $part for List {
            type Ok = Value;
            type Error = WrongType;

            fn $push<T: Serialize + ?Sized>(&mut self, item: &T) -> Result<()> {
                self.push(item)
            }

            fn end(self) -> Result<Value> {
                self.done()
            }
        }
    )*};
}

lists! {
    SerializeSeq serialize_element,
    SerializeTuple serialize_element,
    SerializeTupleStruct serialize_field,
    SerializeTupleVariant serialize_field,
}

/// A map in the making.
#[derive(Default)]
pub(super) struct Entries {
    variant: Option<&'static str>,
    entries: Vec<(String, Value)>,
    key: String,
}

impl Entries {
    fn push<T: Serialize + ?Sized>(&mut self, key: String, value: &T) -> Result<()> {
        let value = value.serialize(ValueSerializer).map_err(|wrong| wrong.at_key(&key));
        let value = value.map_err(|wrong| self.variant.iter().fold(wrong, |wrong, variant| wrong.at_key(variant)))?;
        self.entries.push((key, value));
        Ok(())
    }

    fn done(self) -> Result<Value> {
        Ok(within(self.variant, Map::from_entries(self.entries).into()))
    }
}

macro_rules! structs {
    ($($part:ident,)*) => {$(
        impl $part for Entries {
            type Ok = Value;
            type Error = WrongType;

            fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<()> {
                self.push(key.to_owned(), value)
            }

            fn end(self) -> Result<Value> {
                self.done()
            }
        }
    )*};
}

structs! {
    SerializeStruct,
    SerializeStructVariant,
}

impl SerializeMap for Entries {
    type Ok = Value;
    type Error = WrongType;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<()> {
        self.key = match key.serialize(ValueSerializer)? {
            Value::String(text) => text,
            Value::Integer(number) => number.to_string(),
            Value::Boolean(truth) => truth.to_string(),
            other => return Err(WrongType::new("a key of a MAP, which is STRING", &other)),
        };
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
        let key = std::mem::take(&mut self.key);
        self.push(key, value)
    }

    fn end(self) -> Result<Value> {
        self.done()
    }
}
