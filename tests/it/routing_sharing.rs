//! Discoveries: one for all who wait for it, and none that a single router can hold up.

use std::cell::RefCell;
use std::rc::Rc;

use neo4j_wasm::{AccessMode, Address, AuthToken, Config, Driver, Error, Resolver, SessionConfig};

use super::simulated::cluster::{Cluster, READERS, ROUTERS, read, routes, table, whole_table, work};
use super::simulated::{Ask, Step, Task, execute_query, failure, millis, numbers, refused, seconds};

/// Finds `localhost`, then `second`, before there is a table.
fn with_both_routers() -> Config {
    let second = Address { host: "second".to_owned(), port: 7687 };
    let resolver = Resolver::new(move |seed| {
        let both = vec![seed, second.clone()];
        async move { Ok(both) }
    });
    Config { resolver: Some(resolver), ..Config::default() }
}

fn in_parallel<T: 'static, F: Future<Output = T> + 'static>(
    cluster: &Cluster,
    driver: &Driver,
    count: usize,
    work: impl Fn(Driver) -> F,
) -> Vec<Task<T>> {
    (0..count).map(|_| cluster.host.spawn(work(driver.clone()))).collect()
}

async fn read_as(driver: Driver, user: Option<&'static str>, bookmarks: Vec<String>) -> Result<Vec<i64>, Error> {
    let auth = user.map(|user| AuthToken::basic(user, "secret", None));
    let config = SessionConfig { access_mode: AccessMode::Read, auth, bookmarks, ..SessionConfig::default() };
    numbers(&driver.session(config)?.ask("RETURN 1").await?).await
}

#[test]
fn the_first_queries_of_all_ask_for_the_home_database_once() {
    let cluster = Cluster::new();
    cluster.seed.delay(millis(2));
    let driver = cluster.driver();
    cluster.host.run(async {
        let queries =
            in_parallel(&cluster, &driver, 100, |driver| async move { execute_query(&driver, "RETURN 1").await });
        let reads = in_parallel(&cluster, &driver, 100, |driver| read_as(driver, None, Vec::new()));
        cluster.host.sleep(seconds(1)).await;
        assert!(queries.into_iter().chain(reads).all(|task| task.output().is_ok()));
        assert_eq!((cluster.asked(), cluster.seed.sockets(), cluster.leader.count("RUN")), (1, 1, 100));
    });
}

#[test]
fn users_and_bookmarks_are_told_apart() {
    let cluster = Cluster::new();
    routes(&cluster.seed, [Step::Wait(seconds(1)), whole_table(300)]);
    let driver = cluster.driver();
    cluster.host.run(async {
        let later = vec!["bookmark:9".to_owned()];
        let tasks = [
            cluster.host.spawn(read_as(driver.clone(), Some("ann"), Vec::new())),
            cluster.host.spawn(read_as(driver.clone(), Some("ann"), Vec::new())),
            cluster.host.spawn(read_as(driver.clone(), Some("bob"), Vec::new())),
            cluster.host.spawn(read_as(driver.clone(), Some("ann"), later.clone())),
        ];
        cluster.host.sleep(seconds(10)).await;
        assert!(tasks.into_iter().all(|task| task.output().is_ok()));
        let asked = cluster.seed.all("ROUTE");
        assert_eq!(asked.len(), 3);
        let knowing = |seen: &super::simulated::Seen| !seen.fields[1].as_list().unwrap().is_empty();
        assert_eq!(asked.iter().filter(|seen| knowing(seen)).count(), 1);
    });
}

#[test]
fn what_one_user_is_refused_another_may_get() {
    let cluster = Cluster::new();
    routes(&cluster.seed, [Step::Wait(seconds(1)), failure("Neo.ClientError.Security.Forbidden")]);
    let driver = cluster.driver();
    cluster.host.run(async {
        let ask = |user: &'static str| {
            let driver = driver.clone();
            cluster.host.spawn(async move {
                let config = SessionConfig {
                    database: Some("films".to_owned()),
                    impersonated_user: Some(user.to_owned()),
                    ..SessionConfig::default()
                };
                driver.session(config)?.ask("RETURN 1").await.map(drop)
            })
        };
        let tasks = [ask("ann"), ask("ann"), ask("bob")];
        cluster.host.sleep(millis(500)).await;
        cluster.host.sleep(seconds(5)).await;
        assert!(tasks.into_iter().all(|task| task.output().is_err()));
        assert_eq!(cluster.asked(), 2);
    });
}

#[test]
fn a_discoverer_that_gives_up_leaves_the_others_to_ask_for_themselves() {
    let cluster = Cluster::new();
    cluster.seed.behave();
    cluster.seed.once("ROUTE", [Step::Hang]);
    cluster.seed.always("ROUTE", [whole_table(300)]);
    let driver = cluster.driver();
    cluster.host.run(async {
        let mut tasks = in_parallel(&cluster, &driver, 20, |driver| async move { read(&driver).await }).into_iter();
        cluster.host.calm().await;
        tasks.next().unwrap().abort();
        cluster.host.sleep(seconds(2)).await;
        assert!(tasks.all(|task| task.output().is_ok()));
        assert_eq!(cluster.asked(), 2);
    });
}

#[test]
fn a_leader_that_is_gone_is_asked_for_once_by_all_who_miss_it() {
    let cluster = Cluster::new();
    let driver = cluster.driver();
    cluster.host.run(async {
        read(&driver).await.unwrap();
        for router in [&cluster.seed, &cluster.second] {
            routes(router, [Step::Wait(millis(50)), table(300, &ROUTERS, &READERS, &[])]);
        }
        let write = |driver: Driver| async move { work(&driver, AccessMode::Write, Some("films")).await };
        cluster.leader.always("CONNECT", [Step::Close(1006, "")]);
        let tasks = in_parallel(&cluster, &driver, 50, write);
        cluster.host.sleep(seconds(5)).await;
        for task in tasks {
            assert_eq!(refused(task.output()).code(), "NoMemberAvailable");
        }
        assert_eq!(cluster.asked(), 1, "the table has not been asked for anew yet");
        let tasks = in_parallel(&cluster, &driver, 50, write);
        cluster.host.sleep(seconds(5)).await;
        for task in tasks {
            let error = refused(task.output());
            assert_eq!((error.code(), error.is_retryable()), ("NoMemberAvailable", true));
        }
        assert_eq!(cluster.asked(), 2);
    });
}

#[test]
fn a_mute_router_costs_its_share_of_the_time_and_the_next_one_is_asked() {
    for stage in ["CONNECT", "HANDSHAKE", "HELLO", "LOGON", "ROUTE"] {
        let cluster = Cluster::new();
        cluster.seed.behave();
        cluster.seed.always(stage, [Step::Silence]);
        let driver = cluster.driver_with(with_both_routers());
        cluster.host.run(async {
            let tasks = in_parallel(&cluster, &driver, 20, |driver| async move { read(&driver).await });
            cluster.host.sleep(seconds(11)).await;
            assert!(tasks.into_iter().all(|task| task.output().is_ok()), "{stage}");
            assert_eq!((cluster.seed.sockets(), cluster.seed.open_sockets(), cluster.second.count("ROUTE")), (1, 0, 1));
        });
    }
}

#[test]
fn where_every_router_is_mute_the_error_is_worth_another_try_and_comes_in_time() {
    let cluster = Cluster::new();
    for router in [&cluster.seed, &cluster.second] {
        routes(router, [Step::Silence]);
    }
    let config = Config { connection_acquisition_timeout: seconds(12), ..with_both_routers() };
    let driver = cluster.driver_with(config);
    cluster.host.run(async {
        let tasks = in_parallel(&cluster, &driver, 20, |driver| async move { read(&driver).await });
        cluster.host.sleep(seconds(12)).await;
        for task in tasks {
            let error = refused(task.output());
            assert_eq!((error.code(), error.is_retryable()), ("NoRouterAvailable", true));
            // 12 / 3, then 8 / 2.
            for said in [
                "localhost:7687 gave no routing table within 4000 ms",
                "second:7687 gave no routing table within 4000 ms",
            ] {
                assert!(error.message().contains(said), "{error}");
            }
        }
    });
}

#[test]
fn a_router_whose_answers_are_no_bolt_is_passed_over() {
    for answer in
        [vec![Step::Ignored], vec![Step::Raw(vec![0, 1, 0xFF, 0, 0])], vec![Step::Success(Default::default())]]
    {
        let cluster = Cluster::new();
        routes(&cluster.seed, answer);
        let driver = cluster.driver_with(with_both_routers());
        cluster.host.run(async {
            read(&driver).await.unwrap();
            assert_eq!((cluster.seed.count("ROUTE"), cluster.second.count("ROUTE")), (1, 1));
        });
    }
}

#[test]
fn tables_that_are_asked_for_whatever_is_known_are_shared_as_well() {
    let cluster = Cluster::new();
    routes(&cluster.seed, [Step::Wait(millis(50)), whole_table(300)]);
    let driver = cluster.driver();
    cluster.host.run(async {
        for database in [Some("films"), None] {
            let seen = Rc::new(RefCell::new(Vec::new()));
            let noted = Rc::clone(&seen);
            let before = cluster.asked();
            let tasks = in_parallel(&cluster, &driver, 20, move |driver| {
                let noted = Rc::clone(&noted);
                async move {
                    let table = driver.update_routing_table(database, &[]).await.unwrap();
                    noted.borrow_mut().push(table.writers.len());
                }
            });
            cluster.host.sleep(seconds(5)).await;
            tasks.into_iter().for_each(Task::output);
            assert_eq!((cluster.asked() - before, &seen.borrow()[..]), (1, &[1; 20][..]), "{database:?}");
        }
    });
}
