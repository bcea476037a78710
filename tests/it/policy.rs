//! Policies of retrying: for how long, with which errors, and who hears of it.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use neo4j_wasm::value::Map;
use neo4j_wasm::{Config, Error, RetryPolicy, Retryable, Transaction, TransactionConfig};

use super::simulated::{Ask, Host, Step, failure, millis, pool_of, refused, seconds, session};

const DEADLOCK: &str = "Neo.TransientError.Transaction.DeadlockDetected";
const SYNTAX: &str = "Neo.ClientError.Statement.SyntaxError";

/// What a hook has heard, and the hook.
type Heard = Rc<RefCell<Vec<(String, u32, Duration)>>>;

fn heard_by(policy: RetryPolicy) -> (RetryPolicy, Heard) {
    let heard = Heard::default();
    let hearing = Rc::clone(&heard);
    let hear =
        move |error: &Error, attempt, delay| hearing.borrow_mut().push((error.code().to_owned(), attempt, delay));
    (policy.on_retry(hear), heard)
}

#[test]
fn a_server_that_is_down_is_told_of_and_given_up_when_the_call_says() {
    let (host, server) = Host::new();
    server.always("CONNECT", [Step::Close(1006, "")]);
    let driver = host.driver(Config::default());
    let (policy, heard) = heard_by(RetryPolicy::new().max_retry_time(seconds(2)));
    let error = host.run(async { refused(driver.query("RETURN 1").retry(&policy).read().await) });
    assert_eq!(error.code(), "ConnectionFailed");
    assert!(host.now() >= seconds(2) && host.now() < seconds(3), "{:?}", host.now());
    let heard = heard.take();
    assert!(heard.len() > 5 && heard.iter().all(|(code, ..)| code == "ConnectionFailed"), "{heard:?}");
    assert!(heard.iter().map(|(_, attempt, _)| *attempt).eq(1..=u32::try_from(heard.len()).unwrap()));
}

#[test]
fn each_wait_is_told_with_its_reason_before_it_begins() {
    let (host, server) = Host::new();
    server.once("RUN", [failure(DEADLOCK)]);
    server.after(1, "RUN", [failure(DEADLOCK)]);
    let driver = host.driver(pool_of(1));
    let (policy, heard) = heard_by(RetryPolicy::new());
    host.run(async {
        let work = async |transaction: Transaction| transaction.run_to_end("ROWS 2", Map::new()).await;
        let done = session(&driver).execute_write_with(&policy, TransactionConfig::default(), work).await.unwrap();
        assert_eq!((done.keys, done.records.len()), (vec!["n".to_owned()], 2));
    });
    assert_eq!(heard.take(), [(DEADLOCK.to_owned(), 1, seconds(1))]);
    assert_eq!((server.count("BEGIN"), server.count("COMMIT"), host.now()), (2, 1, seconds(1)));
}

#[test]
fn no_time_means_one_try() {
    let (host, server) = Host::new();
    server.always("RUN", [failure(DEADLOCK)]);
    let driver = host.driver(pool_of(1));
    let (policy, heard) = heard_by(RetryPolicy::new().max_retry_time(Duration::ZERO));
    host.run(async {
        assert_eq!(refused(driver.query("RETURN 1").retry(&policy).write().await).code(), DEADLOCK);
    });
    assert_eq!((server.count("RUN"), heard.take()), (1, vec![]));
}

/// An error of another crate, for which nobody here can implement anything.
#[derive(Debug)]
struct Report(String);

impl From<Error> for Report {
    fn from(error: Error) -> Self {
        Self(error.code().to_owned())
    }
}

#[test]
fn a_function_says_which_errors_of_any_type_are_worth_another_try() {
    let (host, server) = Host::new();
    server.once("RUN", [failure(SYNTAX)]);
    let driver = host.driver(pool_of(1));
    let asked = Rc::new(Cell::new(0));
    let asking = Rc::clone(&asked);
    let policy = RetryPolicy::when(move |report: &Report| {
        asking.set(asking.get() + 1);
        report.0 == SYNTAX
    });
    host.run(async {
        let work = async |transaction: Transaction| {
            transaction.ask("ROWS 1").await?.consume().await?;
            Ok(())
        };
        session(&driver).execute_read_with(&policy, TransactionConfig::default(), work).await.unwrap();
    });
    assert_eq!((server.count("BEGIN"), asked.get()), (2, 1));
}

#[test]
fn boxed_errors_are_tried_again_for_what_they_are_made_of() {
    let (host, server) = Host::new();
    server.once("RUN", [failure(DEADLOCK)]);
    let driver = host.driver(pool_of(1));
    host.run(async {
        let work = async |transaction: Transaction| -> Result<usize, Box<dyn std::error::Error>> {
            Ok(transaction.run_to_end("ROWS 2", Map::new()).await?.records.len() + "1".parse::<usize>()?)
        };
        assert_eq!(session(&driver).execute_write(TransactionConfig::default(), work).await.unwrap(), 3);
    });
    assert_eq!(server.count("BEGIN"), 2);
    let other: Box<dyn std::error::Error + Send + Sync> = "of another kind".into();
    assert!(!other.is_retryable());
}

#[cfg(feature = "anyhow")]
#[test]
fn errors_of_anyhow_are_tried_again_whatever_context_they_have() {
    use anyhow::Context;
    let (host, server) = Host::new();
    server.once("RUN", [failure(DEADLOCK)]);
    let driver = host.driver(pool_of(1));
    host.run(async {
        let work = async |transaction: Transaction| -> anyhow::Result<usize> {
            let all = transaction.run_to_end("ROWS 2", Map::new()).await.context("no rows").context("no list")?;
            Ok(all.records.len())
        };
        assert_eq!(session(&driver).execute_write(TransactionConfig::default(), work).await.unwrap(), 2);
    });
    assert_eq!(server.count("BEGIN"), 2);
    assert!(!anyhow::anyhow!("of another kind").is_retryable());
}

#[test]
fn a_query_is_put_together_word_by_word() {
    let (host, server) = Host::new();
    let driver = host.driver(pool_of(1));
    host.run(async {
        let query = driver.query("ROWS 3").param("year", 1950).param("year", 1960).database("films");
        let done = query.clone().timeout(millis(5)).read().await.unwrap();
        assert_eq!((done.records.len(), done.summary.database.as_deref()), (3, Some("neo4j")));
        let run = server.last("RUN");
        assert_eq!(
            (run.parameters(), run.text("db"), run.text("mode")),
            (&Map::from([("year", 1960)]), Some("films"), Some("r"))
        );
        assert_eq!(run.integer("tx_timeout"), Some(5));
        query.params(Map::from([("x", 1)])).write().await.unwrap();
    });
    assert_eq!(server.last("RUN").parameters(), &Map::from([("x", 1)]));
    let begin = server.last("BEGIN");
    assert_eq!((begin.text("db"), begin.text("mode")), (Some("films"), None));
    assert_eq!(begin.bookmarks(), ["bookmark:1"], "each call sees what the calls before it have done");
}
