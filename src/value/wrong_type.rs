//! `WrongType`: a value is not what was asked for: where it stands, what it is, and why it will not do.

use std::borrow::Cow;
use std::convert::Infallible;
use std::fmt;

use super::Value;

/// A value is not of the type that was asked for. Its text says where, what was wanted, what was there, and why that
/// does not do: `friends[2].age: expected u8, found INTEGER: 300 does not fit u8`.
///
/// With `?` it becomes an [`Error`](crate::Error) with the code `WrongType`.
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
    /// There is no such key. Which there are is filled in by the one who knows.
    #[cfg(feature = "serde")]
    Missing,
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

    /// There is no such key among these.
    pub(crate) fn missing<'a>(keys: impl Iterator<Item = &'a str>) -> Self {
        let keys = keys.collect::<Vec<_>>().join(", ");
        Self::said(match &*keys {
            "" => "there is no such key, nor any other".to_owned(),
            _ => format!("there is no such key; there are: {keys}"),
        })
    }

    /// There is no such key; which there are, the one who knows says in [`Self::with_keys`].
    #[cfg(feature = "serde")]
    pub(crate) fn missing_key(key: &str) -> Self {
        Self { path: key.to_owned(), what: What::Missing }
    }

    /// The key that is missing, as long as nobody has said which there are.
    #[cfg(feature = "serde")]
    pub(crate) fn key_missing(&self) -> Option<&str> {
        (self.what == What::Missing).then_some(&*self.path)
    }

    /// Says which keys there are, if one was missing.
    #[cfg(feature = "serde")]
    pub(crate) fn with_keys<'a>(mut self, keys: impl Iterator<Item = &'a str>) -> Self {
        if self.what == What::Missing {
            self.what = Self::missing(keys).what;
        }
        self
    }

    /// Says what is really there: what serde was shown of it may have been something simpler.
    #[cfg(feature = "serde")]
    pub(crate) fn found(mut self, type_name: &'static str) -> Self {
        if let (true, What::Other { found, .. }) = (self.path.is_empty(), &mut self.what) {
            *found = type_name;
        }
        self
    }

    /// Says why the value does not do, where its type alone does not tell.
    #[must_use]
    pub fn because(mut self, reason: impl Into<String>) -> Self {
        match &mut self.what {
            What::Other { why, .. } => *why = Some(reason.into()),
            what => *what = What::Said(reason.into()),
        }
        self
    }

    /// The same, one level further in: the value stands behind `key` of a map, or of the properties of a node.
    #[must_use]
    pub fn at_key(self, key: &str) -> Self {
        self.below(key)
    }

    /// The same, one level further in: the value is an item of a list, counted from 0.
    #[must_use]
    pub fn at_index(self, index: usize) -> Self {
        self.below(&format!("[{index}]"))
    }

    fn below(mut self, step: &str) -> Self {
        self = self.told();
        if !(self.path.is_empty() || self.path.starts_with('[')) {
            self.path.insert(0, '.');
        }
        self.path.insert_str(0, step);
        self
    }

    /// From here on nobody knows the keys that there are.
    fn told(self) -> Self {
        #[cfg(feature = "serde")]
        return match self.what {
            What::Missing => Self { what: What::Said("there is no such key".to_owned()), ..self },
            _ => self,
        };
        #[cfg(not(feature = "serde"))]
        self
    }

    /// Where the value stands in the one that was read, such as `friends[2].age`. Empty for that one itself.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The outermost level: the value is that of a column.
    #[must_use]
    pub(crate) fn in_column(mut self, column: &str) -> Self {
        self = self.told();
        let separator = if self.path.is_empty() { "" } else { ", " };
        self.path.insert_str(0, &format!("Column {column:?}{separator}"));
        self
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
            #[cfg(feature = "serde")]
            What::Missing => formatter.write_str("there is no such key"),
        }
    }
}

impl std::error::Error for WrongType {}

/// What always fits.
impl From<Infallible> for WrongType {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}
