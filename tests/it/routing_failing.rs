//! Routers and tables that are no good: the error says who was asked and why that was no use, what is known stays
//! known, and nothing hangs.

use std::net::Ipv6Addr;

use neo4j_wasm::value::{Map, Value};
use neo4j_wasm::{AccessMode, Address, AuthToken, Config, Driver, Error, ErrorKind, Resolver, SessionConfig};

use super::simulated::cluster::{
    Cluster, READERS, ROUTERS, read, routes, servers, table, table_of, whole_table, work, write,
};
use super::simulated::{Ask, Server, Step, failure, millis, numbers, refused, seconds, success};

const OUT_OF_MEMORY: &str = "Neo.TransientError.General.OutOfMemoryError";
const NOT_FOUND: &str = "Neo.ClientError.Database.DatabaseNotFound";

fn address(host: &str) -> Address {
    Address { host: host.to_owned(), port: 7687 }
}

/// Finds both routers before there is a table.
fn with_both_routers() -> Config {
    let resolver = Resolver::new(async |seed| Ok(vec![seed, address("second")]));
    Config { resolver: Some(resolver), ..Config::default() }
}

fn raw_table(entries: impl Into<Map>) -> Step {
    success([("rt", entries.into())])
}

/// Nobody holds a connection or waits for one.
fn assert_at_rest(driver: &Driver) {
    for server in driver.metrics() {
        assert_eq!((server.in_use, server.opening, server.waiting), (0, 0, 0), "{server:?}");
    }
}

#[test]
fn the_error_names_each_router_that_was_asked_and_what_it_said() {
    let cluster = Cluster::new();
    let driver = cluster.driver();
    cluster.host.run(async {
        let members = ["gone:1", "second:7687", "reader1:7687", "leader:7687"];
        routes(&cluster.seed, [table(300, &members, &READERS, &["leader:7687"])]);
        read(&driver).await.unwrap();
        cluster.host.sleep(seconds(301)).await;
        routes(&cluster.second, [failure(OUT_OF_MEMORY)]);
        routes(&cluster.readers[0], [table(300, &[], &READERS, &[])]);
        cluster.readers[0].close_all(1006, "");
        cluster.leader.once("ROUTE", [Step::Close(1000, "bye")]);
        cluster.seed.close_all(1006, "");
        cluster.seed.always("CONNECT", [Step::Close(1006, "")]);
        let error = refused(read(&driver).await);
        assert_eq!((error.kind(), error.code()), (ErrorKind::Connection, "NoRouterAvailable"));
        let told: Vec<_> = error.message().split("; ").skip(1).collect();
        for (told, parts) in told.iter().zip([
            ["gone:1", "1006"],
            ["second:7687", OUT_OF_MEMORY],
            ["reader1:7687", "knows no router"],
            ["leader:7687", "bye"],
            ["localhost:7687", "1006"],
        ]) {
            assert!(parts.iter().all(|part| told.contains(part)), "{parts:?} in {told}");
        }
        assert_eq!(told.len(), 5, "{error}");
        assert!(error.is_retryable() && error.cause().is_some());
        assert_at_rest(&driver);
    });
}

#[test]
fn a_malformed_table_changes_nothing_about_what_is_known() {
    let entry = |role: Value, addresses: Value| Value::from(Map::from([("role", role), ("addresses", addresses)]));
    let with = |entry: Value| raw_table([("ttl", Value::from(300)), ("servers", Value::from(vec![entry]))]);
    for answer in [
        success([("table", 1)]),
        success([("rt", 1)]),
        raw_table([("ttl", 300)]),
        raw_table([("servers", Value::List(vec![]))]),
        raw_table([("ttl", Value::from("long")), ("servers", Value::List(vec![]))]),
        raw_table([("ttl", Value::from(-1)), ("servers", Value::List(vec![]))]),
        raw_table([("ttl", Value::from(300)), ("servers", Value::from("all"))]),
        with(Value::Null),
        with(entry("READ".into(), Value::Null)),
        with(entry(1.into(), vec!["a:1"].into())),
        with(entry("READ".into(), vec![1].into())),
        with(entry("READ".into(), vec!["a:99999"].into())),
    ] {
        let cluster = Cluster::new();
        let driver = cluster.driver();
        cluster.host.run(async {
            read(&driver).await.unwrap();
            let known = driver.routing_table(Some("films")).unwrap();
            routes(&cluster.seed, [answer.clone()]);
            driver.update_routing_table(Some("films"), &[]).await.unwrap();
            assert_eq!((cluster.seed.count("ROUTE"), cluster.second.count("ROUTE")), (2, 1), "the next one is asked");
            cluster.second.behave();
            routes(&cluster.second, [answer.clone()]);
            let error = refused(driver.update_routing_table(Some("films"), &[]).await);
            assert_eq!((error.code(), error.cause().unwrap().kind()), ("NoRouterAvailable", ErrorKind::Protocol));
            assert!(!error.is_retryable(), "{answer:?}");
            assert_eq!(driver.routing_table(Some("films")).unwrap(), known);
            read(&driver).await.unwrap();
            write(&driver).await.unwrap();
            // Another database has none that could stay.
            assert_eq!(refused(work(&driver, AccessMode::Read, Some("trains")).await).kind(), ErrorKind::Protocol);
            assert_eq!(driver.routing_table(Some("trains")), None);
            assert_eq!(cluster.host.now(), millis(0));
            assert_at_rest(&driver);
        });
    }
}

#[test]
fn a_router_that_ends_at_any_stage_is_passed_over() {
    for name in ["CONNECT", "HANDSHAKE", "HELLO", "LOGON", "ROUTE"] {
        for (code, reason) in [(1000, ""), (1001, "restart"), (1006, "")] {
            let cluster = Cluster::new();
            cluster.seed.behave();
            cluster.seed.always(name, [Step::Close(code, reason)]);
            let driver = cluster.driver_with(with_both_routers());
            cluster.host.run(async {
                read(&driver).await.unwrap();
                assert_eq!((cluster.host.now(), cluster.second.count("ROUTE")), (millis(0), 1), "{name} {code}");
                assert_at_rest(&driver);
            });
        }
    }
}

#[test]
fn a_router_that_answers_in_no_way_that_bolt_knows_is_an_error_and_is_rid_of() {
    for answer in [vec![Step::Ignored], vec![Step::Raw(vec![0, 1, 0xFF, 0, 0])], vec![Step::Records(vec![vec![]])]] {
        let cluster = Cluster::new();
        routes(&cluster.seed, answer);
        let driver = cluster.driver();
        cluster.host.run(async {
            assert_eq!(refused(read(&driver).await).kind(), ErrorKind::Protocol);
            cluster.host.calm().await;
            assert_eq!((cluster.seed.open_sockets(), cluster.host.now() < seconds(1)), (0, true));
            routes(&cluster.seed, [whole_table(300)]);
            read(&driver).await.unwrap();
        });
    }
}

#[test]
fn a_table_that_knows_no_router_is_none_and_the_next_one_is_asked() {
    let cluster = Cluster::new();
    routes(&cluster.seed, [table(300, &[], &READERS, &["leader:7687"])]);
    let driver = cluster.driver_with(with_both_routers());
    cluster.host.run(async {
        read(&driver).await.unwrap();
        assert_eq!(cluster.asked(), 2);
        routes(&cluster.second, [table(300, &ROUTERS, &[], &["leader:7687"])]);
        let error = refused(driver.update_routing_table(Some("trains"), &[]).await);
        assert_eq!((error.code(), error.cause().unwrap().code()), ("NoRouterAvailable", "IncompleteRoutingTable"));
    });
}

#[test]
fn whoever_is_named_twice_has_one_turn() {
    let cluster = Cluster::new();
    let entries = vec![
        servers("READ", &["reader1:7687", "reader1:7687", "reader1"]),
        servers("READ", &["reader2:7687"]),
        servers("READ", &["reader1:7687"]),
        servers("ROUTE", &["localhost:7687", "localhost"]),
        servers("WRITE", &[]),
        servers("WRITE", &["leader"]),
        servers("BREW", &["pot:418"]),
    ];
    routes(&cluster.seed, [raw_table([("ttl", Value::from(300)), ("servers", Value::from(entries))])]);
    let driver = cluster.driver();
    cluster.host.run(async {
        for _ in 0..4 {
            read(&driver).await.unwrap();
        }
        write(&driver).await.unwrap();
    });
    assert_eq!((cluster.read_counts(), cluster.leader.count("RUN"), cluster.asked()), ([2, 2], 1, 1));
    let known = driver.routing_table(Some("films")).unwrap();
    assert_eq!(
        (known.readers.len(), known.routers, known.writers),
        (2, vec![address("localhost")], vec![address("leader")])
    );
}

#[test]
fn a_table_that_is_good_for_no_time_is_asked_for_with_each_acquisition() {
    let cluster = Cluster::new();
    let driver = cluster.driver();
    for router in [&cluster.seed, &cluster.second] {
        routes(router, [whole_table(0)]);
    }
    cluster.host.run(async {
        for count in 1..5 {
            read(&driver).await.unwrap();
            assert_eq!(cluster.asked(), count);
        }
        // But at the same time it is asked for once.
        let tasks: Vec<_> = (0..5)
            .map(|_| {
                let driver = driver.clone();
                cluster.host.spawn(async move { write(&driver).await })
            })
            .collect();
        cluster.host.calm().await;
        tasks.into_iter().for_each(|task| drop(task.output().unwrap()));
        assert_eq!((cluster.asked(), cluster.leader.count("RUN")), (5, 5));
    });
}

/// Those who open another one find out soon enough.
#[test]
fn an_idle_connection_that_is_gone_or_too_old_says_nothing_about_its_member() {
    for way in 0..4 {
        let cluster = Cluster::new();
        cluster.readers[0].speak(5, 0);
        let limits = Config { max_connection_lifetime: seconds(100), ..Config::default() };
        let driver = cluster.driver_with(limits);
        cluster.host.run(async {
            read(&driver).await.unwrap();
            read(&driver).await.unwrap();
            match way {
                0 => cluster.readers[0].close_all(1000, ""),
                1 => cluster.readers[0].once("RESET", [Step::Close(1006, "")]),
                2 => cluster.host.sleep(seconds(101)).await,
                _ => {
                    // Given up during a login that may or may not have happened.
                    let as_ann = AuthToken::basic("ann", "secret", None);
                    cluster.readers[1].once("LOGON", [Step::Hang]);
                    let own = SessionConfig {
                        access_mode: AccessMode::Read,
                        database: Some("films".to_owned()),
                        auth: Some(as_ann),
                        ..SessionConfig::default()
                    };
                    for _ in 0..2 {
                        let session = driver.session(own.clone()).unwrap();
                        let task = cluster.host.spawn(async move { session.ask("RETURN 1").await.map(drop) });
                        cluster.host.calm().await;
                        task.abort();
                    }
                }
            }
            if way == 1 {
                cluster.host.sleep(seconds(61)).await;
            }
            cluster.host.calm().await;
            for _ in 0..4 {
                read(&driver).await.unwrap();
            }
            assert_eq!(driver.routing_table(Some("films")).unwrap().readers.len(), 2, "{way}");
            assert_eq!((cluster.asked(), cluster.read_counts().map(|count| count >= 3)), (1, [true; 2]), "{way}");
        });
    }
}

#[test]
fn a_database_that_a_member_does_not_know_is_an_error_and_the_member_stays() {
    let cluster = Cluster::new();
    let driver = cluster.driver();
    cluster.host.run(async {
        for reader in &cluster.readers {
            reader.once("RUN", [failure(NOT_FOUND)]);
        }
        for _ in 0..2 {
            let error = refused(read(&driver).await);
            assert_eq!((error.kind(), error.code(), error.is_retryable()), (ErrorKind::Server, NOT_FOUND, false));
        }
        read(&driver).await.unwrap();
        read(&driver).await.unwrap();
    });
    assert_eq!((cluster.read_counts(), cluster.asked()), ([2, 2], 1));
}

#[test]
fn a_database_that_no_router_knows_leaves_no_table_and_can_come_into_being() {
    let cluster = Cluster::new();
    cluster.seed.behave();
    cluster.seed.on("ROUTE", |seen| match seen.text("db") {
        Some("trains") => vec![failure(NOT_FOUND)],
        _ => vec![whole_table(300)],
    });
    let driver = cluster.driver();
    cluster.host.run(async {
        read(&driver).await.unwrap();
        assert_eq!(refused(work(&driver, AccessMode::Read, Some("trains")).await).code(), NOT_FOUND);
        assert_eq!((driver.routing_table(Some("trains")), cluster.second.sockets()), (None, 0));
        assert!(driver.routing_table(Some("films")).is_some());
        routes(&cluster.seed, [table_of("trains", 300, &ROUTERS, &READERS, &[])]);
        work(&driver, AccessMode::Read, Some("trains")).await.unwrap();
        assert_at_rest(&driver);
    });
}

#[test]
fn those_who_wait_for_a_discovery_that_fails_are_all_told() {
    let cluster = Cluster::new();
    routes(&cluster.seed, [Step::Wait(seconds(2)), failure(OUT_OF_MEMORY)]);
    let driver = cluster.driver();
    cluster.host.run(async {
        let tasks: Vec<_> = (0..4)
            .map(|_| {
                let driver = driver.clone();
                cluster.host.spawn(async move { read(&driver).await })
            })
            .collect();
        cluster.host.sleep(seconds(60)).await;
        for task in tasks {
            assert_eq!(refused(task.output()).code(), "NoRouterAvailable");
        }
        assert_at_rest(&driver);
    });
}

#[test]
fn whoever_gives_up_a_discovery_leaves_it_to_those_who_wait() {
    let cluster = Cluster::new();
    routes(&cluster.seed, [Step::Wait(seconds(2)), whole_table(300)]);
    let driver = cluster.driver();
    cluster.host.run(async {
        let start = || {
            let driver = driver.clone();
            cluster.host.spawn(async move { read(&driver).await })
        };
        let (first, second) = (start(), start());
        cluster.host.sleep(seconds(1)).await;
        first.abort();
        cluster.host.sleep(seconds(4)).await;
        second.output().unwrap();
        assert_at_rest(&driver);
    });
}

#[test]
fn a_resolver_has_the_last_word_on_where_routers_are() {
    let cluster = Cluster::new();
    let driver = cluster.driver_with(Config {
        resolver: Some(Resolver::new(async |seed: Address| {
            assert_eq!(seed, address("localhost"));
            Ok(vec![address("nobody"), address("nobody"), address("second")])
        })),
        ..Config::default()
    });
    cluster.host.run(read(&driver)).unwrap();
    assert_eq!((cluster.seed.sockets(), cluster.second.count("ROUTE")), (0, 1));
    let tried: Vec<_> = cluster.host.targets().into_iter().map(|target| target.address.host).collect();
    assert_eq!(tried[..2], ["nobody", "second"]);
}

#[test]
fn members_may_have_addresses_of_any_form() {
    let cluster = Cluster::new();
    let six = cluster.host.server(&Ipv6Addr::LOCALHOST.to_string(), 7_777);
    let plain = cluster.host.server("plain", 7687);
    routes(&cluster.seed, [table(300, &ROUTERS, &["[::1]:7777"], &["plain"])]);
    let driver = cluster.driver();
    cluster.host.run(async {
        read(&driver).await.unwrap();
        write(&driver).await.unwrap();
    });
    assert_eq!((six.count("RUN"), plain.count("RUN")), (1, 1));
}

/// Reads, writes and discoveries, whatever comes of them.
async fn everything(driver: &Driver) -> Result<Vec<Vec<i64>>, Error> {
    let mut read = Vec::new();
    for (access_mode, database) in
        [(AccessMode::Read, None), (AccessMode::Write, Some("films")), (AccessMode::Read, Some("trains"))]
    {
        let database = database.map(str::to_owned);
        let session = driver.session(SessionConfig { access_mode, database, ..SessionConfig::default() })?;
        read.push(numbers(&session.ask("ROWS 20").await?).await?);
        let transaction = session.begin_transaction(Default::default()).await?;
        read.push(numbers(&transaction.ask("ROWS 3").await?).await?);
        transaction.commit().await?;
    }
    driver.update_routing_table(None, &[]).await?;
    Ok(read)
}

#[test]
fn however_the_servers_bytes_are_cut_a_cluster_is_the_same() {
    let course = |major, minor, prepare: &dyn Fn(&Server)| {
        let cluster = Cluster::new();
        for server in cluster.all() {
            server.speak(major, minor);
            server.hint("telemetry.enabled", true);
            prepare(server);
        }
        let driver = cluster.driver();
        let read = cluster.host.run(everything(&driver)).unwrap();
        let names: Vec<_> = cluster.all().iter().map(|server| server.names()).collect();
        (read, names, driver.routing_table(Some("films")))
    };
    for (major, minor) in [(4, 4), (5, 4), (6, 1)] {
        let whole = course(major, minor, &|_| ());
        assert_eq!(whole.0.concat().len(), 69);
        for size in [1, 2, 3, 4, 5, 7, 11, 23] {
            assert!(course(major, minor, &|server| server.cut_into(size)) == whole, "{major}.{minor} by {size}");
        }
        assert!(course(major, minor, &Server::gather) == whole, "{major}.{minor} gathered");
        for seed in 0..4 {
            assert!(course(major, minor, &|server| server.cut_anywhere(seed)) == whole, "{major}.{minor} by {seed}");
        }
    }
}
