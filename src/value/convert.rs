//! From Rust types to [`Value`], and back.

use std::collections::HashMap;
use std::hash::BuildHasher;

use super::{
    Duration, LocalDate, LocalDateTime, LocalTime, Map, Node, Path, Point, Relationship, Uuid, Value, Vector,
    ZonedDateTime, ZonedTime,
};

/// A Rust type that a [`Value`] can become: what [`Record::get`](crate::Record::get) reads a column as.
///
/// ```
/// use neo4j_wasm::value::{FromValue, Value, WrongType};
///
/// struct Celsius(f64);
///
/// impl FromValue for Celsius {
///     fn from_value(value: Value) -> Result<Self, WrongType> {
///         f64::from_value(value).map(Celsius)
///     }
/// }
///
/// assert_eq!(Celsius::from_value(Value::Float(21.5)).map(|warm| warm.0), Ok(21.5));
/// assert_eq!(Option::<i64>::from_value(Value::Null), Ok(None));
/// ```
pub trait FromValue: Sized {
    /// Turns the value into this type.
    ///
    /// # Errors
    /// [`WrongType`] when the value is of another type, or a number does not fit.
    fn from_value(value: Value) -> Result<Self, WrongType>;
}

/// A value is not of the type that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected {expected}, found {found}")]
pub struct WrongType {
    /// The Rust or Cypher type that was asked for.
    pub expected: &'static str,
    /// The Cypher type of the value.
    pub found: &'static str,
}

impl FromValue for Value {
    fn from_value(value: Value) -> Result<Self, WrongType> {
        Ok(value)
    }
}

/// `null` is `None`.
impl<T: FromValue> FromValue for Option<T> {
    fn from_value(value: Value) -> Result<Self, WrongType> {
        if value == Value::Null { Ok(None) } else { T::from_value(value).map(Some) }
    }
}

/// From a list, or from bytes, which are numbers of eight bits.
impl<T: FromValue> FromValue for Vec<T> {
    fn from_value(value: Value) -> Result<Self, WrongType> {
        match value {
            Value::List(items) => items.into_iter().map(T::from_value).collect(),
            Value::Bytes(bytes) => bytes.into_iter().map(|byte| T::from_value(byte.into())).collect(),
            other => Err(WrongType { expected: "LIST", found: other.type_name() }),
        }
    }
}

impl<T: FromValue, S: BuildHasher + Default> FromValue for HashMap<String, T, S> {
    fn from_value(value: Value) -> Result<Self, WrongType> {
        let map = Map::from_value(value)?;
        map.into_iter().map(|(key, value)| Ok((key, T::from_value(value)?))).collect()
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// A list; bytes are [`Value::Bytes`].
impl<T: Into<Value>> From<Vec<T>> for Value {
    fn from(items: Vec<T>) -> Self {
        Self::List(items.into_iter().map(Into::into).collect())
    }
}

/// A list; bytes are [`Value::Bytes`].
impl<T: Into<Value>, const N: usize> From<[T; N]> for Value {
    fn from(items: [T; N]) -> Self {
        Self::List(items.into_iter().map(Into::into).collect())
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::String(text.to_owned())
    }
}

impl From<&String> for Value {
    fn from(text: &String) -> Self {
        Self::String(text.clone())
    }
}

impl From<f32> for Value {
    fn from(number: f32) -> Self {
        Self::Float(number.into())
    }
}

macro_rules! plain {
    ($($type:ty => $variant:ident, $name:literal;)*) => {$(
        impl From<$type> for Value {
            fn from(value: $type) -> Self {
                Self::$variant(value.into())
            }
        }

        impl FromValue for $type {
            fn from_value(value: Value) -> Result<Self, WrongType> {
                match value {
                    Value::$variant(inner) => Ok(inner),
                    other => Err(WrongType { expected: $name, found: other.type_name() }),
                }
            }
        }
    )*};
}

macro_rules! boxed {
    ($($type:ty => $variant:ident, $name:literal;)*) => {$(
        impl From<$type> for Value {
            fn from(value: $type) -> Self {
                Self::$variant(Box::new(value))
            }
        }

        impl FromValue for $type {
            fn from_value(value: Value) -> Result<Self, WrongType> {
                match value {
                    Value::$variant(inner) => Ok(*inner),
                    other => Err(WrongType { expected: $name, found: other.type_name() }),
                }
            }
        }
    )*};
}

macro_rules! integers {
    ($($type:ty),*) => {$(
        impl From<$type> for Value {
            fn from(value: $type) -> Self {
                Self::Integer(value.into())
            }
        }

        impl FromValue for $type {
            fn from_value(value: Value) -> Result<Self, WrongType> {
                let wrong = WrongType { expected: stringify!($type), found: value.type_name() };
                value.as_integer().and_then(|number| number.try_into().ok()).ok_or(wrong)
            }
        }
    )*};
}

plain! {
    bool => Boolean, "BOOLEAN";
    f64 => Float, "FLOAT";
    String => String, "STRING";
    Map => Map, "MAP";
    LocalDate => LocalDate, "DATE";
    LocalTime => LocalTime, "LOCAL TIME";
    ZonedTime => ZonedTime, "ZONED TIME";
    LocalDateTime => LocalDateTime, "LOCAL DATETIME";
    Uuid => Uuid, "UUID";
}

boxed! {
    Node => Node, "NODE";
    Relationship => Relationship, "RELATIONSHIP";
    Path => Path, "PATH";
    ZonedDateTime => ZonedDateTime, "ZONED DATETIME";
    Duration => Duration, "DURATION";
    Point => Point, "POINT";
    Vector => Vector, "VECTOR";
}

integers!(i8, i16, i32, i64, u8, u16, u32);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_that_does_not_fit_is_refused() {
        assert_eq!(u8::from_value(Value::Integer(255)), Ok(255));
        assert!(u8::from_value(Value::Integer(256)).is_err());
        assert!(i64::from_value(Value::Float(1.0)).is_err());
    }

    #[test]
    fn bytes_are_numbers_and_maps_convert_each_value() {
        assert_eq!(Vec::<u8>::from_value(Value::Bytes(vec![0, 255])), Ok(vec![0, 255]));
        assert_eq!(Vec::<u8>::from_value(Value::from([0, 255])), Ok(vec![0, 255]));
        let (good, bad) = (Map::from([("one", 1), ("two", 2)]), Map::from([("one", "1")]));
        let expected = HashMap::from([("one".to_owned(), 1), ("two".to_owned(), 2)]);
        assert_eq!(HashMap::<String, i64>::from_value(good.into()), Ok(expected));
        assert!(HashMap::<String, i64>::from_value(bad.into()).is_err());
    }

    #[test]
    fn null_is_none_and_lists_convert_each_item() {
        assert_eq!(Option::<String>::from_value(Value::Null), Ok(None));
        assert_eq!(Vec::<Option<i64>>::from_value(Value::from(vec![Some(1), None])), Ok(vec![Some(1), None]));
    }
}
