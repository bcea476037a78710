//! What the pool does so that nobody gets a connection that is old, dead, or still busy with someone else's work.

use neo4j_wasm::{AccessMode, Config, Driver, Error, SessionConfig};

use super::simulated::{
    Ask, Host, Step, begin, counts, execute_query, failure, fetching, millis, numbers, one_connection, pool_of, query,
    refused, seconds, session,
};

/// Leaves so many idle connections in the pool.
async fn fill(driver: &Driver, count: usize) {
    let mut open = Vec::new();
    for _ in 0..count {
        open.push(begin(driver).await.unwrap());
    }
    for transaction in open {
        transaction.rollback().await.unwrap();
    }
}

#[test]
fn a_connection_that_is_too_old_is_closed_when_it_comes_back() {
    let (host, server) = Host::new();
    let driver = host.driver(Config { max_connection_lifetime: seconds(100), ..Config::default() });
    host.run(async {
        let transaction = begin(&driver).await.unwrap();
        host.sleep(seconds(101)).await;
        // It is not taken away from whoever works with it.
        drop(transaction.ask("RETURN 1").await.unwrap());
        transaction.commit().await.unwrap();
        assert_eq!(counts(&driver), (0, 0, 0, 0));
        host.calm().await;
        assert_eq!(server.names().last(), Some(&"GOODBYE"));
        assert_eq!(server.open_sockets(), 0);
    });
}

#[test]
fn a_connection_that_has_grown_too_old_while_idle_is_never_handed_out() {
    let (host, server) = Host::new();
    let lifetime = Config { max_connection_lifetime: seconds(100), keep_alive: false, ..Config::default() };
    let driver = host.driver(lifetime);
    host.run(async {
        fill(&driver, 3).await;
        host.sleep(seconds(99)).await;
        query(&driver, "RETURN 1").await.unwrap();
        assert_eq!(server.sockets(), 3);
        host.sleep(seconds(2)).await;
        query(&driver, "RETURN 1").await.unwrap();
        host.calm().await;
        // Age counts from the opening, not from the last use; all three are replaced by one.
        assert_eq!((server.sockets(), server.open_sockets(), server.count("GOODBYE")), (4, 1, 3));
        assert_eq!(server.last("RUN").peer, 3);
    });
}

#[test]
fn a_connection_is_probed_after_a_minute_and_not_before() {
    let (host, server) = Host::new();
    let driver = host.driver(Config::default());
    host.run(async {
        query(&driver, "RETURN 1").await.unwrap();
        host.sleep(seconds(59)).await;
        query(&driver, "RETURN 1").await.unwrap();
        assert_eq!(server.count("RESET"), 0);
        host.sleep(seconds(60)).await;
        server.forget();
        query(&driver, "RETURN 1").await.unwrap();
        assert_eq!(server.names(), ["RESET", "RUN", "PULL"]);
        assert_eq!(server.sockets(), 1);
    });
}

#[test]
fn a_host_that_keeps_alive_by_itself_needs_no_probe() {
    let (host, server) = Host::new();
    host.keep_alive();
    let driver = host.driver(Config::default());
    host.run(async {
        query(&driver, "RETURN 1").await.unwrap();
        host.sleep(seconds(3_000)).await;
        query(&driver, "RETURN 1").await.unwrap();
    });
    assert_eq!((server.count("RESET"), server.sockets()), (0, 1));
}

#[test]
fn without_keep_alive_nothing_is_probed() {
    let (host, server) = Host::new();
    let driver = host.driver(Config { keep_alive: false, ..Config::default() });
    host.run(async {
        query(&driver, "RETURN 1").await.unwrap();
        host.sleep(seconds(3_500)).await;
        query(&driver, "RETURN 1").await.unwrap();
    });
    assert_eq!((server.count("RESET"), server.sockets()), (0, 1));
}

#[test]
fn the_liveness_check_timeout_says_when_to_probe() {
    for keep_alive in [true, false] {
        let (host, server) = Host::new();
        let liveness_check_timeout = Some(seconds(300));
        let driver = host.driver(Config { liveness_check_timeout, keep_alive, ..Config::default() });
        host.run(async {
            query(&driver, "RETURN 1").await.unwrap();
            host.sleep(seconds(299)).await;
            query(&driver, "RETURN 1").await.unwrap();
            assert_eq!(server.count("RESET"), 0);
            host.sleep(seconds(300)).await;
            query(&driver, "RETURN 1").await.unwrap();
            assert_eq!(server.count("RESET"), 1);
        });
    }
}

#[test]
fn a_liveness_check_timeout_of_zero_probes_every_time() {
    let (host, server) = Host::new();
    let driver = host.driver(Config { liveness_check_timeout: Some(seconds(0)), ..Config::default() });
    host.run(async {
        for _ in 0..3 {
            query(&driver, "RETURN 1").await.unwrap();
        }
    });
    assert_eq!((server.count("RESET"), server.sockets()), (2, 1));
}

#[test]
fn a_dead_connection_is_replaced_once_the_probe_has_had_its_time() {
    let (host, server) = Host::new();
    let driver = host.driver(Config { connection_timeout: seconds(3), ..pool_of(1) });
    host.run(async {
        query(&driver, "RETURN 1").await.unwrap();
        host.sleep(seconds(100)).await;
        server.once("RESET", [Step::Silence]);
        let before = host.now();
        query(&driver, "RETURN 1").await.unwrap();
        assert_eq!(host.now() - before, seconds(3));
        host.calm().await;
        assert_eq!((server.sockets(), server.open_sockets(), counts(&driver)), (2, 1, (0, 1, 0, 0)));
    });
}

#[test]
fn a_server_that_is_back_after_it_was_gone_is_found_within_one_acquisition() {
    let (host, server) = Host::new();
    let driver = host.driver(Config::default());
    host.run(async {
        fill(&driver, 10).await;
        host.sleep(seconds(100)).await;
        // Without a word: the network has forgotten these connections.
        server.on("RESET", |seen| vec![if seen.peer < 10 { Step::Silence } else { Step::Usual }]);
        let before = host.now();
        query(&driver, "RETURN 1").await.unwrap();
        assert!(host.now() - before < seconds(60), "{:?}", host.now() - before);
    });
}

#[test]
fn a_dead_connection_is_replaced_even_if_an_acquisition_takes_less_time_than_a_probe() {
    let (host, server) = Host::new();
    let timeouts =
        Config { connection_acquisition_timeout: seconds(5), connection_timeout: seconds(30), ..Config::default() };
    let driver = host.driver(timeouts);
    host.run(async {
        query(&driver, "RETURN 1").await.unwrap();
        host.sleep(seconds(100)).await;
        server.on("RESET", |seen| vec![if seen.peer == 0 { Step::Silence } else { Step::Usual }]);
        let mut tries = 1;
        while query(&driver, "RETURN 1").await.is_err() {
            tries += 1;
            assert!(tries < 10, "the dead connection is tried again and again");
        }
        assert_eq!(server.sockets(), 2);
    });
}

#[test]
fn a_dead_connection_is_replaced_even_if_nobody_has_the_patience() {
    let (host, server) = Host::new();
    let driver = host.driver(Config { connection_timeout: seconds(10), ..Config::default() });
    host.run(async {
        query(&driver, "RETURN 1").await.unwrap();
        host.sleep(seconds(100)).await;
        server.once("RESET", [Step::Silence]);
        for _ in 0..20 {
            let asking = driver.clone();
            let task = host.spawn(async move { query(&asking, "RETURN 1").await });
            host.sleep(seconds(1)).await;
            if task.is_done() {
                task.output().unwrap();
                return;
            }
            task.abort();
            assert_eq!(counts(&driver).0, 0);
        }
        panic!("the dead connection is tried again and again");
    });
}

#[test]
fn giving_up_during_a_probe_does_not_cost_the_connection() {
    let (host, server, driver) = one_connection();
    server.always("RESET", [Step::Wait(seconds(2)), Step::Usual]);
    host.run(async {
        query(&driver, "RETURN 1").await.unwrap();
        host.sleep(seconds(100)).await;
        let asking = driver.clone();
        let task = host.spawn(async move { query(&asking, "RETURN 1").await });
        host.sleep(seconds(1)).await;
        assert_eq!(counts(&driver), (1, 0, 0, 0));
        task.abort();
        assert_eq!(counts(&driver), (0, 1, 0, 0));
        query(&driver, "RETURN 1").await.unwrap();
        assert_eq!(server.sockets(), 1);
    });
}

/// A server that is busy with a query that was given up answers the RESET only when it is done with it.
#[test]
fn nobody_waits_long_for_a_reset_where_the_pool_has_room() {
    let (host, server) = Host::new();
    let driver = host.driver(Config { max_connection_pool_size: 2, ..Config::default() });
    server.once("RESET", [Step::Wait(seconds(20)), Step::Usual]);
    host.run(async {
        refused(query(&driver, "FAIL Neo.ClientError.Statement.SyntaxError").await);
        query(&driver, "RETURN 1").await.unwrap();
        assert_eq!((host.now(), server.sockets()), (seconds(1), 2));
        // Nor does the next one, and the busy connection is not lost.
        query(&driver, "RETURN 1").await.unwrap();
        assert_eq!((host.now(), counts(&driver)), (seconds(1), (0, 2, 0, 0)));
        let one = begin(&driver).await.unwrap();
        let two = begin(&driver).await.unwrap();
        assert_eq!((host.now(), server.sockets()), (seconds(20), 2));
        drop((one, two));
    });
}

#[test]
fn a_connection_that_was_reset_long_ago_is_still_probed() {
    let (host, server) = Host::new();
    let driver = host.driver(Config { connection_timeout: seconds(3), ..Config::default() });
    host.run(async {
        refused(query(&driver, "FAIL Neo.ClientError.Statement.SyntaxError").await);
        host.sleep(seconds(100)).await;
        assert_eq!(server.names(), ["RUN", "PULL", "RESET"]);
        // It was alive when it was reset, but is it now?
        server.once("RESET", [Step::Silence]);
        server.once("RUN", [Step::Usual]);
        query(&driver, "RETURN 1").await.unwrap();
        assert_eq!((server.sockets(), server.count("RESET")), (2, 2));
    });
}

#[test]
fn a_reset_that_fails_costs_the_connection() {
    let (host, server) = Host::new();
    server.once("RESET", [failure("Neo.DatabaseError.General.UnknownError")]);
    let driver = host.driver(Config::default());
    host.run(async {
        refused(query(&driver, "FAIL Neo.ClientError.Statement.SyntaxError").await);
        query(&driver, "RETURN 1").await.unwrap();
        host.calm().await;
        assert_eq!((server.sockets(), server.open_sockets()), (2, 1));
    });
}

#[test]
fn a_failed_query_is_followed_by_a_reset_whose_answer_the_next_user_waits_for() {
    for code in ["FAIL Neo.ClientError.Statement.SyntaxError", "ROWS 3 THEN FAIL Neo.ClientError.Statement.TypeError"] {
        let (host, server, driver) = one_connection();
        server.always("RESET", [Step::Wait(seconds(2)), Step::Usual]);
        host.run(async {
            refused(query(&driver, code).await);
            // Whoever has failed does not wait for it.
            assert_eq!((host.now(), counts(&driver)), (millis(0), (0, 1, 0, 0)));
            let asking = driver.clone();
            let next = host.spawn(async move { query(&asking, "RETURN 2").await });
            host.sleep(seconds(1)).await;
            assert_eq!(server.names(), ["RUN", "PULL", "RESET"]);
            host.sleep(seconds(2)).await;
            next.output().unwrap();
            assert_eq!(server.names(), ["RUN", "PULL", "RESET", "RUN", "PULL"]);
            assert_eq!(server.sockets(), 1);
        });
    }
}

#[test]
fn a_reset_that_is_never_answered_costs_the_connection_and_not_the_next_user() {
    let (host, server) = Host::new();
    server.always("RESET", [Step::Silence]);
    let driver = host.driver(Config { connection_timeout: seconds(5), ..pool_of(1) });
    host.run(async {
        for round in 1..4 {
            refused(query(&driver, "FAIL Neo.ClientError.Statement.SyntaxError").await);
            query(&driver, "RETURN 1").await.unwrap();
            assert_eq!(host.now().as_secs(), 5 * round);
            host.calm().await;
            assert_eq!((server.sockets(), server.open_sockets()), (round as usize + 1, 1));
        }
    });
}

#[test]
fn what_ends_well_needs_no_reset() {
    let (host, server, driver) = one_connection();
    host.run(async {
        let session = driver.session(fetching(2)).unwrap();
        assert_eq!(numbers(&session.ask("ROWS 5").await.unwrap()).await.unwrap().len(), 5);
        session.ask("ROWS 5").await.unwrap().consume().await.unwrap();
        session.ask("NOTHING").await.unwrap().consume().await.unwrap();
        session.ask("ROWS 1").await.unwrap().single().await.unwrap();
        refused(session.ask("ROWS 5").await.unwrap().single().await);
        drop(session.ask("ROWS 5").await.unwrap());
        session.close().await.unwrap();
        let committed = begin(&driver).await.unwrap();
        drop(committed.ask("ROWS 3000").await.unwrap());
        let unread = committed.ask("ROWS 3000").await.unwrap();
        committed.commit().await.unwrap();
        drop(unread);
        let rolled_back = begin(&driver).await.unwrap();
        let unread = rolled_back.ask("ROWS 3000").await.unwrap();
        rolled_back.rollback().await.unwrap();
        drop(unread);
        execute_query(&driver, "ROWS 5").await.unwrap();
        self::session(&driver).close().await.unwrap();
    });
    assert_eq!((server.count("RESET"), server.sockets()), (0, 1));
}

/// Everything that leaves a connection in the middle of something.
#[test]
fn what_is_left_in_the_middle_needs_one_reset() {
    let (host, server, driver) = one_connection();
    host.run(async {
        drop(begin(&driver).await.unwrap());
        let transaction = begin(&driver).await.unwrap();
        drop(transaction.ask("ROWS 3000").await.unwrap());
        drop(transaction);
        let transaction = begin(&driver).await.unwrap();
        refused(transaction.ask("FAIL Neo.ClientError.Statement.SyntaxError").await);
        transaction.rollback().await.unwrap();
        let transaction = begin(&driver).await.unwrap();
        refused(transaction.ask("FAIL Neo.ClientError.Statement.SyntaxError").await);
        refused(transaction.commit().await);
        let reading = SessionConfig { access_mode: AccessMode::Read, ..fetching(2) };
        let session = driver.session(reading).unwrap();
        let unread = session.ask("ROWS 5").await.unwrap();
        drop((session, unread));
        query(&driver, "RETURN 1").await.unwrap();
    });
    assert_eq!((server.count("RESET"), server.sockets(), host.now()), (5, 1, millis(0)));
    assert_eq!((server.count("ROLLBACK"), server.count("COMMIT")), (0, 0));
}

#[test]
fn a_socket_that_is_being_closed_is_not_handed_out_and_one_that_takes_nothing_is_replaced() {
    for (way, refuses) in [("closing", false), ("refusing", true)] {
        for whole in [0, 1, 2] {
            let (host, server) = Host::new();
            let driver = host.driver(Config { max_retry_time: seconds(0), ..pool_of(3) });
            host.run(async {
                let open = [begin(&driver).await.unwrap(), begin(&driver).await.unwrap()];
                for transaction in open {
                    transaction.commit().await.unwrap();
                }
                match refuses {
                    true => server.refuse_sends(Error::application("it takes no more")),
                    false => server.begin_to_close_all(),
                }
                server.forget();
                // Without another try: nothing was sent, so nothing can have happened.
                match whole {
                    0 => assert_eq!(query(&driver, "RETURN 1").await.unwrap(), [1]),
                    1 => begin(&driver).await.unwrap().commit().await.unwrap(),
                    _ => assert_eq!(execute_query(&driver, "RETURN 1").await.unwrap(), [1]),
                }
                assert_eq!(host.now(), seconds(0), "{way} {whole}");
            });
        }
    }
}
