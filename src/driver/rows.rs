//! Records as one's own types, with the feature `serde`: one by one, or a result as a stream of them.

use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use serde::de::{Deserialize, DeserializeOwned, Deserializer, Visitor};
use serde::forward_to_deserialize_any;

use super::columns;
use super::record::Record;
use super::result::RecordStream;
use crate::error::{Error, Result};
use crate::value::serde::{Entries, MARKER, Reader, give, visit_in_turn};
use crate::value::{Value, WrongType};

impl Record {
    /// The record as a type that is `Deserialize`; text may be borrowed from it.
    ///
    /// A struct's fields are columns by their names. A tuple takes the columns in their order. Where there is one column
    /// alone, anything else is read from its value; so is a struct that has no field of that name, where the value is a
    /// NODE, a RELATIONSHIP or a MAP: `RETURN p` becomes a person. [`Value::to`] says how values are read.
    ///
    /// ```
    /// use neo4j_wasm::{Record, Result};
    /// use serde::Deserialize;
    ///
    /// #[derive(Deserialize)]
    /// struct Person {
    ///     name: String,
    ///     born: Option<i64>,
    /// }
    ///
    /// /// Of `MATCH (p:Person) RETURN p.name AS name, p.born AS born`, or of `MATCH (p:Person) RETURN p`.
    /// fn people(records: &[Record]) -> Result<Vec<Person>> {
    ///     records.iter().map(Record::to).collect()
    /// }
    /// ```
    ///
    /// # Errors
    /// A usage error that names the column, the way within it, what was wanted and what was there (`WrongType`), or
    /// the columns that there are (`UnknownKey`); see also [`Self::values`].
    pub fn to<'de, T: Deserialize<'de>>(&'de self) -> Result<T> {
        let columns = Columns { keys: self.keys(), values: self.values()? };
        T::deserialize(columns).map_err(|wrong| match wrong.key_missing() {
            Some(column) => {
                let message = format!("There is no column {column:?}; there are: {}", self.keys().join(", "));
                Error::usage("UnknownKey", message)
            }
            None => wrong.into(),
        })
    }
}

impl RecordStream {
    /// The records that are left as a stream of a type that is `Deserialize`: see [`Record::to`]. One that does not fit
    /// is an error in its place, and the others follow.
    ///
    /// ```
    /// use futures::TryStreamExt;
    /// use neo4j_wasm::{RecordStream, Result};
    /// use serde::Deserialize;
    ///
    /// #[derive(Deserialize)]
    /// struct Person {
    ///     name: String,
    ///     born: i64,
    /// }
    ///
    /// async fn oldest(people: RecordStream) -> Result<Option<Person>> {
    ///     let mut people = people.rows::<Person>();
    ///     let mut oldest: Option<Person> = None;
    ///     while let Some(person) = people.try_next().await? {
    ///         if oldest.as_ref().is_none_or(|oldest| person.born < oldest.born) {
    ///             oldest = Some(person);
    ///         }
    ///     }
    ///     Ok(oldest)
    /// }
    /// ```
    pub fn rows<T: DeserializeOwned + 'static>(self) -> impl futures::Stream<Item = Result<T>> + Unpin + 'static {
        Rows { records: self.into_stream(), row: PhantomData }
    }
}

struct Rows<S, T> {
    records: S,
    row: PhantomData<fn() -> T>,
}

impl<S: futures::Stream<Item = Result<Record>> + Unpin, T: DeserializeOwned> futures::Stream for Rows<S, T> {
    type Item = Result<T>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<T>>> {
        let record = ready!(Pin::new(&mut self.records).poll_next(context));
        Poll::Ready(record.map(|record| record?.to()))
    }
}

/// A record on its way in.
#[derive(Clone, Copy)]
struct Columns<'de> {
    keys: &'de [String],
    values: &'de [Value],
}

type Read<T> = std::result::Result<T, WrongType>;

impl<'de> Columns<'de> {
    fn only(self) -> Option<(&'de str, Reader<'de>)> {
        match (self.keys, self.values) {
            ([key], [value]) => Some((key, Reader::Value(value))),
            _ => None,
        }
    }

    /// Reads the value of the only column.
    fn single<T>(self, read: impl FnOnce(Reader<'de>) -> Read<T>) -> Read<T> {
        self.check(1)?;
        read(Reader::Value(&self.values[0])).map_err(|wrong| wrong.in_column(&self.keys[0]))
    }

    fn check(self, wanted: usize) -> Read<()> {
        columns::check(wanted, self.keys)
    }

    /// Reads all of them, by name.
    fn all<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        let columns = self.keys.iter().zip(self.values).map(|(key, value)| (&**key, Reader::Value(value)));
        visitor.visit_map(Entries::of_columns(columns))
    }
}

macro_rules! from_the_only_one {
    ($($deserialize:ident)*) => {$(
        fn $deserialize<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
            self.single(|value| value.$deserialize(visitor))
        }
    )*};
}

impl<'de> Deserializer<'de> for Columns<'de> {
    type Error = WrongType;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        self.all(visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Read<V::Value> {
        match self.only() {
            Some((key, value)) if value.map().is_some() && !fields.contains(&key) => {
                self.single(|value| value.deserialize_map(visitor))
            }
            _ => self.all(visitor),
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        let at = |wrong: WrongType, index: usize| wrong.in_column(&self.keys[index]);
        visit_in_turn(self.values.iter().map(Reader::Value), at, visitor)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, count: usize, visitor: V) -> Read<V::Value> {
        self.check(count)?;
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(self, _: &'static str, count: usize, visitor: V) -> Read<V::Value> {
        self.deserialize_tuple(count, visitor)
    }

    /// `null` alone is none: what OPTIONAL MATCH gives.
    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        match self.values {
            [Value::Null] => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Read<V::Value> {
        if name == MARKER {
            return self.single(|value| give(value.to_value(), visitor));
        }
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Read<V::Value> {
        self.single(|value| value.deserialize_enum(name, variants, visitor))
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        visitor.visit_unit()
    }

    from_the_only_one! {
        deserialize_bool deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128 deserialize_f32 deserialize_f64
        deserialize_char deserialize_str deserialize_string deserialize_bytes deserialize_byte_buf deserialize_identifier
    }

    forward_to_deserialize_any! { unit unit_struct map }
}
