//! Results: records as they come, more of them as they are read, and the ways to take them.

use neo4j_wasm::value::{Map, Value};
use neo4j_wasm::{AccessMode, Config, ErrorKind, RecordStream, SessionConfig, TransactionConfig};

use super::simulated::{
    Ask, Chance, Host, Server, Step, Table, counts, fetching, for_seeds, millis, numbers, pool_of, refused, seconds,
    session, success,
};

async fn next(result: &RecordStream) -> Option<i64> {
    result.next().await.unwrap().map(|record| record.get("n").unwrap())
}

fn sizes(server: &Server, name: &str) -> Vec<i64> {
    server.all(name).iter().map(|seen| seen.integer("n").unwrap()).collect()
}

#[test]
fn keys_are_there_before_any_record_is() {
    let (host, server) = Host::new();
    server.always("PULL", [Step::Hang]);
    let table = Table { fields: vec!["name", "age", "name.first"], ..Table::numbers(0..0) };
    server.results_in("MATCH", table);
    let driver = host.driver(Config::default());
    host.run(async {
        let result = session(&driver).ask("MATCH").await.unwrap();
        assert_eq!(result.keys(), ["name", "age", "name.first"]);
    });
}

#[test]
fn the_next_batch_is_asked_for_while_one_is_read_and_no_earlier() {
    let (host, server) = Host::new();
    let driver = host.driver(Config::default());
    host.run(async {
        let result = driver.session(fetching(10)).unwrap().ask("ROWS 95").await.unwrap();
        host.sleep(seconds(1)).await;
        assert_eq!(server.count("PULL"), 1, "nobody reads");
        for number in 0..95 {
            assert_eq!(next(&result).await, Some(number));
            host.calm().await;
            let handed_out = number as usize / 10 + 1;
            assert!(server.count("PULL") <= handed_out + 1, "more than two batches at {number}");
            assert!(server.count("PULL") > number as usize / 10, "{number}");
        }
        assert_eq!(next(&result).await, None);
        assert_eq!(next(&result).await, None);
    });
    assert_eq!(sizes(&server, "PULL"), [10; 10]);
    assert_eq!(server.count("DISCARD"), 0);
}

#[test]
fn the_fetch_size_is_the_sessions_or_the_drivers_or_a_thousand() {
    for (config, session, sent) in [
        (Config::default(), fetching(5), 5),
        (Config { fetch_size: Some(7), ..Config::default() }, Default::default(), 7),
        (Config { fetch_size: Some(7), ..Config::default() }, fetching(5), 5),
        (Config::default(), Default::default(), 1_000),
        (Config { fetch_size: Some(-1), ..Config::default() }, Default::default(), -1),
        (Config::default(), fetching(i64::MAX), i64::MAX),
    ] {
        let (host, server) = Host::new();
        let driver = host.driver(config);
        host.run(async {
            let result = driver.session(session).unwrap().ask("ROWS 2500").await.unwrap();
            assert_eq!(numbers(&result).await.unwrap().len(), 2_500);
        });
        // What someone has set stays; otherwise whoever collects is sent more at a time.
        let sizes = sizes(&server, "PULL");
        let then = if sent == 1_000 { 4_000 } else { sent };
        assert_eq!(sizes[0], sent);
        assert!(sizes[1..].iter().all(|size| *size == then), "{sizes:?}");
    }
}

#[test]
fn a_query_that_reads_is_sent_as_many_at_a_time_as_any_other() {
    let (host, server) = Host::new();
    let driver = host.driver(Config::default());
    host.run(async {
        let reading = SessionConfig { access_mode: AccessMode::Read, ..SessionConfig::default() };
        let (_, records, _) =
            driver.execute_query("ROWS 9000", Map::new(), reading, TransactionConfig::default()).await.unwrap();
        assert_eq!(records.len(), 9_000);
    });
    assert_eq!(sizes(&server, "PULL"), [1_000, 4_000, 16_000]);
}

#[test]
fn records_that_nobody_reads_are_not_kept_without_bound() {
    let (host, server) = Host::new();
    let driver = host.driver(Config { max_message_size: 1 << 20, ..Config::default() });
    let row = || vec![Value::from("x".repeat(100_000))];
    for (rows, kept) in [(160, true), (190, false)] {
        server.once("PULL", [Step::Records((0..rows).map(|_| row()).collect()), Step::Success(Map::new())]);
        host.run(async {
            let result = session(&driver).ask("ROWS 1").await.unwrap();
            // They come, and are not read.
            host.calm().await;
            match result.collect().await {
                Ok(records) => assert!(kept && records.len() == rows),
                Err(error) => {
                    assert!(!kept);
                    assert_eq!((error.kind(), error.code()), (ErrorKind::Connection, "TooMuchUnread"));
                }
            }
        });
    }
}

#[test]
fn one_message_has_a_limit_and_it_ends_the_connection() {
    let (host, server) = Host::new();
    let driver = host.driver(Config { max_message_size: 1 << 20, ..Config::default() });
    for (size, fits) in [((1 << 20) - 10, true), (1 << 20, false), (10 << 20, false)] {
        server.once("PULL", [Step::Records(vec![vec![Value::from("x".repeat(size))]]), Step::Success(Map::new())]);
        host.run(async {
            let read = session(&driver).ask("ROWS 1").await.unwrap().collect().await;
            match read {
                Ok(records) => assert!(fits && records[0].get::<String>("n").unwrap().len() == size),
                Err(error) => {
                    assert!(!fits, "{error}");
                    assert_eq!((error.kind(), error.code()), (ErrorKind::Protocol, "MessageTooLarge"));
                    assert!(error.message().contains("1048576") && error.message().contains("max_message_size"));
                    assert_eq!(counts(&driver), (0, 0, 0, 0));
                }
            }
        });
    }
}

#[test]
fn whoever_reads_faster_than_records_come_is_sent_more_at_a_time() {
    let (host, server) = Host::new();
    let driver = host.driver(Config::default());
    let read = |slowly: bool| {
        let (host, driver) = (&host, &driver);
        async move {
            let result = session(driver).ask("ROWS 9000").await.unwrap();
            for expected in 0..9_000 {
                if slowly {
                    // What has been asked for comes meanwhile.
                    host.calm().await;
                }
                assert_eq!(next(&result).await, Some(expected));
            }
            assert_eq!(next(&result).await, None);
        }
    };
    host.run(read(false));
    assert_eq!(sizes(&server, "PULL"), [1_000, 4_000, 15_420]);
    host.run(read(true));
    assert_eq!(sizes(&server, "PULL")[3..], [1_000; 9]);
}

#[test]
fn everything_at_once_is_one_pull() {
    let (host, server) = Host::new();
    let driver = host.driver(Config::default());
    host.run(async {
        let result = driver.session(fetching(-1)).unwrap().ask("ROWS 5000").await.unwrap();
        assert_eq!(numbers(&result).await.unwrap().len(), 5_000);
    });
    assert_eq!(sizes(&server, "PULL"), [-1]);
}

#[test]
fn results_of_every_length_are_whole_with_every_fetch_size() {
    for length in 0..8 {
        for size in 1..6 {
            let (host, _) = Host::new();
            let driver = host.driver(pool_of(1));
            host.run(async {
                let result = driver.session(fetching(size)).unwrap().ask(&format!("ROWS {length}")).await.unwrap();
                assert_eq!(numbers(&result).await.unwrap(), (0..length).collect::<Vec<_>>());
                assert_eq!(counts(&driver), (0, 1, 0, 0), "the connection goes back at the end");
            });
        }
    }
}

#[test]
fn an_empty_batch_is_not_the_end() {
    let (host, server) = Host::new();
    server.once("PULL", [success([("has_more", true)])]);
    server.once("PULL", [success([("has_more", true)])]);
    let driver = host.driver(Config::default());
    host.run(async {
        let result = session(&driver).ask("ROWS 3").await.unwrap();
        assert_eq!(numbers(&result).await.unwrap(), [0, 1, 2]);
    });
    assert_eq!(server.count("PULL"), 3);
}

#[test]
fn a_record_is_handed_out_as_soon_as_it_is_there() {
    let (host, server) = Host::new();
    let record = |number| Step::Records(vec![vec![Value::Integer(number)]]);
    let pause = Step::Wait(seconds(1));
    let slow = [record(1), pause.clone(), record(2), pause.clone(), record(3), pause, success([("type", "r")])];
    server.once("PULL", slow);
    let driver = host.driver(Config::default());
    host.run(async {
        let result = session(&driver).ask("ROWS 0").await.unwrap();
        for (number, at) in [(1, 0), (2, 1), (3, 2)] {
            assert_eq!(next(&result).await, Some(number));
            assert_eq!(host.now(), seconds(at));
        }
        assert_eq!(next(&result).await, None);
        assert_eq!(host.now(), seconds(3));
    });
}

#[test]
fn giving_up_on_a_record_loses_none() {
    let (host, server) = Host::new();
    server.always("PULL", [Step::Wait(millis(25)), Step::Usual]);
    let driver = host.driver(Config::default());
    host.run(async {
        let result = std::rc::Rc::new(driver.session(fetching(2)).unwrap().ask("ROWS 7").await.unwrap());
        let mut read = Vec::new();
        for _ in 0..100 {
            let reading = std::rc::Rc::clone(&result);
            let task = host.spawn(async move { next(&reading).await });
            host.sleep(millis(10)).await;
            if task.is_done() {
                read.extend(task.output());
            } else {
                task.abort();
            }
        }
        assert_eq!(read, [0, 1, 2, 3, 4, 5, 6]);
    });
}

#[test]
fn consuming_throws_the_rest_away_on_the_server() {
    for read in [0, 1, 2, 3] {
        let (host, server) = Host::new();
        let driver = host.driver(pool_of(1));
        host.run(async {
            let result = driver.session(fetching(2)).unwrap().ask("ROWS 9").await.unwrap();
            for number in 0..read {
                assert_eq!(next(&result).await, Some(number));
            }
            let summary = result.consume().await.unwrap();
            assert_eq!(summary.query_type.as_deref(), Some("r"));
            assert_eq!(counts(&driver), (0, 1, 0, 0));
            assert_eq!(next(&result).await, None);
            assert_eq!(result.consume().await.unwrap(), summary);
        });
        assert_eq!(sizes(&server, "DISCARD"), [-1]);
        assert_eq!(server.count("PULL"), if read == 3 { 2 } else { 1 }, "{read}");
    }
}

#[test]
fn consuming_what_is_at_its_end_sends_nothing() {
    let (host, server) = Host::new();
    let driver = host.driver(pool_of(1));
    host.run(async {
        for query in ["ROWS 5", "ROWS 0", "NOTHING"] {
            let result = session(&driver).ask(query).await.unwrap();
            result.collect().await.unwrap();
            server.forget();
            result.consume().await.unwrap();
            assert!(server.log().is_empty());
        }
    });
}

#[test]
fn single_takes_exactly_one() {
    let (host, server) = Host::new();
    let driver = host.driver(pool_of(1));
    host.run(async {
        let session = driver.session(fetching(2)).unwrap();
        let record = session.ask("ROWS 1").await.unwrap().single().await.unwrap();
        assert_eq!(record.get::<i64>("n").unwrap(), 0);
        for (query, word) in [("ROWS 0", "none"), ("NOTHING", "none"), ("ROWS 2", "more"), ("ROWS 50", "more")] {
            let error = refused(session.ask(query).await.unwrap().single().await);
            assert_eq!((error.kind(), error.code()), (ErrorKind::Usage, "NotSingle"));
            assert!(error.message().contains(word), "{error}");
            assert_eq!(counts(&driver), (0, 1, 0, 0));
        }
        let code = "Neo.ClientError.Statement.ArithmeticError";
        for rows in [0, 1] {
            let failing = session.ask(&format!("ROWS {rows} THEN FAIL {code}")).await.unwrap();
            assert_eq!(refused(failing.single().await).code(), code);
        }
    });
    // Fifty are not read to find out that they are not one.
    assert_eq!(server.count("DISCARD"), 1);
}

#[test]
fn collecting_takes_what_is_left() {
    let (host, _) = Host::new();
    let driver = host.driver(Config::default());
    host.run(async {
        let result = driver.session(fetching(2)).unwrap().ask("ROWS 5").await.unwrap();
        assert_eq!(next(&result).await, Some(0));
        assert_eq!(numbers(&result).await.unwrap(), [1, 2, 3, 4]);
        assert!(result.collect().await.unwrap().is_empty());
    });
}

#[test]
fn a_record_knows_its_columns_by_name_and_by_place() {
    let (host, server) = Host::new();
    let row = vec![Value::from("Alice"), Value::from(33), Value::Null];
    server.results_in("MATCH", Table { fields: vec!["name", "age", "pet"], rows: vec![row], ..Table::numbers(0..0) });
    let driver = host.driver(Config::default());
    host.run(async {
        let record = session(&driver).ask("MATCH").await.unwrap().single().await.unwrap();
        assert_eq!(record.keys(), ["name", "age", "pet"]);
        assert_eq!(record.values().unwrap(), [Value::from("Alice"), Value::from(33), Value::Null]);
        assert_eq!(record.get::<String>("name").unwrap(), "Alice");
        assert_eq!(record.get::<Option<String>>("pet").unwrap(), None);
        let error = refused(record.get::<i64>("surname"));
        assert_eq!(error.code(), "UnknownKey");
        assert!(error.message().contains("surname") && error.message().contains("name, age, pet"), "{error}");
        let error = refused(record.get::<i64>("name"));
        assert_eq!(error.code(), "WrongType");
        assert!(error.message().contains("INTEGER") || error.message().contains("i64"), "{error}");
    });
}

#[test]
fn records_outlive_result_session_and_driver() {
    let (host, _) = Host::new();
    let driver = host.driver(Config::default());
    let records = host.run(async {
        let result = session(&driver).ask("ROWS 3").await.unwrap();
        let records = result.collect().await.unwrap();
        driver.close().await;
        records
    });
    drop(driver);
    assert_eq!(records.iter().map(|record| record.get::<i64>("n").unwrap()).collect::<Vec<_>>(), [0, 1, 2]);
}

#[test]
fn a_record_with_too_many_or_too_few_values_is_a_protocol_error() {
    for width in [0, 2] {
        let (host, server) = Host::new();
        let row = vec![Value::Integer(1); width];
        server.results_in("MATCH", Table { rows: vec![row], ..Table::numbers(0..0) });
        let driver = host.driver(Config::default());
        host.run(async {
            let record = session(&driver).ask("MATCH").await.unwrap().single().await.unwrap();
            assert_eq!(refused(record.values().map(<[_]>::len)).kind(), ErrorKind::Protocol);
        });
    }
}

#[test]
fn columns_without_names_are_a_protocol_error_and_the_connection_is_not_lost_on_the_next() {
    let (host, server) = Host::new();
    server.once("RUN", [Step::Success(Map::from([("fields", vec![1, 2])]))]);
    let driver = host.driver(pool_of(1));
    host.run(async {
        let session = session(&driver);
        assert_eq!(refused(session.ask("ROWS 1").await).kind(), ErrorKind::Protocol);
        assert_eq!(numbers(&session.ask("ROWS 1").await.unwrap()).await.unwrap(), [0]);
    });
}

#[test]
fn a_result_without_fields_has_no_columns() {
    let (host, server) = Host::new();
    server.once("RUN", [Step::Success(Map::new())]);
    let driver = host.driver(Config::default());
    host.run(async {
        let result = session(&driver).ask("CREATE").await.unwrap();
        assert!(result.keys().is_empty() && result.collect().await.unwrap().is_empty());
    });
}

/// Reads, in one session, several results in random ways, each started before the one before is at its end.
#[test]
fn results_read_in_random_ways_are_whole() {
    for_seeds(150, |seed| {
        let (host, server) = Host::disorderly(seed);
        server.cut_anywhere(seed);
        let mut chance = Chance::new(seed);
        let driver = host.driver(pool_of(1));
        host.run(async {
            let session = driver.session(fetching(1 + chance.below(4) as i64)).unwrap();
            let mut open: Vec<(RecordStream, i64, i64)> = Vec::new();
            for _ in 0..30 {
                if chance.one_in(3) || open.is_empty() {
                    let length = chance.below(9) as i64;
                    open.push((session.ask(&format!("ROWS {length}")).await.unwrap(), 0, length));
                    continue;
                }
                let chosen = chance.below(open.len());
                let (result, read, length) = &mut open[chosen];
                match chance.below(8) {
                    0 => assert_eq!(numbers(result).await.unwrap(), (*read..*length).collect::<Vec<_>>()),
                    1 => drop(result.consume().await.unwrap()),
                    2 => (),
                    _ => {
                        assert_eq!(next(result).await, (*read < *length).then_some(*read));
                        *read += 1;
                        continue;
                    }
                }
                drop(open.swap_remove(chosen));
            }
            session.close().await.unwrap();
            assert_eq!(counts(&driver), (0, 1, 0, 0));
        });
        assert_eq!((server.count("RESET"), server.sockets()), (0, 1));
    });
}
