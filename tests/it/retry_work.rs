//! The work of managed transactions: what it may do with its transaction, and what comes of it.

use std::cell::{Cell, RefCell};

use neo4j_wasm::value::Map;
use neo4j_wasm::{Config, Error, ErrorKind, RecordStream, Retryable, Transaction, TransactionConfig};

use super::simulated::{
    Ask, Host, Step, counts, failure, fetching, millis, numbers, pool_of, refused, seconds, session,
};

const DEADLOCK: &str = "Neo.TransientError.Transaction.DeadlockDetected";
const SYNTAX: &str = "Neo.ClientError.Statement.SyntaxError";

#[test]
fn each_try_is_a_new_transaction_that_says_the_same() {
    let (host, server) = Host::new();
    server.after(1, "RUN", [failure(DEADLOCK)]);
    server.after(1, "RUN", [failure(DEADLOCK)]);
    let driver = host.driver(pool_of(1));
    let config = TransactionConfig { timeout: Some(seconds(9)), metadata: Map::from([("owner", 7)]) };
    host.run(async {
        let session = session(&driver);
        drop(session.ask("RETURN 1").await.unwrap());
        let transactions = RefCell::new(Vec::new());
        let work = async |transaction: Transaction| {
            transactions.borrow_mut().push(transaction.clone());
            numbers(&transaction.run("ROWS 2", Map::from([("owner", 7)])).await?).await
        };
        session.execute_write(config, work).await.unwrap();
        assert_eq!(session.last_bookmarks(), ["bookmark:2"]);
        let transactions = transactions.take();
        assert_eq!(transactions.len(), 3);
        // What an earlier try has kept is of no more use.
        for transaction in transactions {
            assert_eq!(refused(transaction.ask("RETURN 1").await).kind(), ErrorKind::Transaction);
        }
    });
    let begins = server.all("BEGIN");
    assert!(begins.iter().all(|begin| begin.extra() == begins[0].extra() && begin.bookmarks() == ["bookmark:1"]));
    assert_eq!(begins[0].integer("tx_timeout"), Some(9_000));
}

#[test]
fn work_that_swallows_an_error_is_not_reported_as_success() {
    for code in [SYNTAX, DEADLOCK] {
        let (host, server) = Host::new();
        server.always("RUN", [failure(code)]);
        let driver = host.driver(pool_of(1));
        host.run(async {
            let work = async |transaction: Transaction| {
                let _ = transaction.ask("RETURN 1").await;
                Ok::<_, Error>("done")
            };
            let error = refused(session(&driver).execute_write(TransactionConfig::default(), work).await);
            assert_eq!((error.kind(), error.cause().unwrap().code()), (ErrorKind::Transaction, code));
        });
        // One that may pass is tried again all the same.
        assert_eq!(server.count("BEGIN") > 1, code == DEADLOCK);
        assert_eq!(server.count("COMMIT"), 0);
    }
}

/// An error that is none of the driver's.
#[derive(Debug)]
enum Trouble {
    Driver,
    Mine { passes: bool },
}

impl From<Error> for Trouble {
    fn from(_: Error) -> Self {
        Self::Driver
    }
}

impl Retryable for Trouble {
    fn is_retryable(&self) -> bool {
        matches!(self, Self::Mine { passes: true })
    }
}

#[test]
fn work_that_fails_is_rolled_back_and_tried_again_if_its_error_says_so() {
    for passes in [true, false] {
        let (host, server) = Host::new();
        let driver = host.driver(pool_of(1));
        let tries = Cell::new(0);
        host.run(async {
            let work = async |transaction: Transaction| {
                drop(transaction.ask("RETURN 1").await?);
                tries.set(tries.get() + 1);
                if tries.get() < 3 { Err(Trouble::Mine { passes }) } else { Ok(tries.get()) }
            };
            let done = session(&driver).execute_write(TransactionConfig::default(), work).await;
            assert_eq!(matches!(done, Ok(3)), passes, "{done:?}");
            assert_eq!(counts(&driver), (0, 1, 0, 0));
        });
        let (tries, commits) = if passes { (3, 1) } else { (1, 0) };
        assert_eq!((server.count("ROLLBACK"), server.count("COMMIT")), (tries - commits, commits));
        assert_eq!(server.count("RESET"), 0);
    }
}

#[test]
fn the_works_own_error_is_told_rather_than_that_of_the_rollback() {
    let (host, server) = Host::new();
    server.always("ROLLBACK", [Step::Close(1006, "")]);
    let driver = host.driver(Config::default());
    host.run(async {
        let work = async |_| Err::<(), _>(Trouble::Mine { passes: false });
        let done = session(&driver).execute_write(TransactionConfig::default(), work).await;
        assert!(matches!(done, Err(Trouble::Mine { .. })));
    });
}

#[test]
fn work_may_end_its_transaction_itself() {
    for commits in [true, false] {
        let (host, server) = Host::new();
        let driver = host.driver(Config::default());
        host.run(async {
            let work = async |transaction: Transaction| {
                if commits { transaction.commit().await } else { transaction.rollback().await }
            };
            session(&driver).execute_write(TransactionConfig::default(), work).await.unwrap();
        });
        assert_eq!((server.count("COMMIT"), server.count("ROLLBACK")), (usize::from(commits), usize::from(!commits)));
    }
}

#[test]
fn a_result_that_the_work_hands_out_can_be_read_after_the_commit_if_it_is_short() {
    let (host, server) = Host::new();
    let driver = host.driver(pool_of(1));
    host.run(async {
        let work = async |transaction: Transaction| transaction.ask("ROWS 2").await;
        let session = driver.session(fetching(2)).unwrap();
        let result: RecordStream = session.execute_read(TransactionConfig::default(), work).await.unwrap();
        assert_eq!(counts(&driver), (0, 1, 0, 0));
        assert_eq!(numbers(&result).await.unwrap(), [0, 1]);
        let work = async |transaction: Transaction| transaction.ask("ROWS 9").await;
        let result = session.execute_read(TransactionConfig::default(), work).await.unwrap();
        let error = refused(result.next().await);
        assert_eq!((error.kind(), error.code()), (ErrorKind::ResultConsumed, "ResultOutOfScope"));
    });
    assert_eq!(server.names().last(), Some(&"COMMIT"));
}

#[test]
fn a_result_that_fails_only_when_it_is_taken_in_for_the_commit_is_tried_again() {
    let (host, server) = Host::new();
    server.once("PULL", [failure(DEADLOCK)]);
    let driver = host.driver(pool_of(1));
    host.run(async {
        let work = async |transaction: Transaction| transaction.ask("ROWS 2").await;
        let result = session(&driver).execute_read(TransactionConfig::default(), work).await.unwrap();
        assert_eq!(numbers(&result).await.unwrap(), [0, 1]);
    });
    assert_eq!((server.count("BEGIN"), server.count("COMMIT")), (2, 1));
}

#[test]
fn queries_side_by_side_are_tried_again_whichever_error_comes_first() {
    let (host, server) = Host::new();
    server.delay(millis(5));
    server.once("RUN", [failure(DEADLOCK)]);
    let driver = host.driver(pool_of(1));
    host.run(async {
        let spawning = host.clone();
        let work = async |transaction: Transaction| {
            let ask = |query: &'static str| {
                let transaction = transaction.clone();
                spawning.spawn(async move { numbers(&transaction.ask(query).await?).await })
            };
            let (first, second) = (ask("ROWS 1"), ask("ROWS 2"));
            spawning.sleep(seconds(1)).await;
            // The second was ignored only because the first has failed.
            let second = second.output()?;
            Ok::<_, Error>((first.output()?, second))
        };
        let done = session(&driver).execute_write(TransactionConfig::default(), work).await;
        assert_eq!(done.unwrap(), (vec![0], vec![0, 1]));
    });
}
