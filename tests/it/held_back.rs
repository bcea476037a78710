//! Servers that are held back, where the host can: of a large answer that nobody reads little is taken in, nobody waits for
//! ever, and it goes on with whoever reads or gives up.

use neo4j_wasm::value::{Map, Value};
use neo4j_wasm::{Config, Driver};

use super::simulated::{
    Ask, Chance, Host, Server, Step, begin, counts, for_seeds, numbers, pool_of, query, seconds, session,
};

const ROWS: usize = 300;

/// A server whose next answer is 30 MB of records, and a driver that takes in no more than 17 MB that nobody reads.
fn large() -> (Host, Server, Driver) {
    let (host, server) = Host::new();
    server.be_held();
    server.cut_into(65_536);
    let driver = host.driver(Config { max_message_size: 1 << 20, ..pool_of(1) });
    answer_largely(&server);
    (host, server, driver)
}

fn answer_largely(server: &Server) {
    let rows = (0..ROWS).map(|_| vec![Value::from("x".repeat(100_000))]).collect();
    server.once("PULL", [Step::Records(rows), Step::Success(Map::new())]);
}

#[test]
fn a_server_is_held_back_while_nobody_reads_and_goes_on_with_the_reader() {
    let (host, server, driver) = large();
    host.run(async {
        let result = session(&driver).ask("LARGE").await.unwrap();
        host.sleep(seconds(1)).await;
        assert_eq!(server.held(), 1);
        let mut count = 0;
        while result.next().await.unwrap().is_some() {
            count += 1;
            host.calm().await;
        }
        assert_eq!((count, server.held()), (ROWS, 0));
        assert_eq!(query(&driver, "ROWS 2").await.unwrap(), [0, 1]);
    });
    assert_eq!(server.sockets(), 1);
}

#[test]
fn whoever_collects_everything_holds_nothing_back() {
    let (host, server, driver) = large();
    host.run(async {
        let result = session(&driver).ask("LARGE").await.unwrap();
        assert_eq!(result.collect().await.unwrap().len(), ROWS);
    });
    assert_eq!(server.held(), 0);
}

#[test]
fn whoever_waits_for_what_is_behind_it_is_not_kept_waiting() {
    let (host, server, _) = large();
    let driver = host.driver(pool_of(1));
    host.run(async {
        let transaction = begin(&driver).await.unwrap();
        let first = transaction.ask("LARGE").await.unwrap();
        host.calm().await;
        assert_eq!(server.held(), 1);
        let second = transaction.ask("ROWS 2").await.unwrap();
        assert_eq!(numbers(&second).await.unwrap(), [0, 1]);
        assert_eq!(first.collect().await.unwrap().len(), ROWS);
        transaction.commit().await.unwrap();
    });
}

#[test]
fn what_is_given_up_is_held_back_no_longer() {
    let (host, server, driver) = large();
    host.run(async {
        for way in ["dropped", "closed", "consumed"] {
            let session = session(&driver);
            let result = session.ask("LARGE").await.unwrap();
            host.calm().await;
            assert_eq!(server.held(), 1, "{way}");
            if way == "consumed" {
                result.consume().await.unwrap();
            }
            drop(result);
            if way == "closed" {
                session.close().await.unwrap();
            }
            drop(session);
            host.calm().await;
            assert_eq!((server.held(), counts(&driver)), (0, (0, 1, 0, 0)));
            assert_eq!(query(&driver, "ROWS 2").await.unwrap(), [0, 1]);
            answer_largely(&server);
        }
        let _unread = session(&driver).ask("LARGE").await.unwrap();
        host.calm().await;
        driver.close().await;
    });
    assert_eq!((server.sockets(), server.open_sockets()), (1, 0));
}

#[test]
fn what_nobody_wants_is_thrown_away_as_it_comes_where_nothing_can_be_held_back() {
    let (host, server) = Host::new();
    server.cut_into(65_536);
    let driver = host.driver(Config { max_message_size: 1 << 20, ..pool_of(1) });
    answer_largely(&server);
    host.run(async {
        let result = session(&driver).ask("LARGE").await.unwrap();
        result.consume().await.unwrap();
    });
    assert_eq!(counts(&driver), (0, 1, 0, 0));
}

#[test]
fn a_server_that_is_held_back_is_not_taken_for_silent() {
    let (host, server) = Host::new();
    server.be_held();
    server.cut_into(65_536);
    server.hint("connection.recv_timeout_seconds", 5);
    let driver = host.driver(pool_of(1));
    answer_largely(&server);
    host.run(async {
        let result = session(&driver).ask("LARGE").await.unwrap();
        host.sleep(seconds(60)).await;
        assert_eq!(server.held(), 1);
        assert_eq!(result.collect().await.unwrap().len(), ROWS);
    });
    // It is when it owes an answer again.
    let error = host.run(async {
        server.once("PULL", [Step::Hang]);
        query(&driver, "ROWS 2").await.unwrap_err()
    });
    assert_eq!(error.code(), "ReceiveTimeout");
}

#[test]
fn nobody_hangs_whatever_is_read_and_when() {
    for_seeds(20, |seed| {
        let mut chance = Chance::new(seed);
        let (host, server) = Host::disorderly(seed);
        server.be_held();
        server.cut_into(65_536);
        let driver = host.driver(pool_of(1));
        host.run(async {
            for _ in 0..3 {
                answer_largely(&server);
                let session = session(&driver);
                let result = session.ask("LARGE").await.unwrap();
                for _ in 0..chance.below(ROWS) {
                    if chance.below(4) == 0 {
                        host.calm().await;
                    }
                    assert!(result.next().await.unwrap().is_some());
                }
                match chance.below(3) {
                    0 => drop(result),
                    1 => drop(result.consume().await.unwrap()),
                    _ => session.close().await.unwrap(),
                }
                assert_eq!(query(&driver, "ROWS 2").await.unwrap(), [0, 1]);
            }
        });
        assert_eq!(server.held(), 0);
    });
}
