//! Futures that are dropped midway: at whichever await it was, the pool stays sound.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;

use neo4j_wasm::value::Map;
use neo4j_wasm::{Config, Driver, Error, SessionConfig, Transaction, TransactionConfig};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::server::{config, count, idle, name, one, uri};

/// The output of `work`, or `None` when it was not ready after so many polls and is dropped.
async fn polled<T>(mut polls: usize, work: impl Future<Output = T>) -> Option<T> {
    let mut work = pin!(work);
    poll_fn(|context| match work.as_mut().poll(context) {
        Poll::Ready(output) => Poll::Ready(Some(output)),
        Poll::Pending if polls <= 1 => Poll::Ready(None),
        Poll::Pending => {
            polls -= 1;
            Poll::Pending
        }
    })
    .await
}

/// Only one connection: if it were lost, the next query would wait for ever, and if it were not reset, it would fail.
fn narrow() -> Driver {
    Driver::new(&uri(), Config { max_connection_pool_size: 1, ..config() }).unwrap()
}

/// Drops `work` after one poll, after two, and so on, until it comes to its end. Gives how often it was dropped.
async fn dropped_everywhere<F: Future<Output = Result<(), Error>>>(driver: &Driver, work: impl Fn() -> F) -> usize {
    for polls in 1.. {
        if let Some(done) = polled(polls, work()).await {
            done.unwrap();
            idle(driver);
            return polls - 1;
        }
        assert_eq!(one::<i64>(driver, "RETURN 1 AS one", Map::new()).await, 1, "after {polls} polls");
        idle(driver);
        assert!(polls < 1_000, "it never ends");
    }
    unreachable!("there is always a next number")
}

#[wasm_bindgen_test]
async fn a_result_can_be_dropped_at_any_await() {
    let driver = narrow();
    let read = async || {
        let session = driver.session(SessionConfig { fetch_size: Some(1), ..SessionConfig::default() })?;
        let query = "UNWIND range(1, 3) AS n RETURN n";
        let result = session.run(query, Map::new(), TransactionConfig::default()).await?;
        while result.next().await?.is_some() {}
        session.close().await
    };
    assert!(dropped_everywhere(&driver, read).await >= 2);
}

#[wasm_bindgen_test]
async fn a_transaction_can_be_dropped_at_any_await() {
    let (driver, name) = (narrow(), name());
    let write = async || {
        let work = async |transaction: Transaction| {
            let query = "CREATE (:Test {name: $name})";
            transaction.run(query, Map::from([("name", &name)])).await?.consume().await?;
            Ok::<_, Error>(())
        };
        driver.session(SessionConfig::default())?.execute_write(TransactionConfig::default(), work).await
    };
    let dropped = dropped_everywhere(&driver, write).await;
    assert!(dropped >= 3, "{dropped}");
    // One was committed, and those that were dropped after their COMMIT had gone out may be.
    let count = usize::try_from(count(&driver, &name).await).unwrap();
    assert!((1..dropped).contains(&count), "{count} of {dropped}");
}

/// Until nothing goes on in the background any more.
async fn all_done(driver: &Driver) {
    for _ in 0..10_000 {
        if driver.metrics().iter().all(|server| server.in_use == 0) {
            return;
        }
        assert_eq!(one::<i64>(driver, "RETURN 1 AS one", Map::new()).await, 1);
    }
    panic!("something goes on for ever");
}

#[wasm_bindgen_test]
async fn writes_whose_results_nobody_reads_are_written() {
    let (driver, name) = (Driver::new(&uri(), config()).unwrap(), name());
    for _ in 0..1_000 {
        let session = driver.session(SessionConfig::default()).unwrap();
        let query = "CREATE (n:Test {name: $name}) RETURN n";
        drop(session.run(query, Map::from([("name", &name)]), TransactionConfig::default()).await.unwrap());
    }
    all_done(&driver).await;
    assert_eq!(count(&driver, &name).await, 1_000);
}

#[wasm_bindgen_test]
async fn a_query_that_fails_unread_is_told_on_the_console() {
    let console = js_sys::Reflect::get(&js_sys::global(), &"console".into()).unwrap();
    let usual = js_sys::Reflect::get(&console, &"warn".into()).unwrap();
    let said = js_sys::Array::new();
    let push = js_sys::Reflect::get(&said, &"push".into()).unwrap().unchecked_into::<js_sys::Function>();
    js_sys::Reflect::set(&console, &"warn".into(), &push.bind0(&said)).unwrap();
    let driver = narrow();
    let session = driver.session(SessionConfig::default()).unwrap();
    let query = "UNWIND [1, 0] AS n RETURN 1 / n";
    let ran = session.run(query, Map::new(), TransactionConfig::default()).await;
    drop((ran.unwrap(), session));
    all_done(&driver).await;
    js_sys::Reflect::set(&console, &"warn".into(), &usual).unwrap();
    let told = said.iter().filter_map(|text| text.as_string()).any(|text| text.contains("ArithmeticError"));
    assert!(told, "{said:?}");
}
