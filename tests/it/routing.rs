//! Routing: who is asked for a table, who gets the work, and what happens when members are gone.

use std::time::Duration;

use neo4j_wasm::value::{Map, Value};
use neo4j_wasm::{
    AccessMode, Address, Config, Driver, Error, ErrorKind, Resolver, Result, SessionConfig, TransactionConfig,
};

use super::simulated::cluster::{Cluster, READERS, ROUTERS, read, routes, table, whole_table, work, write};
use super::simulated::{Ask, Host, Step, failure, numbers, refused, seconds, success};

#[test]
fn reads_go_to_the_readers_in_turn_and_writes_to_the_leader() {
    let cluster = Cluster::new();
    let driver = cluster.driver();
    cluster.host.run(async {
        for _ in 0..4 {
            read(&driver).await.unwrap();
            write(&driver).await.unwrap();
        }
    });
    assert_eq!((cluster.read_counts(), cluster.leader.count("RUN")), ([2, 2], 4));
    assert_eq!((cluster.asked(), cluster.seed.count("RUN")), (1, 0));
}

#[test]
fn of_two_readers_the_one_with_less_to_do_gets_the_work() {
    let cluster = Cluster::new();
    let driver = cluster.driver();
    cluster.host.run(async {
        let config = SessionConfig { access_mode: AccessMode::Read, ..SessionConfig::default() };
        let session = driver.session(config).unwrap();
        let held = session.begin_transaction(TransactionConfig::default()).await.unwrap();
        let busy = usize::from(cluster.readers[1].count("BEGIN") == 1);
        for _ in 0..5 {
            work(&driver, AccessMode::Read, None).await.unwrap();
        }
        assert_eq!((cluster.read_counts()[busy], cluster.read_counts()[1 - busy]), (0, 5));
        held.close().await.unwrap();
    });
}

#[test]
fn the_routing_context_holds_the_parameters_of_the_uri_and_its_address() {
    let cluster = Cluster::new();
    let driver = cluster.driver();
    cluster.host.run(read(&driver)).unwrap();
    let context = Map::from([("region", "eu"), ("address", "localhost:7687")]);
    assert_eq!(cluster.seed.last("HELLO").extra().get("routing"), Some(&Value::Map(context.clone())));
    let route = cluster.seed.last("ROUTE");
    assert_eq!(route.fields[0], Value::Map(context));
    assert_eq!(route.text("db"), Some("films"));
}

#[test]
fn a_direct_driver_says_that_it_does_not_route() {
    let (host, server) = Host::new();
    let driver = host.driver(Config::default());
    host.run(async { session_run(&driver).await }).unwrap();
    assert_eq!(server.last("HELLO").extra().get("routing"), None);
}

async fn session_run(driver: &Driver) -> Result<Vec<i64>> {
    numbers(&driver.session(SessionConfig::default())?.ask("RETURN 1").await?).await
}

#[test]
fn a_table_is_asked_for_again_only_when_its_time_is_up() {
    let cluster = Cluster::new();
    let driver = cluster.driver();
    cluster.host.run(async {
        read(&driver).await.unwrap();
        cluster.host.sleep(seconds(299)).await;
        read(&driver).await.unwrap();
        assert_eq!(cluster.asked(), 1);
        cluster.host.sleep(seconds(2)).await;
        read(&driver).await.unwrap();
        assert_eq!(cluster.asked(), 2);
    });
}

#[test]
fn a_table_that_is_good_for_no_time_at_all_is_good_for_the_work_that_asked_for_it() {
    let cluster = Cluster::new();
    routes(&cluster.seed, [whole_table(0)]);
    routes(&cluster.second, [whole_table(0)]);
    let driver = cluster.driver();
    cluster.host.run(async {
        read(&driver).await.unwrap();
        write(&driver).await.unwrap();
    });
    assert_eq!(cluster.asked(), 2);
}

#[test]
fn those_who_need_a_table_at_the_same_time_share_one_discovery() {
    let cluster = Cluster::new();
    routes(&cluster.seed, [Step::Wait(seconds(3)), whole_table(300)]);
    let driver = cluster.driver();
    cluster.host.run(async {
        let tasks: Vec<_> = (0..20)
            .map(|_| {
                let driver = driver.clone();
                cluster.host.spawn(async move { read(&driver).await })
            })
            .collect();
        cluster.host.sleep(seconds(5)).await;
        assert!(tasks.into_iter().all(|task| task.output().is_ok()));
    });
    assert_eq!(cluster.asked(), 1);
}

#[test]
fn each_database_has_a_table_of_its_own() {
    let cluster = Cluster::new();
    let driver = cluster.driver();
    cluster.host.run(async {
        for database in ["films", "trains", "films"] {
            work(&driver, AccessMode::Read, Some(database)).await.unwrap();
        }
    });
    let asked_for: Vec<_> = cluster.seed.all("ROUTE").iter().map(|seen| seen.text("db").map(str::to_owned)).collect();
    assert_eq!(asked_for, [Some("films".to_owned()), Some("trains".to_owned())]);
}

#[test]
fn a_session_without_a_database_keeps_to_the_home_that_the_cluster_names() {
    let cluster = Cluster::new();
    let driver = cluster.driver();
    cluster.host.run(work(&driver, AccessMode::Write, None)).unwrap();
    assert_eq!(cluster.seed.last("ROUTE").text("db"), None);
    assert_eq!(cluster.leader.last("RUN").text("db"), Some("home"));
}

#[test]
fn a_reader_that_is_gone_is_left_out_until_a_newer_table_names_it() {
    let cluster = Cluster::new();
    cluster.readers[0].always("CONNECT", [Step::Close(1006, "")]);
    let driver = cluster.driver();
    cluster.host.run(async {
        for _ in 0..4 {
            read(&driver).await.unwrap();
        }
        assert_eq!((cluster.read_counts(), cluster.readers[0].count("CONNECT")), ([0, 4], 1));
        cluster.readers[0].behave();
        cluster.host.sleep(seconds(301)).await;
        for _ in 0..4 {
            read(&driver).await.unwrap();
        }
        assert_eq!(cluster.read_counts(), [2, 6]);
    });
}

#[test]
fn a_member_whose_connection_breaks_is_left_out() {
    let cluster = Cluster::new();
    cluster.readers[0].once("RUN", [Step::Close(1006, "")]);
    cluster.readers[1].once("RUN", [Step::Usual]);
    let driver = cluster.driver();
    cluster.host.run(async {
        let outcomes = [read(&driver).await.is_ok(), read(&driver).await.is_ok()];
        assert!(outcomes.contains(&false));
        for _ in 0..3 {
            read(&driver).await.unwrap();
        }
    });
    assert_eq!(cluster.read_counts(), [1, 4]);
}

#[test]
fn a_leader_that_no_longer_leads_is_asked_for_anew_and_the_work_done_again() {
    let cluster = Cluster::new();
    let newer = table(300, &ROUTERS, &READERS, &["reader1:7687"]);
    cluster.seed.behave();
    cluster.seed.once("ROUTE", [whole_table(300)]);
    cluster.seed.always("ROUTE", [newer.clone()]);
    routes(&cluster.second, [newer]);
    cluster.leader.always("RUN", [failure("Neo.ClientError.Cluster.NotALeader")]);
    let driver = cluster.driver();
    cluster.host.run(async {
        let config = SessionConfig { database: Some("films".to_owned()), ..SessionConfig::default() };
        let session = driver.session(config).unwrap();
        let write = async |transaction: neo4j_wasm::Transaction| numbers(&transaction.ask("RETURN 1").await?).await;
        session.execute_write(TransactionConfig::default(), write).await.unwrap();
    });
    assert_eq!((cluster.leader.count("RUN"), cluster.readers[0].count("RUN"), cluster.asked()), (1, 1, 2));
}

#[test]
fn whoever_leads_one_database_no_more_may_lead_others() {
    let cluster = Cluster::new();
    cluster.leader.on("RUN", |seen| match seen.text("db") {
        Some("films") => vec![failure("Neo.ClientError.Cluster.NotALeader")],
        _ => vec![Step::Usual],
    });
    let driver = cluster.driver();
    cluster.host.run(async {
        work(&driver, AccessMode::Write, Some("books")).await.unwrap();
        refused(write(&driver).await);
    });
    let writers = |database| driver.routing_table(Some(database)).unwrap().writers.len();
    assert_eq!((writers("films"), writers("books")), (0, 1));
}

#[test]
fn a_member_whose_database_is_unavailable_is_left_out() {
    let cluster = Cluster::new();
    cluster.readers[0].always("RUN", [failure("Neo.TransientError.General.DatabaseUnavailable")]);
    let driver = cluster.driver();
    cluster.host.run(async {
        for _ in 0..4 {
            let _ = read(&driver).await;
        }
    });
    assert_eq!(cluster.read_counts(), [1, 3]);
}

#[test]
fn the_other_router_is_asked_when_the_first_is_gone() {
    let cluster = Cluster::new();
    let driver = cluster.driver();
    cluster.host.run(async {
        read(&driver).await.unwrap();
        cluster.seed.close_all(1006, "");
        cluster.seed.always("CONNECT", [Step::Close(1006, "")]);
        cluster.host.sleep(seconds(301)).await;
        read(&driver).await.unwrap();
    });
    assert_eq!((cluster.seed.count("ROUTE"), cluster.second.count("ROUTE")), (1, 1));
}

#[test]
fn the_seed_is_asked_when_no_router_of_the_table_answers() {
    let cluster = Cluster::new();
    cluster.seed.behave();
    cluster.seed.once("ROUTE", [table(300, &["gone:1", "gone:2"], &READERS, &["leader:7687"])]);
    cluster.seed.always("ROUTE", [whole_table(300)]);
    let driver = cluster.driver();
    cluster.host.run(async {
        read(&driver).await.unwrap();
        cluster.host.sleep(seconds(301)).await;
        read(&driver).await.unwrap();
    });
    let tried: Vec<_> = cluster.host.targets().iter().map(|target| target.address.to_string()).collect();
    assert!(tried.contains(&"gone:1".to_owned()) && tried.contains(&"gone:2".to_owned()));
    assert_eq!(cluster.seed.count("ROUTE"), 2);
}

#[test]
fn when_no_router_answers_the_error_tells_each_that_was_tried_and_why() {
    let cluster = Cluster::new();
    cluster.seed.always("CONNECT", [Step::Close(1006, "")]);
    let driver = cluster.driver_with(Config {
        resolver: Some(Resolver::new(async |address: Address| {
            Ok(vec![address, Address { host: "second".to_owned(), port: 7687 }])
        })),
        ..Config::default()
    });
    routes(&cluster.second, [failure("Neo.TransientError.General.OutOfMemoryError")]);
    let error = refused(cluster.host.run(read(&driver)));
    assert_eq!((error.kind(), error.code()), (ErrorKind::Connection, "NoRouterAvailable"));
    assert!(error.is_retryable());
    assert!(error.message().contains("localhost:7687/ (close code 1006)"), "{error}");
    assert!(error.message().contains("The text of Neo.TransientError.General.OutOfMemoryError"), "{error}");
}

#[test]
fn the_error_of_a_resolver_is_the_cause() {
    let cluster = Cluster::new();
    let own = Driver::with_platform("none://", Config::default(), std::rc::Rc::new(cluster.host.clone()));
    let own = refused(own);
    let thrown = own.clone();
    let resolver = Resolver::new(move |_| {
        let thrown: Error = thrown.clone();
        async move { Err(thrown) }
    });
    let driver = cluster.driver_with(Config { resolver: Some(resolver), ..Config::default() });
    let error = refused(cluster.host.run(read(&driver)));
    let cause = error.cause().and_then(Error::cause).unwrap();
    assert_eq!(cause.message(), own.message());
}

#[test]
fn a_resolver_that_gives_nothing_is_an_error_that_says_so() {
    let cluster = Cluster::new();
    let resolver = Resolver::new(async |_| Ok(Vec::new()));
    let driver = cluster.driver_with(Config { resolver: Some(resolver), ..Config::default() });
    let error = refused(cluster.host.run(read(&driver)));
    assert!(error.message().contains("The resolver gave no address for localhost:7687"), "{error}");
}

#[test]
fn a_resolver_or_a_router_that_never_answers_costs_no_more_than_the_acquisition_timeout() {
    let limit = Duration::from_secs(7);
    let cluster = Cluster::new();
    let stuck = Resolver::new(|_| std::future::pending());
    let config = Config { connection_acquisition_timeout: limit, ..Config::default() };
    let driver = cluster.driver_with(Config { resolver: Some(stuck), ..config.clone() });
    let error = refused(cluster.host.run(read(&driver)));
    assert_eq!((error.code(), cluster.host.now()), ("NoRouterAvailable", limit));
    let failed = error.cause().unwrap();
    assert_eq!((failed.code(), failed.cause().unwrap().code()), ("ResolverFailed", "ResolverTimeout"));
    assert!(!error.is_retryable() && error.message().contains("The resolver failed"), "{error}");
    routes(&cluster.seed, [Step::Silence]);
    let driver = cluster.driver_with(config);
    let error = refused(cluster.host.run(read(&driver)));
    // Half of the time: the other half would have been for the work.
    assert_eq!((error.code(), cluster.host.now()), ("NoRouterAvailable", limit + limit / 2));
    assert!(error.is_retryable() && error.cause().unwrap().code() == "RouterTimeout");
}

#[test]
fn what_every_router_would_say_is_said_at_once() {
    for code in ["Neo.ClientError.Database.DatabaseNotFound", "Neo.ClientError.Security.Unauthorized"] {
        let cluster = Cluster::new();
        routes(&cluster.seed, [failure(code)]);
        let driver = cluster.driver();
        assert_eq!(refused(cluster.host.run(read(&driver))).code(), code);
        assert_eq!(cluster.asked(), 1);
    }
}

#[test]
fn a_malformed_table_is_a_protocol_error() {
    let cluster = Cluster::new();
    routes(&cluster.seed, [success([("rt", Map::from([("ttl", 1)]))])]);
    let driver = cluster.driver();
    assert_eq!(refused(cluster.host.run(read(&driver))).kind(), ErrorKind::Protocol);
}

#[test]
fn a_table_without_readers_is_no_table() {
    let cluster = Cluster::new();
    routes(&cluster.seed, [table(300, &ROUTERS, &[], &["leader:7687"])]);
    let driver = cluster.driver();
    let error = refused(cluster.host.run(read(&driver)));
    assert!(error.message().contains("knows no router, or nobody to read from"), "{error}");
}

#[test]
fn without_a_leader_reads_go_on_and_writes_can_be_tried_again() {
    let cluster = Cluster::new();
    for router in [&cluster.seed, &cluster.second] {
        routes(router, [table(300, &ROUTERS, &READERS, &[])]);
    }
    let driver = cluster.driver();
    cluster.host.run(async {
        read(&driver).await.unwrap();
        let error = refused(write(&driver).await);
        assert_eq!((error.code(), error.is_retryable()), ("NoMemberAvailable", true));
        routes(&cluster.seed, [whole_table(300)]);
        write(&driver).await.unwrap();
        read(&driver).await.unwrap();
    });
}

#[test]
fn when_every_member_of_a_table_is_gone_the_error_tells_each_and_the_next_try_has_a_newer_one() {
    let cluster = Cluster::new();
    for reader in &cluster.readers {
        reader.always("CONNECT", [Step::Close(1006, "")]);
    }
    let driver = cluster.driver();
    cluster.host.run(async {
        let error = refused(read(&driver).await);
        assert_eq!((error.code(), error.is_retryable(), cluster.asked()), ("NoMemberAvailable", true, 1));
        assert!(error.message().contains("reader1:7687") && error.message().contains("reader2:7687"), "{error}");
        cluster.readers[1].behave();
        read(&driver).await.unwrap();
        assert_eq!(cluster.asked(), 2);
    });
}

#[test]
fn a_wrong_password_is_told_at_once_and_by_the_first_router() {
    let cluster = Cluster::new();
    for server in [&cluster.seed, &cluster.second] {
        server.always("LOGON", [failure("Neo.ClientError.Security.Unauthorized")]);
    }
    let driver = cluster.driver();
    assert_eq!(refused(cluster.host.run(read(&driver))).kind(), ErrorKind::Auth);
    assert_eq!(cluster.second.sockets(), 0);
}

#[test]
fn closing_the_driver_closes_the_connections_to_every_member() {
    let cluster = Cluster::new();
    let driver = cluster.driver();
    cluster.host.run(async {
        for _ in 0..2 {
            read(&driver).await.unwrap();
            write(&driver).await.unwrap();
        }
        driver.close().await;
    });
    let all = [&cluster.seed, &cluster.leader, &cluster.readers[0], &cluster.readers[1]];
    assert!(all.iter().all(|server| server.sockets() == 1 && server.open_sockets() == 0));
}
