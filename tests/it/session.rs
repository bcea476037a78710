//! Sessions: chains of transactions, one at a time, on whatever connection is free.

use std::time::Duration;

use neo4j_wasm::value::{Map, Value};
use neo4j_wasm::{AccessMode, Config, ErrorKind, NotificationFilter, SessionConfig, TransactionConfig};

use super::simulated::{
    Ask, Host, Step, begin, counts, failure, fetching, millis, numbers, pool_of, query, refused, seconds, session,
    success,
};

#[test]
fn a_query_says_nothing_that_is_the_default_anyway() {
    let (host, server) = Host::new();
    let driver = host.driver(Config::default());
    host.run(query(&driver, "RETURN 1")).unwrap();
    let run = server.last("RUN");
    assert_eq!((run.query(), run.parameters().len(), run.extra().len()), ("RETURN 1", 0, 0));
    assert_eq!(server.last("PULL").extra(), &Map::from([("n", 1_000)]));
}

#[test]
fn a_query_says_all_that_session_and_transaction_ask_for() {
    let (host, server) = Host::new();
    let driver = host.driver(Config::default());
    let config = SessionConfig {
        access_mode: AccessMode::Read,
        database: Some("movies".to_owned()),
        bookmarks: vec!["one".to_owned(), "two".to_owned()],
        fetch_size: Some(7),
        impersonated_user: Some("alice".to_owned()),
        notifications: NotificationFilter { minimum_severity: Some("OFF".to_owned()), ..Default::default() },
        ..SessionConfig::default()
    };
    let transaction = TransactionConfig { timeout: Some(millis(1_500)), metadata: Map::from([("app", "bakery")]) };
    let expected = Map::from([
        ("bookmarks", Value::from(vec!["one", "two"])),
        ("tx_timeout", Value::from(1_500)),
        ("tx_metadata", Value::from(Map::from([("app", "bakery")]))),
        ("mode", Value::from("r")),
        ("db", Value::from("movies")),
        ("imp_user", Value::from("alice")),
        ("notifications_minimum_severity", Value::from("OFF")),
    ]);
    host.run(async {
        let session = driver.session(config.clone()).unwrap();
        let parameters = Map::from([("name", "Bob")]);
        session.run("RETURN $name", parameters.clone(), transaction.clone()).await.unwrap().consume().await.unwrap();
        let run = server.last("RUN");
        assert_eq!((run.parameters(), run.extra()), (&parameters, &expected));
        assert_eq!(server.last("PULL").integer("n"), Some(7));
        let session = driver.session(config).unwrap();
        let explicit = session.begin_transaction(transaction).await.unwrap();
        assert_eq!(server.last("BEGIN").extra(), &expected);
        drop(explicit.run("RETURN $name", Map::new()).await.unwrap());
        // Within a transaction all has been said.
        assert_eq!(server.last("RUN").extra(), &Map::new());
        explicit.commit().await.unwrap();
    });
}

#[test]
fn a_timeout_is_rounded_up_because_zero_means_none() {
    for (timeout, sent) in [
        (Duration::ZERO, 0),
        (Duration::from_nanos(1), 1),
        (Duration::from_micros(1_001), 2),
        (millis(2), 2),
        (Duration::MAX, i64::MAX),
    ] {
        let (host, server) = Host::new();
        let driver = host.driver(Config::default());
        let config = TransactionConfig { timeout: Some(timeout), ..TransactionConfig::default() };
        host.run(async { session(&driver).run("RETURN 1", Map::new(), config).await.unwrap().consume().await })
            .unwrap();
        assert_eq!(server.last("RUN").integer("tx_timeout"), Some(sent));
    }
}

#[test]
fn each_transaction_waits_for_the_one_before_by_its_bookmark() {
    let (host, server) = Host::new();
    let driver = host.driver(Config::default());
    host.run(async {
        let session = session(&driver);
        assert!(session.last_bookmarks().is_empty());
        session.ask("RETURN 1").await.unwrap().consume().await.unwrap();
        assert_eq!(session.last_bookmarks(), ["bookmark:1"]);
        drop(session.ask("RETURN 2").await.unwrap());
        assert_eq!(server.last("RUN").bookmarks(), ["bookmark:1"]);
        let transaction = session.begin_transaction(TransactionConfig::default()).await.unwrap();
        assert_eq!(server.last("BEGIN").bookmarks(), ["bookmark:2"]);
        drop(transaction.ask("RETURN 3").await.unwrap());
        transaction.commit().await.unwrap();
        assert_eq!(session.last_bookmarks(), ["bookmark:3"]);
        let rolled_back = session.begin_transaction(TransactionConfig::default()).await.unwrap();
        rolled_back.rollback().await.unwrap();
        refused(session.ask("FAIL Neo.ClientError.Statement.SyntaxError").await);
        assert_eq!(session.last_bookmarks(), ["bookmark:3"]);
        drop(session.ask("RETURN 4").await.unwrap());
        assert_eq!(server.last("RUN").bookmarks(), ["bookmark:3"]);
    });
}

#[test]
fn the_first_transaction_waits_for_what_the_session_was_given() {
    let (host, server) = Host::new();
    let driver = host.driver(Config::default());
    let bookmarks = vec!["a".to_owned(), "b".to_owned()];
    host.run(async {
        let session = driver.session(SessionConfig { bookmarks, ..SessionConfig::default() }).unwrap();
        assert_eq!(session.last_bookmarks(), ["a", "b"]);
        session.ask("RETURN 1").await.unwrap().consume().await.unwrap();
        assert_eq!(server.last("RUN").bookmarks(), ["a", "b"]);
        assert_eq!(session.last_bookmarks(), ["bookmark:1"]);
    });
}

#[test]
fn a_server_without_bookmarks_is_fine() {
    let (host, server) = Host::new();
    server.always("PULL", [success([("type", "r")])]);
    let driver = host.driver(Config::default());
    let config = SessionConfig { bookmarks: vec!["a".to_owned()], ..SessionConfig::default() };
    host.run(async {
        let session = driver.session(config).unwrap();
        session.ask("RETURN 1").await.unwrap().consume().await.unwrap();
        assert_eq!(session.last_bookmarks(), ["a"]);
    });
}

#[test]
fn a_second_query_has_the_rest_of_the_first_result_read_into_memory() {
    let (host, server) = Host::new();
    let driver = host.driver(pool_of(1));
    host.run(async {
        let session = driver.session(fetching(3)).unwrap();
        let first = session.ask("ROWS 10").await.unwrap();
        assert_eq!(first.next().await.unwrap().unwrap().get::<i64>("n").unwrap(), 0);
        let second = session.ask("ROWS 2").await.unwrap();
        assert_eq!(server.last("RUN").bookmarks(), ["bookmark:1"]);
        assert_eq!(numbers(&first).await.unwrap(), (1..10).collect::<Vec<_>>());
        assert!(first.consume().await.is_ok());
        assert_eq!(numbers(&second).await.unwrap(), [0, 1]);
        assert_eq!(counts(&driver), (0, 1, 0, 0));
    });
}

#[test]
fn a_second_query_has_the_rest_of_a_result_that_nobody_wants_thrown_away() {
    let (host, server) = Host::new();
    let driver = host.driver(pool_of(1));
    host.run(async {
        let session = driver.session(fetching(3)).unwrap();
        drop(session.ask("ROWS 10").await.unwrap());
        drop(session.ask("ROWS 2").await.unwrap());
        assert_eq!(server.names(), ["RUN", "PULL", "DISCARD", "RUN", "PULL"]);
        assert_eq!(server.last("RUN").bookmarks(), ["bookmark:1"]);
    });
}

#[test]
fn the_failure_of_a_first_result_is_its_readers_and_not_the_second_querys() {
    let (host, _) = Host::new();
    let driver = host.driver(pool_of(1));
    host.run(async {
        let session = driver.session(fetching(3)).unwrap();
        let first = session.ask("ROWS 5 THEN FAIL Neo.ClientError.Statement.ArithmeticError").await.unwrap();
        let second = session.ask("ROWS 2").await.unwrap();
        assert_eq!(numbers(&second).await.unwrap(), [0, 1]);
        for _ in 0..5 {
            assert!(first.next().await.unwrap().is_some());
        }
        assert_eq!(refused(first.next().await).code(), "Neo.ClientError.Statement.ArithmeticError");
    });
}

#[test]
fn an_error_leaves_the_session_usable() {
    let (host, server) = Host::new();
    let driver = host.driver(pool_of(1));
    host.run(async {
        let session = session(&driver);
        for code in ["Neo.ClientError.Statement.SyntaxError", "Neo.TransientError.Transaction.DeadlockDetected"] {
            let error = refused(session.ask(&format!("FAIL {code}")).await);
            assert_eq!((error.kind(), error.code()), (ErrorKind::Server, code));
            assert_eq!(error.message(), format!("The text of {code}"));
            let late = session.ask(&format!("ROWS 1 THEN FAIL {code}")).await.unwrap();
            assert_eq!(refused(late.collect().await).code(), code);
            assert_eq!(refused(late.consume().await).code(), code);
            assert_eq!(numbers(&session.ask("ROWS 2").await.unwrap()).await.unwrap(), [0, 1]);
        }
    });
    assert_eq!(server.sockets(), 1);
}

#[test]
fn a_lost_connection_leaves_the_session_usable() {
    let (host, server) = Host::new();
    let driver = host.driver(pool_of(1));
    host.run(async {
        let session = session(&driver);
        server.once("RUN", [Step::Close(1006, "")]);
        assert!(refused(session.ask("RETURN 1").await).is_retryable());
        session.ask("RETURN 1").await.unwrap().consume().await.unwrap();
        server.once("BEGIN", [Step::Close(1006, "")]);
        refused(session.begin_transaction(TransactionConfig::default()).await);
        session.ask("RETURN 1").await.unwrap().consume().await.unwrap();
    });
}

#[test]
fn a_session_with_a_transaction_open_runs_nothing_else() {
    let (host, server) = Host::new();
    let driver = host.driver(Config::default());
    host.run(async {
        let session = session(&driver);
        let transaction = session.begin_transaction(TransactionConfig::default()).await.unwrap();
        server.forget();
        let error = refused(session.ask("RETURN 1").await);
        assert_eq!((error.kind(), error.code()), (ErrorKind::Transaction, "TransactionOpen"));
        // To someone who has two executeRead at once, too, it says what to do.
        assert!(error.message().contains("executeRead") && error.message().contains("a session for each"), "{error}");
        assert_eq!(refused(session.begin_transaction(TransactionConfig::default()).await).code(), "TransactionOpen");
        let work = async |_| Ok::<_, neo4j_wasm::Error>(());
        let error = refused(session.execute_read(TransactionConfig::default(), work).await);
        assert_eq!(error.code(), "TransactionOpen");
        assert!(server.log().is_empty() && transaction.is_open());
        transaction.commit().await.unwrap();
        drop(session.ask("RETURN 1").await.unwrap());
    });
}

#[test]
fn a_transaction_counts_as_open_until_its_commit_is_done() {
    let (host, server) = Host::new();
    server.always("COMMIT", [Step::Wait(seconds(1)), Step::Usual]);
    let driver = host.driver(Config::default());
    host.run(async {
        let session = session(&driver);
        let transaction = session.begin_transaction(TransactionConfig::default()).await.unwrap();
        let committing = host.spawn(async move { transaction.commit().await });
        host.sleep(millis(500)).await;
        // It would not wait for what is being committed: there is no bookmark yet.
        assert_eq!(refused(session.ask("RETURN 1").await).code(), "TransactionOpen");
        host.sleep(seconds(1)).await;
        committing.output().unwrap();
        drop(session.ask("RETURN 1").await.unwrap());
        assert_eq!(server.last("RUN").bookmarks(), ["bookmark:1"]);
    });
}

#[test]
fn a_transaction_that_ended_in_whatever_way_makes_room_for_the_next() {
    let (host, _) = Host::new();
    let driver = host.driver(pool_of(1));
    host.run(async {
        let session = session(&driver);
        let begin = || session.begin_transaction(TransactionConfig::default());
        begin().await.unwrap().commit().await.unwrap();
        begin().await.unwrap().rollback().await.unwrap();
        begin().await.unwrap().close().await.unwrap();
        drop(begin().await.unwrap());
        let failed = begin().await.unwrap();
        refused(failed.ask("FAIL Neo.ClientError.Statement.SyntaxError").await);
        drop(session.ask("RETURN 1").await.unwrap());
    });
}

#[test]
fn queries_of_several_tasks_on_one_session_go_one_after_the_other() {
    let (host, server) = Host::new();
    server.always("RUN", [Step::Wait(millis(10)), Step::Usual]);
    let driver = host.driver(Config::default());
    host.run(async {
        let session = session(&driver);
        let tasks: Vec<_> = (0..5)
            .map(|number| {
                let session = session.clone();
                host.spawn(async move { numbers(&session.ask(&format!("ROWS {number}")).await?).await })
            })
            .collect();
        host.sleep(seconds(1)).await;
        for (number, task) in tasks.into_iter().enumerate() {
            assert_eq!(task.output().unwrap().len(), number);
        }
    });
    assert_eq!(server.sockets(), 1);
    let bookmarks: Vec<_> = server.all("RUN").iter().map(|run| run.bookmarks().join("")).collect();
    assert_eq!(bookmarks, ["", "bookmark:1", "bookmark:2", "bookmark:3", "bookmark:4"]);
}

#[test]
fn a_session_holds_no_connection_between_its_transactions() {
    let (host, _) = Host::new();
    let driver = host.driver(pool_of(1));
    host.run(async {
        let sessions: Vec<_> = (0..20).map(|_| session(&driver)).collect();
        for _ in 0..2 {
            for session in &sessions {
                numbers(&session.ask("ROWS 3").await.unwrap()).await.unwrap();
            }
        }
    });
}

#[test]
fn a_refused_database_or_user_is_the_servers_word() {
    let (host, server) = Host::new();
    server.once("RUN", [failure("Neo.ClientError.Database.DatabaseNotFound")]);
    server.once("BEGIN", [failure("Neo.ClientError.Security.Forbidden")]);
    let driver = host.driver(Config::default());
    host.run(async {
        assert_eq!(refused(query(&driver, "RETURN 1").await).code(), "Neo.ClientError.Database.DatabaseNotFound");
        let error = refused(begin(&driver).await);
        assert_eq!((error.kind(), error.code()), (ErrorKind::Server, "Neo.ClientError.Security.Forbidden"));
        query(&driver, "RETURN 1").await.unwrap();
    });
    assert_eq!(server.sockets(), 1);
}

#[test]
fn options_that_make_no_sense_are_refused_when_the_session_is_made() {
    let (host, _) = Host::new();
    let driver = host.driver(Config::default());
    for size in [0, -2, i64::MIN] {
        assert_eq!(refused(driver.session(fetching(size))).kind(), ErrorKind::Configuration);
    }
    assert!(driver.session(fetching(-1)).is_ok());
}
