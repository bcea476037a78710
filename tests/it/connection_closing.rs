//! How a connection ends: by the server, by the driver, by accident. Whoever waits is told at once.

use neo4j_wasm::{Config, Error, ErrorKind, TransactionConfig};

use super::simulated::{Ask, Host, Step, begin, counts, fetching, millis, query, refused, seconds, session};

#[test]
fn a_clean_close_with_requests_pending_fails_them_at_once() {
    for name in ["RUN", "PULL", "BEGIN", "COMMIT", "ROLLBACK"] {
        for (code, reason) in [(1000, ""), (1000, "bye"), (1001, "shutting down"), (1006, "")] {
            let (host, server) = Host::new();
            server.always(name, [Step::Close(code, reason)]);
            let driver = host.driver(Config::default());
            host.run(async {
                let work = async {
                    let transaction = begin(&driver).await?;
                    transaction.ask("RETURN 1").await?.consume().await?;
                    if name == "ROLLBACK" { transaction.rollback().await } else { transaction.commit().await }
                };
                let error = refused::<()>(work.await);
                let lost = if name == "COMMIT" { error.cause().unwrap() } else { &error };
                assert_eq!((lost.kind(), lost.code()), (ErrorKind::Connection, "ConnectionClosed"), "{name}");
                assert!(lost.message().contains(&code.to_string()) && lost.message().contains(reason), "{lost}");
                assert_eq!(host.now(), millis(0));
                assert_eq!(counts(&driver), (0, 0, 0, 0));
            });
        }
    }
}

#[test]
fn everything_under_way_on_a_lost_connection_is_told() {
    let (host, server) = Host::new();
    server.after(1, "RUN", [Step::Hang]);
    let driver = host.driver(Config::default());
    host.run(async {
        let transaction = begin(&driver).await.unwrap();
        let first = transaction.ask("ROWS 5000").await.unwrap();
        let reading = host.spawn(async move { first.collect().await });
        let (running, other) = (transaction.clone(), transaction.clone());
        let second = host.spawn(async move { running.ask("RETURN 1").await.map(|_| ()) });
        let third = host.spawn(async move { other.ask("RETURN 2").await.map(|_| ()) });
        host.calm().await;
        assert!(!reading.is_done() && !second.is_done() && !third.is_done());
        server.close_all(1006, "");
        host.calm().await;
        let codes = [refused(reading.output()), refused(second.output()), refused(third.output())];
        assert!(codes.iter().all(|error| error.code() == "ConnectionClosed" && error.is_retryable()), "{codes:?}");
    });
}

#[test]
fn records_that_came_before_the_connection_was_lost_are_handed_out_first() {
    let (host, server) = Host::new();
    server.after(1, "PULL", [Step::Close(1006, "")]);
    let driver = host.driver(Config::default());
    host.run(async {
        let session = driver.session(fetching(3)).unwrap();
        let result = session.ask("ROWS 9").await.unwrap();
        for number in 0..3 {
            assert_eq!(result.next().await.unwrap().unwrap().get::<i64>("n").unwrap(), number);
        }
        assert_eq!(refused(result.next().await).code(), "ConnectionClosed");
        // And it stays that way.
        assert_eq!(refused(result.next().await).code(), "ConnectionClosed");
        assert_eq!(refused(result.consume().await).code(), "ConnectionClosed");
    });
}

#[test]
fn garbage_in_the_middle_of_a_result_ends_the_connection_and_says_so() {
    for garbage in [&[0, 1, 0xFF, 0, 0][..], &[0, 2, 0xB1, 0x00, 0, 0], &[0, 3, 0xB1, 0x71, 0x01, 0, 0]] {
        let (host, server) = Host::new();
        server.once("PULL", [Step::Raw(garbage.to_vec()), Step::Silence]);
        let driver = host.driver(Config::default());
        host.run(async {
            let error: Error = refused(query(&driver, "RETURN 1").await);
            assert_eq!(error.kind(), ErrorKind::Protocol);
            assert!(!error.is_retryable() && error.message().contains("localhost:7687"), "{error}");
            host.calm().await;
            assert_eq!((server.open_sockets(), counts(&driver)), (0, (0, 0, 0, 0)));
            query(&driver, "RETURN 1").await.unwrap();
        });
    }
}

#[test]
fn an_answer_that_nobody_asked_for_ends_the_connection_before_anyone_gets_it() {
    let (host, server) = Host::new();
    let driver = host.driver(Config::default());
    host.run(async {
        query(&driver, "RETURN 1").await.unwrap();
        server.say(0, &[0, 3, 0xB1, 0x70, 0xA0, 0, 0]);
        host.calm().await;
        query(&driver, "RETURN 1").await.unwrap();
        assert_eq!((server.sockets(), server.open_sockets()), (2, 1));
    });
}

#[test]
fn a_connection_that_the_server_has_closed_while_idle_is_not_handed_out() {
    for (code, reason) in [(1000, ""), (1001, "restart"), (1006, "")] {
        let (host, server) = Host::new();
        let driver = host.driver(Config::default());
        host.run(async {
            query(&driver, "RETURN 1").await.unwrap();
            server.close_all(code, reason);
            host.calm().await;
            assert_eq!(counts(&driver), (0, 0, 0, 0), "what is closed does not wait to be used");
            query(&driver, "RETURN 1").await.unwrap();
            assert_eq!(server.sockets(), 2);
        });
    }
}

#[test]
fn a_driver_says_goodbye_when_it_closes_a_connection() {
    let (host, server) = Host::new();
    let driver = host.driver(Config { max_connection_lifetime: seconds(1), ..Config::default() });
    host.run(async {
        let idle = begin(&driver).await.unwrap();
        let busy = begin(&driver).await.unwrap();
        idle.rollback().await.unwrap();
        driver.close().await;
        drop(busy);
        assert_eq!(host.now(), millis(0));
    });
    for peer in 0..2 {
        // The socket is closed behind it, and not before.
        let names = server.names_of(peer);
        assert!(names.ends_with(&["GOODBYE"]) || names.ends_with(&["GOODBYE", "CLOSE"]), "{names:?}");
    }
    assert_eq!(server.open_sockets(), 0);
}

#[test]
fn nothing_is_said_on_a_connection_that_is_lost() {
    let (host, server) = Host::new();
    let driver = host.driver(Config::default());
    host.run(async {
        let transaction = begin(&driver).await.unwrap();
        server.close_all(1006, "");
        host.calm().await;
        server.forget();
        assert_eq!(refused(transaction.ask("RETURN 1").await).code(), "ConnectionClosed");
        assert_eq!(refused(transaction.commit().await).cause().unwrap().code(), "ConnectionClosed");
        driver.close().await;
    });
    assert!(server.names().is_empty());
}

#[test]
fn closing_does_not_wait_long_for_a_socket_that_does_not_close() {
    let (host, server) = Host::new();
    server.always("GOODBYE", [Step::Silence]);
    let driver = host.driver(Config::default());
    host.run(async {
        query(&driver, "RETURN 1").await.unwrap();
        driver.close().await;
        assert!(host.now() <= seconds(1), "{:?}", host.now());
        assert_eq!(counts(&driver), (0, 0, 0, 0));
    });
}

#[test]
fn dropping_the_last_handle_closes_every_socket() {
    let (host, server) = Host::new();
    let driver = host.driver(Config::default());
    host.run(async {
        let transaction = begin(&driver).await.unwrap();
        query(&driver, "RETURN 1").await.unwrap();
        drop(driver);
        host.calm().await;
        assert_eq!(server.open_sockets(), 2, "a transaction keeps its driver");
        drop(transaction);
        host.calm().await;
        assert_eq!(server.open_sockets(), 0);
    });
}

#[test]
fn a_socket_that_takes_no_more_is_a_lost_connection() {
    let (host, server) = Host::new();
    let driver = host.driver(Config::default());
    host.run(async {
        let session = session(&driver);
        session.ask("RETURN 1").await.unwrap().consume().await.unwrap();
        let reason = refused(host.driver_for("nonsense", Config::default()));
        server.refuse_sends(reason.clone());
        session.ask("RETURN 2").await.unwrap().consume().await.unwrap();
        assert_eq!((server.sockets(), counts(&driver)), (2, (0, 1, 0, 0)), "nothing was sent: another one will do");
        let transaction = session.begin_transaction(TransactionConfig::default()).await.unwrap();
        server.refuse_sends(reason.clone());
        assert_eq!(refused(transaction.ask("RETURN 3").await).message(), reason.message());
        assert_eq!(counts(&driver), (0, 0, 0, 0));
    });
}

#[test]
fn a_message_that_is_not_made_of_bytes_ends_the_connection() {
    for name in ["CONNECT", "LOGON", "PULL"] {
        let (host, server) = Host::new();
        let open = (name == "CONNECT").then_some(Step::Open);
        let first: Vec<_> = open.into_iter().chain([Step::Alien("text"), Step::Silence]).collect();
        server.always(name, first);
        let driver = host.driver(Config::default());
        host.run(async {
            let error = refused(query(&driver, "RETURN 1").await);
            assert_eq!((error.kind(), error.code()), (ErrorKind::Protocol, "ProtocolViolation"), "{name}");
            assert!(error.message().contains("a WebSocket message of text") && !error.is_retryable(), "{error}");
            assert_eq!((counts(&driver), host.now()), ((0, 0, 0, 0), millis(0)));
        });
        assert_eq!(server.sockets(), 1);
    }
}
