//! From Rust types to [`Value`]: what can be a parameter.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;
use std::sync::Arc;

use super::{
    Duration, LocalDate, LocalDateTime, LocalTime, Map, Node, Path, Point, Relationship, UnsupportedType, Uuid, Value,
    Vector, ZonedDateTime, ZonedTime,
};

/// A [`Map`](crate::value::Map) of parameters, whatever their types: each value is anything that
/// [`Value`](crate::value::Value) is `From`.
///
/// ```
/// use neo4j_wasm::params;
///
/// let (text, tags) = (String::from("graph"), ["a", "b"]);
/// let parameters = params! { "text": &text, "limit": 50, "tags": tags, "user": params! { "born": 1970, "left": None::<i64> } };
/// assert_eq!(parameters.get_as::<u8>("limit"), Ok(50));
/// assert_eq!(parameters.len(), 4);
/// assert!(params! {}.is_empty());
/// ```
#[macro_export]
macro_rules! params {
    () => { $crate::value::Map::new() };
    ($($key:literal : $value:expr),+ $(,)?) => {{
        let mut map = $crate::value::Map::new();
        $(map.insert($key, $value);)+
        map
    }};
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

/// A list; bytes are [`Value::Bytes`].
impl<T: Clone + Into<Value>> From<&[T]> for Value {
    fn from(items: &[T]) -> Self {
        Self::List(items.iter().cloned().map(Into::into).collect())
    }
}

/// A copy of what is referred to.
impl<T: Clone + Into<Value>> From<&T> for Value {
    fn from(value: &T) -> Self {
        value.clone().into()
    }
}

impl<T: ToOwned<Owned: Into<Value>> + ?Sized> From<Cow<'_, T>> for Value {
    fn from(value: Cow<'_, T>) -> Self {
        value.into_owned().into()
    }
}

impl<K: Into<String>, V: Into<Value>, S> From<HashMap<K, V, S>> for Value {
    fn from(entries: HashMap<K, V, S>) -> Self {
        Self::Map(entries.into())
    }
}

impl<K: Into<String>, V: Into<Value>> From<BTreeMap<K, V>> for Value {
    fn from(entries: BTreeMap<K, V>) -> Self {
        Self::Map(entries.into())
    }
}

/// In no particular order.
impl<K: Into<String>, V: Into<Value>, S> From<HashMap<K, V, S>> for Map {
    fn from(entries: HashMap<K, V, S>) -> Self {
        entries.into_iter().collect()
    }
}

impl<K: Into<String>, V: Into<Value>> From<BTreeMap<K, V>> for Map {
    fn from(entries: BTreeMap<K, V>) -> Self {
        entries.into_iter().collect()
    }
}

macro_rules! texts {
    ($($type:ty),*) => {$(
        impl From<$type> for Value {
            fn from(text: $type) -> Self {
                Self::String(text.to_string())
            }
        }
    )*};
}

texts!(&str, Box<str>, Rc<str>, Arc<str>, char);

impl From<f32> for Value {
    fn from(number: f32) -> Self {
        Self::Float(number.into())
    }
}

macro_rules! plain {
    ($($type:ty => $variant:ident),* $(,)?) => {$(
        impl From<$type> for Value {
            fn from(value: $type) -> Self {
                Self::$variant(value.into())
            }
        }
    )*};
}

plain! {
    bool => Boolean, f64 => Float, String => String, Map => Map,
    i8 => Integer, i16 => Integer, i32 => Integer, i64 => Integer, u8 => Integer, u16 => Integer, u32 => Integer,
    Node => Node, Relationship => Relationship, Path => Path,
    LocalDate => LocalDate, LocalTime => LocalTime, ZonedTime => ZonedTime, LocalDateTime => LocalDateTime,
    ZonedDateTime => ZonedDateTime, Duration => Duration, Point => Point, Vector => Vector, Uuid => Uuid,
    UnsupportedType => UnsupportedType,
}

/// Integers that need not fit.
macro_rules! checked {
    ($($type:ty),*) => {$(
        /// An INTEGER. One beyond its 64 bits with a sign is refused, by name, when it is to be sent.
        impl From<$type> for Value {
            fn from(number: $type) -> Self {
                i64::try_from(number).map_or_else(|_| too_large(stringify!($type), number as u64), Self::Integer)
            }
        }
    )*};
}

checked!(u64, usize, isize);

fn too_large(name: &str, number: u64) -> Value {
    let message = format!("{number} does not fit INTEGER, which ends at {}: send its text, or a FLOAT", i64::MAX);
    let unsupported = UnsupportedType { name: name.to_owned(), minimum_protocol: (0, 0), message: Some(message) };
    unsupported.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_rust_has_for_text_numbers_and_collections() {
        let shared: Rc<str> = "x".into();
        let texts = params! {
            "a": "x", "b": String::from("x"), "c": &String::from("x"), "d": Cow::Borrowed("x"), "e": shared, "f": 'x',
            "g": &"x", "h": Box::<str>::from("x"), "i": &&Value::from("x"), "j": Some("x"),
        };
        assert!(texts.values().all(|text| text.as_str() == Some("x")), "{texts:?}");
        let numbers = [Value::from(7_usize), 7_u64.into(), 7_isize.into(), (&7_u8).into(), Cow::<i64>::Owned(7).into()];
        assert!(numbers.iter().all(|number| *number == Value::Integer(7)), "{numbers:?}");
        let list = Value::from(vec![1, 2]);
        let items = [1, 2];
        assert_eq!(Value::from(&items[..]), list);
        assert_eq!(Value::from(&vec![1, 2]), list);
        assert_eq!(Value::from(Cow::Borrowed(&items[..])), list);
        let map = Value::from(params! { "a": 1, "b": 2 });
        assert_eq!(Value::from(HashMap::from([("a", 1), ("b", 2)])), map);
        assert_eq!(Value::from(&BTreeMap::from([("a".to_owned(), 1), ("b".to_owned(), 2)])), map);
    }
}
