//! Transactions: committed, rolled back, tried again, and what sessions see of each other's.

use std::cell::{Cell, RefCell};
use std::future::ready;
use std::rc::Rc;

use neo4j_wasm::value::Map;
use neo4j_wasm::{
    AccessMode, BookmarkManager, Error, ErrorKind, Retryable, SessionConfig, Transaction, TransactionConfig,
};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::server::{count, driver, idle, name, session};

async fn create(transaction: &Transaction, name: &str) -> Result<(), Error> {
    transaction.run("CREATE (:Test {name: $name})", Map::from([("name", name)])).await?.consume().await?;
    Ok(())
}

#[wasm_bindgen_test]
async fn what_is_committed_stays_and_the_rest_does_not() {
    let (driver, name) = (driver(), name());
    let session = session(&driver);
    let begin = async || session.begin_transaction(TransactionConfig::default()).await.unwrap();
    let rolled_back = begin().await;
    create(&rolled_back, &name).await.unwrap();
    rolled_back.rollback().await.unwrap();
    let dropped = begin().await;
    create(&dropped, &name).await.unwrap();
    drop(dropped);
    assert_eq!(count(&driver, &name).await, 0);

    let committed = begin().await;
    create(&committed, &name).await.unwrap();
    let open = session.run("RETURN 1", Map::new(), TransactionConfig::default()).await.unwrap_err();
    assert_eq!((open.kind(), open.code()), (ErrorKind::Transaction, "TransactionOpen"));
    committed.commit().await.unwrap();
    assert!(!committed.is_open());
    assert_eq!(create(&committed, &name).await.unwrap_err().kind(), ErrorKind::Transaction);
    assert_eq!(count(&driver, &name).await, 1);
    idle(&driver);
}

/// An application's own error.
#[derive(Debug)]
enum Trouble {
    /// Another try can help.
    Passing,
    Lasting,
    Driver(Error),
}

impl Retryable for Trouble {
    fn is_retryable(&self) -> bool {
        match self {
            Self::Passing => true,
            Self::Lasting => false,
            Self::Driver(error) => error.is_retryable(),
        }
    }
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        Self::Driver(error)
    }
}

#[wasm_bindgen_test]
async fn work_is_done_again_where_that_can_help() {
    let (driver, name, tries) = (driver(), name(), Cell::new(0));
    let work = async |transaction: Transaction| {
        create(&transaction, &name).await?;
        tries.set(tries.get() + 1);
        if tries.get() == 1 { Err(Trouble::Passing) } else { Ok(tries.get()) }
    };
    let done = session(&driver).execute_write(TransactionConfig::default(), work).await;
    assert_eq!(done.unwrap(), 2);
    assert_eq!(count(&driver, &name).await, 1, "the first try was rolled back");
}

#[wasm_bindgen_test]
async fn work_that_fails_for_good_is_rolled_back_once() {
    let (driver, name, tries) = (driver(), name(), Cell::new(0));
    let work = async |transaction: Transaction| {
        create(&transaction, &name).await?;
        tries.set(tries.get() + 1);
        Err::<(), _>(Trouble::Lasting)
    };
    let failed = session(&driver).execute_write(TransactionConfig::default(), work).await;
    assert!(matches!(failed, Err(Trouble::Lasting)), "{failed:?}");
    assert_eq!((tries.get(), count(&driver, &name).await), (1, 0));
}

#[wasm_bindgen_test]
async fn who_only_reads_cannot_write() {
    let (driver, name) = (driver(), name());
    let work = async |transaction: Transaction| create(&transaction, &name).await;
    let error = session(&driver).execute_read(TransactionConfig::default(), work).await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Server, "Neo.ClientError.Statement.AccessMode"));
    assert_eq!(count(&driver, &name).await, 0);
}

#[wasm_bindgen_test]
async fn sessions_see_each_others_work_by_bookmarks() {
    let (driver, name) = (driver(), name());
    let kept = Rc::new(RefCell::new(Vec::new()));
    let (known, new) = (Rc::clone(&kept), Rc::clone(&kept));
    let get = move || ready(Ok(known.borrow().clone()));
    let update = move |_, bookmarks| {
        new.replace(bookmarks);
        ready(Ok(()))
    };
    let config = SessionConfig { bookmark_manager: Some(BookmarkManager::custom(get, update)), ..Default::default() };
    let first = driver.session(config.clone()).unwrap();
    let work = async |transaction: Transaction| create(&transaction, &name).await;
    first.execute_write(TransactionConfig::default(), work).await.unwrap();
    assert_eq!(first.last_bookmarks().len(), 1);
    assert_eq!(first.last_bookmarks(), *kept.borrow());

    let second = driver.session(SessionConfig { access_mode: AccessMode::Read, ..config }).unwrap();
    let query = "MATCH (n:Test {name: $name}) RETURN count(n) AS count";
    let result = second.run(query, Map::from([("name", &name)]), TransactionConfig::default()).await.unwrap();
    assert_eq!(result.single().await.unwrap().get::<i64>("count").unwrap(), 1);
    let from_nowhere = SessionConfig { bookmarks: vec!["no bookmark".into()], ..Default::default() };
    let third = driver.session(from_nowhere).unwrap();
    let error = third.run(query, Map::from([("name", &name)]), TransactionConfig::default()).await.unwrap_err();
    assert_eq!(error.code(), "Neo.ClientError.Transaction.InvalidBookmark");
}
