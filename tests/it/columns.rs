//! Batches as columns: they take and refuse what the reader of values does, and no more memory than it.

use allocation_counter::measure;
use neo4j_wasm::bolt::RecordBatch;
use neo4j_wasm::bolt::packstream::columns::Columns;
use neo4j_wasm::bolt::packstream::{Dialect, kind};
use neo4j_wasm::value::Value;
use proptest::collection::vec;
use proptest::prelude::*;

use super::checks::batch::same_as_columns;
use super::checks::value::dialect;
use super::values::values;
use super::wire::{encoded, newest};

fn newest_dialect() -> Dialect {
    newest().dialect(false)
}

fn batch_of(records: &[Vec<u8>]) -> RecordBatch {
    let mut batch = RecordBatch::default();
    records.iter().for_each(|record| batch.push(record).unwrap());
    batch
}

/// The one column of these values.
fn read(values: &[Value]) -> Columns {
    let records: Vec<_> = values.iter().map(|value| [vec![0x91], encoded(value, newest_dialect())].concat()).collect();
    let mut columns = Columns::default();
    columns.read(&batch_of(&records), newest_dialect(), 1).expect("columns");
    columns
}

/// Values of few types, so that columns of one type come about, and values alike but for a byte.
fn alike() -> impl Strategy<Value = Vec<Vec<u8>>> {
    let structures = prop::sample::select(vec![
        vec![0xB4, b'N', 1, 0x91, 0x81, b'A', 0xA1, 0x81, b'k', 0x01, 0x81, b'i'],
        vec![0xB4, b'N', 1, 0x90, 0xA1, 0x81, b'm', 0xC0, 0x81, b'j'],
        vec![0xB8, b'R', 1, 2, 3, 0x81, b'T', 0xA0, 0x81, b'i', 0x81, b's', 0x81, b'e'],
        // (i)-[:T]->(j)<-[:T]-(i), and a path of one node.
        vec![
            0xB3, b'P', 0x92, 0xB4, b'N', 1, 0x91, 0x81, b'A', 0xA0, 0x81, b'i', 0xB4, b'N', 2, 0x90, 0xA0, 0x81, b'j',
            0x91, 0xB4, b'r', 3, 0x81, b'T', 0xA1, 0x81, b'k', 0x01, 0x81, b'r', 0x94, 1, 1, 0xFF, 0,
        ],
        vec![0xB3, b'P', 0x91, 0xB4, b'N', 1, 0x90, 0xA0, 0x81, b'i', 0x90, 0x90],
        vec![0xB3, b'X', 1, 0xC1, 0, 0, 0, 0, 0, 0, 0, 0, 0xC1, 0, 0, 0, 0, 0, 0, 0, 0],
        vec![0xB2, b'V', 0xCC, 1, 0xC8, 0xCC, 2, 1, 2],
        vec![0xB2, b'd', 5, 5],
        vec![0xB3, b'I', 5, 5, 60],
        vec![0xB3, b'i', 5, 5, 0x83, b'U', b'T', b'C'],
        vec![0xB4, b'E', 1, 2, 3, 4],
        vec![0xA2, 0x81, b'a', 1, 0x81, b'b', 0x91, 0x81, b'x'],
        vec![0x92, 0xC1, 1, 0, 0, 0, 0, 0, 0, 0, 0xC1, 0, 0, 0, 0, 0, 0, 0, 1],
        vec![0x93, 0xC3, 0xC0, 0xC2],
        vec![0xC0],
    ]);
    let broken = (structures.clone(), any::<prop::sample::Index>(), any::<u8>()).prop_map(|(mut bytes, at, byte)| {
        let at = at.index(bytes.len());
        bytes[at] = byte;
        bytes
    });
    (structures, broken).prop_flat_map(|(base, broken)| {
        vec(prop_oneof![12 => Just(base), 3 => Just(vec![0xC0]), 1 => Just(broken)], 1..20)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_can_be_sent_becomes_columns(values in vec((values(newest_dialect()), values(newest_dialect())), 1..6)) {
        let record = |(a, b): &(Value, Value)| encoded(&vec![a.clone(), b.clone()].into(), newest_dialect());
        same_as_columns(&values.iter().map(record).collect::<Vec<_>>(), newest_dialect(), 2);
    }

    #[test]
    fn structures_are_taken_or_refused_alike(values in alike(), choice in any::<u8>()) {
        let records: Vec<_> = values.into_iter().map(|value| [vec![0x91], value].concat()).collect();
        same_as_columns(&records, dialect(choice), 1);
    }

    #[test]
    fn any_bytes_are_taken_or_refused_alike(records in vec(vec(any::<u8>(), 0..30), 1..4), choice in any::<u8>()) {
        let records: Vec<_> = records.into_iter().map(|value| [vec![0x91], value].concat()).collect();
        same_as_columns(&records, dialect(choice), 1);
    }
}

#[test]
fn values_lie_as_arrow_has_them() {
    let columns = read(&[Value::from(1), Value::Null, Value::from(-2)]);
    let [column] = &columns.columns[..] else { panic!("one column") };
    assert_eq!(
        (column.kind, column.wide(), column.validity()),
        (kind::INTEGER, &[1, 0, -2_i64 as u64][..], &[0b101][..])
    );
    let columns = read(&[Value::Null, Value::from("a"), Value::from("é")]);
    let [column] = &columns.columns[..] else { panic!("one column") };
    assert_eq!((column.kind, column.offsets(), column.data()), (kind::STRING, &[0, 0, 1, 3][..], "aé".as_bytes()));
    let columns = read(&[Value::from(1), Value::from("a")]);
    assert_eq!((columns.columns[0].kind, columns.tape.words().len() > 2), (kind::VALUES, true));
}

#[test]
fn few_bytes_do_not_become_many() {
    // Each row has one of many keys: as columns, each would be as long as there are rows.
    for keys in [1, 8, 64, 65, 1_000] {
        let record = |row: usize| [&[0x91, 0xA1, 0x84][..], format!("{:04}", row % keys).as_bytes(), &[0x01]].concat();
        let batch = batch_of(&(0..20_000).map(record).collect::<Vec<_>>());
        let used = measure(|| Columns::default().read(&batch, newest_dialect(), 1).expect("columns"));
        assert!(used.bytes_max < 60 * batch.bytes().len() as u64, "{keys} keys: {used:?} for {}", batch.bytes().len());
    }
    for claim in [[0x91, 0xD6, 0xFF, 0xFF, 0xFF, 0xFF], [0x91, 0xDA, 0xFF, 0xFF, 0xFF, 0xFF]] {
        let batch = batch_of(&[claim.to_vec()]);
        let used = measure(|| assert!(Columns::default().read(&batch, newest_dialect(), 1).is_err()));
        assert!(used.bytes_max < 8_192, "{used:?}");
    }
}

#[test]
fn nesting_is_bounded_and_fits_on_a_small_stack() {
    let stack = if cfg!(debug_assertions) { 1_536 } else { 384 } * 1_024;
    let task = || {
        for before in [&[0x91][..], &[0xA1, 0x80], &[0xB4, 0x4E, 0, 0x90, 0xA1, 0x80]] {
            let batch = batch_of(&[[vec![0x91], before.repeat(1_000_000)].concat()]);
            let error = Columns::default().read(&batch, newest_dialect(), 1).unwrap_err();
            assert!(error.message().contains("nested more than 512 levels"), "{error}");
        }
        let batch = batch_of(&[[vec![0x91], vec![0x91; 511], vec![0xC0]].concat()]);
        assert!(Columns::default().read(&batch, newest_dialect(), 1).is_ok());
    };
    std::thread::Builder::new().stack_size(stack).spawn(task).expect("a thread").join().expect("no panic");
}
