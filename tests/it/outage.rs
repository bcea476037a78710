//! Servers that are away: the driver does not storm them, and notices at once that they are back.

use neo4j_wasm::{AccessMode, Config, Driver, ErrorKind};

use super::simulated::cluster::Cluster;
use super::simulated::{
    Host, Server, Step, Task, execute_query_in, for_seeds, millis, pool_of, query, refused, seconds,
};

/// Every socket is closed before it opens.
fn goes_away(server: &Server) {
    server.close_all(1006, "");
    server.always("CONNECT", [Step::Close(1006, "")]);
}

fn ask(host: &Host, driver: &Driver, access_mode: AccessMode) -> Task<neo4j_wasm::Result<Vec<i64>>> {
    let driver = driver.clone();
    host.spawn(async move { execute_query_in(&driver, access_mode, "RETURN 1").await })
}

#[test]
fn many_queries_that_need_a_server_that_is_away_share_their_tries() {
    for mode in [AccessMode::Read, AccessMode::Write] {
        for_seeds(5, |seed| {
            let (host, server) = Host::disorderly(seed);
            let driver = host.driver(Config::default());
            host.run(async {
                goes_away(&server);
                let tasks: Vec<_> = (0..60).map(|_| ask(&host, &driver, mode)).collect();
                host.sleep(seconds(4)).await;
                let tries = server.sockets();
                assert!(tries <= 60 + 28, "{tries}");
                server.behave();
                host.sleep(millis(500)).await;
                assert!(server.count("RUN") > 0, "it has not been noticed that the server is back");
                host.sleep(seconds(2)).await;
                assert!(tasks.into_iter().all(|task| task.output().is_ok()));
                assert!(server.sockets() <= 180, "{}", server.sockets());
            });
        });
    }
}

#[test]
fn whoever_tries_once_is_told_soon_although_others_try_as_well() {
    let (host, server) = Host::new();
    let driver = host.driver(Config::default());
    host.run(async {
        goes_away(&server);
        refused(query(&driver, "RETURN 1").await);
        assert_eq!((host.now(), server.sockets()), (seconds(0), 1), "nothing was known against it");
        let tasks: Vec<_> = (0..20)
            .map(|_| {
                let driver = driver.clone();
                host.spawn(async move { query(&driver, "RETURN 1").await })
            })
            .collect();
        host.sleep(millis(250)).await;
        for task in tasks {
            let error = refused(task.output());
            assert_eq!((error.kind(), error.is_retryable()), (ErrorKind::Connection, true));
        }
        assert_eq!(server.sockets(), 2);
    });
}

#[test]
fn a_server_that_was_away_is_opened_to_by_all_at_once_when_it_is_back() {
    let (host, server) = Host::new();
    server.delay(millis(50));
    let driver = host.driver(Config::default());
    host.run(async {
        server.once("CONNECT", [Step::Close(1006, "")]);
        refused(query(&driver, "RETURN 1").await);
        let before = host.now();
        let tasks: Vec<_> = (0..50).map(|_| ask(&host, &driver, AccessMode::Write)).collect();
        host.sleep(seconds(2)).await;
        assert!(tasks.into_iter().all(|task| task.output().is_ok()));
        // The pause, the first who tries, and then the others: none of them one after the other.
        let last = server.all("COMMIT").last().unwrap().at - before;
        assert!(last < millis(1_500), "{last:?}");
    });
}

#[test]
fn one_who_gives_up_or_hangs_while_it_tries_holds_nobody_up() {
    for gives_up in [true, false] {
        let (host, server) = Host::new();
        let driver = host.driver(Config::default());
        host.run(async {
            server.once("CONNECT", [Step::Close(1006, "")]);
            server.once("CONNECT", [Step::Silence]);
            refused(query(&driver, "RETURN 1").await);
            let first = ask(&host, &driver, AccessMode::Write);
            let others: Vec<_> = (0..9).map(|_| ask(&host, &driver, AccessMode::Write)).collect();
            host.sleep(millis(300)).await;
            assert_eq!(server.sockets(), 2);
            let kept = if gives_up {
                first.abort();
                None
            } else {
                Some(first)
            };
            host.sleep(millis(1_500)).await;
            assert!(others.into_iter().all(|task| task.output().is_ok()), "{gives_up}");
            // It is told after its own time, and another try of it succeeds.
            host.sleep(seconds(35)).await;
            assert!(kept.is_none_or(|task| task.output().is_err_and(|error| error.code() == "ConnectionTimeout")));
        });
    }
}

#[test]
fn the_end_of_a_restart_is_noticed_at_once_however_long_it_took() {
    for down in [millis(20), millis(300), seconds(3), seconds(14), seconds(28)] {
        for (way, uri) in [("direct", "bolt://localhost"), ("routing", "neo4j://localhost")] {
            let cluster = Cluster::new();
            let only = ["localhost:7687"];
            cluster.seed.behave();
            let table = || [super::simulated::cluster::table(300, &only, &only, &only)];
            cluster.seed.always("ROUTE", table());
            let host = &cluster.host;
            let driver = host.driver_for(uri, pool_of(20)).unwrap();
            host.run(async {
                // In the middle of their work, which the server has begun.
                cluster.seed.behave();
                cluster.seed.always("ROUTE", table());
                cluster.seed.always("PULL", [Step::Silence]);
                let tasks: Vec<_> = (0..20).map(|_| ask(host, &driver, AccessMode::Write)).collect();
                host.sleep(seconds(1)).await;
                assert_eq!(cluster.seed.count("RUN"), 20);
                cluster.seed.behave();
                goes_away(&cluster.seed);
                host.sleep(down).await;
                cluster.seed.behave();
                cluster.seed.always("ROUTE", table());
                let back = host.now();
                host.sleep(seconds(10)).await;
                let first = cluster.seed.all("COMMIT").first().map(|seen| seen.at - back);
                let limit = match (way, down) {
                    // The first who finds that no member of the table is there waits before it asks for a newer one.
                    ("routing", down) if down < seconds(1) => millis(1_500),
                    _ => millis(500),
                };
                assert!(first.is_some_and(|first| first < limit), "{way} {down:?} {first:?}");
                assert!(tasks.into_iter().all(|task| task.output().is_ok()));
                assert_eq!(cluster.seed.count("COMMIT"), 20, "each once");
            });
        }
    }
}
