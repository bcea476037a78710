//! Sessions that end: what was started is done, what is left is given up, and whoever is concerned is told.

use neo4j_wasm::{Config, ErrorKind, TransactionConfig};

use super::simulated::{
    Ask, Host, Step, Table, counts, failure, fetching, millis, numbers, one_connection, pool_of, query, refused,
    seconds, session,
};

#[test]
fn a_closed_session_runs_nothing() {
    let (host, server) = Host::new();
    let driver = host.driver(Config::default());
    host.run(async {
        let session = session(&driver);
        assert!(session.is_open());
        session.close().await.unwrap();
        session.close().await.unwrap();
        assert!(!session.is_open());
        let error = refused(session.ask("RETURN 1").await);
        assert_eq!((error.kind(), error.code()), (ErrorKind::Usage, "SessionClosed"));
        assert_eq!(refused(session.begin_transaction(TransactionConfig::default()).await).code(), "SessionClosed");
    });
    assert_eq!(server.sockets(), 0);
}

#[test]
fn closing_waits_for_the_query_that_is_under_way_and_lets_its_connection_go() {
    let (host, server, driver) = one_connection();
    server.once("RUN", [Step::Wait(seconds(1)), Step::Usual]);
    host.run(async {
        let session = driver.session(fetching(2)).unwrap();
        let running = session.clone();
        let task = host.spawn(async move { running.ask("ROWS 2").await });
        host.calm().await;
        session.close().await.unwrap();
        assert!(host.now() >= seconds(1));
        assert_eq!(counts(&driver), (0, 1, 0, 0));
        // All of it was on its way, so nothing is lost.
        assert_eq!(numbers(&task.output().unwrap()).await.unwrap(), [0, 1]);
        assert_eq!(session.last_bookmarks(), ["bookmark:1"]);
    });
    assert_eq!(server.count("RESET"), 0);
}

#[test]
fn queries_that_were_started_before_the_session_was_closed_are_done() {
    let (host, server, driver) = one_connection();
    host.run(async {
        let session = session(&driver);
        let tasks: Vec<_> = (0..3)
            .map(|_| {
                let session = session.clone();
                host.spawn(async move { session.ask("RETURN 1").await.map(|_| ()) })
            })
            .collect();
        host.calm().await;
        session.close().await.unwrap();
        assert!(tasks.into_iter().all(|task| task.output().is_ok()));
        assert_eq!(refused(session.ask("RETURN 1").await).code(), "SessionClosed");
    });
    assert_eq!(server.count("RUN"), 3);
}

#[test]
fn closing_gives_up_a_long_result_that_somebody_has_and_says_so_to_them() {
    let (host, server, driver) = one_connection();
    host.run(async {
        let session = driver.session(fetching(2)).unwrap();
        let unread = session.ask("ROWS 5").await.unwrap();
        session.close().await.unwrap();
        assert_eq!(refused(numbers(&unread).await).code(), "ResultOutOfScope");
        assert_eq!(session.last_bookmarks(), ["bookmark:1"]);
    });
    assert_eq!(server.names(), ["RUN", "PULL", "DISCARD"]);
}

#[test]
fn closing_a_session_is_no_error_when_its_connection_is_gone() {
    let (host, server, driver) = one_connection();
    host.run(async {
        let lost = session(&driver);
        let _transaction = lost.begin_transaction(TransactionConfig::default()).await.unwrap();
        server.close_all(1006, "");
        host.calm().await;
        lost.close().await.unwrap();
        let session = session(&driver);
        let _transaction = session.begin_transaction(TransactionConfig::default()).await.unwrap();
        driver.close().await;
        session.close().await.unwrap();
    });
}

#[test]
fn closing_gives_up_a_result_that_nobody_has() {
    let (host, server, driver) = one_connection();
    host.run(async {
        let session = driver.session(fetching(2)).unwrap();
        drop(session.ask("ROWS 5").await.unwrap());
        session.close().await.unwrap();
        assert_eq!(counts(&driver), (0, 1, 0, 0));
    });
    assert_eq!(server.names(), ["RUN", "PULL", "DISCARD"]);
}

#[test]
fn closing_tells_what_went_wrong_with_a_query_whose_end_nobody_has_waited_for() {
    let code = "Neo.ClientError.Schema.ConstraintValidationFailed";
    let (host, server, driver) = one_connection();
    server.results_in("CREATE", Table { failure: Some(code.to_owned()), ..Table::nothing() });
    host.run(async {
        let session = session(&driver);
        drop(session.ask("CREATE").await.unwrap());
        assert_eq!(refused(session.close().await).code(), code);
        session.close().await.unwrap();
        assert!(!session.is_open());
    });
}

#[test]
fn closing_does_not_tell_twice_what_a_reader_will_be_told() {
    let code = "Neo.ClientError.Schema.ConstraintValidationFailed";
    let (host, server, driver) = one_connection();
    server.results_in("CREATE", Table { failure: Some(code.to_owned()), ..Table::nothing() });
    server.once("PULL", [Step::Wait(seconds(1)), Step::Usual]);
    host.run(async {
        let session = session(&driver);
        let result = session.ask("CREATE").await.unwrap();
        let reader = host.spawn(async move { result.consume().await.map(drop) });
        host.sleep(millis(1)).await;
        session.close().await.unwrap();
        assert_eq!(refused(reader.output()).code(), code);
    });
}

#[test]
fn closing_rolls_an_open_transaction_back() {
    let (host, server, driver) = one_connection();
    host.run(async {
        let session = session(&driver);
        let transaction = session.begin_transaction(TransactionConfig::default()).await.unwrap();
        let result = transaction.ask("ROWS 3000").await.unwrap();
        session.close().await.unwrap();
        assert_eq!(server.names(), ["BEGIN", "RUN", "PULL", "DISCARD", "ROLLBACK"]);
        assert!(!transaction.is_open());
        let error = refused(transaction.ask("RETURN 1").await);
        assert_eq!((error.kind(), error.code()), (ErrorKind::Transaction, "TransactionEnded"));
        assert!(error.message().contains("rolled back, because its session was closed"), "{error}");
        assert_eq!(counts(&driver), (0, 1, 0, 0));
        drop(result);
    });
}

#[test]
fn a_result_outlives_its_session() {
    let (host, server, driver) = one_connection();
    host.run(async {
        let result = driver.session(fetching(2)).unwrap().ask("ROWS 5").await.unwrap();
        assert_eq!(numbers(&result).await.unwrap().len(), 5);
        assert_eq!(counts(&driver), (0, 1, 0, 0));
    });
    assert_eq!(server.count("RESET"), 0);
}

#[test]
fn closing_tells_an_error_once_and_only_if_nobody_has_been_told() {
    for read in [true, false] {
        let (host, server, driver) = one_connection();
        server.always("PULL", [failure("Neo.ClientError.Statement.ArithmeticError")]);
        host.run(async {
            let session = session(&driver);
            let result = session.ask("RETURN 1").await.unwrap();
            if read {
                refused(result.next().await);
            }
            drop(result);
            assert_eq!(session.close().await.is_ok(), read);
            session.close().await.unwrap();
        });
    }
}

#[test]
fn closing_tells_what_went_wrong_with_an_earlier_query_too_unless_it_was_heard() {
    for heard in [false, true] {
        let (host, server, driver) = one_connection();
        server.after(1, "PULL", [failure("Neo.ClientError.Statement.ArithmeticError")]);
        host.run(async {
            let session = session(&driver);
            drop(session.ask("RETURN 1").await.unwrap());
            let failing = session.ask("RETURN 2").await.unwrap();
            drop(session.ask("RETURN 3").await.unwrap());
            if heard {
                refused(failing.collect().await);
            }
            drop(failing);
            assert_eq!(session.close().await.is_ok(), heard);
            assert_eq!((session.is_open(), counts(&driver)), (false, (0, 1, 0, 0)));
        });
    }
}

#[test]
fn a_transaction_says_why_it_is_rolled_back_while_its_session_is_being_closed() {
    let (host, server, driver) = one_connection();
    server.delay(millis(5));
    host.run(async {
        let session = session(&driver);
        let transaction = session.begin_transaction(TransactionConfig::default()).await.unwrap();
        let closing = host.spawn(async move { session.close().await });
        host.sleep(millis(1)).await;
        let error = refused(transaction.ask("RETURN 1").await);
        assert!(error.message().contains("rolled back, because its session was closed"), "{error}");
        host.sleep(millis(20)).await;
        closing.output().unwrap();
    });
    assert_eq!(server.names(), ["BEGIN", "ROLLBACK"]);
}

#[test]
fn closing_waits_for_a_commit_that_is_under_way() {
    let (host, server, driver) = one_connection();
    server.once("COMMIT", [Step::Wait(seconds(5)), Step::Usual]);
    host.run(async {
        let session = session(&driver);
        let transaction = session.begin_transaction(TransactionConfig::default()).await.unwrap();
        let committing = host.spawn(async move { transaction.commit().await });
        host.sleep(seconds(1)).await;
        session.close().await.unwrap();
        assert_eq!(host.now(), seconds(5));
        committing.output().unwrap();
        assert_eq!(session.last_bookmarks(), ["bookmark:1"]);
    });
}

#[test]
fn closing_does_not_wait_for_ever_for_the_end_of_a_transaction() {
    for mute in ["ROLLBACK", "DISCARD", "RUN"] {
        let (host, server) = Host::new();
        server.once(mute, [Step::Hang]);
        let driver = host.driver(Config { connection_timeout: seconds(7), ..pool_of(1) });
        host.run(async {
            let session = driver.session(fetching(2)).unwrap();
            let transaction = session.begin_transaction(TransactionConfig::default()).await.unwrap();
            let running = transaction.clone();
            let task = host.spawn(async move { running.ask("ROWS 5").await.map(drop) });
            host.calm().await;
            session.close().await.unwrap();
            assert_eq!((host.now().as_secs(), counts(&driver)), (7, (0, 1, 0, 0)), "{mute}");
            host.calm().await;
            assert_eq!(task.output().is_ok(), mute != "RUN");
            assert_eq!(refused(transaction.commit().await).code(), "TransactionFailed");
            query(&driver, "RETURN 1").await.unwrap();
        });
    }
}
