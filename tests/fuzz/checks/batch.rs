//! Batches: what JavaScript is given of them, tape or columns, is there if and only if the reader of values takes the bytes.

use neo4j_wasm::bolt::RecordBatch;
use neo4j_wasm::bolt::packstream::column::Column;
use neo4j_wasm::bolt::packstream::columns::Columns;
use neo4j_wasm::bolt::packstream::tape::Tape;
use neo4j_wasm::bolt::packstream::{Dialect, Names, Reader, Scan, kind, read_value};
use neo4j_wasm::bolt::response::read_record;

/// The first byte chooses the dialect, the second how many columns there are; a byte before each record says how long it
/// is.
pub(crate) fn batch(data: &[u8]) {
    let [choice, columns, rest @ ..] = data else { return };
    let dialect = super::value::dialect(*choice);
    let (mut records, mut rest) = (Vec::new(), rest);
    while let Some((&size, behind)) = rest.split_first() {
        let (record, behind) = behind.split_at(usize::from(size).min(behind.len()));
        records.push(record);
        rest = behind;
    }
    for record in &records {
        same_on_tape(record, dialect);
    }
    if !records.is_empty() {
        same_as_columns(&records, dialect, usize::from(columns % 4));
    }
}

/// The tape exists if and only if the value does, and both end at the same byte.
pub(crate) fn same_on_tape(bytes: &[u8], dialect: Dialect) {
    let mut reader = Reader::new(bytes, dialect.uuids);
    let value = read_value(&mut reader, dialect);
    let mut tape = Tape::default();
    let mut names = Names::default();
    let scanned = Scan::new(bytes, dialect, &mut tape, &mut names).value();
    match (&value, &scanned) {
        (Ok(_), Ok(())) | (Err(_), Err(_)) => {}
        // What a clock in the zone shows lies beyond the years there are: only its reader cares.
        (Ok(_), Err(error)) => assert_eq!(error.message(), "The server sent a date is out of range", "{value:?}"),
        (Err(error), Ok(())) => panic!("{error} and yet a tape of {bytes:02x?}"),
    }
}

/// Taken if and only if every record is; then every buffer has what Arrow wants of it.
pub(crate) fn same_as_columns<T: AsRef<[u8]>>(records: &[T], dialect: Dialect, count: usize) {
    let mut columns = Columns::default();
    let mut batch = RecordBatch::default();
    records.iter().for_each(|record| batch.push(record.as_ref()).expect("there is room"));
    let taken = columns.read(&batch, dialect, count);
    let one = |record: &T| read_record(record.as_ref(), dialect).is_ok_and(|values| values.len() == count);
    match (taken, records.iter().all(one)) {
        (Ok(()), true) => columns.columns.iter().for_each(|column| {
            assert_eq!(column.length, records.len());
            assert_whole(column);
        }),
        (Err(_), false) => {}
        // As with the tape: what a clock in the zone shows lies beyond the years there are.
        (Err(error), true) => assert_eq!(error.message(), "The server sent a date is out of range"),
        (Ok(()), false) => panic!("columns of {:02x?}", batch.bytes()),
    }
}

fn assert_whole(column: &Column) {
    let bits = column.length.div_ceil(8);
    let valid: u32 = column.validity().iter().map(|byte| byte.count_ones()).sum();
    if column.nulls > 0 {
        assert_eq!((column.validity().len(), valid as usize), (bits, column.length - column.nulls));
    }
    let values = column.data().len() + 8 * column.wide().len();
    match column.kind {
        kind::BOOLEAN => assert_eq!(values, bits),
        kind::STRING | kind::BYTES => assert_eq!(column.offsets().last(), Some(&(values as u32))),
        kind::LIST | kind::VECTOR => {
            assert_eq!(
                column.offsets().last(),
                Some(&(column.children.first().map_or(0, |child| child.length) as u32))
            );
        }
        kind::MAP | kind::NODE | kind::RELATIONSHIP | kind::POINT | kind::PATH | kind::UNBOUND_RELATIONSHIP => {
            assert!(column.children.iter().all(|child| child.length == column.length));
        }
        kind::NULL => assert_eq!((column.nulls, values), (column.length, 0)),
        kind::VALUES => {}
        _ => assert!(values.is_multiple_of(column.length) && values >= column.length, "{column:?}"),
    }
    if matches!(column.kind, kind::STRING | kind::BYTES | kind::LIST | kind::VECTOR) {
        assert_eq!(column.offsets().len(), column.length + 1);
        assert!(column.offsets().is_sorted());
    }
    column.children.iter().for_each(assert_whole);
}
