//! Integers as INTEGER, which has a sign and 64 bits.

use std::fmt::Display;

use crate::value::{Value, WrongType};

pub(super) fn integer<N: TryInto<i64> + Display + Copy>(number: N) -> Result<Value, WrongType> {
    number
        .try_into()
        .map(Value::Integer)
        .map_err(|_| WrongType::said(format!("{number} does not fit INTEGER, which has 64 bits: use text, or a FLOAT")))
}
