//! `InRust`: values of types that JavaScript has itself, as Rust has them. In the npm build `in_javascript.rs` is in the
//! place of this file.

use super::{
    Duration, FromValue, LocalDate, LocalDateTime, LocalTime, Node, Path, Point, Relationship, UnsupportedType, Value,
    Vector, WrongType, ZonedDateTime, ZonedTime,
};

/// A value of a type that JavaScript has itself.
pub(crate) type InRust<T> = T;

macro_rules! from_value {
    ($($type:ident, $name:literal, $inner:ident => $taken:expr;)*) => {$(
        impl FromValue for $type {
            fn from_value(value: Value) -> Result<Self, WrongType> {
                match value {
                    Value::$type($inner) => Ok($taken),
                    other => Err(WrongType::new($name, &other)),
                }
            }
        }
    )*};
}

from_value! {
    LocalDate, "DATE", date => date;
    LocalTime, "LOCAL TIME", time => time;
    ZonedTime, "ZONED TIME", time => time;
    LocalDateTime, "LOCAL DATETIME", date_time => date_time;
    Node, "NODE", boxed => *boxed;
    Relationship, "RELATIONSHIP", boxed => *boxed;
    Path, "PATH", boxed => *boxed;
    ZonedDateTime, "ZONED DATETIME", boxed => *boxed;
    Duration, "DURATION", boxed => *boxed;
    Point, "POINT", boxed => *boxed;
    Vector, "VECTOR", boxed => *boxed;
    UnsupportedType, "UNSUPPORTED TYPE", boxed => *boxed;
}
