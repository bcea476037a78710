//! Closing a driver: everything ends at once, and nobody is left waiting.

use neo4j_wasm::{AuthManager, BookmarkManager, Config, Error, ErrorKind, Resolver, SessionConfig, TransactionConfig};

use super::simulated::{
    Ask, Host, Step, Task, begin, counts, execute_query, failure, fetching, for_seeds, pool_of, query, refused,
    seconds, session,
};

#[track_caller]
fn assert_closed(error: &Error) {
    assert_eq!((error.kind(), error.code()), (ErrorKind::Usage, "DriverClosed"), "{error:?}");
    assert!(!error.is_retryable());
}

#[test]
fn whoever_opens_waits_or_works_is_told_at_once() {
    let (host, server) = Host::new();
    let driver = host.driver(pool_of(4));
    host.run(async {
        let idle = begin(&driver).await.unwrap();
        let in_use = begin(&driver).await.unwrap();
        idle.commit().await.unwrap();
        let busy = driver.session(fetching(1)).unwrap().ask("ROWS 100").await.unwrap();
        server.always("PULL", [Step::Hang]);
        let working = host.spawn(async move { busy.collect().await.map(|_| ()) });
        server.always("LOGON", [Step::Hang]);
        let ask = || -> Task<Result<(), Error>> {
            let driver = driver.clone();
            host.spawn(async move { begin(&driver).await.map(|_| ()) })
        };
        let (opening, also_opening, waiting) = (ask(), ask(), ask());
        host.calm().await;
        assert_eq!(counts(&driver), (2, 0, 2, 1));
        let before = host.now();
        driver.close().await;
        host.calm().await;
        assert!(host.now() < before + seconds(1));
        for error in [working, opening, also_opening, waiting].map(|task| refused(task.output())) {
            assert_closed(&error);
        }
        assert_closed(&refused(in_use.ask("RETURN 1").await));
        assert_closed(refused(in_use.commit().await).cause().unwrap());
        assert_eq!((counts(&driver), server.open_sockets()), ((0, 0, 0, 0), 0));
    });
}

#[test]
fn nothing_can_be_had_from_a_closed_driver() {
    let (host, server) = Host::new();
    let driver = host.driver(Config::default());
    host.run(async {
        let session = session(&driver);
        let result = session.ask("RETURN 1").await.unwrap();
        driver.close().await;
        assert!(driver.closed());
        assert_closed(&refused(driver.session(SessionConfig::default())));
        assert_closed(&refused(session.ask("RETURN 2").await));
        assert_closed(&refused(session.begin_transaction(TransactionConfig::default()).await));
        assert_closed(&refused(execute_query(&driver, "RETURN 1").await));
        assert_closed(&refused(driver.server_info().await));
        let tried = session.execute_write(TransactionConfig::default(), async |_| Ok::<_, Error>(())).await;
        assert_closed(&refused(tried));
        assert_closed(&refused(result.consume().await));
        session.close().await.unwrap_or_else(|error| assert_closed(&error));
    });
    assert_eq!(server.sockets(), 1);
}

#[test]
fn closing_again_does_nothing() {
    let (host, server) = Host::new();
    let driver = host.driver(Config::default());
    host.run(async {
        query(&driver, "RETURN 1").await.unwrap();
        driver.close().await;
        driver.close().await;
        driver.clone().close().await;
    });
    assert_eq!(server.count("GOODBYE"), 1);
}

#[test]
fn closing_a_driver_that_was_never_used_is_done_at_once() {
    let (host, _) = Host::new();
    let driver = host.driver(Config::default());
    host.run(driver.close());
    assert_eq!(host.now(), seconds(0));
}

#[test]
fn a_close_that_is_given_up_has_closed_everything_all_the_same() {
    let (host, server) = Host::new();
    server.always("GOODBYE", [Step::Silence]);
    let driver = host.driver(Config::default());
    host.run(async {
        query(&driver, "RETURN 1").await.unwrap();
        let closing = driver.clone();
        let task = host.spawn(async move { closing.close().await });
        host.calm().await;
        task.abort();
        assert!(driver.closed());
        assert_closed(&refused(query(&driver, "RETURN 1").await));
        assert_eq!(counts(&driver), (0, 0, 0, 0));
    });
}

#[test]
fn a_connection_that_is_being_probed_when_the_driver_closes_is_told_too() {
    let (host, server) = Host::new();
    server.always("RESET", [Step::Hang]);
    let driver = host.driver(Config::default());
    host.run(async {
        drop(begin(&driver).await.unwrap());
        let asking = driver.clone();
        let probing = host.spawn(async move { query(&asking, "RETURN 1").await });
        host.calm().await;
        driver.close().await;
        host.calm().await;
        assert_closed(&refused(probing.output()));
        assert_eq!(server.open_sockets(), 0);
    });
}

/// Tokens, addresses and bookmarks come from the user, who may take for ever.
#[test]
fn whoever_waits_for_the_users_own_functions_is_told_at_once_too() {
    let config = Config::default();
    let stuck = SessionConfig {
        bookmark_manager: Some(BookmarkManager::custom(std::future::pending, async |_, _| Ok(()))),
        ..SessionConfig::default()
    };
    for (uri, config, session) in [
        ("bolt://localhost", Config { auth: AuthManager::basic(std::future::pending).into(), ..config.clone() }, None),
        (
            "neo4j://localhost",
            Config { resolver: Some(Resolver::new(|_| std::future::pending())), ..config.clone() },
            None,
        ),
        ("bolt://localhost", config, Some(stuck)),
    ] {
        let (host, server) = Host::new();
        let driver = host.driver_for(uri, config).unwrap();
        host.run(async {
            // The second one waits for the first.
            let tasks = [0, 1].map(|_| {
                let (driver, session) = (driver.clone(), session.clone().unwrap_or_default());
                host.spawn(async move { driver.session(session)?.ask("RETURN 1").await.map(|_| ()) })
            });
            host.calm().await;
            driver.close().await;
            host.calm().await;
            for task in tasks {
                assert_closed(&refused(task.output()));
            }
            assert_eq!((host.now() < seconds(1), server.sockets()), (true, 0));
        });
    }
}

#[test]
fn a_commit_that_was_under_way_when_the_driver_closed_is_uncertain() {
    let (host, server) = Host::new();
    server.always("COMMIT", [Step::Hang]);
    let driver = host.driver(Config::default());
    host.run(async {
        let transaction = begin(&driver).await.unwrap();
        let committing = host.spawn(async move { transaction.commit().await });
        host.calm().await;
        driver.close().await;
        host.calm().await;
        let error = refused(committing.output());
        assert_eq!(error.kind(), ErrorKind::CommitUncertain);
        assert_closed(error.cause().unwrap());
    });
}

#[test]
fn a_transaction_function_that_waits_for_its_next_try_is_told_at_once() {
    let (host, server) = Host::new();
    server.always("RUN", [failure("Neo.TransientError.Transaction.DeadlockDetected")]);
    let driver = host.driver(Config::default());
    host.run(async {
        let trying = driver.clone();
        let task = host.spawn(async move { execute_query(&trying, "RETURN 1").await });
        host.sleep(seconds(10)).await;
        assert_eq!(server.count("BEGIN"), 4);
        driver.close().await;
        host.calm().await;
        assert!(host.now() < seconds(11));
        assert_closed(&refused(task.output()));
    });
    assert_eq!(server.count("BEGIN"), 4);
}

#[test]
fn nobody_hangs_however_the_close_and_the_work_interleave() {
    for_seeds(150, |seed| {
        let (host, server) = Host::disorderly(seed);
        server.always("LOGON", [Step::Wait(seconds(seed % 3)), Step::Usual]);
        let driver = host.driver(pool_of(3));
        host.run(async {
            let mut tasks = Vec::new();
            for _ in 0..8 {
                let (driver, host_too) = (driver.clone(), host.clone());
                tasks.push(host.spawn(async move {
                    for _ in 0..9 {
                        execute_query(&driver, "ROWS 5").await?;
                        host_too.sleep(seconds(1)).await;
                        query(&driver, "ROWS 5").await?;
                    }
                    Ok::<_, Error>(())
                }));
            }
            host.sleep(seconds(seed % 5)).await;
            driver.close().await;
            host.sleep(seconds(2)).await;
            for task in tasks {
                let error = refused(task.output());
                let closed = error.cause().filter(|_| error.kind() == ErrorKind::CommitUncertain).unwrap_or(&error);
                assert_closed(closed);
            }
            assert_eq!((counts(&driver), server.open_sockets()), ((0, 0, 0, 0), 0));
        });
    });
}
