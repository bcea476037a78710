//! The first requests of whoever opens a connection: they leave with its login, and with the handshake where the version
//! is known. How many round trips that takes, and that nothing is lost or done twice when it goes wrong.

use neo4j_wasm::value::{Map, Uuid, Value};
use neo4j_wasm::{
    AccessMode, AuthToken, Config, Driver, ErrorKind, Result, SessionConfig, Transaction, TransactionConfig,
};

use super::simulated::cluster::{Cluster, table, work};
use super::simulated::{
    Ask, Host, Server, Step, begin, counts, execute_query, execute_query_in, failure, millis, numbers, pool_of, query,
    refused, seconds, session,
};

const UNAUTHORIZED: &str = "Neo.ClientError.Security.Unauthorized";

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Way {
    /// Auto-commit, and may write.
    Run,
    Read,
    Write,
    Managed,
    Explicit,
}

pub(super) const WAYS: [Way; 5] = [Way::Run, Way::Read, Way::Write, Way::Managed, Way::Explicit];

impl Way {
    pub(super) async fn work(self, driver: &Driver) -> Result<Vec<i64>> {
        match self {
            Self::Run => query(driver, "ROWS 2").await,
            Self::Read => execute_query_in(driver, AccessMode::Read, "ROWS 2").await,
            Self::Write => execute_query(driver, "ROWS 2").await,
            Self::Managed => {
                let work = async |transaction: Transaction| numbers(&transaction.ask("ROWS 2").await?).await;
                session(driver).execute_write(TransactionConfig::default(), work).await
            }
            Self::Explicit => {
                let transaction = begin(driver).await?;
                let read = numbers(&transaction.ask("ROWS 2").await?).await?;
                transaction.commit().await.map(|()| read)
            }
        }
    }
}

/// Knows what the server speaks, or what it used to.
pub(super) fn knowing(version: &str) -> Config {
    Config { bolt_version: Some(version.to_owned()), max_retry_time: seconds(0), ..pool_of(5) }
}

fn sends(server: &Server) -> Vec<Vec<&'static str>> {
    server.sends().into_iter().map(|send| send.requests).collect()
}

/// How many round trips it takes over a WebSocket, at a hundred milliseconds each: one of them opens the TCP connection,
/// which here takes no time.
async fn round_trips(host: &Host, work: impl Future<Output = Result<Vec<i64>>>) -> u128 {
    let (before, tcp) = (host.now(), u128::from(host.targets().is_empty()));
    work.await.unwrap();
    (host.now() - before).as_millis() / 100 + tcp
}

/// With servers that are 50 ms away: the first piece of work on a driver of its own, and then the same again.
fn first_and_later(uri: &str, known: bool, way: Way) -> (u128, u128) {
    let host = Host::new().0;
    let server = host.server("localhost", 7687);
    server.delay(millis(50));
    let here = ["localhost:7687"];
    server.always("ROUTE", [table(300, &here, &here, &here)]);
    server.hint("ssr.enabled", true);
    server.home("home");
    let config = if known { knowing("5.8") } else { Config::default() };
    let driver = host.driver_for(uri, config).unwrap();
    host.run(async {
        let first = round_trips(&host, way.work(&driver)).await;
        (first, round_trips(&host, way.work(&driver)).await)
    })
}

#[test]
fn it_takes_no_more_round_trips_than_the_server_needs() {
    for (uri, way, first, later) in [
        ("bolt://localhost", Way::Read, 3, 1),
        ("bolt://localhost", Way::Run, 3, 1),
        ("bolt://localhost", Way::Write, 4, 2),
        ("bolt://localhost", Way::Managed, 5, 2),
        ("bolt://localhost", Way::Explicit, 5, 3),
        ("neo4j://localhost", Way::Read, 4, 1),
        ("neo4j://localhost", Way::Run, 4, 1),
        ("neo4j://localhost", Way::Write, 5, 2),
        ("neo4j://localhost", Way::Managed, 5, 2),
        ("neo4j://localhost", Way::Explicit, 6, 3),
    ] {
        assert_eq!(first_and_later(uri, true, way), (first, later), "{uri} {way:?}");
        assert_eq!(first_and_later(uri, false, way), (first + 1, later), "{uri} {way:?}, the version is not known");
    }
}

#[test]
fn each_further_connection_knows_the_version() {
    for (major, minor) in [(4, 4), (5, 0), (5, 8), (6, 0), (6, 1)] {
        let (host, server) = Host::new();
        server.speak(major, minor);
        let driver = host.driver(Config::default());
        host.run(async {
            let first = begin(&driver).await.unwrap();
            server.forget();
            assert_eq!(query(&driver, "ROWS 2").await.unwrap(), [0, 1]);
            first.commit().await.unwrap();
        });
        let first: &[_] = if (major, minor) >= (5, 1) {
            &["HANDSHAKE", "HELLO", "LOGON", "RUN", "PULL"]
        } else {
            &["HANDSHAKE", "HELLO"]
        };
        assert_eq!(sends(&server)[0], first, "{major}.{minor}");
        assert_eq!((server.count("DECLINE"), server.sockets()), (0, 2));
    }
}

#[test]
fn a_known_version_is_agreed_on_however_the_answers_are_cut_and_however_slowly_they_come() {
    for (major, minor) in [(4, 4), (5, 0), (5, 8), (6, 1)] {
        for size in 1..8 {
            for known in [format!("{major}.{minor}"), "5.4".to_owned()] {
                let (host, server) = Host::new();
                server.speak(major, minor);
                server.cut_into(size);
                server.delay(millis(20));
                let driver = host.driver(knowing(&known));
                host.run(async { assert_eq!(query(&driver, "ROWS 3").await.unwrap(), [0, 1, 2]) });
                assert_eq!(server.count("RUN"), 1, "{known} {major}.{minor} {size}");
            }
        }
    }
}

#[test]
fn with_a_known_version_everything_leaves_in_the_first_message() {
    for (way, requests) in [
        (Way::Run, &["RUN", "PULL"][..]),
        (Way::Read, &["RUN", "PULL"]),
        (Way::Write, &["BEGIN", "RUN", "PULL"]),
        (Way::Managed, &["BEGIN"]),
        (Way::Explicit, &["BEGIN"]),
    ] {
        let (host, server) = Host::new();
        host.run(async { assert_eq!(way.work(&host.driver(knowing("5.8"))).await.unwrap(), [0, 1]) });
        assert_eq!(sends(&server)[0], [&["HANDSHAKE", "HELLO", "LOGON"], requests].concat(), "{way:?}");
        assert_eq!(server.last("HANDSHAKE").fields, [Value::from(true)], "nothing else is offered");
    }
}

#[test]
fn a_router_and_a_look_at_the_server_take_one_message_too() {
    let cluster = Cluster::new();
    cluster.host.run(async {
        work(&cluster.driver_with(knowing("5.8")), AccessMode::Write, Some("films")).await.unwrap();
        cluster.leader.forget();
        cluster.host.driver_for("bolt://leader", knowing("5.8")).unwrap().verify_connectivity().await.unwrap();
    });
    assert_eq!(sends(&cluster.seed), [["HANDSHAKE", "HELLO", "LOGON", "ROUTE"]]);
    assert_eq!(sends(&cluster.leader), [["HANDSHAKE", "HELLO", "LOGON"]]);
}

/// A server reads only small messages of strangers.
#[test]
fn what_no_server_reads_before_a_login_waits_for_it() {
    let long = || Map::from([("text", "x".repeat(100_000))]);
    let wide = || Map::from([("list", vec![1; 1_000])]);
    let deep = || Map::from([("list", vec![vec![vec![1]]])]);
    for known in [true, false] {
        for parameters in [long(), wide(), deep()] {
            for mode in [AccessMode::Read, AccessMode::Write] {
                let (host, server) = Host::new();
                let driver = host.driver(if known { knowing("5.8") } else { Config::default() });
                let config = SessionConfig { access_mode: mode, ..SessionConfig::default() };
                let again = (parameters.clone(), config.clone());
                host.run(async {
                    let transaction = TransactionConfig::default();
                    driver.execute_query("ROWS 2", parameters.clone(), config, transaction.clone()).await.unwrap();
                    assert_eq!(server.last("RUN").parameters(), &parameters);
                    let (before, sockets) = (server.sends().len(), server.sockets());
                    driver.execute_query("ROWS 2", again.0, again.1, transaction).await.unwrap();
                    assert_eq!((server.sockets(), server.sends().len() > before), (sockets, true));
                });
                let login = sends(&server).into_iter().find(|send| send.contains(&"LOGON")).unwrap();
                assert_eq!((login.contains(&"RUN"), login.contains(&"BEGIN")), (false, mode == AccessMode::Write));
                assert_eq!(server.count("RUN"), 2);
            }
        }
    }
}

#[test]
fn a_server_that_speaks_something_else_by_now_is_asked_again_unnoticed() {
    for way in WAYS {
        for (known, major, minor) in
            [("5.8", 5, 4), ("5.4", 5, 8), ("4.4", 5, 8), ("5.8", 4, 4), ("6.0", 5, 0), ("5.8", 6, 1)]
        {
            let (host, server) = Host::new();
            server.speak(major, minor);
            let driver = host.driver(knowing(known));
            host.run(async {
                assert_eq!(way.work(&driver).await.unwrap(), [0, 1], "{way:?} {known} {major}.{minor}");
                assert_eq!(counts(&driver), (0, 1, 0, 0));
                assert_eq!(driver.server_info().await.unwrap().protocol_version, format!("{major}.{minor}"));
                host.calm().await;
            });
            assert_eq!((server.count("DECLINE"), server.sockets(), server.open_sockets()), (1, 2, 1));
            assert_eq!(server.count("RUN"), 1, "{way:?} {known} {major}.{minor}");
            assert!(host.now() < millis(1), "without a pause");
        }
    }
}

#[test]
fn a_server_that_is_replaced_costs_one_more_connection_once() {
    let (host, server) = Host::new();
    let driver = host.driver(pool_of(5));
    host.run(async {
        query(&driver, "RETURN 1").await.unwrap();
        server.speak(5, 4);
        server.close_all(1001, "");
        host.calm().await;
        server.forget();
        let open = [begin(&driver).await.unwrap(), begin(&driver).await.unwrap()];
        for transaction in open {
            transaction.commit().await.unwrap();
        }
    });
    assert_eq!((server.count("DECLINE"), server.count("CONNECT")), (1, 3));
}

/// What depends on the version is said as the one has it that was agreed on.
#[test]
fn what_depends_on_the_version_is_encoded_for_the_one_that_was_agreed_on() {
    let uuid = || Map::from([("id", Uuid([7; 16]))]);
    let run = async |driver: &Driver, config: SessionConfig, parameters| {
        let done = driver.session(config)?.run_to_end("RETURN 1", parameters, TransactionConfig::default()).await;
        done.map(drop)
    };
    let mut filtered = SessionConfig::default();
    filtered.notifications.disabled_classifications = Some(vec!["HINT".to_owned()]);
    let own = || SessionConfig { auth: Some(AuthToken::basic("ann", "x", None)), ..SessionConfig::default() };
    for (known, (major, minor), config, parameters, fine) in [
        ("5.8", (6, 1), SessionConfig::default(), uuid(), true),
        ("6.1", (5, 8), SessionConfig::default(), uuid(), false),
        ("5.1", (5, 8), filtered.clone(), Map::new(), true),
        ("5.8", (5, 1), filtered.clone(), Map::new(), false),
        ("5.0", (5, 8), own(), Map::new(), true),
        ("5.8", (5, 0), own(), Map::new(), false),
    ] {
        let (host, server) = Host::new();
        server.speak(major, minor);
        let driver = host.driver(knowing(known));
        host.run(async {
            let done = run(&driver, config, parameters).await;
            assert_eq!(done.is_ok(), fine, "{known} {major}.{minor} {done:?}");
            let said = if fine { 1 } else { 0 };
            assert_eq!(server.count("RUN"), said, "{known} {major}.{minor}");
            query(&driver, "RETURN 1").await.unwrap();
        });
    }
}

#[test]
fn a_filter_of_the_driver_that_a_known_version_lacks_is_tried_with_the_one_the_server_speaks() {
    let (host, server) = Host::new();
    let mut config = knowing("5.1");
    config.notifications.minimum_severity = Some("OFF".to_owned());
    host.run(async { assert_eq!(query(&host.driver(config), "RETURN 1").await.unwrap(), [1]) });
    assert_eq!((server.sockets(), server.count("DECLINE")), (2, 0));
}

#[test]
fn a_wrong_version_is_a_configuration_error_that_says_what_is_allowed() {
    let (host, _) = Host::new();
    for wrong in ["", "5", "5.5", "5.9", "7.0", "5.8 ", "05.8", "v5.8", "5.8.1", "4.3"] {
        let error = refused(host.driver_for("bolt://localhost", knowing(wrong)));
        assert_eq!((error.kind(), error.code()), (ErrorKind::Configuration, "InvalidConfiguration"), "{wrong}");
        assert!(error.message().contains("5.6 to 5.8") && error.message().contains(&format!("\"{wrong}\"")), "{error}");
    }
}

/// The error is the login's, whatever comes behind it.
#[test]
fn a_refused_login_is_the_error_of_the_requests_behind_it() {
    for known in [true, false] {
        for way in WAYS {
            for (name, code) in [("HELLO", "Neo.ClientError.Request.Invalid"), ("LOGON", UNAUTHORIZED)] {
                for (gathers, closes) in [(true, true), (true, false), (false, true), (false, false)] {
                    let (host, server) = Host::new();
                    if gathers {
                        server.gather();
                    }
                    let close = closes.then_some(Step::Close(1000, ""));
                    server.once(name, [failure(code)].into_iter().chain(close).collect::<Vec<_>>());
                    let driver = host.driver(if known { knowing("5.8") } else { pool_of(5) });
                    host.run(async {
                        let error = refused(way.work(&driver).await);
                        assert_eq!((error.code(), error.is_retryable()), (code, false), "{way:?} {name} {error}");
                        assert_eq!((host.now(), counts(&driver)), (millis(0), (0, 0, 0, 0)));
                        host.calm().await;
                        assert_eq!((server.open_sockets(), server.sockets()), (0, 1));
                        assert_eq!(way.work(&driver).await.unwrap(), [0, 1]);
                    });
                }
            }
        }
    }
}

#[test]
fn a_refused_query_behind_a_login_is_no_refused_login() {
    for known in [true, false] {
        for way in WAYS {
            let (host, server) = Host::new();
            server.once("RUN", [failure("Neo.ClientError.Statement.SyntaxError")]);
            let driver = host.driver(if known { knowing("5.8") } else { pool_of(1) });
            host.run(async {
                assert_eq!(refused(way.work(&driver).await).code(), "Neo.ClientError.Statement.SyntaxError");
                assert_eq!(way.work(&driver).await.unwrap(), [0, 1]);
            });
            assert_eq!((server.sockets(), host.now()), (1, millis(0)), "{way:?}");
        }
    }
}
