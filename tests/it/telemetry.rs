//! What a server that asks for it is told of the driver's interfaces, and that it costs no round trip. Also how a query
//! of the driver begins: in one write.

use neo4j_wasm::value::{Map, Value};
use neo4j_wasm::{
    AccessMode, AuthToken, Config, Driver, Error, ErrorKind, Result, SessionConfig, Transaction, TransactionConfig,
};

use super::simulated::{
    Ask, Host, Server, Step, begin, counts, execute_query, execute_query_in, failure, millis, numbers, pool_of, query,
    refused, seconds, session,
};

const DEADLOCK: &str = "Neo.TransientError.Transaction.DeadlockDetected";
const SYNTAX: &str = "Neo.ClientError.Statement.SyntaxError";
const HINT: &str = "telemetry.enabled";

/// With a server that wants to know, and has said so.
fn asking() -> (Host, Server, Driver) {
    let (host, server) = Host::new();
    server.hint(HINT, true);
    let driver = host.driver(pool_of(1));
    host.run(driver.server_info()).unwrap();
    server.forget();
    (host, server, driver)
}

/// The numbers that the server was told.
fn told(server: &Server) -> Vec<i64> {
    server.all("TELEMETRY").iter().map(|seen| seen.fields[0].as_integer().unwrap()).collect()
}

/// The sends in which something was told.
fn sends(server: &Server) -> Vec<Vec<&'static str>> {
    let sends = server.sends().into_iter().map(|send| send.requests);
    sends.filter(|requests| requests.contains(&"TELEMETRY")).collect()
}

async fn managed(driver: &Driver, reads: bool) -> Result<Vec<i64>> {
    let work = async |transaction: Transaction| numbers(&transaction.ask("ROWS 2").await?).await;
    let (session, config) = (session(driver), TransactionConfig::default());
    if reads { session.execute_read(config, work).await } else { session.execute_write(config, work).await }
}

/// Everything that there is to tell of.
async fn all(driver: &Driver) {
    managed(driver, true).await.unwrap();
    managed(driver, false).await.unwrap();
    begin(driver).await.unwrap().commit().await.unwrap();
    query(driver, "RETURN 1").await.unwrap();
    execute_query(driver, "ROWS 1").await.unwrap();
}

#[test]
fn each_interface_has_a_number_that_leaves_in_one_write_with_its_first_request() {
    let (host, server, driver) = asking();
    host.run(all(&driver));
    assert_eq!(told(&server), [0, 0, 1, 2, 3]);
    let expected: [&[&str]; 5] = [
        &["TELEMETRY", "BEGIN", "RUN", "PULL"],
        &["TELEMETRY", "BEGIN", "RUN", "PULL"],
        &["TELEMETRY", "BEGIN"],
        &["TELEMETRY", "RUN", "PULL"],
        &["TELEMETRY", "BEGIN", "RUN", "PULL"],
    ];
    assert_eq!(sends(&server), expected);
}

#[test]
fn every_call_is_told_of_and_a_query_in_a_transaction_is_none() {
    let (host, server, driver) = asking();
    host.run(async {
        let session = session(&driver);
        for _ in 0..3 {
            session.ask("RETURN 1").await.unwrap().consume().await.unwrap();
        }
        let transaction = session.begin_transaction(TransactionConfig::default()).await.unwrap();
        transaction.ask("RETURN 1").await.unwrap().consume().await.unwrap();
        transaction.ask("RETURN 2").await.unwrap().consume().await.unwrap();
        transaction.rollback().await.unwrap();
    });
    assert_eq!(told(&server), [2, 2, 2, 1]);
}

#[test]
fn a_server_that_does_not_ask_is_told_nothing() {
    for hint in [None, Some(Value::from(false)), Some(Value::Null), Some("true".into()), Some(1.into())] {
        let (host, server) = Host::new();
        if let Some(hint) = hint {
            server.hint(HINT, hint);
        }
        host.run(all(&host.driver(Config::default())));
        assert!(told(&server).is_empty());
    }
}

#[test]
fn nothing_is_told_where_it_is_switched_off_or_the_protocol_has_no_word_for_it() {
    // The first call opens the connection on which the server says that it wants to know.
    for (minor, telemetry_disabled, count) in [(3, false, 0), (4, false, 4), (8, true, 0), (8, false, 4)] {
        let (host, server) = Host::new();
        server.speak(5, minor);
        server.hint(HINT, true);
        host.run(all(&host.driver(Config { telemetry_disabled, ..Config::default() })));
        assert_eq!(told(&server).len(), count, "5.{minor} {telemetry_disabled}");
    }
}

#[test]
fn a_further_connection_knows_that_the_server_wants_to_know() {
    let (host, server) = Host::new();
    server.hint(HINT, true);
    let driver = host.driver(Config::default());
    host.run(async {
        let first = begin(&driver).await.unwrap();
        query(&driver, "RETURN 1").await.unwrap();
        first.commit().await.unwrap();
    });
    assert_eq!(sends(&server), [["HANDSHAKE", "HELLO", "LOGON", "TELEMETRY", "RUN", "PULL"]]);
}

#[test]
fn another_login_goes_ahead_of_it_in_the_same_write() {
    let (host, server, driver) = asking();
    host.run(async {
        query(&driver, "RETURN 1").await.unwrap();
        server.forget();
        let config = SessionConfig { auth: Some(AuthToken::basic("ann", "x", None)), ..SessionConfig::default() };
        driver.execute_query("ROWS 1", Map::new(), config, TransactionConfig::default()).await.unwrap();
    });
    assert_eq!(sends(&server), [["LOGOFF", "LOGON", "TELEMETRY", "BEGIN", "RUN", "PULL"]]);
}

#[test]
fn a_call_is_told_of_until_a_server_has_heard_of_it_and_not_again() {
    for (whole, mode) in [(true, AccessMode::Write), (true, AccessMode::Read), (false, AccessMode::Write)] {
        for (name, steps, times) in [
            // Heard, and what follows fails.
            ("BEGIN", vec![failure(DEADLOCK)], 1),
            ("RUN", vec![failure(DEADLOCK)], 1),
            ("PULL", vec![failure(DEADLOCK)], 1),
            ("COMMIT", vec![failure(DEADLOCK)], 1),
            ("RUN", vec![Step::Close(1006, "")], 1),
            // Not heard.
            ("TELEMETRY", vec![Step::Close(1006, "")], 2),
            ("TELEMETRY", vec![failure(DEADLOCK)], 2),
        ] {
            if mode == AccessMode::Read && ["BEGIN", "COMMIT"].contains(&name) {
                continue;
            }
            let (host, server, driver) = asking();
            server.once(name, steps.clone());
            host.run(async {
                let done = match whole {
                    true => execute_query_in(&driver, mode, "ROWS 2").await,
                    false => managed(&driver, false).await,
                };
                let delay = if matches!(steps[..], [Step::Close(..)]) { millis(150) } else { seconds(1) };
                assert_eq!((done.unwrap(), host.now()), (vec![0, 1], delay), "{name}");
            });
            let number = if whole { 3 } else { 0 };
            assert_eq!(told(&server), vec![number; times], "{name} {steps:?}");
        }
    }
}

#[test]
fn a_server_that_takes_offence_at_it_is_heard() {
    let (host, server, driver) = asking();
    server.always("TELEMETRY", [failure("Neo.ClientError.Request.Invalid")]);
    host.run(async {
        let errors = [
            refused(query(&driver, "RETURN 1").await),
            refused(begin(&driver).await),
            refused(managed(&driver, true).await),
            refused(execute_query(&driver, "ROWS 1").await),
        ];
        assert!(errors.iter().all(|error| error.code() == "Neo.ClientError.Request.Invalid"), "{errors:?}");
        server.behave();
        query(&driver, "RETURN 1").await.unwrap();
        assert_eq!((server.sockets(), counts(&driver)), (1, (0, 1, 0, 0)));
    });
}

#[test]
fn a_query_of_the_driver_begins_runs_and_asks_for_records_in_one_write() {
    let (host, server) = Host::new();
    let driver = host.driver(pool_of(1));
    host.run(async {
        query(&driver, "RETURN 1").await.unwrap();
        server.forget();
        assert_eq!(execute_query(&driver, "ROWS 2").await.unwrap(), [0, 1]);
    });
    let requests: Vec<_> = server.sends().into_iter().map(|send| send.requests).collect();
    assert_eq!(requests, [&["BEGIN", "RUN", "PULL"][..], &["COMMIT"]]);
}

#[test]
fn a_begin_that_fails_there_is_the_error_itself() {
    let (host, server, driver) = asking();
    host.run(async {
        for code in [SYNTAX, "Neo.ClientError.Database.DatabaseNotFound", "Neo.ClientError.Security.Forbidden"] {
            if code == "Neo.ClientError.Database.DatabaseNotFound" {
                // That the query was ignored comes along at once from here on.
                server.gather();
            }
            server.once("BEGIN", [failure(code)]);
            server.forget();
            let error: Error = refused(execute_query(&driver, "ROWS 2").await);
            assert_eq!((error.kind(), error.code()), (ErrorKind::Server, code));
            assert!(error.message() == format!("The text of {code}") && !error.is_retryable());
            host.calm().await;
            assert_eq!(server.names(), ["TELEMETRY", "BEGIN", "RUN", "PULL", "RESET"]);
            assert_eq!(counts(&driver), (0, 1, 0, 0));
        }
        server.once("BEGIN", [Step::Close(1000, "")]);
        assert_eq!(execute_query(&driver, "ROWS 2").await.unwrap(), [0, 1]);
        assert_eq!(host.now().as_millis(), 150);
    });
}

#[test]
fn a_begin_that_may_pass_is_tried_again_there() {
    let (host, server, driver) = asking();
    server.once("BEGIN", [failure(DEADLOCK)]);
    server.once("BEGIN", [failure("Neo.ClientError.Security.AuthorizationExpired")]);
    host.run(async { assert_eq!(execute_query(&driver, "ROWS 2").await.unwrap(), [0, 1]) });
    assert_eq!((server.count("BEGIN"), server.count("COMMIT"), host.now()), (3, 1, seconds(3)));
}

#[test]
fn parameters_that_cannot_be_sent_leave_nothing_open() {
    let (host, server, driver) = asking();
    server.speak(5, 8);
    let uuid = Map::from([("id", neo4j_wasm::value::Uuid([7; 16]))]);
    host.run(async {
        let config = SessionConfig::default();
        let error = refused(driver.execute_query("RETURN $id", uuid, config, TransactionConfig::default()).await);
        assert!(error.message().contains("6.1") || error.message().contains("id"), "{error:?}");
        host.calm().await;
        assert_eq!((counts(&driver), server.count("COMMIT"), server.count("RUN")), ((0, 1, 0, 0), 0, 0));
        assert_eq!(execute_query(&driver, "ROWS 2").await.unwrap(), [0, 1]);
    });
}
