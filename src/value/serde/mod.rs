//! Values and serde, with the feature `serde`: one's own types from what a server sent, and to what it is sent.

mod error;
mod form;
mod integer;
#[cfg(target_arch = "wasm32")]
mod javascript;
mod key;
mod native;
mod read;
mod write;

use ::serde::{Deserialize, Serialize};

pub(crate) use self::native::{MARKER, give};
pub(crate) use self::read::{Entries, Reader, visit_in_turn};
use self::write::ValueSerializer;
use super::{Map, Node, Relationship, Value, WrongType};

impl Value {
    /// Reads the value as a type that is `Deserialize`; text and bytes may be borrowed from it.
    ///
    /// A struct is read from a MAP, and from the properties of a NODE or a RELATIONSHIP; an enum from its variant's name,
    /// or from a MAP with that as its only key. The types of [`value`](crate::value) are read as they are; as text a DATE,
    /// a time, a DURATION and a UUID are what they print as, which is what the types of many crates are read from.
    ///
    /// ```
    /// use neo4j_wasm::params;
    /// use neo4j_wasm::value::{LocalDate, Value};
    /// use serde::Deserialize;
    ///
    /// #[derive(Deserialize, PartialEq, Debug)]
    /// struct Person<'a> {
    ///     name: &'a str,
    ///     born: Option<LocalDate>,
    /// }
    ///
    /// let born = LocalDate::new(1906, 12, 9)?;
    /// let value = Value::from(params! { "name": "Grace", "born": born });
    /// assert_eq!(value.to::<Person>()?, Person { name: "Grace", born: Some(born) });
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`WrongType`], which says where, what was wanted and what was there.
    pub fn to<'de, T: Deserialize<'de>>(&'de self) -> Result<T, WrongType> {
        T::deserialize(Reader::Value(self))
    }

    /// From a type that is `Serialize`.
    ///
    /// # Errors
    /// [`WrongType`] for a number beyond 64 bits with a sign, a key of a map that is no text, and what the type's own code
    /// has to say.
    pub fn from_serialize<T: Serialize + ?Sized>(value: &T) -> Result<Self, WrongType> {
        value.serialize(ValueSerializer)
    }
}

impl Map {
    /// Reads the map as a type that is `Deserialize`: see [`Value::to`].
    ///
    /// # Errors
    /// As [`Value::to`].
    pub fn to<'de, T: Deserialize<'de>>(&'de self) -> Result<T, WrongType> {
        T::deserialize(Reader::Map(self))
    }

    /// From a type that is `Serialize` as a map: a struct's fields as parameters.
    ///
    /// ```
    /// use neo4j_wasm::params;
    /// use neo4j_wasm::value::{LocalDate, Map};
    /// use serde::Serialize;
    ///
    /// #[derive(Serialize)]
    /// #[serde(rename_all = "camelCase")]
    /// struct Search<'a> {
    ///     text: &'a str,
    ///     born_after: LocalDate,
    ///     limit: usize,
    /// }
    ///
    /// let search = Search { text: "graph", born_after: LocalDate::new(1970, 1, 1)?, limit: 50 };
    /// let parameters = Map::from_serialize(&search)?;
    /// assert_eq!(parameters, params! { "text": "graph", "bornAfter": search.born_after, "limit": 50 });
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As [`Value::from_serialize`], and when it is no map.
    pub fn from_serialize<T: Serialize + ?Sized>(value: &T) -> Result<Self, WrongType> {
        match Value::from_serialize(value)? {
            Value::Map(map) => Ok(map),
            other => Err(WrongType::new("a struct or a MAP", &other)),
        }
    }
}

impl Node {
    /// Reads the properties as a type that is `Deserialize`: see [`Value::to`].
    ///
    /// # Errors
    /// As [`Value::to`].
    pub fn to<'de, T: Deserialize<'de>>(&'de self) -> Result<T, WrongType> {
        T::deserialize(Reader::Node(self))
    }
}

impl Relationship {
    /// Reads the properties as a type that is `Deserialize`: see [`Value::to`].
    ///
    /// # Errors
    /// As [`Value::to`].
    pub fn to<'de, T: Deserialize<'de>>(&'de self) -> Result<T, WrongType> {
        T::deserialize(Reader::Relationship(self))
    }
}
