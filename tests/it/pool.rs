//! The pool's limits: how many connections there are, who gets one, and how long one waits for it.

use std::cell::RefCell;
use std::rc::Rc;

use neo4j_wasm::{Config, ErrorKind};

use super::simulated::{
    Ask, Host, Step, begin, counts, failure, for_seeds, millis, numbers, pool_of, query, refused, seconds, session,
};

#[test]
fn a_driver_opens_nothing_until_it_is_used() {
    let (host, server) = Host::new();
    let driver = host.driver(Config::default());
    host.run(async {
        let session = session(&driver);
        host.calm().await;
        assert_eq!((server.sockets(), counts(&driver)), (0, (0, 0, 0, 0)));
        session.close().await.unwrap();
        driver.close().await;
    });
    assert_eq!(server.sockets(), 0);
}

#[test]
fn a_connection_is_used_again() {
    let (host, server) = Host::new();
    let driver = host.driver(Config::default());
    host.run(async {
        for _ in 0..5 {
            query(&driver, "RETURN 1").await.unwrap();
            begin(&driver).await.unwrap().commit().await.unwrap();
        }
        assert_eq!(counts(&driver), (0, 1, 0, 0));
    });
    assert_eq!(server.sockets(), 1);
}

#[test]
fn the_connection_that_came_back_last_goes_first() {
    let (host, server) = Host::new();
    let driver = host.driver(Config::default());
    host.run(async {
        let mut open = Vec::new();
        for _ in 0..3 {
            open.push(begin(&driver).await.unwrap());
        }
        for transaction in &open {
            transaction.rollback().await.unwrap();
        }
        server.forget();
        let _ = (begin(&driver).await.unwrap(), begin(&driver).await.unwrap(), begin(&driver).await.unwrap());
    });
    // The first tuple element is dropped only after all were opened.
    let peers: Vec<_> = server.all("BEGIN").iter().map(|seen| seen.peer).collect();
    assert_eq!(peers, [2, 1, 0]);
}

#[test]
fn there_are_never_more_connections_than_allowed() {
    let (host, server) = Host::new();
    let driver = host.driver(pool_of(3));
    host.run(async {
        let mut open = Vec::new();
        for _ in 0..3 {
            open.push(begin(&driver).await.unwrap());
        }
        let asking = driver.clone();
        let fourth = host.spawn(async move { begin(&asking).await });
        host.calm().await;
        assert!(!fourth.is_done());
        assert_eq!((counts(&driver), server.open_sockets()), ((3, 0, 0, 1), 3));
        open.pop().unwrap().rollback().await.unwrap();
        host.calm().await;
        assert!(fourth.output().is_ok());
        assert_eq!(server.sockets(), 3);
    });
}

/// Two hundred pieces of work that each take a moment; the order in which they are served.
fn two_hundred(host: &Host, size: usize) -> Vec<usize> {
    let driver = host.driver(pool_of(size));
    let served: Rc<RefCell<Vec<usize>>> = Rc::default();
    host.run(async {
        let mut tasks = Vec::new();
        for number in 0..200 {
            let (clock, asking, served) = (host.clone(), driver.clone(), Rc::clone(&served));
            tasks.push(host.spawn(async move {
                let transaction = begin(&asking).await.unwrap();
                served.borrow_mut().push(number);
                let result = transaction.ask("ROWS 10").await.unwrap();
                assert_eq!(numbers(&result).await.unwrap().len(), 10);
                clock.sleep(millis(10)).await;
                transaction.commit().await.unwrap();
            }));
            let (in_use, idle, opening, _) = counts(&driver);
            assert!(in_use + idle + opening <= size);
        }
        host.sleep(seconds(30)).await;
        for task in tasks {
            task.output();
        }
        assert_eq!(counts(&driver), (0, size, 0, 0));
    });
    served.take()
}

#[test]
fn two_hundred_tasks_on_ten_connections_are_served_first_come_first_served() {
    let (host, server) = Host::new();
    server.delay(millis(3));
    assert_eq!(two_hundred(&host, 10), (0..200).collect::<Vec<_>>());
    assert_eq!((server.sockets(), server.count("COMMIT"), server.count("RESET")), (10, 200, 0));
}

#[test]
fn two_hundred_tasks_are_all_served_in_whatever_order_things_happen() {
    for_seeds(10, |seed| {
        let (host, server) = Host::disorderly(seed);
        let mut served = two_hundred(&host, 10);
        served.sort_unstable();
        assert_eq!(served, (0..200).collect::<Vec<_>>());
        assert_eq!(server.sockets(), 10);
    });
}

#[test]
fn whoever_waits_too_long_is_told_that_the_pool_is_exhausted() {
    let (host, _) = Host::new();
    let driver = host.driver(Config { connection_acquisition_timeout: seconds(5), ..pool_of(1) });
    host.run(async {
        let transaction = begin(&driver).await.unwrap();
        let error = refused(begin(&driver).await);
        assert_eq!((error.kind(), error.code()), (ErrorKind::Timeout, "AcquisitionTimeout"));
        assert!(error.message().contains("localhost:7687") && error.message().contains("5000 ms"), "{error}");
        assert_eq!((host.now(), counts(&driver)), (seconds(5), (1, 0, 0, 0)));
        transaction.rollback().await.unwrap();
        begin(&driver).await.unwrap();
    });
}

#[test]
fn the_acquisition_timeout_covers_waiting_and_opening() {
    let (host, server) = Host::new();
    server.always("LOGON", [Step::Wait(seconds(4)), Step::Usual]);
    let driver = host.driver(Config { connection_acquisition_timeout: seconds(10), ..pool_of(1) });
    host.run(async {
        let transaction = begin(&driver).await.unwrap();
        assert_eq!(host.now(), seconds(4));
        let asking = driver.clone();
        let waiting = host.spawn(async move { begin(&asking).await });
        host.sleep(seconds(7)).await;
        server.close_all(1006, "");
        drop(transaction);
        host.sleep(seconds(3)).await;
        // Seven seconds in the queue and three of the four that opening takes.
        host.calm().await;
        assert_eq!(refused(waiting.output()).code(), "AcquisitionTimeout");
        assert_eq!((counts(&driver), server.open_sockets()), ((0, 0, 0, 0), 0));
    });
}

#[test]
fn a_waiter_that_gives_up_neither_loses_nor_steals_a_connection() {
    let (host, server) = Host::new();
    let driver = host.driver(pool_of(1));
    host.run(async {
        let transaction = begin(&driver).await.unwrap();
        let ask = || {
            let driver = driver.clone();
            host.spawn(async move { begin(&driver).await })
        };
        let (first, second, third) = (ask(), ask(), ask());
        host.calm().await;
        assert_eq!(counts(&driver), (1, 0, 0, 3));
        second.abort();
        assert_eq!(counts(&driver), (1, 0, 0, 2));
        drop(transaction);
        // The first was granted the connection and never took it.
        first.abort();
        host.calm().await;
        let third = third.output().unwrap();
        assert_eq!(counts(&driver), (1, 0, 0, 0));
        third.rollback().await.unwrap();
        assert_eq!((counts(&driver), server.sockets()), ((0, 1, 0, 0), 1));
    });
}

#[test]
fn a_failure_to_connect_makes_room_for_the_next_in_the_queue() {
    let (host, server) = Host::new();
    server.once("LOGON", [Step::Wait(millis(10)), failure("Neo.TransientError.General.DatabaseUnavailable")]);
    server.once("CONNECT", [Step::Wait(millis(10)), Step::Usual]);
    server.once("CONNECT", [Step::Wait(millis(10)), Step::Close(1006, "")]);
    let driver = host.driver(pool_of(1));
    host.run(async {
        let ask = || {
            let driver = driver.clone();
            host.spawn(async move { query(&driver, "RETURN 1").await })
        };
        let tasks = [ask(), ask(), ask(), ask()];
        host.sleep(seconds(1)).await;
        let [first, second, third, fourth] = tasks.map(|task| task.output());
        assert_eq!(refused(first).code(), "Neo.TransientError.General.DatabaseUnavailable");
        assert_eq!(refused(second).code(), "ConnectionFailed");
        assert!(third.is_ok() && fourth.is_ok());
        assert_eq!((server.sockets(), counts(&driver)), (3, (0, 1, 0, 0)));
    });
}

#[test]
fn two_drivers_share_nothing() {
    let (host, server) = Host::new();
    let config = pool_of(1);
    let (one, two) = (host.driver(config.clone()), host.driver(config));
    host.run(async {
        let held = begin(&one).await.unwrap();
        query(&two, "RETURN 1").await.unwrap();
        two.close().await;
        assert!(two.closed() && !one.closed());
        held.commit().await.unwrap();
    });
    assert_eq!(server.sockets(), 2);
}

#[test]
fn handles_of_one_driver_share_everything() {
    let (host, server) = Host::new();
    let driver = host.driver(pool_of(1));
    let other = driver.clone();
    host.run(async {
        query(&driver, "RETURN 1").await.unwrap();
        query(&other, "RETURN 1").await.unwrap();
        assert_eq!((server.sockets(), counts(&other)), (1, (0, 1, 0, 0)));
        other.close().await;
        assert!(driver.closed());
    });
}
