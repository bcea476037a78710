//! `WrongType`: a value is not what was asked for: where it stands, what it is, and why it will not do.

use std::borrow::Cow;
use std::fmt;

use super::{Map, Value};
use crate::error::Error;

/// A value is not of the type that was asked for. Its text says where, what was wanted, what was there, and why that
/// does not do: `friends[2].age: expected u8, found INTEGER: 300 does not fit u8`.
///
/// With `?` it becomes an [`Error`] with the code `WrongType`.
///
/// ```
/// use neo4j_wasm::value::{FromValue, Value, WrongType};
///
/// /// A number that is a percentage.
/// struct Percent(u8);
///
/// impl FromValue for Percent {
///     fn from_value(value: Value) -> Result<Self, WrongType> {
///         let wrong = WrongType::new("a percentage", &value);
///         match u8::from_value(value)? {
///             number @ 0..=100 => Ok(Self(number)),
///             number => Err(wrong.because(format!("{number} is more than 100"))),
///         }
///     }
/// }
///
/// let wrong = Vec::<Percent>::from_value(Value::from([50, 101])).err().unwrap();
/// assert_eq!(wrong.to_string(), "[1]: expected a percentage, found INTEGER: 101 is more than 100");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrongType {
    path: String,
    what: What,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum What {
    /// Something else than what was wanted.
    Other { expected: Cow<'static, str>, found: &'static str, why: Option<String> },
    /// In words.
    Said(String),
}

impl WrongType {
    /// `expected` was wanted, and there is `found`.
    #[must_use]
    pub fn new(expected: impl Into<Cow<'static, str>>, found: &Value) -> Self {
        Self::named(expected, found.type_name())
    }

    pub(crate) fn named(expected: impl Into<Cow<'static, str>>, found: &'static str) -> Self {
        Self { path: String::new(), what: What::Other { expected: expected.into(), found, why: None } }
    }

    pub(crate) fn said(text: impl Into<String>) -> Self {
        Self { path: String::new(), what: What::Said(text.into()) }
    }

    /// There is no such key in `map`.
    pub(crate) fn missing(map: &Map) -> Self {
        let keys: Vec<_> = map.keys().collect();
        Self::said(match keys.len() {
            0 => "there is no such key, nor any other".to_owned(),
            _ => format!("there is no such key; there are: {}", keys.join(", ")),
        })
    }

    /// Says why the value does not do, where its type alone does not tell.
    #[must_use]
    pub fn because(mut self, reason: impl Into<String>) -> Self {
        match &mut self.what {
            What::Other { why, .. } => *why = Some(reason.into()),
            What::Said(text) => *text = reason.into(),
        }
        self
    }

    /// The same, one level further in: the value stands behind `key` of a map, or of the properties of a node.
    #[must_use]
    pub fn at_key(mut self, key: &str) -> Self {
        if !(self.path.is_empty() || self.path.starts_with('[')) {
            self.path.insert(0, '.');
        }
        self.path.insert_str(0, key);
        self
    }

    /// The same, one level further in: the value is an item of a list, counted from 0.
    #[must_use]
    pub fn at_index(mut self, index: usize) -> Self {
        if !(self.path.is_empty() || self.path.starts_with('[')) {
            self.path.insert(0, '.');
        }
        self.path.insert_str(0, &format!("[{index}]"));
        self
    }

    /// Where the value stands in the one that was read, such as `friends[2].age`. Empty for that one itself.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// As an error of the driver, for the value of a column.
    pub(crate) fn in_column(&self, column: &str) -> Error {
        let separator = if self.path.is_empty() { ": " } else { ", " };
        Error::usage("WrongType", format!("Column {column:?}{separator}{self}"))
    }
}

impl fmt::Display for WrongType {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.is_empty() {
            write!(formatter, "{}: ", self.path)?;
        }
        match &self.what {
            What::Other { expected, found, why: None } => write!(formatter, "expected {expected}, found {found}"),
            What::Other { expected, found, why: Some(why) } => {
                write!(formatter, "expected {expected}, found {found}: {why}")
            }
            What::Said(text) => formatter.write_str(text),
        }
    }
}

impl std::error::Error for WrongType {}

impl From<WrongType> for Error {
    fn from(wrong: WrongType) -> Self {
        Self::usage("WrongType", wrong.to_string())
    }
}
