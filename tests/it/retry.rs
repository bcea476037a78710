//! Managed transactions: done again when that can help, never when it cannot, and never twice by accident.

use std::time::Duration;

use neo4j_wasm::{AccessMode, Config, Driver, Error, ErrorKind, SessionConfig, Transaction, TransactionConfig};

use super::simulated::{
    Ask, Host, Server, Step, begin, counts, failure, numbers, pool_of, query, refused, seconds, session,
};

const DEADLOCK: &str = "Neo.TransientError.Transaction.DeadlockDetected";
const SYNTAX: &str = "Neo.ClientError.Statement.SyntaxError";

async fn write(driver: &Driver) -> Result<Vec<i64>, Error> {
    let work = async |transaction: Transaction| numbers(&transaction.ask("ROWS 2").await?).await;
    session(driver).execute_write(TransactionConfig::default(), work).await
}

fn begins(server: &Server) -> Vec<Duration> {
    server.all("BEGIN").iter().map(|seen| seen.at).collect()
}

#[test]
fn work_that_succeeds_is_committed_once() {
    let (host, server) = Host::new();
    let driver = host.driver(pool_of(1));
    host.run(async {
        assert_eq!(write(&driver).await.unwrap(), [0, 1]);
        assert_eq!(counts(&driver), (0, 1, 0, 0));
    });
    assert_eq!(server.names(), ["BEGIN", "RUN", "PULL", "COMMIT"]);
}

#[test]
fn the_mode_is_the_calls_and_not_the_sessions() {
    let (host, server) = Host::new();
    let driver = host.driver(Config::default());
    host.run(async {
        for access_mode in [AccessMode::Read, AccessMode::Write] {
            let session = driver.session(SessionConfig { access_mode, ..SessionConfig::default() }).unwrap();
            let nothing = async |_| Ok::<_, Error>(());
            session.execute_read(TransactionConfig::default(), nothing).await.unwrap();
            assert_eq!(server.last("BEGIN").text("mode"), Some("r"));
            session.execute_write(TransactionConfig::default(), nothing).await.unwrap();
            assert_eq!(server.last("BEGIN").text("mode"), None);
        }
    });
}

#[test]
fn what_may_pass_is_tried_again_after_delays_that_double() {
    for (random, factor) in [(0.0, 80), (0.5, 100), (0.999_999, 120)] {
        let (host, server) = Host::new();
        host.set_random(random);
        server.always("RUN", [failure(DEADLOCK)]);
        let driver = host.driver(Config::default());
        host.run(async { assert_eq!(refused(write(&driver).await).code(), DEADLOCK) });
        let starts = begins(&server);
        let delays: Vec<_> = starts.windows(2).map(|pair| (pair[1] - pair[0]).as_millis()).collect();
        for (delay, plain) in delays.iter().zip([1_000, 2_000, 4_000, 8_000, 16_000]) {
            assert!(delay.abs_diff(plain * factor / 100) <= 1, "{delays:?}");
        }
        assert!(delays.len() >= 5);
    }
}

#[test]
fn no_try_follows_a_failure_once_the_time_is_up() {
    let (host, server) = Host::new();
    server.always("RUN", [failure(DEADLOCK)]);
    let driver = host.driver(Config { max_retry_time: seconds(6), ..Config::default() });
    host.run(async { assert_eq!(refused(write(&driver).await).code(), DEADLOCK) });
    // The failure after three seconds is within the time, the one after seven is not.
    assert_eq!(begins(&server), [0, 1, 3, 7].map(seconds));
}

#[test]
fn without_retry_time_there_is_one_try() {
    let (host, server) = Host::new();
    server.always("RUN", [failure(DEADLOCK)]);
    let driver = host.driver(Config { max_retry_time: seconds(0), ..Config::default() });
    host.run(async { refused(write(&driver).await) });
    assert_eq!(server.count("BEGIN"), 1);
}

#[test]
fn work_that_takes_long_is_never_cut_off_and_not_begun_again_either() {
    let (host, server) = Host::new();
    server.once("RUN", [Step::Wait(seconds(500)), Step::Usual]);
    server.once("RUN", [Step::Wait(seconds(500)), failure(DEADLOCK)]);
    let driver = host.driver(Config::default());
    host.run(async {
        assert_eq!(write(&driver).await.unwrap(), [0, 1]);
        assert_eq!(refused(write(&driver).await).code(), DEADLOCK);
    });
    assert_eq!(server.count("BEGIN"), 2);
}

#[test]
fn what_will_not_pass_is_not_tried_again() {
    for code in [
        SYNTAX,
        "Neo.ClientError.Schema.ConstraintValidationFailed",
        "Neo.ClientError.Security.Forbidden",
        "Neo.DatabaseError.General.UnknownError",
        "Neo.TransientError.Transaction.Terminated",
        "Neo.TransientError.Transaction.LockClientStopped",
    ] {
        for step in ["BEGIN", "RUN", "PULL", "COMMIT"] {
            let (host, server) = Host::new();
            server.always(step, [failure(code)]);
            let driver = host.driver(pool_of(1));
            host.run(async {
                let error = refused(write(&driver).await);
                assert!(!error.is_retryable(), "{error:?}");
                assert_eq!((host.now(), counts(&driver)), (seconds(0), (0, 1, 0, 0)));
                server.behave();
                query(&driver, "RETURN 1").await.unwrap();
            });
            assert_eq!(server.count("BEGIN"), 1, "{step}");
        }
    }
}

#[test]
fn what_may_pass_is_tried_again_wherever_it_happens() {
    for code in [DEADLOCK, "Neo.ClientError.Cluster.NotALeader", "Neo.ClientError.General.ForbiddenOnReadOnlyDatabase"]
    {
        for step in ["BEGIN", "RUN", "PULL", "COMMIT"] {
            let (host, server) = Host::new();
            server.once(step, [failure(code)]);
            let driver = host.driver(pool_of(1));
            host.run(async { assert_eq!(write(&driver).await.unwrap(), [0, 1]) });
            assert_eq!((server.count("BEGIN"), server.count("RESET"), server.sockets()), (2, 1, 1), "{step}");
            assert_eq!(begins(&server), [0, 1].map(seconds));
        }
    }
}

#[test]
fn a_lost_connection_is_a_reason_to_try_again() {
    for step in ["CONNECT", "HELLO", "LOGON", "BEGIN", "RUN", "PULL"] {
        for code in [1000, 1006] {
            let (host, server) = Host::new();
            server.once(step, [Step::Close(code, "")]);
            let driver = host.driver(pool_of(1));
            host.run(async { assert_eq!(write(&driver).await.unwrap(), [0, 1]) });
            assert_eq!((server.sockets(), server.count("COMMIT")), (2, 1), "{step}");
        }
    }
}

#[test]
fn a_lost_commit_is_never_tried_again() {
    for code in [1000, 1006] {
        let (host, server) = Host::new();
        server.once("COMMIT", [Step::Close(code, "")]);
        let driver = host.driver(Config::default());
        host.run(async {
            let error = refused(write(&driver).await);
            assert_eq!((error.kind(), error.is_retryable()), (ErrorKind::CommitUncertain, false));
        });
        assert_eq!((server.count("BEGIN"), server.sockets()), (1, 1));
    }
}

#[test]
fn an_expired_authorization_is_tried_again_on_another_connection_where_none_can_log_in_anew() {
    let (host, server) = Host::new();
    server.speak(5, 0);
    server.on("RUN", |seen| match seen.peer {
        0..3 => vec![failure("Neo.ClientError.Security.AuthorizationExpired")],
        _ => vec![Step::Usual],
    });
    let driver = host.driver(Config::default());
    host.run(async {
        let open = [begin(&driver).await.unwrap(), begin(&driver).await.unwrap(), begin(&driver).await.unwrap()];
        for transaction in open {
            transaction.rollback().await.unwrap();
        }
        // The others are as old, and have to go with it.
        assert_eq!(write(&driver).await.unwrap(), [0, 1]);
        assert_eq!(host.now(), seconds(1));
        host.calm().await;
        assert_eq!((server.sockets(), server.open_sockets(), counts(&driver)), (4, 1, (0, 1, 0, 0)));
    });
}

#[test]
fn a_wrong_password_is_not_tried_again() {
    let (host, server) = Host::new();
    server.always("LOGON", [failure("Neo.ClientError.Security.Unauthorized"), Step::Close(1000, "")]);
    let driver = host.driver(Config::default());
    host.run(async { assert_eq!(refused(write(&driver).await).kind(), ErrorKind::Auth) });
    assert_eq!(server.sockets(), 1);
}

#[test]
fn a_pool_that_is_exhausted_is_not_waited_for_again() {
    let (host, _) = Host::new();
    let driver = host.driver(Config { connection_acquisition_timeout: seconds(2), ..pool_of(1) });
    host.run(async {
        let _held = begin(&driver).await.unwrap();
        assert_eq!(refused(write(&driver).await).code(), "AcquisitionTimeout");
        assert_eq!(host.now(), seconds(2));
    });
}

#[test]
fn a_closed_session_does_no_work() {
    let (host, server) = Host::new();
    let driver = host.driver(Config::default());
    host.run(async {
        let session = session(&driver);
        session.close().await.unwrap();
        let work = async |_| -> Result<(), Error> { panic!("no work is to be done") };
        assert_eq!(refused(session.execute_write(TransactionConfig::default(), work).await).code(), "SessionClosed");
    });
    assert_eq!(server.sockets(), 0);
}
