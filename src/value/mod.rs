//! What Cypher values are in Rust: one enum, and a type for each value that Rust has no word for.

mod calendar;
#[cfg(any(feature = "chrono", feature = "jiff", feature = "uuid"))]
mod crates;
mod from_value;
mod graph;
// The npm build is without those features.
#[cfg_attr(
    all(
        feature = "js",
        target_arch = "wasm32",
        not(any(feature = "chrono", feature = "jiff", feature = "serde", feature = "uuid"))
    ),
    path = "in_javascript.rs"
)]
mod in_rust;
mod iso;
mod map;
mod packed;
mod parameter;
mod point;
#[cfg(feature = "serde")]
pub(crate) mod serde;
mod temporal;
mod typed;
mod unsupported;
mod uuid;
mod vector;
mod wrong_type;

pub use from_value::FromValue;
pub use graph::{Node, Path, Relationship, Segment};
use in_rust::InRust;
pub use iso::InvalidText;
pub use map::Map;
#[doc(hidden)]
pub use packed::Packed;
pub use point::Point;
pub use temporal::{
    Duration, EpochSeconds, LocalDate, LocalDateTime, LocalTime, OutOfRange, TimeZone, ZonedDateTime, ZonedTime,
};
pub use unsupported::UnsupportedType;
pub use uuid::{InvalidUuid, Uuid};
pub use vector::Vector;
pub use wrong_type::WrongType;

/// A Cypher value: what a record holds and what a parameter can be.
///
/// ```
/// use neo4j_wasm::value::Value;
///
/// let value = Value::from(vec!["Alice", "Bob"]);
/// assert_eq!(value, Value::List(vec![Value::from("Alice"), Value::from("Bob")]));
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub enum Value {
    /// `null`.
    #[default]
    Null,
    /// `BOOLEAN`.
    Boolean(bool),
    /// `INTEGER`, always 64 bits.
    Integer(i64),
    /// `FLOAT`.
    Float(f64),
    /// A byte array.
    Bytes(Vec<u8>),
    /// `STRING`.
    String(String),
    /// `LIST`.
    List(Vec<Value>),
    /// `MAP`, in the order it was built or received.
    Map(Map),
    /// `NODE`; received only, never a parameter.
    Node(InRust<Box<Node>>),
    /// `RELATIONSHIP`; received only.
    Relationship(InRust<Box<Relationship>>),
    /// `PATH`; received only.
    Path(InRust<Box<Path>>),
    /// `DATE`.
    LocalDate(InRust<LocalDate>),
    /// `LOCAL TIME`.
    LocalTime(InRust<LocalTime>),
    /// `ZONED TIME`.
    ZonedTime(InRust<ZonedTime>),
    /// `LOCAL DATETIME`.
    LocalDateTime(InRust<LocalDateTime>),
    /// `ZONED DATETIME`.
    ZonedDateTime(InRust<Box<ZonedDateTime>>),
    /// `DURATION`.
    Duration(InRust<Box<Duration>>),
    /// `POINT`.
    Point(InRust<Box<Point>>),
    /// `VECTOR`, from Bolt 6.0.
    Vector(InRust<Box<Vector>>),
    /// `UUID`, from Bolt 6.1.
    Uuid(Uuid),
    /// A type that the server has and this protocol version cannot carry; received only.
    UnsupportedType(InRust<Box<UnsupportedType>>),
    /// A parameter from JavaScript, packed by it; Rust neither makes nor gets one.
    #[doc(hidden)]
    Packed(Box<Packed>),
}

impl Value {
    /// The name Cypher has for the value's type, for messages.
    #[must_use]
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::Null => "NULL",
            Self::Boolean(_) => "BOOLEAN",
            Self::Integer(_) => "INTEGER",
            Self::Float(_) => "FLOAT",
            Self::Bytes(_) => "BYTES",
            Self::String(_) => "STRING",
            Self::List(_) => "LIST",
            Self::Map(_) => "MAP",
            Self::Node(_) => "NODE",
            Self::Relationship(_) => "RELATIONSHIP",
            Self::Path(_) => "PATH",
            Self::LocalDate(_) => "DATE",
            Self::LocalTime(_) => "LOCAL TIME",
            Self::ZonedTime(_) => "ZONED TIME",
            Self::LocalDateTime(_) => "LOCAL DATETIME",
            Self::ZonedDateTime(_) => "ZONED DATETIME",
            Self::Duration(_) => "DURATION",
            Self::Point(_) => "POINT",
            Self::Vector(_) => "VECTOR",
            Self::Uuid(_) => "UUID",
            Self::UnsupportedType(_) => "UNSUPPORTED TYPE",
            Self::Packed(_) => "ANY",
        }
    }

    /// The text of a `STRING`, `None` for anything else.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// The number of an `INTEGER`, `None` for anything else.
    #[must_use]
    pub fn as_integer(&self) -> Option<i64> {
        match self {
            Self::Integer(number) => Some(*number),
            _ => None,
        }
    }

    /// A whole number, whichever way it is said: JavaScript, which has the same rules, cannot tell 2.0 from 2.
    pub(crate) fn as_whole(&self) -> Option<i64> {
        const SAFE: i64 = (1 << 53) - 1;
        match *self {
            Self::Integer(number) => Some(number),
            Self::Float(number) => {
                Some(number as i64).filter(|whole| *whole as f64 == number && (-SAFE..=SAFE).contains(whole))
            }
            _ => None,
        }
    }

    /// The truth of a `BOOLEAN`, `None` for anything else.
    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Boolean(truth) => Some(*truth),
            _ => None,
        }
    }

    /// The entries of a `MAP`, `None` for anything else.
    #[must_use]
    pub fn as_map(&self) -> Option<&Map> {
        match self {
            Self::Map(map) => Some(map),
            _ => None,
        }
    }

    /// The items of a `LIST`, `None` for anything else.
    #[must_use]
    pub fn as_list(&self) -> Option<&[Value]> {
        match self {
            Self::List(items) => Some(items),
            _ => None,
        }
    }
}
