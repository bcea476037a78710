//! What a record is asked for: a column by its name or its place, or all of them at once.

use super::record::Record;
use crate::error::{Error, Result};
use crate::value::{FromValue, WrongType};

/// What says which column is meant: its name, or its place from 0.
///
/// ```
/// use neo4j_wasm::{Record, Result};
///
/// fn first_is_name(record: &Record) -> Result<bool> {
///     Ok(record.get::<String>(0)? == record.get::<String>("name")?)
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say which column is meant",
    note = "a column is named by a `&str`, or counted from 0 by a `usize`"
)]
pub trait Column {
    /// The column's place among these names.
    ///
    /// # Errors
    /// A usage error (`UnknownKey`) when there is none; it says which there are.
    fn place(&self, keys: &[String]) -> Result<usize>;
}

impl Column for str {
    fn place(&self, keys: &[String]) -> Result<usize> {
        let place = keys.iter().position(|key| key == self);
        place.ok_or_else(|| unknown(format_args!("{self:?}"), keys))
    }
}

impl Column for String {
    fn place(&self, keys: &[String]) -> Result<usize> {
        self.as_str().place(keys)
    }
}

impl Column for usize {
    fn place(&self, keys: &[String]) -> Result<usize> {
        if *self < keys.len() { Ok(*self) } else { Err(unknown(format_args!("{self}"), keys)) }
    }
}

impl<C: Column + ?Sized> Column for &C {
    fn place(&self, keys: &[String]) -> Result<usize> {
        (**self).place(keys)
    }
}

fn unknown(column: std::fmt::Arguments<'_>, keys: &[String]) -> Error {
    Error::usage("UnknownKey", format!("There is no column {column}; there are: {}", keys.join(", ")))
}

/// A tuple of as many types as a record has columns, for [`Record::columns`].
#[diagnostic::on_unimplemented(
    message = "the columns of a record cannot be read as `{Self}`",
    note = "they are read as a tuple, such as `(String, Option<i64>)`; a single column by `record.get(0)`"
)]
pub trait FromColumns: Sized {
    /// Reads every column.
    ///
    /// # Errors
    /// As [`Record::columns`].
    fn from_columns(record: &Record) -> Result<Self>;
}

macro_rules! tuples {
    ($($count:literal: $($type:ident $place:literal),+;)*) => {$(
        impl<$($type: FromValue),+> FromColumns for ($($type,)+) {
            fn from_columns(record: &Record) -> Result<Self> {
                check($count, record.keys())?;
                Ok(($(record.get::<$type>($place)?,)+))
            }
        }
    )*};
}

tuples! {
    1: A 0;
    2: A 0, B 1;
    3: A 0, B 1, C 2;
    4: A 0, B 1, C 2, D 3;
    5: A 0, B 1, C 2, D 3, E 4;
    6: A 0, B 1, C 2, D 3, E 4, F 5;
    7: A 0, B 1, C 2, D 3, E 4, F 5, G 6;
    8: A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7;
}

/// Whether there are as many columns as were asked for.
pub(super) fn check(asked: usize, keys: &[String]) -> Result<(), WrongType> {
    if asked == keys.len() {
        return Ok(());
    }
    let columns = if asked == 1 { "1 column was" } else { &format!("{asked} columns were") };
    Err(WrongType::said(format!("{columns} asked for, and there are {}: {}", keys.len(), keys.join(", "))))
}

impl Record {
    /// All columns in their order, as a tuple of Rust types.
    ///
    /// ```
    /// use neo4j_wasm::{Record, Result};
    ///
    /// /// Of `RETURN p.name, p.born`.
    /// fn line(record: &Record) -> Result<String> {
    ///     let (name, born): (String, Option<i64>) = record.columns()?;
    ///     Ok(format!("{name} {born:?}"))
    /// }
    /// ```
    ///
    /// # Errors
    /// As [`Self::get`]; and a usage error (`WrongType`) when the record has more or fewer columns.
    pub fn columns<T: FromColumns>(&self) -> Result<T> {
        T::from_columns(self)
    }
}
