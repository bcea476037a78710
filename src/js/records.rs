//! To JavaScript: a batch of records, as such or as columns. They cross at once.

use js_sys::Array;
use wasm_bindgen::prelude::*;

use super::to_js::areas;
use super::work_error::WorkError;
use crate::bolt::RecordBatch;
use crate::bolt::packstream::column::Column;
use crate::bolt::packstream::columns::Columns;
use crate::bolt::packstream::tape::Tape;
use crate::bolt::packstream::{Dialect, Names, Scan, Weight};

#[wasm_bindgen]
extern "C" {
    /// Builds the records of one result; from `decode.js`.
    #[derive(Clone)]
    pub type Decoder;

    #[wasm_bindgen(method)]
    pub(super) fn keys(this: &Decoder, names: Array);

    #[wasm_bindgen(method, catch)]
    fn batch(this: &Decoder, rows: usize, columns: usize, areas: *const usize) -> Result<Array, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn columns(this: &Decoder, rows: usize, columns: *const usize, areas: *const usize) -> Result<JsValue, JsValue>;
}

/// A batch of more bytes than this is weighed before it is read.
const LARGE: usize = 2 << 20;

/// The JavaScript records of a batch.
pub(super) fn records(
    decoder: &Decoder,
    (tape, names): &mut (Tape, Names),
    columns: usize,
    batch: &RecordBatch,
    (dialect, ids): (Dialect, bool),
) -> Result<Array, WorkError> {
    tape.clear();
    if batch.bytes().len() > LARGE {
        tape.reserve(Weight::of(batch.bytes()));
    }
    let mut scan = Scan::new(batch.bytes(), dialect, tape, names);
    scan.ids = ids;
    batch.ends().iter().try_for_each(|end| scan.record(*end, columns))?;
    let areas = areas(batch.bytes(), tape);
    decoder.batch(batch.len(), columns, areas.as_ptr()).map_err(WorkError::Thrown)
}

/// The columns of a batch.
pub(super) fn columns(
    decoder: &Decoder,
    all: &mut Columns,
    columns: usize,
    batch: &RecordBatch,
    dialect: Dialect,
) -> Result<JsValue, WorkError> {
    all.read(batch, dialect, columns)?;
    let mut places = Vec::new();
    all.columns.iter().for_each(|column| describe(column, &mut places));
    let areas = areas(batch.bytes(), &all.tape);
    decoder.columns(batch.len(), places.as_ptr(), areas.as_ptr()).map_err(WorkError::Thrown)
}

/// What a column is and where its buffers are, then the same of its children; `columns.js` reads it in this order.
fn describe(column: &Column, to: &mut Vec<usize>) {
    let Column { kind, length, nulls, sparse, name, zone, children, .. } = column;
    to.extend_from_slice(&[usize::from(*kind), *length, *nulls, usize::from(*sparse), children.len()]);
    let offsets = column.offsets();
    to.extend_from_slice(&[offsets.as_ptr() as usize, 4 * offsets.len()]);
    let wide = column.wide();
    for bytes in [column.validity(), column.data(), name, zone] {
        to.extend_from_slice(&[bytes.as_ptr() as usize, bytes.len()]);
    }
    to.extend_from_slice(&[wide.as_ptr() as usize, 8 * wide.len()]);
    children.iter().for_each(|child| describe(child, to));
}
