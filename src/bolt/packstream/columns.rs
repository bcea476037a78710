//! `Columns`: batches of records as columns in the memory layout of Apache Arrow, read straight from their bytes.
//!
//! A column takes the type of its first value. Where a later one is of another type, or has no place in the type, the
//! whole column goes on the tape instead, value by value.

use super::column::Column;
use super::kind;
use super::scan::Scan;
use super::tape::Tape;
use super::{Dialect, Names};
use crate::bolt::RecordBatch;
use crate::error::Result;

/// Batches as columns, one batch after the other: types are those of the result, and room is used again.
#[derive(Debug, Default)]
pub struct Columns {
    /// One for each of the result's.
    pub columns: Vec<Column>,
    /// The values of those columns that hold anything, record by record. Its names are those of this batch alone.
    pub tape: Tape,
}

impl Columns {
    /// Reads a batch of so many columns. A column that has come to hold anything stays so.
    ///
    /// # Errors
    /// A protocol error unless every record is a list of so many values.
    pub fn read(&mut self, batch: &RecordBatch, dialect: Dialect, columns: usize) -> Result<()> {
        self.columns.resize_with(columns, Column::default);
        let mut misfits = vec![false; columns];
        self.try_read(batch, dialect, &mut misfits)?;
        if !misfits.contains(&true) {
            return Ok(());
        }
        for (column, misfit) in self.columns.iter_mut().zip(&misfits) {
            if *misfit {
                *column = Column::default();
                column.kind = kind::VALUES;
            }
        }
        self.try_read(batch, dialect, &mut misfits)
    }

    fn try_read(&mut self, batch: &RecordBatch, dialect: Dialect, misfits: &mut [bool]) -> Result<()> {
        let (mut names, mut scratch) = (Names::default(), (Tape::default(), Names::default()));
        self.tape.clear();
        // What is padded is in proportion to what came.
        let cells = 2 * batch.bytes().len();
        self.columns.iter_mut().for_each(|column| column.reset(batch.len(), cells));
        let mut scan = Scan::new(batch.bytes(), dialect, &mut self.tape, &mut names);
        for end in batch.ends() {
            scan.begin_record(misfits.len())?;
            for (column, misfit) in self.columns.iter_mut().zip(&mut *misfits) {
                if column.kind == kind::VALUES {
                    column.length += 1;
                    scan.value()?;
                } else if *misfit {
                    scan.pass(&mut scratch)?;
                } else {
                    let begin = scan.cursor.at;
                    if !column.read(&mut scan)? {
                        scan.go_back(begin);
                        *misfit = true;
                        scan.pass(&mut scratch)?;
                    }
                }
            }
            scan.end_record(*end)?;
        }
        for (column, misfit) in self.columns.iter_mut().zip(misfits) {
            *misfit = *misfit && column.kind != kind::VALUES || !column.finish();
        }
        Ok(())
    }
}
