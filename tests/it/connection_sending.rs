//! What a connection sends, in how many sends, and how it takes what comes, however it is cut.

use neo4j_wasm::value::{Map, Uuid, Value};
use neo4j_wasm::{Config, Error, ErrorKind, SessionConfig, Transaction, TransactionConfig};

use super::simulated::{
    Ask, Chance, Host, Step, Table, begin, counts, fetching, for_seeds, millis, numbers, pool_of, query, refused,
    session,
};

/// Text that looks different at every place.
fn text(length: usize) -> String {
    (0..length).map(|at| char::from(b'a' + (at * 7 + at / 251) as u8 % 26)).collect()
}

#[test]
fn run_and_pull_leave_in_one_send() {
    let (host, server) = Host::new();
    let driver = host.driver(Config::default());
    host.run(async {
        session(&driver).ask("RETURN 1").await.unwrap().consume().await.unwrap();
        let transaction = begin(&driver).await.unwrap();
        transaction.ask("RETURN 1").await.unwrap().consume().await.unwrap();
        transaction.commit().await.unwrap();
    });
    let sends: Vec<_> = server.sends().into_iter().map(|send| send.requests).filter(|names| names.len() != 1).collect();
    assert_eq!(sends, [vec!["HELLO", "LOGON", "RUN", "PULL"], vec!["RUN", "PULL"]]);
}

#[test]
fn a_large_parameter_leaves_in_several_sends_of_what_a_server_takes_and_arrives_whole() {
    for length in [65_000, 65_400, 65_530, 65_535, 65_536, 65_537, 131_064, 200_000, 1_000_000] {
        let (host, server) = Host::new();
        let driver = host.driver(Config::default());
        let parameter = text(length);
        host.run(async {
            let session = session(&driver);
            session.ask("RETURN 1").await.unwrap().consume().await.unwrap();
            server.forget();
            let parameters = Map::from([("text", parameter.as_str())]);
            let run = session.run("RETURN $text", parameters, TransactionConfig::default()).await.unwrap();
            run.consume().await.unwrap();
        });
        assert_eq!(server.last("RUN").parameters().get("text"), Some(&Value::from(parameter)));
        // The host asserts that none is longer; here, that none is needlessly short either.
        let sizes: Vec<_> = server.sends().iter().map(|send| send.size).collect();
        assert!(sizes[..sizes.len() - 1].iter().all(|size| *size == 65_536), "{sizes:?}");
        assert!(sizes.iter().sum::<usize>() >= length);
    }
}

#[test]
fn parameters_of_every_length_around_the_limits_arrive_whole() {
    let (host, server) = Host::new();
    let driver = host.driver(Config::default());
    host.run(async {
        let session = session(&driver);
        for length in (65_400..65_560).chain(130_900..131_100) {
            let parameters = Map::from([("text", text(length))]);
            drop(session.run("RETURN 1", parameters, TransactionConfig::default()).await.unwrap());
            assert_eq!(server.last("RUN").parameters().get("text"), Some(&Value::from(text(length))), "{length}");
            server.forget();
        }
    });
}

#[test]
fn a_parameter_that_cannot_be_sent_is_an_error_with_its_path_and_nothing_is_sent() {
    let (host, server) = Host::new();
    let driver = host.driver(Config::default());
    host.run(async {
        let session = session(&driver);
        session.ask("RETURN 1").await.unwrap().consume().await.unwrap();
        server.forget();
        let bad = Map::from([("ids", vec![Value::Null, Value::Uuid(Uuid([7; 16]))])]);
        let error = refused(session.run("RETURN $ids", bad.clone(), TransactionConfig::default()).await);
        assert_eq!(error.kind(), ErrorKind::Usage);
        assert!(error.message().contains("parameters.ids[1]"), "{error}");
        let metadata = TransactionConfig { metadata: bad, ..TransactionConfig::default() };
        let error = refused(session.run("RETURN 1", Map::new(), metadata.clone()).await);
        assert!(error.message().contains("metadata.ids[1]"), "{error}");
        refused(session.begin_transaction(metadata).await);
        host.calm().await;
        assert!(server.log().is_empty() && server.sends().is_empty());
        assert_eq!(counts(&driver), (0, 1, 0, 0));
        // The connection is as good as before.
        assert_eq!(numbers(&session.ask("ROWS 2").await.unwrap()).await.unwrap(), [0, 1]);
        assert_eq!((server.names(), server.sockets()), (vec!["RUN", "PULL"], 1));
    });
}

#[test]
fn a_parameter_that_cannot_be_sent_ends_the_transaction() {
    let (host, server) = Host::new();
    let driver = host.driver(Config::default());
    host.run(async {
        let transaction = begin(&driver).await.unwrap();
        drop(transaction.ask("RETURN 1").await.unwrap());
        let bad = Map::from([("id", Value::Uuid(Uuid([7; 16])))]);
        let refusal = refused(transaction.run("RETURN $id", bad).await);
        assert!(!transaction.is_open());
        for error in [refused(transaction.ask("RETURN 2").await), refused(transaction.commit().await)] {
            assert_eq!((error.kind(), error.code()), (ErrorKind::Transaction, "TransactionFailed"));
            assert_eq!(error.cause().unwrap().message(), refusal.message());
        }
        transaction.rollback().await.unwrap();
        query(&driver, "RETURN 1").await.unwrap();
    });
    assert_eq!(server.names(), ["BEGIN", "RUN", "PULL", "RESET", "RUN", "PULL"]);
}

#[test]
fn work_that_passes_over_a_query_that_cannot_be_sent_is_not_committed() {
    let (host, server) = Host::new();
    let driver = host.driver(Config::default());
    host.run(async {
        let work = async |transaction: Transaction| {
            drop(transaction.ask("CREATE (:A)").await?);
            let bad = Map::from([("id", Value::Uuid(Uuid([7; 16])))]);
            let _ = transaction.run("CREATE (:B {id: $id})", bad).await;
            Ok::<_, Error>(())
        };
        let error = refused(session(&driver).execute_write(TransactionConfig::default(), work).await);
        assert_eq!((error.code(), error.is_retryable()), ("TransactionFailed", false));
        assert_eq!(error.cause().unwrap().kind(), ErrorKind::Usage);
    });
    assert_eq!((server.count("BEGIN"), server.count("COMMIT")), (1, 0));
}

#[test]
fn what_the_server_does_not_have_is_refused_before_anything_is_sent() {
    let (host, server) = Host::new();
    server.speak(5, 1);
    let driver = host.driver(Config::default());
    host.run(async {
        let mut config = SessionConfig::default();
        config.notifications.minimum_severity = Some("OFF".to_owned());
        let session = driver.session(config).unwrap();
        assert_eq!(refused(session.ask("RETURN 1").await).kind(), ErrorKind::Configuration);
        assert_eq!(counts(&driver), (0, 1, 0, 0));
    });
    assert!(server.names().is_empty());
}

/// A table with values of every size around those where PackStream and chunking change their forms.
fn wild_table(chance: &mut Chance, longest: usize) -> Table {
    let rows = (0..chance.below(30)).map(|_| {
        let value = match chance.below(4) {
            0 => Value::Integer(chance.next().cast_signed()),
            1 => Value::from(text(chance.below(300))),
            2 => Value::from(vec![Value::Null; chance.below(20)]),
            _ => Value::from(Map::from([("k", text(chance.below(longest)))])),
        };
        vec![value]
    });
    let rows = rows.collect();
    Table { rows, ..Table::numbers(0..0) }
}

#[test]
fn results_are_the_same_however_they_are_cut_and_in_whatever_order_things_happen() {
    for_seeds(30, |seed| {
        let (host, server) = Host::disorderly(seed);
        let mut chance = Chance::new(seed);
        let finely = seed.is_multiple_of(2);
        let table = wild_table(&mut chance, if finely { 1_000 } else { 70_000 });
        server.results_in("WILD", table.clone());
        if finely {
            server.cut_anywhere(seed);
        } else {
            server.cut_into(1_000 + chance.below(70_000));
        }
        let driver = host.driver(Config::default());
        host.run(async {
            let session = driver.session(fetching(1 + chance.below(12) as i64)).unwrap();
            let result = session.ask("WILD").await.unwrap();
            let records = result.collect().await.unwrap();
            let values: Vec<_> = records.iter().map(|record| record.values().unwrap().to_vec()).collect();
            assert_eq!(values, table.rows);
        });
    });
}

#[test]
fn keep_alives_between_and_within_answers_do_not_show() {
    let (host, server) = Host::new();
    let noop = Step::Raw(vec![0, 0]);
    for name in ["HELLO", "LOGON", "RUN", "PULL"] {
        server.always(name, [noop.clone(), noop.clone(), Step::Usual, noop.clone()]);
    }
    let driver = host.driver(Config::default());
    host.run(async {
        let session = driver.session(fetching(2)).unwrap();
        assert_eq!(numbers(&session.ask("ROWS 7").await.unwrap()).await.unwrap().len(), 7);
    });
}

/// How many round trips it takes, at a hundred milliseconds each.
async fn round_trips<T>(host: &Host, work: impl Future<Output = T>) -> u128 {
    let before = host.now();
    work.await;
    (host.now() - before).as_millis() / 100
}

#[test]
fn nothing_takes_more_round_trips_than_it_must() {
    for (major, minor) in [(4, 4), (5, 0), (5, 8), (6, 1)] {
        let (host, server) = Host::new();
        server.speak(major, minor);
        server.delay(millis(50));
        let driver = host.driver(pool_of(1));
        host.run(async {
            let first = round_trips(&host, query(&driver, "ROWS 500")).await;
            let expected = if (major, minor) >= (5, 1) { 3 } else { 4 };
            assert_eq!(first, expected, "socket, handshake, HELLO with LOGON, RUN and PULL");
            assert_eq!(round_trips(&host, query(&driver, "ROWS 500")).await, 1);
            let transaction = async {
                let transaction = begin(&driver).await.unwrap();
                transaction.ask("ROWS 500").await.unwrap().collect().await.unwrap();
                transaction.commit().await.unwrap();
            };
            assert_eq!(round_trips(&host, transaction).await, 3, "BEGIN, RUN with PULL, COMMIT");
            let failing = query(&driver, "FAIL Neo.ClientError.Statement.SyntaxError");
            assert_eq!(round_trips(&host, failing).await, 1, "nobody waits for the RESET behind it");
        });
    }
}
