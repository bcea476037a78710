//! Sessions that name no database: they work on the user's home database and keep to it, and where servers route by
//! themselves that costs no round trip.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use neo4j_wasm::value::Map;
use neo4j_wasm::{
    AccessMode, AuthManager, AuthToken, BookmarkManager, Config, Driver, Error, Session, SessionConfig, Transaction,
    TransactionConfig,
};

use super::simulated::cluster::{Cluster, READERS, ROUTERS, routes, table_of, work};
use super::simulated::{
    Ask, Host, Seen, Server, Step, begin, execute_query, failure, numbers, query, refused, seconds, session,
};

/// A cluster whose routers know of homes, by user; no user is whoever the driver is.
struct Homes {
    cluster: Cluster,
    homes: Rc<RefCell<HashMap<String, &'static str>>>,
}

/// Who a ROUTE is for: the impersonated user, or who its connection is logged in as.
fn user_of(router: &Server, seen: &Seen) -> String {
    let logon = router.all("LOGON").into_iter().rfind(|logon| logon.peer == seen.peer);
    let own = |logon: Seen| logon.text("principal").or(logon.text("credentials")).map(str::to_owned);
    seen.text("imp_user").map(str::to_owned).or(logon.and_then(own)).unwrap_or_default()
}

impl Homes {
    /// With servers that speak 5.`minor`.
    fn new(minor: u8) -> Self {
        let cluster = Cluster::new();
        let homes = Rc::new(RefCell::new(HashMap::from([(String::new(), "first")])));
        for server in cluster.all() {
            server.behave();
            server.speak(5, minor);
            let (known, router) = (Rc::clone(&homes), server.clone());
            server.on("ROUTE", move |seen| {
                let home = known.borrow()[&user_of(&router, seen)];
                vec![table_of(seen.text("db").unwrap_or(home), 300, &ROUTERS, &READERS, &["leader:7687"])]
            });
        }
        Self { cluster, homes }
    }

    /// With servers that route by themselves and say which database they work on.
    fn routing() -> Self {
        let homes = Self::new(8);
        for server in homes.cluster.all() {
            server.hint("ssr.enabled", true);
            server.home("first");
        }
        homes
    }

    /// The default user has another home from here on.
    fn move_home(&self, home: &'static str) {
        self.homes.borrow_mut().insert(String::new(), home);
        self.cluster.all().iter().for_each(|server| server.home(home));
    }

    /// What each ROUTE so far has named.
    fn asked_for(&self) -> Vec<Option<String>> {
        self.cluster.seed.all("ROUTE").iter().map(|seen| seen.text("db").map(str::to_owned)).collect()
    }

    /// What each RUN or BEGIN of that name has named at the leader.
    fn named(&self, name: &str) -> Vec<Option<String>> {
        self.cluster.leader.all(name).iter().map(|seen| seen.text("db").map(str::to_owned)).collect()
    }
}

fn some(name: &str) -> Option<String> {
    Some(name.to_owned())
}

/// Every way of working in a session.
#[derive(Debug, Clone, Copy)]
enum Way {
    Run,
    Begin,
    Managed,
}

const WAYS: [Way; 3] = [Way::Run, Way::Begin, Way::Managed];

impl Way {
    async fn work(self, session: &Session) -> Result<(), Error> {
        match self {
            Self::Run => numbers(&session.ask("RETURN 1").await?).await.map(drop),
            Self::Begin => session.begin_transaction(TransactionConfig::default()).await?.commit().await,
            Self::Managed => {
                let nothing = async |_: Transaction| Ok::<_, Error>(());
                session.execute_write(TransactionConfig::default(), nothing).await
            }
        }
    }

    fn request(self) -> &'static str {
        if let Self::Run = self { "RUN" } else { "BEGIN" }
    }
}

#[test]
fn where_servers_do_not_route_each_session_asks_for_its_home_and_keeps_to_it() {
    for way in WAYS {
        let homes = Homes::new(7);
        let driver = homes.cluster.driver();
        homes.cluster.host.run(async {
            let early = session(&driver);
            way.work(&early).await.unwrap();
            homes.move_home("second");
            let late = session(&driver);
            for session in [&late, &early, &late, &early] {
                way.work(session).await.unwrap();
            }
        });
        assert_eq!(homes.asked_for(), [None, None], "{way:?}");
        let names = ["first", "second", "first", "second", "first"].map(some);
        assert_eq!(homes.named(way.request()), names, "{way:?}");
    }
}

#[test]
fn the_homes_table_is_kept_under_its_name() {
    let homes = Homes::new(7);
    let driver = homes.cluster.driver();
    homes.cluster.host.run(async {
        query(&driver, "RETURN 1").await.unwrap();
        let config = SessionConfig { database: some("first"), ..SessionConfig::default() };
        drop(driver.session(config).unwrap().ask("RETURN 1").await.unwrap());
    });
    assert_eq!((homes.asked_for(), homes.named("RUN")), (vec![None], vec![some("first"); 2]));
    assert_eq!(driver.routing_table(Some("first")), driver.routing_table(None));
    assert_eq!(driver.routing_table(None).unwrap().database, some("first"));
}

#[test]
fn where_servers_route_the_home_is_guessed_and_the_server_says_which_it_was() {
    for way in WAYS {
        let homes = Homes::routing();
        let driver = homes.cluster.driver();
        homes.cluster.host.run(async {
            way.work(&session(&driver)).await.unwrap();
            assert_eq!((homes.asked_for(), homes.named(way.request())), (vec![None], vec![some("first")]));
            // Nobody has to be asked, and the server finds out by itself.
            let guessing = session(&driver);
            way.work(&guessing).await.unwrap();
            way.work(&guessing).await.unwrap();
            assert_eq!(homes.asked_for(), [None], "{way:?}");
            assert_eq!(homes.named(way.request())[1..], [None, some("first")], "{way:?}");
        });
    }
}

#[test]
fn a_home_that_has_moved_is_known_as_soon_as_a_server_says_so() {
    for way in WAYS {
        let homes = Homes::routing();
        let driver = homes.cluster.driver();
        homes.cluster.host.run(async {
            way.work(&session(&driver)).await.unwrap();
            homes.move_home("second");
            let moved = session(&driver);
            way.work(&moved).await.unwrap();
            way.work(&moved).await.unwrap();
            assert_eq!(homes.named(way.request())[1..], [None, some("second")], "{way:?}");
            // By name, and not to find out the name.
            way.work(&session(&driver)).await.unwrap();
            assert_eq!(homes.asked_for(), [None, some("second")], "{way:?}");
        });
    }
}

#[test]
fn a_session_that_has_found_its_home_keeps_to_it_when_it_moves() {
    let homes = Homes::routing();
    let driver = homes.cluster.driver();
    homes.cluster.host.run(async {
        query(&driver, "RETURN 1").await.unwrap();
        let session = session(&driver);
        Way::Run.work(&session).await.unwrap();
        homes.move_home("second");
        Way::Run.work(&session).await.unwrap();
    });
    assert_eq!(homes.named("RUN"), [some("first"), None, some("first")]);
}

#[test]
fn a_query_of_the_driver_guesses_as_well_and_learns_from_its_begin() {
    let homes = Homes::routing();
    let driver = homes.cluster.driver();
    homes.cluster.host.run(async {
        execute_query(&driver, "ROWS 1").await.unwrap();
        homes.move_home("second");
        execute_query(&driver, "ROWS 1").await.unwrap();
        assert_eq!((homes.asked_for(), homes.named("BEGIN")), (vec![None], vec![some("first"), None]));
        execute_query(&driver, "ROWS 1").await.unwrap();
        assert_eq!((homes.asked_for(), homes.named("BEGIN").last()), (vec![None, some("second")], Some(&None)));
    });
}

#[test]
fn a_query_of_the_driver_that_is_tried_again_keeps_to_the_home_it_began_in() {
    let homes = Homes::routing();
    let driver = homes.cluster.driver();
    homes.cluster.host.run(async {
        execute_query(&driver, "ROWS 1").await.unwrap();
        homes.cluster.leader.once("RUN", [failure("Neo.TransientError.Transaction.DeadlockDetected")]);
        execute_query(&driver, "ROWS 1").await.unwrap();
    });
    assert_eq!(homes.named("BEGIN"), [some("first"), None, some("first")]);
}

#[test]
fn where_one_member_does_not_route_the_home_is_asked_for_after_all() {
    let homes = Homes::routing();
    homes.cluster.leader.hint("ssr.enabled", false);
    let driver = homes.cluster.driver();
    let read = async || work(&driver, AccessMode::Read, None).await.unwrap();
    homes.cluster.host.run(async {
        read().await;
        read().await;
        assert_eq!(homes.asked_for(), [None]);
        // The guess leads to the leader, who takes no guesses.
        query(&driver, "RETURN 1").await.unwrap();
        assert_eq!((homes.asked_for(), homes.named("RUN")), (vec![None, None], vec![some("first")]));
        // While the server that was last talked to does not route, nothing is guessed.
        read().await;
        assert_eq!(homes.asked_for(), [None, None, None]);
        read().await;
        assert_eq!(homes.asked_for(), [None, None, None]);
    });
}

#[test]
fn a_member_that_takes_no_guess_is_asked_for_nothing_by_it() {
    let homes = Homes::routing();
    homes.cluster.leader.hint("ssr.enabled", false);
    let driver = homes.cluster.driver();
    homes.cluster.host.run(async {
        work(&driver, AccessMode::Read, None).await.unwrap();
        query(&driver, "RETURN 1").await.unwrap();
    });
    assert_eq!(homes.cluster.leader.names(), ["RUN", "PULL"]);
    assert_eq!(homes.cluster.leader.sockets(), 1);
}

#[test]
fn a_guess_that_fails_is_forgotten() {
    let homes = Homes::routing();
    let driver = homes.cluster.driver();
    homes.cluster.host.run(async {
        query(&driver, "RETURN 1").await.unwrap();
        homes.move_home("second");
        homes.cluster.host.sleep(seconds(301)).await;
        // Its table has expired, and the database was dropped.
        let routers = [&homes.cluster.seed, &homes.cluster.second];
        for router in routers {
            routes(router, [failure("Neo.ClientError.Database.DatabaseNotFound")]);
        }
        refused(query(&driver, "RETURN 1").await);
        assert_eq!(homes.asked_for(), [None, some("first"), None]);
        refused(query(&driver, "RETURN 1").await);
        assert_eq!(homes.asked_for()[3..], [None]);
        for router in routers {
            routes(router, [table_of("second", 300, &ROUTERS, &READERS, &["leader:7687"])]);
        }
        query(&driver, "RETURN 1").await.unwrap();
        query(&driver, "RETURN 1").await.unwrap();
        assert_eq!(homes.asked_for()[4..], [None]);
    });
    assert_eq!(homes.named("RUN"), [some("first"), some("second"), None]);
}

#[test]
fn users_have_homes_of_their_own() {
    let homes = Homes::routing();
    for (user, home) in [("ann", "anns"), ("bob", "bobs"), ("sso", "ssos")] {
        homes.homes.borrow_mut().insert(user.to_owned(), home);
    }
    let driver = homes.cluster.driver();
    let impersonated = |user| SessionConfig { impersonated_user: some(user), ..SessionConfig::default() };
    let own = |user| SessionConfig { auth: Some(AuthToken::basic(user, "x", None)), ..SessionConfig::default() };
    homes.cluster.host.run(async {
        let nameless = SessionConfig { auth: Some(AuthToken::bearer("sso")), ..SessionConfig::default() };
        let configs = [SessionConfig::default(), impersonated("ann"), own("bob"), nameless];
        for config in &configs {
            let session = driver.session(config.clone()).unwrap();
            session.ask("RETURN 1").await.unwrap().consume().await.unwrap();
        }
        assert_eq!(homes.named("RUN"), ["first", "anns", "bobs", "ssos"].map(some));
        let tables = [None, Some("first"), Some("anns"), Some("bobs")].map(|name| driver.routing_table(name));
        assert_eq!(tables[0], tables[1]);
        assert!(tables.iter().all(Option::is_some));
        // Each has been seen, so each is guessed; whoever has another name for the same user shares it.
        for config in configs.iter().chain([&own("ann"), &impersonated("bob")]) {
            driver.session(config.clone()).unwrap().ask("RETURN 1").await.unwrap().consume().await.unwrap();
        }
        assert_eq!((homes.asked_for(), &homes.named("RUN")[4..]), (vec![None; 4], &[const { None }; 6][..]));
    });
}

#[test]
fn a_home_that_one_user_has_found_is_not_the_drivers() {
    let homes = Homes::new(8);
    homes.cluster.all().iter().for_each(|server| server.hint("ssr.enabled", true));
    homes.homes.borrow_mut().insert("ann".to_owned(), "anns");
    let driver = homes.cluster.driver();
    homes.cluster.host.run(async {
        let config = SessionConfig { impersonated_user: some("ann"), ..SessionConfig::default() };
        drop(driver.session(config).unwrap().ask("RETURN 1").await.unwrap());
        assert_eq!(driver.routing_table(None), None);
        query(&driver, "RETURN 1").await.unwrap();
    });
    assert_eq!((homes.asked_for(), homes.named("RUN")), (vec![None; 2], vec![some("anns"), some("first")]));
}

#[test]
fn a_session_that_names_its_database_has_no_need_of_a_home() {
    let homes = Homes::routing();
    let driver = homes.cluster.driver();
    let config = || SessionConfig { database: some("films"), ..SessionConfig::default() };
    homes.cluster.host.run(async {
        for _ in 0..2 {
            driver.session(config()).unwrap().ask("RETURN 1").await.unwrap().consume().await.unwrap();
        }
        // What a server says of a database that was named is nobody's home.
        query(&driver, "RETURN 1").await.unwrap();
    });
    assert_eq!(homes.asked_for(), [some("films"), None]);
    assert_eq!(homes.named("RUN"), ["films", "films", "first"].map(some));
}

#[test]
fn without_routing_the_server_finds_out_each_time() {
    let (host, server) = Host::new();
    server.hint("ssr.enabled", true);
    server.home("first");
    let driver: Driver = host.driver_for("bolt://localhost", Config::default()).unwrap();
    host.run(async {
        let session = session(&driver);
        for _ in 0..2 {
            session.ask("RETURN 1").await.unwrap().consume().await.unwrap();
        }
        begin(&driver).await.unwrap().commit().await.unwrap();
    });
    let named = |name| server.all(name).iter().any(|seen| seen.text("db").is_some());
    assert!(!named("RUN") && !named("BEGIN"));
}

#[test]
fn a_router_must_know_of_the_bookmarks_before_it_names_a_home() {
    let homes = Homes::new(7);
    let driver = homes.cluster.driver();
    homes.cluster.host.run(async {
        let config = SessionConfig {
            bookmarks: vec!["mine".to_owned()],
            bookmark_manager: Some(BookmarkManager::new(["shared".to_owned(), "mine".to_owned()])),
            ..SessionConfig::default()
        };
        drop(driver.session(config).unwrap().ask("RETURN 1").await.unwrap());
    });
    let route = homes.cluster.seed.last("ROUTE");
    assert_eq!(route.fields[1], neo4j_wasm::value::Value::from(vec!["mine", "shared"]));
}

#[test]
fn a_home_that_cannot_be_found_is_an_error_and_the_session_can_try_again() {
    let homes = Homes::routing();
    let driver = homes.cluster.driver();
    homes.cluster.host.run(async {
        let session = session(&driver);
        homes.cluster.seed.close_all(1006, "");
        let usual = [&homes.cluster.seed, &homes.cluster.second];
        usual.iter().for_each(|router| {
            router.behave();
            router.once("ROUTE", [failure("Neo.ClientError.Database.DatabaseNotFound")]);
        });
        let error = refused(session.run("RETURN 1", Map::new(), TransactionConfig::default()).await);
        assert_eq!(error.code(), "Neo.ClientError.Database.DatabaseNotFound");
        usual.iter().for_each(|router| {
            let steps: [Step; 1] = [table_of("second", 300, &ROUTERS, &READERS, &["leader:7687"])];
            router.always("ROUTE", steps);
        });
        Way::Run.work(&session).await.unwrap();
        Way::Run.work(&session).await.unwrap();
    });
    assert_eq!(homes.named("RUN"), [some("second"), some("second")]);
}

#[test]
fn a_token_that_cannot_be_had_or_is_refused_says_nothing_about_the_guess() {
    let homes = Homes::routing();
    let asked = Rc::new(std::cell::Cell::new(0));
    let counting = Rc::clone(&asked);
    let manager = AuthManager::bearer(move || {
        let number = counting.replace(counting.get() + 1);
        let failed = refused(Host::default().driver_for("none://", Config::default()));
        async move { if number == 1 { Err(failed) } else { Ok((AuthToken::bearer(""), Some(seconds(10)))) } }
    });
    let driver = homes.cluster.driver_with(Config { auth: manager.into(), ..Config::default() });
    homes.cluster.host.run(async {
        query(&driver, "RETURN 1").await.unwrap();
        homes.cluster.host.sleep(seconds(11)).await;
        assert_eq!(refused(query(&driver, "RETURN 1").await).code(), "AuthTokenManagerFailed");
        assert_eq!(asked.get(), 2);
        homes.cluster.leader.close_all(1006, "");
        homes.cluster.leader.once("LOGON", [failure("Neo.ClientError.Security.Unauthorized"), Step::Close(1000, "")]);
        homes.cluster.host.calm().await;
        let error = refused(query(&driver, "RETURN 1").await);
        assert_eq!(error.code(), "Neo.ClientError.Security.Unauthorized");
        // It is still the guess for the next one.
        query(&driver, "RETURN 1").await.unwrap();
    });
    // The one in the middle was ignored with its login.
    assert_eq!((homes.asked_for(), homes.named("RUN")), (vec![None], vec![some("first"), None, None]));
}
