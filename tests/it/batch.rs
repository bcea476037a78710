//! Batches of records behave like vectors of them.

use neo4j_wasm::bolt::RecordBatch;
use proptest::collection::vec;
use proptest::prelude::*;

type Records = Vec<Vec<u8>>;

fn batch(records: &[Vec<u8>]) -> RecordBatch {
    let mut batch = RecordBatch::default();
    for record in records {
        batch.push(record).unwrap();
    }
    batch
}

/// Also records of no bytes: a batch does not care what they are.
fn records() -> impl Strategy<Value = Records> {
    vec(vec(any::<u8>(), 0..5), 0..12)
}

fn assert_same(batch: &RecordBatch, records: &[Vec<u8>]) -> Result<(), TestCaseError> {
    prop_assert_eq!(batch.len(), records.len());
    prop_assert_eq!(batch.is_empty(), records.is_empty());
    prop_assert_eq!(batch.iter().map(<[u8]>::to_vec).collect::<Records>(), records);
    for index in 0..records.len() + 2 {
        prop_assert_eq!(batch.get(index), records.get(index).map(Vec::as_slice));
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn pushed_records_are_there_in_order(records in records()) {
        assert_same(&batch(&records), &records)?;
    }

    #[test]
    fn appending_puts_the_others_behind(mut first in records(), second in records()) {
        let mut whole = batch(&first);
        whole.append(&batch(&second));
        first.extend(second);
        assert_same(&whole, &first)?;
    }
}
