//! What serde has to say, in the words of [`WrongType`]: the names that Cypher has for types, not those of serde.

use std::fmt::Display;

use serde::de::{self, Expected, Unexpected};
use serde::ser;

use crate::value::WrongType;

impl ser::Error for WrongType {
    fn custom<T: Display>(message: T) -> Self {
        Self::said(message.to_string())
    }
}

impl de::Error for WrongType {
    fn custom<T: Display>(message: T) -> Self {
        Self::said(message.to_string())
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::named(expected.to_string(), type_name(found))
    }

    fn invalid_value(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        let wrong = Self::invalid_type(found, expected);
        match shown(found) {
            Some(shown) => wrong.because(format!("{shown} does not fit {expected}")),
            None => wrong,
        }
    }

    fn invalid_length(count: usize, expected: &dyn Expected) -> Self {
        Self::named(expected.to_string(), "LIST").because(format!("it has {count} items"))
    }

    fn unknown_variant(variant: &str, expected: &'static [&'static str]) -> Self {
        Self::said(format!("there is no variant {variant:?}; there are: {}", expected.join(", ")))
    }

    fn unknown_field(field: &str, expected: &'static [&'static str]) -> Self {
        Self::said(format!("{field:?} is not wanted; there may be: {}", expected.join(", ")))
    }

    fn missing_field(field: &'static str) -> Self {
        Self::missing_key(field)
    }

    fn duplicate_field(field: &'static str) -> Self {
        Self::said(format!("{field:?} is there twice"))
    }
}

fn type_name(found: Unexpected<'_>) -> &'static str {
    match found {
        Unexpected::Bool(_) => "BOOLEAN",
        Unexpected::Unsigned(_) | Unexpected::Signed(_) => "INTEGER",
        Unexpected::Float(_) => "FLOAT",
        Unexpected::Char(_) | Unexpected::Str(_) => "STRING",
        Unexpected::Bytes(_) => "BYTES",
        Unexpected::Unit | Unexpected::Option => "NULL",
        Unexpected::Seq => "LIST",
        Unexpected::Map => "MAP",
        _ => "another type",
    }
}

fn shown(found: Unexpected<'_>) -> Option<String> {
    Some(match found {
        Unexpected::Bool(truth) => truth.to_string(),
        Unexpected::Unsigned(number) => number.to_string(),
        Unexpected::Signed(number) => number.to_string(),
        Unexpected::Float(number) => number.to_string(),
        Unexpected::Char(letter) => format!("{letter:?}"),
        Unexpected::Str(text) => format!("{text:?}"),
        _ => return None,
    })
}
