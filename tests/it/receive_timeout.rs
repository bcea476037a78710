//! A server that has said how long it is never silent while it owes an answer, and is silent for longer all the same.

use neo4j_wasm::{AccessMode, Config, Driver, Error, ErrorKind, SessionConfig, Transaction, TransactionConfig};

use super::simulated::cluster::{Cluster, read};
use super::simulated::{
    Ask, Host, Server, Step, begin, counts, execute_query, fetching, millis, numbers, query, refused, seconds, session,
    success,
};

const HINT: &str = "connection.recv_timeout_seconds";
const NOOP: [u8; 2] = [0; 2];

fn limited() -> (Host, Server, Driver) {
    let (host, server) = Host::new();
    server.hint(HINT, 5);
    let driver = host.driver(Config::default());
    (host, server, driver)
}

#[track_caller]
fn is_receive_timeout(error: &Error) {
    assert_eq!((error.kind(), error.code()), (ErrorKind::Timeout, "ReceiveTimeout"), "{error:?}");
    assert!(error.is_retryable() && error.message().contains("silent for 5 s"), "{error}");
}

#[test]
fn silence_while_an_answer_is_owed_is_a_timeout_wherever_it_begins() {
    for name in ["RUN", "PULL", "BEGIN", "ROLLBACK"] {
        let (host, server, driver) = limited();
        server.always(name, [Step::Hang]);
        host.run(async {
            let work = async {
                let transaction = begin(&driver).await?;
                numbers(&transaction.ask("ROWS 2").await?).await?;
                transaction.rollback().await
            };
            let error = refused(work.await);
            is_receive_timeout(&error);
            assert_eq!((host.now(), counts(&driver)), (seconds(5), (0, 0, 0, 0)), "{name}");
            host.calm().await;
            assert_eq!(server.open_sockets(), 0);
            server.behave();
            query(&driver, "RETURN 1").await.unwrap();
        });
    }
}

#[test]
fn silence_during_commit_leaves_it_uncertain() {
    let (host, server, driver) = limited();
    server.always("COMMIT", [Step::Hang]);
    host.run(async {
        let error = refused(begin(&driver).await.unwrap().commit().await);
        assert_eq!((error.kind(), host.now()), (ErrorKind::CommitUncertain, seconds(5)));
        is_receive_timeout(error.cause().unwrap());
    });
}

#[test]
fn work_is_done_again_after_a_silence() {
    let (host, server, driver) = limited();
    server.once("RUN", [Step::Hang]);
    host.run(async {
        let work = async |transaction: Transaction| numbers(&transaction.ask("ROWS 2").await?).await;
        assert_eq!(session(&driver).execute_write(TransactionConfig::default(), work).await.unwrap(), [0, 1]);
        assert_eq!((host.now(), server.sockets()), (millis(5_150), 2));
        server.once("PULL", [Step::Hang]);
        assert_eq!(execute_query(&driver, "ROWS 2").await.unwrap(), [0, 1]);
    });
}

#[test]
fn keep_alives_and_records_set_the_clock_back() {
    let (host, server, driver) = limited();
    let sign = [Step::Wait(seconds(4)), Step::Raw(NOOP.to_vec())];
    server.once("RUN", [&sign[..], &sign, &sign, &[Step::Wait(seconds(4)), Step::Usual]].concat());
    let row = |number: i64| [Step::Wait(seconds(4)), Step::Records(vec![vec![number.into()]])];
    server.once("PULL", [&row(0)[..], &row(1), &row(2), &[Step::Wait(seconds(4)), success([("type", "r")])]].concat());
    host.run(async {
        assert_eq!(query(&driver, "SLOW").await.unwrap(), [0, 1, 2]);
        assert_eq!((host.now(), server.sockets()), (seconds(32), 1));
    });
}

#[test]
fn a_result_that_stalls_in_the_middle_keeps_what_has_come_and_then_fails() {
    let (host, server, driver) = limited();
    server.once("PULL", [Step::Records(vec![vec![7.into()]]), Step::Wait(seconds(3)), Step::Raw(vec![0]), Step::Hang]);
    host.run(async {
        let result = session(&driver).ask("ROWS 5").await.unwrap();
        assert_eq!(result.next().await.unwrap().unwrap().get::<i64>("n").unwrap(), 7);
        let error = refused(result.next().await);
        is_receive_timeout(&error);
        // Half a chunk is a sign of life as well.
        assert_eq!((host.now(), counts(&driver)), (seconds(8), (0, 0, 0, 0)));
    });
}

#[test]
fn whoever_reads_slowly_is_not_a_silent_server() {
    let (host, server, driver) = limited();
    host.run(async {
        let session = driver.session(fetching(2)).unwrap();
        let result = session.ask("ROWS 9").await.unwrap();
        for number in 0..9 {
            host.sleep(seconds(20)).await;
            assert_eq!(result.next().await.unwrap().unwrap().get::<i64>("n").unwrap(), number);
        }
        let transaction = begin(&driver).await.unwrap();
        host.sleep(seconds(100)).await;
        transaction.commit().await.unwrap();
    });
    assert_eq!(server.sockets(), 1);
}

#[test]
fn an_idle_connection_is_left_alone_and_no_timer_is_left_for_it() {
    let (host, server, driver) = limited();
    host.run(async {
        for text in ["ROWS 3", "NOTHING", "ROWS 2500"] {
            query(&driver, text).await.unwrap();
            execute_query(&driver, text).await.unwrap();
            assert_eq!(host.next_due(), None, "a timer keeps a program from ending");
        }
        refused(query(&driver, "FAIL Neo.ClientError.Statement.SyntaxError").await);
        host.calm().await;
        assert_eq!(host.next_due(), None);
        host.sleep(seconds(50)).await;
        query(&driver, "RETURN 1").await.unwrap();
        assert_eq!((server.sockets(), counts(&driver)), (1, (0, 1, 0, 0)));
    });
}

#[test]
fn no_timer_is_left_once_a_connection_is_lost_or_closed() {
    for loses in [true, false] {
        let (host, server, driver) = limited();
        server.once("RUN", [Step::Hang]);
        host.run(async {
            let asking = driver.clone();
            let task = host.spawn(async move { query(&asking, "RETURN 1").await });
            host.calm().await;
            assert_eq!(host.next_due(), Some(seconds(5)));
            if loses {
                server.close_all(1006, "");
            } else {
                driver.close().await;
            }
            host.calm().await;
            refused(task.output());
            assert_eq!(host.next_due(), None);
        });
    }
}

#[test]
fn no_timer_is_left_once_the_driver_is_dropped() {
    let (host, server, driver) = limited();
    server.once("RUN", [Step::Hang]);
    server.once("RESET", [Step::Hang]);
    host.run(async {
        let asking = driver.clone();
        let task = host.spawn(async move { query(&asking, "RETURN 1").await });
        host.calm().await;
        task.abort();
        host.calm().await;
        assert_eq!(host.next_due(), Some(seconds(5)));
        drop(driver);
        host.calm().await;
        assert_eq!((host.next_due(), host.tasks(), server.open_sockets()), (None, 0, 0));
    });
}

#[test]
fn many_queries_in_a_row_leave_no_task_behind() {
    let (host, _, driver) = limited();
    host.run(async {
        let session = session(&driver);
        for _ in 0..100 {
            numbers(&session.ask("ROWS 1").await.unwrap()).await.unwrap();
        }
        host.calm().await;
        assert_eq!(host.tasks(), 0);
        let transaction = begin(&driver).await.unwrap();
        for _ in 0..100 {
            numbers(&transaction.ask("ROWS 1").await.unwrap()).await.unwrap();
        }
        transaction.commit().await.unwrap();
        host.calm().await;
        assert_eq!(host.tasks(), 0);
    });
}

#[test]
fn a_silence_is_found_also_right_after_the_connection_was_busy() {
    let (host, server, driver) = limited();
    server.after(50, "RUN", [Step::Hang]);
    host.run(async {
        let session = session(&driver);
        for _ in 0..50 {
            numbers(&session.ask("ROWS 1").await.unwrap()).await.unwrap();
        }
        host.sleep(seconds(3)).await;
        let error = refused(session.ask("ROWS 1").await);
        is_receive_timeout(&error);
        assert_eq!(host.now(), seconds(8));
    });
}

#[test]
fn idle_connections_of_a_silent_server_go_with_it() {
    let (host, server, driver) = limited();
    host.run(async {
        let open = [begin(&driver).await.unwrap(), begin(&driver).await.unwrap(), begin(&driver).await.unwrap()];
        let [busy, first, second] = open;
        first.rollback().await.unwrap();
        second.rollback().await.unwrap();
        server.once("RUN", [Step::Hang]);
        let error = refused(busy.ask("RETURN 1").await);
        is_receive_timeout(&error);
        drop(busy);
        assert_eq!(counts(&driver), (0, 0, 0, 0));
        host.calm().await;
        assert_eq!(server.open_sockets(), 0);
    });
}

#[test]
fn a_silent_member_is_left_out_until_a_newer_table_names_it() {
    let cluster = Cluster::new();
    for reader in &cluster.readers {
        reader.hint(HINT, 5);
    }
    cluster.readers[0].always("RUN", [Step::Hang]);
    let driver = cluster.driver();
    cluster.host.run(async {
        let outcomes = [read(&driver).await, read(&driver).await];
        let failures: Vec<_> = outcomes.iter().filter_map(|outcome| outcome.as_ref().err()).collect();
        assert_eq!(failures.len(), 1);
        is_receive_timeout(failures[0]);
        for _ in 0..4 {
            read(&driver).await.unwrap();
        }
        assert_eq!(cluster.read_counts(), [1, 5]);
        let known = driver.routing_table(Some("films")).unwrap().readers;
        assert_eq!(known.iter().map(|address| address.host.as_str()).collect::<Vec<_>>(), ["reader2"]);
    });
}

#[test]
fn a_silent_router_costs_no_more_than_it_said_and_the_next_one_is_asked() {
    let cluster = Cluster::new();
    cluster.seed.hint(HINT, 5);
    let driver = cluster.driver();
    cluster.host.run(async {
        read(&driver).await.unwrap();
        cluster.seed.behave();
        cluster.seed.always("ROUTE", [Step::Hang]);
        cluster.host.sleep(seconds(301)).await;
        let before = cluster.host.now();
        read(&driver).await.unwrap();
        assert_eq!((cluster.host.now() - before, cluster.second.count("ROUTE")), (seconds(5), 1));
    });
}

#[test]
fn a_hint_that_makes_no_sense_is_none() {
    for hint in [neo4j_wasm::value::Value::from(0), (-1).into(), "5".into(), 0.5.into(), i64::MAX.into()] {
        let (host, server) = Host::new();
        server.hint(HINT, hint);
        server.once("RUN", [Step::Wait(seconds(1_000)), Step::Usual]);
        let driver = host.driver(Config::default());
        host.run(query(&driver, "RETURN 1")).unwrap();
        assert_eq!(host.now(), seconds(1_000));
    }
}

#[test]
fn without_a_hint_a_server_may_be_silent_for_as_long_as_it_likes() {
    let (host, server) = Host::new();
    server.once("RUN", [Step::Wait(seconds(5_000)), Step::Usual]);
    let driver = host.driver(Config::default());
    let config = SessionConfig { access_mode: AccessMode::Read, ..SessionConfig::default() };
    host.run(async {
        let result = driver.session(config).unwrap().ask("RETURN 1").await.unwrap();
        assert_eq!(numbers(&result).await.unwrap(), [1]);
        assert_eq!(host.now(), seconds(5_000) + millis(0));
    });
}
