//! `Record`: one row of a result. It stays the bytes that came until a value is asked for.

use std::cell::OnceCell;
use std::fmt;
use std::rc::Rc;

use super::columns::Column;
use crate::bolt::RecordBatch;
use crate::bolt::packstream::Dialect;
use crate::bolt::response::{read_column, read_record};
use crate::error::{Error, Result};
use crate::value::{FromValue, Value};

/// One row of a result. Two are equal when they have the same columns and the same values in them.
#[derive(Clone)]
pub struct Record {
    keys: Rc<[String]>,
    batch: Rc<RecordBatch>,
    index: usize,
    dialect: Dialect,
    values: OnceCell<Vec<Value>>,
}

impl Record {
    /// The records of a batch.
    pub(super) fn all(keys: &Rc<[String]>, batch: RecordBatch, dialect: Dialect) -> impl Iterator<Item = Self> + use<> {
        let batch = Rc::new(batch);
        let keys = Rc::clone(keys);
        (0..batch.len()).map(move |index| Self {
            keys: Rc::clone(&keys),
            batch: Rc::clone(&batch),
            index,
            dialect,
            values: OnceCell::new(),
        })
    }

    /// The names of the columns, in order.
    #[must_use]
    pub fn keys(&self) -> &[String] {
        &self.keys
    }

    /// The values, in the order of the columns.
    ///
    /// # Errors
    /// A protocol error when what the server sent are not such values.
    pub fn values(&self) -> Result<&[Value]> {
        if let Some(values) = self.values.get() {
            return Ok(values);
        }
        let values = read_record(self.bytes(), self.dialect)?;
        if values.len() != self.keys.len() {
            return Err(Error::protocol(format!(
                "A record has {} values for {} columns",
                values.len(),
                self.keys.len()
            )));
        }
        Ok(self.values.get_or_init(|| values))
    }

    /// The value of a column, by its name or its place from 0, as a Rust type: [`FromValue`] has those that there are. A
    /// column that may be `null` is an `Option`.
    ///
    /// ```
    /// use neo4j_wasm::{Record, Result, value::Node};
    ///
    /// fn line(record: &Record) -> Result<String> {
    ///     let (person, friends): (Node, Vec<String>) = (record.get("p")?, record.get("friends")?);
    ///     let left: Option<i64> = record.get("left")?;
    ///     Ok(format!("{}: {} friends, left: {left:?}", person.element_id, friends.len()))
    /// }
    /// ```
    ///
    /// # Errors
    /// A usage error when there is no such column (`UnknownKey`) or its value is of another type (`WrongType`); see also
    /// [`Self::values`].
    pub fn get<T: FromValue>(&self, column: impl Column) -> Result<T> {
        let index = column.place(&self.keys)?;
        Ok(T::from_value(self.value(index)?).map_err(|wrong| wrong.in_column(&self.keys[index]))?)
    }

    /// The value of one column: read alone, unless all have been.
    fn value(&self, index: usize) -> Result<Value> {
        if let Some(values) = self.values.get() {
            return Ok(values.get(index).cloned().unwrap_or_default());
        }
        read_column(self.bytes(), self.dialect, self.keys.len(), index)
    }

    fn bytes(&self) -> &[u8] {
        self.batch.get(self.index).unwrap_or_default()
    }
}

impl PartialEq for Record {
    fn eq(&self, other: &Self) -> bool {
        // What came as the same bytes is the same, and need not be read for that.
        let came_equal = || self.dialect == other.dialect && self.bytes() == other.bytes();
        let read_equal = || matches!((self.values(), other.values()), (Ok(own), Ok(others)) if own == others);
        self.keys == other.keys && (came_equal() || read_equal())
    }
}

impl fmt::Debug for Record {
    /// The columns with their values.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.values() {
            Ok(values) => {
                formatter.write_str("Record ")?;
                formatter.debug_map().entries(self.keys.iter().zip(values)).finish()
            }
            Err(error) => formatter.debug_tuple("Record").field(&error).finish(),
        }
    }
}
