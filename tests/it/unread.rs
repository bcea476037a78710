//! Results of auto-commit queries that nobody reads: what they write is written all the same, what fails is told, and a
//! read that is given up midway is still a query that is cancelled.

use neo4j_wasm::value::Map;
use neo4j_wasm::{AccessMode, BookmarkManager, Config, SessionConfig, TransactionConfig};

use super::simulated::{
    Ask, Host, Step, Table, counts, fetching, for_polls, millis, numbers, one_connection, query, refused, seconds,
    session,
};

const CONSTRAINT: &str = "Neo.ClientError.Schema.ConstraintValidationFailed";

fn failing() -> Table {
    Table { failure: Some(CONSTRAINT.to_owned()), ..Table::nothing() }
}

#[test]
fn a_thousand_unread_writes_in_sessions_that_are_dropped_at_once_are_all_written() {
    let (host, server) = Host::new();
    server.delay(millis(1));
    let driver = host.driver(Config::default());
    host.run(async {
        let tasks: Vec<_> = (0..1_000)
            .map(|_| {
                let driver = driver.clone();
                host.spawn(async move { session(&driver).ask("NOTHING").await.map(drop) })
            })
            .collect();
        host.sleep(seconds(10)).await;
        assert!(tasks.into_iter().all(|task| task.output().is_ok()));
        assert_eq!(counts(&driver).0, 0);
    });
    assert_eq!((server.count("RUN"), server.count("PULL"), server.count("RESET")), (1_000, 1_000, 0));
    assert_eq!(host.warnings(), [""; 0]);
}

#[test]
fn the_rest_of_a_long_result_is_discarded_whether_or_not_some_of_it_was_read() {
    for read in [0, 1, 3] {
        let (host, server, driver) = one_connection();
        host.run(async {
            let result = driver.session(fetching(2)).unwrap().ask("ROWS 9").await.unwrap();
            for _ in 0..read {
                assert!(result.next().await.unwrap().is_some());
            }
            drop(result);
            host.calm().await;
            assert_eq!(counts(&driver), (0, 1, 0, 0));
        });
        assert_eq!(server.names().last(), Some(&"DISCARD"), "{:?}", server.names());
        assert_eq!(server.count("RESET"), 0);
    }
}

#[test]
fn the_session_can_be_used_while_a_dropped_result_comes_to_its_end() {
    let (host, server, driver) = one_connection();
    server.once("PULL", [Step::Wait(seconds(1)), Step::Usual]);
    host.run(async {
        let session = driver.session(fetching(2)).unwrap();
        drop(session.ask("ROWS 9").await.unwrap());
        assert_eq!(numbers(&session.ask("ROWS 2").await.unwrap()).await.unwrap(), [0, 1]);
        assert_eq!(session.last_bookmarks(), ["bookmark:2"]);
        session.close().await.unwrap();
    });
    assert_eq!(server.names(), ["RUN", "PULL", "DISCARD", "RUN", "PULL"]);
}

#[test]
fn a_failure_is_told_to_whoever_closes_the_session_and_else_on_the_console() {
    for (closes, warnings) in [(true, 0), (false, 1)] {
        let (host, server, driver) = one_connection();
        server.results_in("CREATE", failing());
        server.once("PULL", [Step::Wait(seconds(1)), Step::Usual]);
        host.run(async {
            let session = session(&driver);
            drop(session.ask("CREATE").await.unwrap());
            if closes {
                assert_eq!(refused(session.close().await).code(), CONSTRAINT);
            }
            drop(session);
            host.sleep(seconds(2)).await;
            let said = host.warnings();
            assert_eq!(said.len(), warnings, "{said:?}");
            assert!(said.iter().all(|text| text.contains(CONSTRAINT)), "{said:?}");
            assert_eq!(query(&driver, "ROWS 1").await.unwrap(), [0]);
        });
        assert_eq!(host.warnings(), [""; 0]);
    }
}

#[test]
fn what_a_closed_driver_cuts_off_is_told_on_the_console() {
    let (host, server, driver) = one_connection();
    server.once("PULL", [Step::Wait(seconds(1)), Step::Usual]);
    host.run(async {
        drop(session(&driver).ask("NOTHING").await.unwrap());
        driver.close().await;
        host.sleep(seconds(2)).await;
    });
    let said = host.warnings();
    assert!(said.len() == 1 && said[0].contains("DriverClosed"), "{said:?}");
    assert_eq!(host.tasks(), 0);
}

#[test]
fn a_failure_that_was_told_is_not_told_again_on_the_console() {
    let (host, server, driver) = one_connection();
    server.results_in("CREATE", failing());
    host.run(async {
        let session = session(&driver);
        assert_eq!(refused(session.ask("CREATE").await.unwrap().consume().await).code(), CONSTRAINT);
        let done = session.run_to_end("CREATE", Map::new(), TransactionConfig::default()).await;
        assert_eq!(refused(done).code(), CONSTRAINT);
    });
    assert_eq!(host.warnings(), [""; 0]);
}

#[test]
fn a_bookmark_manager_hears_of_what_nobody_has_read() {
    let (host, server, driver) = one_connection();
    let manager = BookmarkManager::new([]);
    host.run(async {
        let shared = || SessionConfig { bookmark_manager: Some(manager.clone()), ..SessionConfig::default() };
        drop(driver.session(shared()).unwrap().ask("NOTHING").await.unwrap());
        host.calm().await;
        let after = driver.session(shared()).unwrap();
        numbers(&after.ask("ROWS 1").await.unwrap()).await.unwrap();
    });
    assert_eq!(server.last("RUN").bookmarks(), ["bookmark:1"]);
}

#[test]
fn a_read_that_is_given_up_midway_cancels_the_query() {
    let (host, server, driver) = one_connection();
    server.once("PULL", [Step::Wait(seconds(60)), Step::Usual]);
    host.run(async {
        let search = async { session(&driver).ask("ROWS 9").await?.collect().await };
        assert!(for_polls(5, search).await.is_none());
        host.calm().await;
        assert_eq!(counts(&driver), (0, 1, 0, 0));
    });
    assert_eq!(server.names(), ["RUN", "PULL", "RESET"]);
    assert_eq!(host.warnings(), [""; 0]);
}

#[test]
fn what_only_reads_is_given_up() {
    let (host, server, driver) = one_connection();
    server.once("PULL", [Step::Wait(seconds(60)), Step::Usual]);
    host.run(async {
        let reading = SessionConfig { access_mode: AccessMode::Read, ..SessionConfig::default() };
        drop(driver.session(reading).unwrap().ask("ROWS 9").await.unwrap());
        host.calm().await;
        assert_eq!(counts(&driver), (0, 1, 0, 0));
    });
    assert_eq!(server.names(), ["RUN", "PULL", "RESET"]);
}
