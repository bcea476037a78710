//! Bookmark managers: what they are asked, what they are told, and what becomes of work when they fail.

use std::cell::{Cell, RefCell};
use std::future::pending;
use std::rc::Rc;
use std::time::Duration;

use neo4j_wasm::value::{Map, Value};
use neo4j_wasm::{
    AccessMode, BookmarkManager, Config, Driver, Error, ErrorKind, Result, Session, SessionConfig, Transaction,
    TransactionConfig,
};

use super::simulated::cluster::{Cluster, whole_table};
use super::simulated::{
    Ask, Host, Seen, Server, Step, counts, execute_query, numbers, pool_of, refused, seconds, session,
};

fn managed(manager: &BookmarkManager) -> SessionConfig {
    SessionConfig { bookmark_manager: Some(manager.clone()), ..SessionConfig::default() }
}

fn managed_session(driver: &Driver, manager: &BookmarkManager) -> Session {
    driver.session(managed(manager)).unwrap()
}

async fn run(session: &Session) -> Result<Vec<i64>> {
    numbers(&session.ask("RETURN 1").await?).await
}

fn sorted(seen: &Seen) -> Vec<String> {
    let mut bookmarks: Vec<_> = seen.bookmarks().into_iter().map(str::to_owned).collect();
    bookmarks.sort();
    bookmarks
}

/// An error of the user's own.
fn own_error() -> Error {
    refused(Host::default().driver_for("none://", Config::default()))
}

/// Which bookmarks were replaced, and by which.
type Update = (Vec<String>, Vec<String>);

/// A manager of the user's own, and what it goes through.
#[derive(Clone)]
struct Own {
    host: Host,
    /// What it supplies.
    supplies: Rc<RefCell<Vec<String>>>,
    /// What it was told, once it was heard to the end.
    told: Rc<RefCell<Vec<Update>>>,
    gets: Rc<Cell<usize>>,
    fails_to_get: Rc<Cell<bool>>,
    fails_to_update: Rc<Cell<bool>>,
    takes: Rc<Cell<Option<Duration>>>,
}

impl Own {
    fn new(host: &Host) -> Self {
        Self {
            host: host.clone(),
            supplies: Rc::default(),
            told: Rc::default(),
            gets: Rc::default(),
            fails_to_get: Rc::default(),
            fails_to_update: Rc::default(),
            takes: Rc::new(Cell::new(Some(Duration::ZERO))),
        }
    }

    async fn take_time(&self) {
        match self.takes.get() {
            Some(Duration::ZERO) => {}
            Some(time) => self.host.sleep(time).await,
            None => pending().await,
        }
    }

    fn manager(&self) -> BookmarkManager {
        let (getting, updating) = (self.clone(), self.clone());
        let get = move || {
            let own = getting.clone();
            async move {
                own.gets.set(own.gets.get() + 1);
                own.take_time().await;
                if own.fails_to_get.get() { Err(own_error()) } else { Ok(own.supplies.borrow().clone()) }
            }
        };
        BookmarkManager::custom(get, move |previous, new| {
            let own = updating.clone();
            async move {
                own.take_time().await;
                if own.fails_to_update.get() {
                    return Err(own_error());
                }
                own.told.borrow_mut().push((previous, new));
                Ok(())
            }
        })
    }

    fn told(&self) -> Vec<Update> {
        self.told.borrow().clone()
    }
}

fn texts<const N: usize>(texts: [&str; N]) -> Vec<String> {
    texts.map(str::to_owned).to_vec()
}

/// Every way of doing something that ends in a bookmark.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Way {
    Run,
    Begin,
    Managed,
    Query,
}

const WAYS: [Way; 4] = [Way::Run, Way::Begin, Way::Managed, Way::Query];

impl Way {
    async fn work(self, driver: &Driver, manager: &BookmarkManager) -> Result<()> {
        let session = managed_session(driver, manager);
        match self {
            Self::Run => {
                run(&session).await?;
                session.close().await
            }
            Self::Begin => session.begin_transaction(TransactionConfig::default()).await?.commit().await,
            Self::Managed => {
                let nothing = async |_: Transaction| Ok::<_, Error>(());
                session.execute_write(TransactionConfig::default(), nothing).await
            }
            Self::Query => {
                let transaction = TransactionConfig::default();
                driver.execute_query("RETURN 1", Map::new(), managed(manager), transaction).await.map(drop)
            }
        }
    }

    fn last(self, server: &Server) -> Seen {
        server.last(if self == Self::Run { "RUN" } else { "BEGIN" })
    }
}

#[test]
fn sessions_that_share_a_manager_see_what_the_others_have_done() {
    for way in WAYS {
        let (host, server) = Host::new();
        let driver = host.driver(Config::default());
        let manager = BookmarkManager::new([]);
        host.run(async {
            for number in 0..4 {
                way.work(&driver, &manager).await.unwrap();
                let expected = if number == 0 { vec![] } else { vec![format!("bookmark:{number}")] };
                assert_eq!(way.last(&server).bookmarks(), expected, "{way:?}");
            }
            // Whoever does not share it sees nothing of it.
            run(&session(&driver)).await.unwrap();
            assert!(server.last("RUN").bookmarks().is_empty());
        });
    }
}

#[test]
fn what_the_manager_starts_with_and_what_the_session_brings_come_together_each_once() {
    let (host, server) = Host::new();
    let driver = host.driver(Config::default());
    let manager = BookmarkManager::new(texts(["a", "b", "a"]));
    host.run(async {
        let config = SessionConfig { bookmarks: texts(["b", "c", "c"]), ..managed(&manager) };
        let both = driver.session(config).unwrap();
        run(&both).await.unwrap();
        assert_eq!(sorted(&server.last("RUN")), ["a", "b", "c"]);
        // All of them are in the past now.
        run(&both).await.unwrap();
        assert_eq!(server.last("RUN").bookmarks(), ["bookmark:1"]);
        run(&managed_session(&driver, &manager)).await.unwrap();
        assert_eq!(server.last("RUN").bookmarks(), ["bookmark:2"]);
    });
}

#[test]
fn two_that_overlap_do_not_hide_each_other() {
    let (host, server) = Host::new();
    let driver = host.driver(Config::default());
    let manager = BookmarkManager::new(texts(["start"]));
    host.run(async {
        let sessions = [managed_session(&driver, &manager), managed_session(&driver, &manager)];
        let first = sessions[0].begin_transaction(TransactionConfig::default()).await.unwrap();
        let second = sessions[1].begin_transaction(TransactionConfig::default()).await.unwrap();
        first.commit().await.unwrap();
        second.commit().await.unwrap();
        run(&managed_session(&driver, &manager)).await.unwrap();
        assert_eq!(sorted(&server.last("RUN")), ["bookmark:1", "bookmark:2"]);
    });
}

#[test]
fn a_manager_is_told_what_was_seen_and_what_takes_its_place() {
    for way in WAYS {
        let (host, _) = Host::new();
        let driver = host.driver(Config::default());
        let own = Own::new(&host);
        host.run(async {
            let manager = own.manager();
            way.work(&driver, &manager).await.unwrap();
            own.supplies.replace(texts(["x", "y"]));
            way.work(&driver, &manager).await.unwrap();
            let told = [(vec![], texts(["bookmark:1"])), (texts(["x", "y"]), texts(["bookmark:2"]))];
            assert_eq!((own.told(), own.gets.get()), (told.to_vec(), 2), "{way:?}");
        });
    }
}

#[test]
fn what_was_seen_is_what_was_sent_with_the_sessions_own_bookmarks() {
    let (host, server) = Host::new();
    let driver = host.driver(Config::default());
    let own = Own::new(&host);
    own.supplies.replace(texts(["x", "mine"]));
    host.run(async {
        let config = SessionConfig { bookmarks: texts(["mine"]), ..managed(&own.manager()) };
        let session = driver.session(config).unwrap();
        let transaction = session.begin_transaction(TransactionConfig::default()).await.unwrap();
        assert_eq!(server.last("BEGIN").bookmarks(), ["mine", "x"]);
        own.supplies.replace(texts(["later"]));
        transaction.commit().await.unwrap();
        assert_eq!(own.told(), [(texts(["mine", "x"]), texts(["bookmark:1"]))]);
    });
}

#[test]
fn what_leads_to_no_bookmark_is_not_told() {
    let (host, server) = Host::new();
    let driver = host.driver(Config::default());
    let own = Own::new(&host);
    host.run(async {
        let session = managed_session(&driver, &own.manager());
        refused(session.ask("FAIL Neo.ClientError.Statement.SyntaxError").await);
        session.begin_transaction(TransactionConfig::default()).await.unwrap().rollback().await.unwrap();
        server.once("COMMIT", [super::simulated::failure("Neo.ClientError.Transaction.TransactionCommitFailed")]);
        refused(session.begin_transaction(TransactionConfig::default()).await.unwrap().commit().await);
        session.close().await.unwrap();
        assert!(own.told().is_empty());
    });
}

#[test]
fn a_query_of_the_driver_has_the_drivers_own_manager_unless_it_names_another() {
    let (host, server) = Host::new();
    let driver = host.driver(Config::default());
    let other = BookmarkManager::new(texts(["other"]));
    let ask = async |config| {
        driver.execute_query("RETURN 1", Map::new(), config, TransactionConfig::default()).await.unwrap();
        sorted(&server.last("BEGIN"))
    };
    host.run(async {
        execute_query(&driver, "ROWS 1").await.unwrap();
        assert_eq!(ask(managed(&other)).await, ["other"]);
        assert_eq!(ask(managed(&other)).await, ["bookmark:2"]);
        assert_eq!(ask(SessionConfig::default()).await, ["bookmark:1"]);
        // A session that is given the driver's sees what its queries did, and is seen.
        run(&managed_session(&driver, &driver.query_bookmarks())).await.unwrap();
        assert_eq!(server.last("RUN").bookmarks(), ["bookmark:4"]);
        assert_eq!(ask(SessionConfig::default()).await, ["bookmark:5"]);
    });
}

#[test]
fn a_router_gets_the_bookmarks_of_the_manager() {
    let cluster = Cluster::new();
    let driver = cluster.driver();
    cluster.host.run(async {
        for (database, bookmarks) in [(Some("films"), ["x"]), (None, ["y"])] {
            let manager = BookmarkManager::new(texts(bookmarks));
            let config = SessionConfig {
                database: database.map(str::to_owned),
                access_mode: AccessMode::Read,
                ..managed(&manager)
            };
            run(&driver.session(config).unwrap()).await.unwrap();
            let route = cluster.seed.last("ROUTE");
            assert_eq!((route.text("db"), &route.fields[1]), (database, &Value::from(texts(bookmarks))));
        }
        driver.update_routing_table(Some("films"), &texts(["z"])).await.unwrap();
        assert_eq!(cluster.seed.last("ROUTE").fields[1], Value::from(texts(["z"])));
    });
}

/// Others may have been at work while a member was looked for.
#[test]
fn a_member_gets_what_the_manager_knows_once_it_is_found() {
    let cluster = Cluster::new();
    let driver = cluster.driver();
    let manager = BookmarkManager::new(texts(["before"]));
    let meanwhile = manager.clone();
    // Of the router's answers only the first one takes so long.
    cluster.seed.behave();
    cluster.seed.once("ROUTE", [Step::Wait(seconds(2)), whole_table(300)]);
    cluster.seed.always("ROUTE", [whole_table(300)]);
    cluster.host.run(async {
        let others = driver.clone();
        let host = cluster.host.clone();
        cluster.host.spawn(async move {
            host.sleep(seconds(1)).await;
            run(&others.session(managed(&meanwhile)).unwrap()).await.unwrap();
        });
        let database = Some("films".to_owned());
        let config = SessionConfig { access_mode: AccessMode::Read, database, ..managed(&manager) };
        run(&driver.session(config).unwrap()).await.unwrap();
        let reader = cluster.readers.iter().find(|reader| reader.count("RUN") > 0).unwrap();
        assert_eq!(cluster.seed.all("ROUTE")[0].fields[1], Value::from(texts(["before"])));
        assert_eq!(reader.last("RUN").bookmarks(), ["bookmark:1"]);
    });
}

#[test]
fn where_the_manager_supplies_nothing_but_an_error_nothing_is_sent() {
    for way in WAYS {
        let (host, server) = Host::new();
        let driver = host.driver(pool_of(1));
        let own = Own::new(&host);
        own.fails_to_get.set(true);
        host.run(async {
            let error = refused(way.work(&driver, &own.manager()).await);
            assert_eq!((error.kind(), error.code()), (ErrorKind::Usage, "BookmarkManagerFailed"), "{way:?}");
            assert_eq!(error.cause().unwrap().message(), own_error().message());
            assert_eq!((server.sockets(), own.gets.get()), (0, 1), "tried again, or sent: {way:?}");
            own.fails_to_get.set(false);
            way.work(&driver, &own.manager()).await.unwrap();
            assert_eq!(counts(&driver), (0, 1, 0, 0));
        });
    }
}

#[test]
fn what_was_committed_stays_so_when_the_manager_fails_to_hear_of_it() {
    for way in WAYS {
        let (host, server) = Host::new();
        let driver = host.driver(pool_of(1));
        let own = Own::new(&host);
        own.fails_to_update.set(true);
        host.run(async {
            let error = refused(way.work(&driver, &own.manager()).await);
            assert_eq!((error.kind(), error.code()), (ErrorKind::Usage, "BookmarkManagerFailed"), "{way:?}");
            assert_eq!(error.cause().unwrap().message(), own_error().message());
            assert!(!error.is_retryable() && error.message().contains("what was committed stays committed"));
            assert_eq!(server.count("COMMIT") + server.count("PULL"), if way == Way::Query { 2 } else { 1 });
            assert_eq!((counts(&driver), server.count("RESET")), ((0, 1, 0, 0), 0));
        });
    }
}

#[test]
fn a_session_goes_on_after_its_manager_has_failed() {
    let (host, server) = Host::new();
    let driver = host.driver(pool_of(1));
    let own = Own::new(&host);
    host.run(async {
        let session = managed_session(&driver, &own.manager());
        own.fails_to_update.set(true);
        let transaction = session.begin_transaction(TransactionConfig::default()).await.unwrap();
        refused(transaction.commit().await);
        // It is over all the same.
        assert!(!transaction.is_open());
        assert_eq!(session.last_bookmarks(), ["bookmark:1"]);
        own.fails_to_update.set(false);
        run(&session).await.unwrap();
        assert_eq!(server.last("RUN").bookmarks(), ["bookmark:1"]);
        session.close().await.unwrap();
        assert_eq!(own.told(), [(texts(["bookmark:1"]), texts(["bookmark:2"]))]);
    });
}

#[test]
fn a_slow_update_is_waited_for_by_commit_by_the_next_query_and_by_close() {
    let (host, _) = Host::new();
    let driver = host.driver(pool_of(1));
    let own = Own::new(&host);
    host.run(async {
        let session = managed_session(&driver, &own.manager());
        own.takes.set(Some(seconds(2)));
        let transaction = session.begin_transaction(TransactionConfig::default()).await.unwrap();
        assert_eq!(host.now(), seconds(2));
        transaction.commit().await.unwrap();
        assert_eq!((host.now(), own.told().len()), (seconds(4), 1));
        // To get, and nothing yet to tell.
        run(&session).await.unwrap();
        assert_eq!((host.now(), own.told().len()), (seconds(6), 1));
        // The connection is not held meanwhile.
        assert_eq!(counts(&driver), (0, 1, 0, 0));
        run(&session).await.unwrap();
        assert_eq!((host.now(), own.told().len()), (seconds(10), 2));
        session.close().await.unwrap();
        assert_eq!((host.now(), own.told().len()), (seconds(12), 3));
    });
}

#[test]
fn a_session_that_is_dropped_still_tells_its_manager() {
    let (host, _) = Host::new();
    let driver = host.driver(pool_of(1));
    let own = Own::new(&host);
    host.run(async {
        own.takes.set(Some(seconds(2)));
        let session = managed_session(&driver, &own.manager());
        run(&session).await.unwrap();
        drop(session);
        assert!(own.told().is_empty());
        host.sleep(seconds(2)).await;
        host.calm().await;
        assert_eq!(own.told(), [(vec![], texts(["bookmark:1"]))]);
    });
}

#[test]
fn whoever_gives_up_while_the_manager_is_told_does_not_keep_it_from_hearing() {
    for way in 0..3 {
        let (host, _) = Host::new();
        let driver = host.driver(pool_of(1));
        let own = Own::new(&host);
        host.run(async {
            let session = managed_session(&driver, &own.manager());
            let transaction = session.begin_transaction(TransactionConfig::default()).await.unwrap();
            if way > 0 {
                transaction.rollback().await.unwrap();
                run(&session).await.unwrap();
            }
            own.takes.set(Some(seconds(2)));
            let (committing, working) = (transaction.clone(), session.clone());
            let task = host.spawn(async move {
                match way {
                    0 => committing.commit().await,
                    1 => run(&working).await.map(drop),
                    _ => working.close().await,
                }
            });
            // Far enough for the manager to be told, and not to the end.
            host.sleep(seconds(1)).await;
            task.abort();
            assert!(own.told().is_empty(), "{way}");
            assert_eq!((session.last_bookmarks(), counts(&driver)), (texts(["bookmark:1"]), (0, 1, 0, 0)), "{way}");
            drop((transaction, session));
            host.sleep(seconds(3)).await;
            assert_eq!(own.told(), [(vec![], texts(["bookmark:1"]))], "{way}");
        });
    }
}

#[test]
fn a_manager_that_never_answers_holds_no_connection_and_is_given_up_in_time() {
    let (host, server) = Host::new();
    let driver = host.driver(pool_of(1));
    let own = Own::new(&host);
    host.run(async {
        own.takes.set(None);
        let (asking, manager) = (driver.clone(), own.manager());
        let task = host.spawn(async move { run(&managed_session(&asking, &manager)).await });
        host.sleep(seconds(59)).await;
        assert!(!task.is_done());
        assert_eq!((server.sockets(), counts(&driver)), (0, (0, 0, 0, 0)));
        host.sleep(seconds(2)).await;
        let error = refused(task.output());
        assert_eq!((error.code(), error.cause().unwrap().code()), ("BookmarkManagerFailed", "BookmarkManagerTimeout"));
        // Neither does it hear of anything for ever, and then it is not told again.
        own.takes.set(Some(Duration::ZERO));
        let session = managed_session(&driver, &own.manager());
        let transaction = session.begin_transaction(TransactionConfig::default()).await.unwrap();
        own.takes.set(None);
        let before = host.now();
        assert_eq!(refused(transaction.commit().await).code(), "BookmarkManagerFailed");
        assert_eq!((host.now() - before, counts(&driver)), (seconds(60), (0, 1, 0, 0)));
        own.takes.set(Some(Duration::ZERO));
        run(&session).await.unwrap();
        assert_eq!(host.now() - before, seconds(60));
    });
}
