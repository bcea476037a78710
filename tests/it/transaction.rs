//! Explicit transactions that go well: several queries, several results, one end.

use neo4j_wasm::{Config, ErrorKind, SessionConfig, Transaction, TransactionConfig};

use super::simulated::{
    Ask, Host, Server, Step, begin, counts, fetching, millis, numbers, pool_of, refused, seconds, session,
};

/// A transaction that fetches two records at a time.
async fn begin_fetching_two(driver: &neo4j_wasm::Driver) -> Transaction {
    driver.session(fetching(2)).unwrap().begin_transaction(TransactionConfig::default()).await.unwrap()
}

fn query_ids(server: &Server, name: &str) -> Vec<Option<i64>> {
    server.all(name).iter().map(|seen| seen.integer("qid")).collect()
}

#[test]
fn begin_is_awaited_run_and_pull_go_together_and_commit_ends_it() {
    let (host, server) = Host::new();
    let driver = host.driver(pool_of(1));
    host.run(async {
        let transaction = begin(&driver).await.unwrap();
        assert!(transaction.is_open());
        assert_eq!(server.names(), ["BEGIN"]);
        assert_eq!(numbers(&transaction.ask("ROWS 2").await.unwrap()).await.unwrap(), [0, 1]);
        transaction.commit().await.unwrap();
        assert!(!transaction.is_open());
        assert_eq!(server.names(), ["BEGIN", "RUN", "PULL", "COMMIT"]);
        assert_eq!(counts(&driver), (0, 1, 0, 0));
    });
}

#[test]
fn each_of_several_results_gets_its_own_records() {
    let (host, server) = Host::new();
    let driver = host.driver(Config::default());
    host.run(async {
        let transaction = begin_fetching_two(&driver).await;
        let first = transaction.ask("ROWS 5").await.unwrap();
        let second = transaction.ask("ROWS 7").await.unwrap();
        let third = transaction.ask("NOTHING").await.unwrap();
        for number in 0..5 {
            for result in [&first, &second] {
                assert_eq!(result.next().await.unwrap().unwrap().get::<i64>("n").unwrap(), number);
            }
        }
        assert!(first.next().await.unwrap().is_none());
        assert_eq!(numbers(&second).await.unwrap(), [5, 6]);
        assert!(third.keys().is_empty() && third.next().await.unwrap().is_none());
        transaction.commit().await.unwrap();
    });
    // The first PULL of each goes with its RUN, whose number nobody knows yet.
    let (none, first, second) = (None, Some(0), Some(1));
    assert_eq!(query_ids(&server, "PULL"), [none, none, none, first, second, first, second, second]);
}

#[test]
fn queries_of_several_tasks_in_one_transaction_all_get_their_results() {
    let (host, server) = Host::new();
    server.delay(millis(5));
    let driver = host.driver(Config::default());
    host.run(async {
        let transaction = begin_fetching_two(&driver).await;
        let tasks: Vec<_> = (0..6)
            .map(|count| {
                let transaction = transaction.clone();
                host.spawn(async move { numbers(&transaction.ask(&format!("ROWS {count}")).await?).await })
            })
            .collect();
        host.sleep(seconds(1)).await;
        for (count, task) in tasks.into_iter().enumerate() {
            assert_eq!(task.output().unwrap(), (0..count as i64).collect::<Vec<_>>());
        }
        transaction.commit().await.unwrap();
    });
    assert_eq!(server.sockets(), 1);
}

#[test]
fn commit_takes_in_what_is_on_its_way_and_throws_the_rest_away() {
    let (host, server) = Host::new();
    let driver = host.driver(pool_of(1));
    host.run(async {
        let transaction = begin_fetching_two(&driver).await;
        let short = transaction.ask("ROWS 2").await.unwrap();
        let long = transaction.ask("ROWS 7").await.unwrap();
        drop(transaction.ask("ROWS 9").await.unwrap());
        transaction.commit().await.unwrap();
        assert_eq!(counts(&driver), (0, 1, 0, 0));
        assert_eq!(numbers(&short).await.unwrap(), [0, 1]);
        assert!(short.consume().await.is_ok());
        // It must not look as if what was on its way had been all.
        assert_eq!(refused(long.next().await).code(), "ResultOutOfScope");
    });
    assert_eq!(query_ids(&server, "DISCARD"), [Some(1), None]);
    assert_eq!(server.names().last(), Some(&"COMMIT"));
}

#[test]
fn rollback_throws_away_what_has_not_been_read() {
    let (host, server) = Host::new();
    let driver = host.driver(pool_of(1));
    host.run(async {
        let transaction = begin_fetching_two(&driver).await;
        let unread = transaction.ask("ROWS 7").await.unwrap();
        transaction.rollback().await.unwrap();
        assert_eq!(server.names(), ["BEGIN", "RUN", "PULL", "DISCARD", "ROLLBACK"]);
        assert_eq!(counts(&driver), (0, 1, 0, 0));
        // It must not look as if there had been no records.
        assert_eq!(refused(unread.next().await).code(), "TransactionEnded");
        assert_eq!(refused(unread.consume().await).code(), "TransactionEnded");
        assert!(!transaction.is_open());
    });
}

#[test]
fn what_was_read_to_its_end_before_a_rollback_stays() {
    let (host, _) = Host::new();
    let driver = host.driver(pool_of(1));
    host.run(async {
        let transaction = begin_fetching_two(&driver).await;
        let read = transaction.ask("ROWS 4").await.unwrap();
        assert_eq!(numbers(&read).await.unwrap(), [0, 1, 2, 3]);
        transaction.rollback().await.unwrap();
        assert!(read.next().await.unwrap().is_none());
        assert_eq!(read.consume().await.unwrap().query_type.as_deref(), Some("r"));
    });
}

#[test]
fn what_has_ended_cannot_be_ended_again_nor_used() {
    let (host, server) = Host::new();
    let driver = host.driver(Config::default());
    host.run(async {
        for commits in [true, false] {
            let transaction = begin(&driver).await.unwrap();
            if commits { transaction.commit().await } else { transaction.rollback().await }.unwrap();
            server.forget();
            let word = if commits { "committed" } else { "rolled back" };
            for error in [
                refused(transaction.commit().await),
                refused(transaction.rollback().await),
                refused(transaction.ask("RETURN 1").await),
            ] {
                assert_eq!((error.kind(), error.code()), (ErrorKind::Transaction, "TransactionEnded"));
                assert!(error.message().contains(word) && !error.is_retryable(), "{error}");
            }
            // Closing is for whoever does not know.
            transaction.close().await.unwrap();
            assert!(server.log().is_empty());
        }
    });
}

#[test]
fn closing_one_that_is_open_rolls_it_back() {
    let (host, server) = Host::new();
    let driver = host.driver(Config::default());
    host.run(async {
        let transaction = begin(&driver).await.unwrap();
        transaction.close().await.unwrap();
        transaction.close().await.unwrap();
    });
    assert_eq!(server.names(), ["BEGIN", "ROLLBACK"]);
}

#[test]
fn handles_share_the_transaction_and_the_last_one_ends_it() {
    let (host, server) = Host::new();
    let driver = host.driver(pool_of(1));
    host.run(async {
        let transaction = begin(&driver).await.unwrap();
        let other = transaction.clone();
        drop(transaction);
        assert_eq!(numbers(&other.ask("ROWS 1").await.unwrap()).await.unwrap(), [0]);
        assert_eq!(counts(&driver), (1, 0, 0, 0));
        drop(other);
        assert_eq!(counts(&driver), (0, 1, 0, 0));
        host.calm().await;
    });
    assert_eq!(server.names(), ["BEGIN", "RUN", "PULL", "RESET"]);
}

#[test]
fn commit_waits_for_queries_that_are_under_way() {
    let (host, server) = Host::new();
    server.delay(millis(5));
    let driver = host.driver(Config::default());
    host.run(async {
        let transaction = begin_fetching_two(&driver).await;
        let tasks = ["ROWS 2", "ROWS 7", "ROWS 1"].map(|query| {
            let transaction = transaction.clone();
            host.spawn(async move { transaction.ask(query).await })
        });
        host.calm().await;
        // As in JavaScript, where nobody has to await a query: the server takes no COMMIT while results are open.
        transaction.commit().await.unwrap();
        let [two, seven, one] = tasks.map(|task| task.output().unwrap());
        assert_eq!((numbers(&two).await.unwrap(), numbers(&one).await.unwrap()), (vec![0, 1], vec![0]));
        assert_eq!(refused(numbers(&seven).await).code(), "ResultOutOfScope");
    });
    assert_eq!((server.count("RESET"), server.names().last()), (0, Some(&"COMMIT")));
}

#[test]
fn rollback_waits_for_queries_that_are_under_way() {
    let (host, server) = Host::new();
    server.delay(millis(5));
    let driver = host.driver(Config::default());
    host.run(async {
        let transaction = begin_fetching_two(&driver).await;
        let running = transaction.clone();
        let task = host.spawn(async move { running.ask("ROWS 7").await.map(|_| ()) });
        host.calm().await;
        transaction.rollback().await.unwrap();
        let _ = task.output();
    });
    assert_eq!(server.names().last(), Some(&"ROLLBACK"));
}

#[test]
fn nothing_can_be_run_while_a_commit_is_under_way() {
    let (host, server) = Host::new();
    server.always("COMMIT", [Step::Wait(seconds(1)), Step::Usual]);
    let driver = host.driver(Config::default());
    host.run(async {
        let transaction = begin(&driver).await.unwrap();
        let committing = transaction.clone();
        let task = host.spawn(async move { committing.commit().await });
        host.calm().await;
        assert_eq!(refused(transaction.ask("RETURN 1").await).code(), "TransactionEnded");
        assert_eq!(refused(transaction.commit().await).code(), "TransactionEnded");
        assert_eq!(refused(transaction.rollback().await).code(), "TransactionEnded");
        transaction.close().await.unwrap();
        host.sleep(seconds(2)).await;
        task.output().unwrap();
    });
    assert_eq!(server.names(), ["BEGIN", "COMMIT"]);
}

#[test]
fn a_bookmark_of_the_commit_is_the_sessions_next() {
    let (host, server) = Host::new();
    let driver = host.driver(Config::default());
    host.run(async {
        let bookmarks = vec!["given".to_owned()];
        let session = driver.session(SessionConfig { bookmarks, ..SessionConfig::default() }).unwrap();
        for expected in ["given", "bookmark:1"] {
            let transaction = session.begin_transaction(TransactionConfig::default()).await.unwrap();
            assert_eq!(server.last("BEGIN").bookmarks(), [expected]);
            drop(transaction.ask("RETURN 1").await.unwrap());
            transaction.commit().await.unwrap();
        }
        assert_eq!(session.last_bookmarks(), ["bookmark:2"]);
        // Nor does a result within it have one, whatever its metadata.
        let transaction = self::session(&driver).begin_transaction(TransactionConfig::default()).await.unwrap();
        transaction.ask("RETURN 1").await.unwrap().consume().await.unwrap();
        transaction.rollback().await.unwrap();
    });
}
