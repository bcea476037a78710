//! `execute_query`: one query, all of its result, and each call sees what the calls before it have done.

use std::collections::HashMap;
use std::time::Duration;

use neo4j_wasm::value::{Map, Value};
use neo4j_wasm::{AccessMode, Config, Driver, Error, SessionConfig, TransactionConfig};

use super::simulated::{
    Chance, Host, Seen, Step, counts, execute_query, execute_query_in, failure, for_seeds, millis, pool_of, refused,
    seconds, session,
};

#[test]
fn a_query_is_a_transaction_of_its_own_whose_records_keys_and_summary_come_back() {
    let (host, server) = Host::new();
    let driver = host.driver(pool_of(1));
    host.run(async {
        let parameters = Map::from([("owner", 1)]);
        let transaction = TransactionConfig { timeout: Some(seconds(1)), metadata: Map::from([("owner", 1)]) };
        let config = SessionConfig { database: Some("movies".to_owned()), ..SessionConfig::default() };
        let (keys, records, summary) =
            driver.execute_query("ROWS 3000", parameters.clone(), config, transaction).await.unwrap();
        assert_eq!((keys, records.len()), (vec!["n".to_owned()], 3_000));
        assert_eq!(summary.query_type.as_deref(), Some("r"));
        assert_eq!(counts(&driver), (0, 1, 0, 0));
        assert_eq!(server.last("RUN").parameters(), &parameters);
        let begin = server.last("BEGIN");
        assert_eq!((begin.text("db"), begin.integer("tx_timeout")), (Some("movies"), Some(1_000)));
    });
    assert_eq!(server.names().last(), Some(&"COMMIT"));
}

#[test]
fn the_access_mode_is_the_configs() {
    let (host, server) = Host::new();
    let driver = host.driver(Config::default());
    host.run(async {
        for (access_mode, request, mode) in [(AccessMode::Read, "RUN", Some("r")), (AccessMode::Write, "BEGIN", None)] {
            let config = SessionConfig { access_mode, ..SessionConfig::default() };
            driver.execute_query("ROWS 1", Map::new(), config, TransactionConfig::default()).await.unwrap();
            assert_eq!(server.last(request).text("mode"), mode);
        }
    });
}

#[test]
fn each_query_sees_what_the_one_before_has_done() {
    let (host, server) = Host::new();
    let driver = host.driver(Config::default());
    host.run(async {
        for number in 0..4 {
            execute_query(&driver, "ROWS 1").await.unwrap();
            let expected = if number == 0 { vec![] } else { vec![format!("bookmark:{number}")] };
            assert_eq!(server.last("BEGIN").bookmarks(), expected);
        }
        // Handles share the chain; sessions have their own.
        execute_query(&driver.clone(), "ROWS 1").await.unwrap();
        assert_eq!(server.last("BEGIN").bookmarks(), ["bookmark:4"]);
        assert!(session(&driver).last_bookmarks().is_empty());
    });
}

#[test]
fn bookmarks_in_the_config_are_added() {
    let (host, server) = Host::new();
    let driver = host.driver(Config::default());
    host.run(async {
        execute_query(&driver, "ROWS 1").await.unwrap();
        let config = SessionConfig { bookmarks: vec!["mine".to_owned()], ..SessionConfig::default() };
        driver.execute_query("ROWS 1", Map::new(), config, TransactionConfig::default()).await.unwrap();
        let mut sent = server.last("BEGIN").bookmarks().iter().map(|&name| name.to_owned()).collect::<Vec<_>>();
        sent.sort();
        assert_eq!(sent, ["bookmark:1", "mine"]);
        execute_query(&driver, "ROWS 1").await.unwrap();
        assert_eq!(server.last("BEGIN").bookmarks(), ["bookmark:2"]);
    });
}

#[test]
fn a_failed_query_changes_nothing_about_what_the_next_one_sees() {
    let (host, server) = Host::new();
    let driver = host.driver(Config::default());
    host.run(async {
        execute_query(&driver, "ROWS 1").await.unwrap();
        refused(execute_query(&driver, "FAIL Neo.ClientError.Statement.SyntaxError").await);
        execute_query(&driver, "ROWS 1").await.unwrap();
        assert_eq!(server.last("BEGIN").bookmarks(), ["bookmark:1"]);
    });
}

#[test]
fn a_query_that_began_before_another_one_ended_does_not_hide_it() {
    let (host, server) = Host::new();
    let driver = host.driver(Config::default());
    server.once("RUN", [Step::Wait(seconds(1)), Step::Usual]);
    host.run(async {
        let asking = driver.clone();
        let slow = host.spawn(async move { execute_query(&asking, "ROWS 1").await });
        host.sleep(millis(500)).await;
        execute_query(&driver, "ROWS 1").await.unwrap();
        host.sleep(seconds(1)).await;
        slow.output().unwrap();
        execute_query(&driver, "ROWS 1").await.unwrap();
        // The quick one committed first; the slow one knew nothing of it.
        let begin = server.last("BEGIN");
        let mut seen = begin.bookmarks();
        seen.sort_unstable();
        assert_eq!(seen, ["bookmark:1", "bookmark:2"]);
    });
}

/// Runs a query whose BEGIN says when it was asked for, in milliseconds.
async fn query_at(driver: Driver, at: Duration) -> Result<(), Error> {
    let metadata = Map::from([("at", at.as_millis() as i64), ("owner", 0)]);
    let config = TransactionConfig { metadata, ..TransactionConfig::default() };
    let parameters = Map::from([("owner", 0)]);
    driver.execute_query("ROWS 1", parameters, SessionConfig::default(), config).await.map(drop)
}

/// What each query was sure to see: the commits, by number, that its bookmarks stand for, directly or not.
fn check_chain(log: &[Seen], latency: i64) {
    let mut commits: Vec<(i64, Vec<usize>)> = Vec::new();
    let mut under_way: HashMap<usize, Vec<usize>> = HashMap::new();
    for seen in log {
        match seen.name {
            "BEGIN" => {
                let numbers = seen.bookmarks().into_iter().map(|name| name[9..].parse::<usize>().unwrap() - 1);
                let known: Vec<_> = numbers.flat_map(|number| [&commits[number].1[..], &[number]].concat()).collect();
                let asked_at = seen.extra().get("tx_metadata").and_then(|map| map.as_map()?.get("at")?.as_integer());
                let before = |at: i64| at + latency < asked_at.unwrap();
                let heard = (0..commits.len()).filter(|&number| before(commits[number].0));
                assert!(heard.into_iter().all(|number| known.contains(&number)), "{seen:?} knows only of {known:?}");
                under_way.insert(seen.peer, known);
            }
            "COMMIT" => commits.push((seen.at.as_millis() as i64, under_way.remove(&seen.peer).unwrap())),
            _ => (),
        }
    }
    assert_eq!(commits.len(), 30);
}

#[test]
fn however_queries_overlap_whoever_begins_after_one_has_ended_sees_it() {
    for_seeds(40, |seed| {
        let (host, server) = Host::disorderly(seed);
        server.delay(millis(3));
        let driver = host.driver(Config::default());
        let mut chance = Chance::new(seed);
        host.run(async {
            let mut tasks = Vec::new();
            for _ in 0..30 {
                tasks.push(host.spawn(query_at(driver.clone(), host.now())));
                host.sleep(millis(chance.below(40) as u64)).await;
            }
            host.sleep(seconds(1)).await;
            tasks.into_iter().for_each(|task| task.output().unwrap());
        });
        check_chain(&server.log(), 3);
    });
}

#[test]
fn what_may_pass_is_tried_again() {
    let (host, server) = Host::new();
    server.once("RUN", [failure("Neo.TransientError.Transaction.DeadlockDetected")]);
    server.once("PULL", [Step::Close(1006, "")]);
    let driver = host.driver(Config::default());
    host.run(async { assert_eq!(execute_query(&driver, "ROWS 2").await.unwrap(), [0, 1]) });
    assert_eq!((server.count("BEGIN"), server.count("COMMIT")), (3, 1));
}

/// As `execute_query`, on a server for reads.
async fn read(driver: &Driver, query: &str) -> Result<Vec<i64>, Error> {
    execute_query_in(driver, AccessMode::Read, query).await
}

#[test]
fn a_query_that_reads_takes_one_round_trip_and_one_that_writes_two() {
    let (host, server) = Host::new();
    server.delay(millis(50));
    let driver = host.driver(pool_of(1));
    host.run(async {
        execute_query(&driver, "ROWS 1").await.unwrap();
        let begin = host.now();
        assert_eq!(read(&driver, "ROWS 1000").await.unwrap().len(), 1_000);
        assert_eq!(host.now() - begin, millis(100));
        let begin = host.now();
        execute_query(&driver, "ROWS 1").await.unwrap();
        assert_eq!(host.now() - begin, millis(200));
        assert_eq!(counts(&driver), (0, 1, 0, 0));
    });
    let sends: Vec<_> = server.sends().into_iter().map(|send| send.requests).rev().take(3).collect();
    assert_eq!(sends, [vec!["COMMIT"], vec!["BEGIN", "RUN", "PULL"], vec!["RUN", "PULL"]]);
}

#[test]
fn a_query_that_reads_is_tried_again_wherever_its_connection_is_lost() {
    let record = || Step::Records(vec![vec![Value::Integer(0)]]);
    let close = || Step::Close(1006, "");
    for (request, steps) in [
        ("RUN", vec![close()]),
        ("RUN", vec![failure("Neo.TransientError.Transaction.DeadlockDetected")]),
        ("PULL", vec![close()]),
        ("PULL", vec![record(), close()]),
        ("PULL", vec![record(), failure("Neo.TransientError.Transaction.DeadlockDetected")]),
    ] {
        let (host, server) = Host::new();
        server.once(request, steps.clone());
        let driver = host.driver(Config::default());
        host.run(async {
            assert_eq!(read(&driver, "ROWS 2").await.unwrap(), [0, 1], "{request} {steps:?}");
            assert_eq!(counts(&driver), (0, 1, 0, 0));
        });
        assert_eq!(server.count("RUN"), 2);
    }
}

#[test]
fn a_query_that_reads_sees_what_was_written_and_is_seen_to() {
    let (host, server) = Host::new();
    let driver = host.driver(Config::default());
    host.run(async {
        execute_query(&driver, "ROWS 1").await.unwrap();
        read(&driver, "ROWS 1").await.unwrap();
        assert_eq!(server.last("RUN").bookmarks(), ["bookmark:1"]);
        execute_query(&driver, "ROWS 1").await.unwrap();
        assert_eq!(server.last("BEGIN").bookmarks(), ["bookmark:2"]);
    });
}

#[test]
fn what_a_query_that_reads_is_told_to_say_of_itself_it_says() {
    let (host, server) = Host::new();
    let driver = host.driver(Config::default());
    host.run(async {
        let config = SessionConfig {
            access_mode: AccessMode::Read,
            database: Some("movies".to_owned()),
            impersonated_user: Some("ann".to_owned()),
            ..SessionConfig::default()
        };
        let transaction = TransactionConfig { timeout: Some(seconds(1)), metadata: Map::from([("from", "here")]) };
        driver.execute_query("ROWS 1", Map::new(), config, transaction).await.unwrap();
        let run = server.last("RUN");
        assert_eq!((run.text("db"), run.text("imp_user")), (Some("movies"), Some("ann")));
        assert_eq!((run.text("mode"), run.integer("tx_timeout")), (Some("r"), Some(1_000)));
    });
}

#[test]
fn a_query_that_reads_and_fails_says_why_and_leaves_the_connection_sound() {
    for request in ["RUN", "PULL"] {
        let (host, server) = Host::new();
        server.once(request, [failure("Neo.ClientError.Statement.SyntaxError")]);
        let driver = host.driver(pool_of(1));
        host.run(async {
            let error = refused(read(&driver, "ROWS 2").await);
            assert_eq!(error.code(), "Neo.ClientError.Statement.SyntaxError", "refused at {request}");
            assert_eq!(read(&driver, "ROWS 2").await.unwrap(), [0, 1]);
            assert_eq!((counts(&driver), server.sockets()), ((0, 1, 0, 0), 1));
        });
    }
}
