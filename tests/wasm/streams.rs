//! Results: read record by record, as a `Stream`, or not to their end.

use futures::{StreamExt, TryStreamExt};
use neo4j_wasm::value::Map;
use neo4j_wasm::{Driver, RecordStream, Session, SessionConfig, TransactionConfig};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::server::{driver, idle};

/// Ten records at a time, so that there is more to ask for.
fn in_tens(driver: &Driver) -> Session {
    driver.session(SessionConfig { fetch_size: Some(10), ..SessionConfig::default() }).unwrap()
}

async fn numbers(session: &Session, last: i64) -> RecordStream {
    let query = "UNWIND range(1, $last) AS n RETURN n";
    session.run(query, Map::from([("last", last)]), TransactionConfig::default()).await.unwrap()
}

#[wasm_bindgen_test]
async fn records_come_one_by_one() {
    let driver = driver();
    let session = in_tens(&driver);
    let result = numbers(&session, 95).await;
    let mut sum = 0;
    while let Some(record) = result.next().await.unwrap() {
        sum += record.get::<i64>("n").unwrap();
    }
    assert_eq!(sum, 95 * 96 / 2);
    assert!(result.next().await.unwrap().is_none(), "the end stays the end");
    assert_eq!(result.consume().await.unwrap().query_type.as_deref(), Some("r"));
}

#[wasm_bindgen_test]
async fn a_result_is_a_stream() {
    let driver = driver();
    let session = in_tens(&driver);
    let even = |n: i64| async move { Ok((n % 2 == 0).then_some(n)) };
    let numbers = numbers(&session, 95).await.into_stream().and_then(async |record| record.get::<i64>("n"));
    let even: Vec<i64> = numbers.try_filter_map(even).try_collect().await.unwrap();
    assert_eq!((even.len(), even[46]), (47, 94));
    assert_eq!(idle(&driver), 1);
}

#[wasm_bindgen_test]
async fn a_stream_ends_after_an_error() {
    let driver = driver();
    let session = in_tens(&driver);
    let query = "UNWIND range(-15, 15) AS n RETURN 1 / n AS n";
    let result = session.run(query, Map::new(), TransactionConfig::default()).await.unwrap();
    // To this an error is an item like any other.
    let items: Vec<_> = result.into_stream().collect().await;
    let (error, records) = items.split_last().unwrap();
    assert_eq!(error.as_ref().unwrap_err().code(), "Neo.ClientError.Statement.ArithmeticError");
    assert!(records.iter().all(Result::is_ok));
}

#[wasm_bindgen_test]
async fn what_is_not_read_is_given_up() {
    let driver = driver();
    let session = in_tens(&driver);
    let unread = numbers(&session, 10_000_000).await;
    assert_eq!(unread.next().await.unwrap().unwrap().get::<i64>("n").unwrap(), 1);
    drop(unread);
    let result = numbers(&session, 3).await;
    assert_eq!(result.collect().await.unwrap().len(), 3);
    session.close().await.unwrap();
    idle(&driver);
}

#[wasm_bindgen_test]
async fn none_or_several_are_not_a_single_one() {
    let driver = driver();
    let session = in_tens(&driver);
    for count in [0, 2, 1_000] {
        let error = numbers(&session, count).await.single().await.unwrap_err();
        assert_eq!(error.code(), "NotSingle", "{error:?}");
    }
    assert!(numbers(&session, 1).await.single().await.is_ok());
}
