//! Explicit transactions that go wrong, and what is left of them.

use neo4j_wasm::{Config, Error, ErrorKind, TransactionConfig};

use super::simulated::{
    Ask, Host, Step, begin, counts, failure, fetching, for_seeds, millis, numbers, pool_of, query, refused, session,
};

const DEADLOCK: &str = "Neo.TransientError.Transaction.DeadlockDetected";
const SYNTAX: &str = "Neo.ClientError.Statement.SyntaxError";

#[track_caller]
fn assert_failed(error: &Error, code: &str) {
    assert_eq!((error.kind(), error.code()), (ErrorKind::Transaction, "TransactionFailed"), "{error:?}");
    assert_eq!(error.cause().unwrap().code(), code);
    // What it is worth to try again depends on what has gone wrong.
    assert_eq!(error.is_retryable(), code == DEADLOCK);
}

#[test]
fn after_a_failure_nothing_goes_but_rollback() {
    for code in [SYNTAX, DEADLOCK] {
        for late in [false, true] {
            let (host, server) = Host::new();
            let driver = host.driver(pool_of(1));
            host.run(async {
                let transaction = begin(&driver).await.unwrap();
                let error = if late {
                    let result = transaction.ask(&format!("ROWS 1 THEN FAIL {code}")).await.unwrap();
                    refused(result.collect().await)
                } else {
                    refused(transaction.ask(&format!("FAIL {code}")).await)
                };
                assert_eq!((error.code(), error.is_retryable()), (code, code == DEADLOCK));
                assert!(!transaction.is_open());
                assert_failed(&refused(transaction.ask("RETURN 1").await), code);
                assert_failed(&refused(transaction.commit().await), code);
                transaction.rollback().await.unwrap();
                transaction.rollback().await.unwrap();
                transaction.close().await.unwrap();
                // The server has rolled it back already; the connection is there for the next.
                assert_eq!(counts(&driver), (0, 1, 0, 0));
                query(&driver, "RETURN 1").await.unwrap();
            });
            assert_eq!(server.names(), ["BEGIN", "RUN", "PULL", "RESET", "RUN", "PULL"]);
        }
    }
}

#[test]
fn a_server_that_fails_without_a_word_costs_the_query_and_its_connection() {
    const UNKNOWN: &str = "Neo.DatabaseError.General.UnknownError";
    for name in ["RUN", "PULL"] {
        let (host, server) = Host::new();
        let driver = host.driver(pool_of(1));
        host.run(async {
            // Neo4j gives no answer to RUN then, but this one to the PULL behind it, or to the RUN, as it looks from here.
            server.once(name, [Step::Ignored]);
            let error = refused(query(&driver, "RETURN 1").await);
            assert_eq!((error.kind(), error.code(), error.is_retryable()), (ErrorKind::Server, UNKNOWN, false));
            query(&driver, "RETURN 1").await.unwrap();
            let transaction = begin(&driver).await.unwrap();
            server.once(name, [Step::Ignored]);
            let work = async { transaction.ask("RETURN 1").await?.collect().await };
            assert_eq!(refused(work.await).code(), UNKNOWN, "{name}");
            assert_failed(&refused(transaction.commit().await), UNKNOWN);
            assert_eq!(counts(&driver), (0, 0, 0, 0));
            query(&driver, "RETURN 1").await.unwrap();
            // Nobody waits for answers that do not come.
            assert_eq!(host.now(), millis(0));
        });
        assert_eq!((server.sockets(), server.open_sockets(), server.count("RESET")), (3, 1, 0), "{name}");
    }
}

#[test]
fn a_commit_that_is_ignored_may_have_been_done() {
    let (host, server) = Host::new();
    let driver = host.driver(pool_of(1));
    host.run(async {
        let transaction = begin(&driver).await.unwrap();
        server.once("COMMIT", [Step::Ignored]);
        assert_eq!(refused(transaction.commit().await).code(), "CommitUncertain");
        assert_eq!((server.open_sockets(), counts(&driver)), (0, (0, 0, 0, 0)));
    });
}

#[test]
fn a_failure_gives_the_connection_back_whoever_still_holds_a_result() {
    let (host, server) = Host::new();
    let driver = host.driver(pool_of(1));
    host.run(async {
        let session = driver.session(fetching(2)).unwrap();
        let transaction = session.begin_transaction(TransactionConfig::default()).await.unwrap();
        let held = transaction.ask("ROWS 9").await.unwrap();
        assert_eq!(held.next().await.unwrap().unwrap().get::<i64>("n").unwrap(), 0);
        refused(transaction.ask(&format!("FAIL {SYNTAX}")).await);
        assert_eq!(counts(&driver), (0, 1, 0, 0));
        transaction.rollback().await.unwrap();
        drop(session.ask("RETURN 1").await.unwrap());
        // What has come is there to be read; the rest is not, and says why.
        assert_eq!(held.next().await.unwrap().unwrap().get::<i64>("n").unwrap(), 1);
        let error = loop {
            match held.next().await {
                Ok(record) => assert!(record.is_some(), "the result must not look complete"),
                Err(error) => break error,
            }
        };
        assert_eq!(error.code(), SYNTAX);
    });
    assert_eq!(server.sockets(), 1);
}

#[test]
fn what_was_ignored_because_of_a_failure_says_that_failure() {
    for_seeds(40, |seed| {
        let (host, _) = Host::disorderly(seed);
        let driver = host.driver(Config::default());
        host.run(async {
            let session = driver.session(fetching(2)).unwrap();
            let transaction = session.begin_transaction(TransactionConfig::default()).await.unwrap();
            let reading = transaction.ask("ROWS 100").await.unwrap();
            let reader = host.spawn(async move { reading.collect().await.map(|_| ()) });
            let fail = format!("FAIL {DEADLOCK}");
            let ask = |query: &str| {
                let (transaction, query) = (transaction.clone(), query.to_owned());
                host.spawn(async move { numbers(&transaction.ask(&query).await?).await.map(|_| ()) })
            };
            let tasks = [reader, ask(&fail), ask("ROWS 3"), ask("ROWS 4")];
            host.sleep(millis(100)).await;
            for task in tasks {
                if let Err(error) = task.output() {
                    let first = error.cause().unwrap_or(&error);
                    assert_eq!(first.code(), DEADLOCK, "{error:?}");
                    assert!(error.is_retryable());
                }
            }
            assert_failed(&refused(transaction.commit().await), DEADLOCK);
        });
    });
}

#[test]
fn a_commit_behind_a_query_that_fails_says_why() {
    let (host, server) = Host::new();
    server.delay(millis(5));
    let driver = host.driver(pool_of(1));
    host.run(async {
        let transaction = begin(&driver).await.unwrap();
        let running = transaction.clone();
        let task = host.spawn(async move { running.ask(&format!("FAIL {DEADLOCK}")).await.map(|_| ()) });
        host.calm().await;
        let error = refused(transaction.commit().await);
        assert!(error.is_retryable(), "{error:?}");
        assert_eq!(error.cause().unwrap_or(&error).code(), DEADLOCK);
        assert_eq!(refused(task.output()).code(), DEADLOCK);
        assert_eq!(counts(&driver), (0, 1, 0, 0));
    });
}

#[test]
fn a_result_that_fails_while_commit_reads_it_fails_the_commit() {
    let (host, server) = Host::new();
    let driver = host.driver(pool_of(1));
    host.run(async {
        let session = driver.session(fetching(2)).unwrap();
        let transaction = session.begin_transaction(TransactionConfig::default()).await.unwrap();
        let held = transaction.ask(&format!("ROWS 5 THEN FAIL {SYNTAX}")).await.unwrap();
        assert_failed(&refused(transaction.commit().await), SYNTAX);
        assert_eq!(counts(&driver), (0, 1, 0, 0));
        drop(held);
        assert!(session.last_bookmarks().is_empty());
    });
    assert_eq!(server.count("COMMIT"), 0);
}

#[test]
fn a_result_that_fails_while_rollback_throws_it_away_does_not_matter() {
    let (host, server) = Host::new();
    let driver = host.driver(pool_of(1));
    host.run(async {
        let session = driver.session(fetching(2)).unwrap();
        let transaction = session.begin_transaction(TransactionConfig::default()).await.unwrap();
        drop(transaction.ask(&format!("ROWS 5 THEN FAIL {SYNTAX}")).await.unwrap());
        transaction.rollback().await.unwrap();
        host.calm().await;
    });
    assert_eq!(server.names(), ["BEGIN", "RUN", "PULL", "DISCARD", "RESET"]);
}

#[test]
fn a_refused_commit_is_the_servers_word() {
    for code in ["Neo.ClientError.Schema.ConstraintValidationFailed", DEADLOCK] {
        let (host, server) = Host::new();
        server.once("COMMIT", [failure(code)]);
        let driver = host.driver(pool_of(1));
        host.run(async {
            let session = session(&driver);
            let transaction = session.begin_transaction(TransactionConfig::default()).await.unwrap();
            let error = refused(transaction.commit().await);
            assert_eq!((error.kind(), error.code()), (ErrorKind::Server, code));
            assert_eq!(error.is_retryable(), code == DEADLOCK);
            assert!(session.last_bookmarks().is_empty() && !transaction.is_open());
            drop(session.ask("RETURN 1").await.unwrap());
        });
        assert_eq!(server.names(), ["BEGIN", "COMMIT", "RESET", "RUN", "PULL"]);
    }
}

#[test]
fn a_lost_commit_is_uncertain() {
    for end in [Step::Close(1000, ""), Step::Close(1006, ""), Step::Raw(vec![0, 1, 0xFF, 0, 0])] {
        let (host, server) = Host::new();
        server.once("COMMIT", [end, Step::Silence]);
        let driver = host.driver(Config::default());
        host.run(async {
            let transaction = begin(&driver).await.unwrap();
            let error = refused(transaction.commit().await);
            assert_eq!((error.kind(), error.code()), (ErrorKind::CommitUncertain, "CommitUncertain"));
            assert!(!error.is_retryable() && error.cause().is_some());
            assert!(!transaction.is_open());
            assert_eq!(refused(transaction.commit().await).code(), "TransactionFailed");
        });
    }
}

#[test]
fn a_commit_that_could_not_even_be_sent_is_not_uncertain() {
    let (host, server) = Host::new();
    let driver = host.driver(Config::default());
    host.run(async {
        let transaction = begin(&driver).await.unwrap();
        server.close_all(1006, "");
        host.calm().await;
        let error = refused(transaction.commit().await);
        assert_eq!((error.code(), error.is_retryable()), ("ConnectionClosed", true));
    });
    assert_eq!(server.count("COMMIT"), 0);
}

#[test]
fn an_answer_to_commit_counts_although_the_connection_is_lost_right_behind_it() {
    let (host, server) = Host::new();
    server.once("COMMIT", [failure(DEADLOCK), Step::Close(1006, "")]);
    server.once("COMMIT", [Step::Usual, Step::Close(1000, "")]);
    let driver = host.driver(Config::default());
    host.run(async {
        // The task comes to look at the answer only when the connection is gone.
        let refused_commit = slow_commit(&host, &driver).await;
        let error = refused(refused_commit);
        assert_eq!((error.kind(), error.code()), (ErrorKind::Server, DEADLOCK), "{error:?}");
        slow_commit(&host, &driver).await.unwrap();
    });
}

/// Commits in a task that is so busy that it looks at the answer late.
async fn slow_commit(host: &Host, driver: &neo4j_wasm::Driver) -> Result<(), Error> {
    let transaction = begin(driver).await?;
    let mut committing = Box::pin(async move { transaction.commit().await });
    let first = std::future::poll_fn(|context| std::task::Poll::Ready(committing.as_mut().poll(context))).await;
    assert!(first.is_pending());
    host.sleep(millis(1)).await;
    committing.await
}

#[test]
fn a_transaction_on_a_lost_connection_says_so_and_rollback_cannot_be_answered() {
    let (host, server) = Host::new();
    let driver = host.driver(Config::default());
    host.run(async {
        let transaction = begin(&driver).await.unwrap();
        server.close_all(1006, "");
        host.calm().await;
        assert_eq!(refused(transaction.rollback().await).code(), "ConnectionClosed");
        transaction.close().await.unwrap();
        let transaction = begin(&driver).await.unwrap();
        server.close_all(1006, "");
        host.calm().await;
        assert_eq!(refused(transaction.ask("RETURN 1").await).code(), "ConnectionClosed");
        // It has failed by that, and whoever asks is told why.
        transaction.rollback().await.unwrap();
        assert_eq!(refused(transaction.commit().await).cause().unwrap().code(), "ConnectionClosed");
        query(&driver, "RETURN 1").await.unwrap();
    });
}

#[test]
fn a_call_that_was_given_up_ends_the_transaction() {
    for name in ["RUN", "COMMIT", "ROLLBACK"] {
        let (host, server) = Host::new();
        server.once(name, [Step::Hang]);
        let driver = host.driver(pool_of(1));
        host.run(async {
            let transaction = begin(&driver).await.unwrap();
            let calling = transaction.clone();
            let task = host.spawn(async move {
                let _ = match name {
                    "RUN" => calling.ask("RETURN 1").await.map(|_| ()),
                    "COMMIT" => calling.commit().await,
                    _ => calling.rollback().await,
                };
            });
            host.calm().await;
            task.abort();
            assert!(!transaction.is_open());
            let error = refused(transaction.ask("RETURN 1").await);
            assert_failed(&error, "TransactionAbandoned");
            transaction.rollback().await.unwrap();
            query(&driver, "RETURN 1").await.unwrap();
        });
        assert_eq!((server.count("RESET"), server.sockets()), (1, 1));
    }
}

#[test]
fn a_begin_that_was_given_up_gives_the_connection_back() {
    let (host, server) = Host::new();
    server.once("BEGIN", [Step::Hang]);
    let driver = host.driver(pool_of(1));
    host.run(async {
        let session = session(&driver);
        let beginning = session.clone();
        let task = host.spawn(async move { beginning.begin_transaction(TransactionConfig::default()).await });
        host.calm().await;
        task.abort();
        assert_eq!(counts(&driver), (0, 1, 0, 0));
        session.begin_transaction(TransactionConfig::default()).await.unwrap().commit().await.unwrap();
    });
    assert_eq!(server.names(), ["BEGIN", "RESET", "BEGIN", "COMMIT"]);
}

#[test]
fn an_end_that_was_given_up_while_it_waits_for_results_gives_the_connection_back() {
    for commits in [true, false] {
        let (host, server) = Host::new();
        server.after(1, "PULL", [Step::Hang]);
        let driver = host.driver(pool_of(1));
        host.run(async {
            let session = driver.session(fetching(2)).unwrap();
            let transaction = session.begin_transaction(TransactionConfig::default()).await.unwrap();
            let done = transaction.ask("ROWS 2").await.unwrap();
            let held = transaction.ask("ROWS 9").await.unwrap();
            let ending = transaction.clone();
            let task = host.spawn(async move {
                let _ = if commits { ending.commit().await } else { ending.rollback().await };
            });
            host.calm().await;
            task.abort();
            // Whoever still holds a result: the connection goes back, and they are told.
            assert_eq!((counts(&driver), transaction.is_open()), ((0, 1, 0, 0), false));
            query(&driver, "RETURN 1").await.unwrap();
            assert_eq!(refused(held.next().await).code(), "TransactionAbandoned");
            drop(done);
        });
        assert_eq!((server.count("RESET"), server.sockets()), (1, 1));
    }
}
