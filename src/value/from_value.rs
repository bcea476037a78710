//! From [`Value`] to Rust types.

use std::collections::{BTreeMap, HashMap};
use std::hash::BuildHasher;
use std::rc::Rc;
use std::sync::Arc;

use super::{Map, Uuid, Value, WrongType};

/// A Rust type that a [`Value`] can become: what [`Record::get`](crate::Record::get) reads a column as.
///
/// | Rust | from |
/// |---|---|
/// | `bool`, `String`, `Box<str>`, `Rc<str>`, `Arc<str>` | BOOLEAN, STRING |
/// | `i8` to `i64`, `u8` to `u64`, `isize`, `usize` | INTEGER that fits |
/// | `f64`, `f32` | FLOAT; INTEGER that the type holds exactly. `f32` is rounded |
/// | `Option<T>` | `null`, or what `T` is read from |
/// | `Vec<T>`, tuples | LIST, a tuple of as many items; `Vec<T>` bytes too, as numbers |
/// | [`Map`], `HashMap<String, T>`, `BTreeMap<String, T>` | MAP |
/// | the types of [`value`](crate::value) | what they are named after |
/// | [`Value`] | everything |
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
#[diagnostic::on_unimplemented(
    message = "a value of Cypher cannot be read as `{Self}`",
    note = "a column that may be null is an `Option`, bytes are a `Vec<u8>`, anything can be read as `Value`",
    note = "for a type of your own, implement `FromValue`; or, with the feature `serde`, derive `Deserialize` and read it \
            with `.to::<{Self}>()`"
)]
pub trait FromValue: Sized {
    /// Turns the value into this type.
    ///
    /// # Errors
    /// [`WrongType`] when the value is of another type, or a number does not fit.
    fn from_value(value: Value) -> Result<Self, WrongType>;
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
        items("LIST", value)?
            .enumerate()
            .map(|(index, item)| T::from_value(item).map_err(|wrong| wrong.at_index(index)))
            .collect()
    }
}

fn items(expected: &'static str, value: Value) -> Result<std::vec::IntoIter<Value>, WrongType> {
    match value {
        Value::List(items) => Ok(items.into_iter()),
        Value::Bytes(bytes) => Ok(bytes.into_iter().map(Value::from).collect::<Vec<_>>().into_iter()),
        other => Err(WrongType::new(expected, &other)),
    }
}

macro_rules! tuples {
    ($($count:literal: $($item:ident)+;)*) => {$(
        /// From a list of as many items.
        impl<$($item: FromValue),+> FromValue for ($($item,)+) {
            fn from_value(value: Value) -> Result<Self, WrongType> {
                let expected = concat!("LIST of ", $count);
                let mut items = items(expected, value)?;
                if items.len() != $count {
                    let why = format!("it has {} items", items.len());
                    return Err(WrongType::named(expected, "LIST").because(why));
                }
                let mut index = 0;
                Ok(($({
                    let item = $item::from_value(items.next().unwrap_or_default());
                    index += 1;
                    item.map_err(|wrong| wrong.at_index(index - 1))?
                },)+))
            }
        }
    )*};
}

tuples! {
    1: A;
    2: A B;
    3: A B C;
    4: A B C D;
    5: A B C D E;
    6: A B C D E F;
    7: A B C D E F G;
    8: A B C D E F G H;
}

fn entries<T: FromValue, C: FromIterator<(String, T)>>(value: Value) -> Result<C, WrongType> {
    let read = |(key, value): (String, Value)| match T::from_value(value) {
        Ok(value) => Ok((key, value)),
        Err(wrong) => Err(wrong.at_key(&key)),
    };
    Map::from_value(value)?.into_iter().map(read).collect()
}

impl<T: FromValue, S: BuildHasher + Default> FromValue for HashMap<String, T, S> {
    fn from_value(value: Value) -> Result<Self, WrongType> {
        entries(value)
    }
}

impl<T: FromValue> FromValue for BTreeMap<String, T> {
    fn from_value(value: Value) -> Result<Self, WrongType> {
        entries(value)
    }
}

/// A FLOAT, or an INTEGER that is exact as one.
impl FromValue for f64 {
    fn from_value(value: Value) -> Result<Self, WrongType> {
        match value {
            Value::Float(number) => Ok(number),
            Value::Integer(number) => exact(number)
                .ok_or_else(|| WrongType::new("FLOAT", &value).because(format!("{number} has no exact f64"))),
            other => Err(WrongType::new("FLOAT", &other)),
        }
    }
}

/// As a FLOAT, where nothing is lost.
pub(crate) fn exact(number: i64) -> Option<f64> {
    // Not back to 64 bits, which would make the largest FLOAT of that size the largest INTEGER.
    Some(number as f64).filter(|float| *float as i128 == i128::from(number))
}

/// Rounded to the nearest; a number beyond its range does not fit.
impl FromValue for f32 {
    fn from_value(value: Value) -> Result<Self, WrongType> {
        let found = value.type_name();
        let number = f64::from_value(value)?;
        let single = number as f32;
        if single.is_infinite() && number.is_finite() {
            return Err(WrongType::named("f32", found).because(format!("{number:e} does not fit f32")));
        }
        Ok(single)
    }
}

macro_rules! plain {
    ($($type:ty => $variant:ident, $name:literal;)*) => {$(
        impl FromValue for $type {
            fn from_value(value: Value) -> Result<Self, WrongType> {
                match value {
                    Value::$variant(inner) => Ok(inner.into()),
                    other => Err(WrongType::new($name, &other)),
                }
            }
        }
    )*};
}

macro_rules! integers {
    ($($type:ty),*) => {$(
        impl FromValue for $type {
            fn from_value(value: Value) -> Result<Self, WrongType> {
                let wrong = || WrongType::new(stringify!($type), &value);
                let number = value.as_integer().ok_or_else(wrong)?;
                let unfit = |_| wrong().because(format!(concat!("{} does not fit ", stringify!($type)), number));
                number.try_into().map_err(unfit)
            }
        }
    )*};
}

plain! {
    bool => Boolean, "BOOLEAN";
    String => String, "STRING";
    Box<str> => String, "STRING";
    Rc<str> => String, "STRING";
    Arc<str> => String, "STRING";
    Map => Map, "MAP";
    Uuid => Uuid, "UUID";
}

integers!(i8, i16, i32, i64, isize, u8, u16, u32, u64, usize);

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong<T: FromValue>(value: impl Into<Value>) -> String {
        T::from_value(value.into()).err().expect("it does not fit").to_string()
    }

    #[test]
    fn a_number_that_does_not_fit_is_refused_and_says_why() {
        assert_eq!(u8::from_value(Value::Integer(255)), Ok(255));
        assert_eq!(wrong::<u8>(300), "expected u8, found INTEGER: 300 does not fit u8");
        assert_eq!(wrong::<usize>(-1), "expected usize, found INTEGER: -1 does not fit usize");
        assert_eq!(wrong::<i64>(1.0), "expected i64, found FLOAT");
        assert_eq!(wrong::<f32>(1e300), "expected f32, found FLOAT: 1e300 does not fit f32");
        assert_eq!(f32::from_value(Value::Float(f64::INFINITY)), Ok(f32::INFINITY));
    }

    #[test]
    fn an_integer_is_a_float_where_it_is_exact() {
        for exact in [0, -1, 1 << 53, -(1 << 53), i64::MIN, (1 << 53) + 2] {
            assert_eq!(f64::from_value(Value::Integer(exact)), Ok(exact as f64));
        }
        for not in [(1 << 53) + 1, i64::MAX, i64::MIN + 1] {
            assert_eq!(wrong::<f64>(not), format!("expected FLOAT, found INTEGER: {not} has no exact f64"));
        }
    }

    #[test]
    fn bytes_are_numbers_and_maps_convert_each_value() {
        assert_eq!(Vec::<u8>::from_value(Value::Bytes(vec![0, 255])), Ok(vec![0, 255]));
        assert_eq!(Vec::<u8>::from_value(Value::from([0, 255])), Ok(vec![0, 255]));
        let (good, bad) = (Map::from([("one", 1), ("two", 2)]), Map::from([("one", "1")]));
        let expected = HashMap::from([("one".to_owned(), 1), ("two".to_owned(), 2)]);
        assert_eq!(HashMap::<String, i64>::from_value(good.into()), Ok(expected));
        assert_eq!(wrong::<BTreeMap<String, i64>>(bad), "one: expected i64, found STRING");
    }

    #[test]
    fn null_is_none_and_lists_convert_each_item() {
        assert_eq!(Option::<String>::from_value(Value::Null), Ok(None));
        assert_eq!(Vec::<Option<i64>>::from_value(Value::from(vec![Some(1), None])), Ok(vec![Some(1), None]));
        assert_eq!(wrong::<Vec<String>>(vec![Some("a"), None]), "[1]: expected STRING, found NULL");
    }

    #[test]
    fn a_tuple_is_a_list_of_its_length() {
        let pair = || Value::List(vec!["a".into(), 1.into()]);
        assert_eq!(<(String, u8)>::from_value(pair()), Ok(("a".to_owned(), 1)));
        assert_eq!(wrong::<(String, String)>(pair()), "[1]: expected STRING, found INTEGER");
        assert_eq!(wrong::<(String,)>(pair()), "expected LIST of 1, found LIST: it has 2 items");
    }

    #[test]
    fn the_path_leads_to_what_is_wrong() {
        let people = Value::from([Map::from([("friends", vec![Map::from([("age", 300)])])])]);
        let wrong = wrong::<Vec<HashMap<String, Vec<HashMap<String, u8>>>>>(people);
        assert_eq!(wrong, "[0].friends[0].age: expected u8, found INTEGER: 300 does not fit u8");
    }
}
