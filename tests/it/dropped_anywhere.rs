//! Every call of the driver, dropped at every point where it waits, in a cluster and without one: nobody is left with a
//! connection or in a queue, no socket is forgotten, and the next query works. Tokens and bookmarks come from managers
//! that take their time; the simulated servers panic when a request comes where it may not.

use neo4j_wasm::value::Map;
use neo4j_wasm::{
    AccessMode, AuthManager, AuthToken, BookmarkManager, Config, Driver, Error, Resolver, Result, SessionConfig,
    Transaction, TransactionConfig,
};

use super::simulated::cluster::{Cluster, whole_table, work};
use super::simulated::{Ask, Chance, Host, Step, failure, for_polls, for_seeds, millis, numbers, seconds};

#[derive(Debug, Clone, Copy, PartialEq)]
enum Call {
    Run,
    Begin,
    Commit,
    Rollback,
    ExecuteRead,
    ExecuteWrite,
    ExecuteQuery,
    ReadingQuery,
    CloseSession,
    Verify,
    Update,
    ServerInfo,
    SupportsSessionAuth,
}

const CALLS: [Call; 13] = [
    Call::Run,
    Call::Begin,
    Call::Commit,
    Call::Rollback,
    Call::ExecuteRead,
    Call::ExecuteWrite,
    Call::ExecuteQuery,
    Call::ReadingQuery,
    Call::CloseSession,
    Call::Verify,
    Call::Update,
    Call::ServerInfo,
    Call::SupportsSessionAuth,
];

struct World {
    host: Host,
    cluster: Cluster,
    driver: Driver,
    bookmarks: BookmarkManager,
}

/// A token that is good for a moment, after another one.
fn tokens(host: &Host) -> AuthManager {
    let host = host.clone();
    AuthManager::bearer(move || {
        let host = host.clone();
        async move {
            host.sleep(millis(1)).await;
            Ok((AuthToken::bearer(&format!("at {:?}", host.now())), Some(millis(30))))
        }
    })
}

/// Takes its time to say what is known.
fn resolver(host: &Host) -> Resolver {
    let host = host.clone();
    Resolver::new(move |address| {
        let host = host.clone();
        async move {
            host.sleep(millis(1)).await;
            Ok(vec![address])
        }
    })
}

fn bookmarks(host: &Host) -> BookmarkManager {
    let (getting, updating) = (host.clone(), host.clone());
    let get = move || {
        let host = getting.clone();
        async move {
            host.sleep(millis(1)).await;
            Ok(vec!["known".to_owned()])
        }
    };
    BookmarkManager::custom(get, move |_, _| {
        let host = updating.clone();
        async move {
            host.sleep(millis(1)).await;
            Ok(())
        }
    })
}

impl World {
    fn new(uri: &str, minor: u8, known: bool) -> Self {
        let cluster = Cluster::new();
        for server in cluster.all() {
            server.speak(5, minor);
            server.delay(millis(1));
            server.hint("telemetry.enabled", true);
            server.hint("ssr.enabled", true);
            server.hint("connection.recv_timeout_seconds", 5);
            server.home("home");
        }
        let host = cluster.host.clone();
        let auth = tokens(&host).into();
        let resolver = Some(resolver(&host));
        let limits = Config { max_connection_pool_size: 2, max_retry_time: seconds(2), ..Config::default() };
        let bolt_version = known.then(|| format!("5.{minor}"));
        let config = Config { auth, resolver, bolt_version, ..limits };
        let driver = host.driver_for(uri, config).unwrap();
        let bookmarks = bookmarks(&host);
        let world = Self { host, cluster, driver, bookmarks };
        world.behave();
        world
    }

    /// All servers do the usual.
    fn behave(&self) {
        for server in self.cluster.all() {
            server.behave();
            server.always("ROUTE", [whole_table(300)]);
        }
    }

    /// `own`: as someone else than the driver.
    fn config(&self, database: Option<&str>, own: bool) -> SessionConfig {
        SessionConfig {
            database: database.map(str::to_owned),
            bookmark_manager: Some(self.bookmarks.clone()),
            auth: own.then(|| AuthToken::basic("ann", "secret", None)),
            fetch_size: Some(2),
            ..SessionConfig::default()
        }
    }

    async fn call(&self, call: Call, config: SessionConfig) -> Result<()> {
        let (driver, transaction) = (&self.driver, TransactionConfig::default());
        let database = config.database.clone();
        let session = driver.session(config.clone())?;
        let rows = async |transaction: Transaction| numbers(&transaction.ask("ROWS 3").await?).await;
        match call {
            Call::Run => {
                numbers(&session.ask("ROWS 5").await?).await?;
                numbers(&session.ask("ROWS 1").await?).await.map(drop)
            }
            Call::Begin => session.begin_transaction(transaction).await.map(drop),
            Call::Commit => {
                let transaction = session.begin_transaction(transaction).await?;
                drop(transaction.ask("ROWS 5").await?);
                transaction.commit().await
            }
            Call::Rollback => {
                let transaction = session.begin_transaction(transaction).await?;
                let _unread = transaction.ask("ROWS 5").await?;
                transaction.rollback().await
            }
            Call::ExecuteRead => session.execute_read(transaction, rows).await.map(drop),
            Call::ExecuteWrite => session.execute_write(transaction, rows).await.map(drop),
            Call::ExecuteQuery => driver.execute_query("ROWS 5", Map::new(), config, transaction).await.map(drop),
            Call::ReadingQuery => {
                let config = SessionConfig { access_mode: AccessMode::Read, ..config };
                driver.execute_query("ROWS 5", Map::new(), config, transaction).await.map(drop)
            }
            Call::CloseSession => {
                let _unread = session.ask("ROWS 5").await?;
                session.close().await
            }
            Call::Verify => {
                let token = AuthToken::basic("ann", "secret", None);
                driver.verify_authentication(&token, database.as_deref()).await.map(drop)
            }
            Call::Update if !driver.is_routing() => Ok(()),
            Call::Update => driver.update_routing_table(database.as_deref(), &["x".to_owned()]).await.map(drop),
            Call::ServerInfo => driver.server_info().await.map(drop),
            Call::SupportsSessionAuth => driver.supports_session_auth().await.map(drop),
        }
    }

    /// Whatever was done before, and however it ended.
    async fn check(&self, what: &str) {
        for server in self.driver.metrics() {
            assert_eq!((server.in_use, server.opening, server.waiting), (0, 0, 0), "{what}: {server:?}");
        }
        self.behave();
        let before = self.host.now();
        for mode in [AccessMode::Read, AccessMode::Write] {
            assert_eq!(work(&self.driver, mode, None).await.expect(what), [1], "{what}");
        }
        assert!(self.host.now() - before < seconds(2), "{what}: somebody waited for a limit");
        self.host.sleep(millis(10)).await;
        let idle: usize = self.driver.metrics().iter().map(|server| server.idle).sum();
        let open: usize = self.cluster.all().iter().map(|server| server.open_sockets()).sum();
        assert_eq!(open, idle, "{what}: a socket is forgotten");
    }

    async fn end(self) {
        self.driver.close().await;
        self.host.sleep(seconds(1)).await;
        assert!(self.cluster.all().iter().all(|server| server.open_sockets() == 0));
        self.host.sleep(seconds(60)).await;
        assert_eq!(self.host.tasks(), 0, "a task is forgotten");
    }
}

/// Drops the call after every number of polls up to the one that it takes to the end.
fn at_every_poll(uri: &str, call: Call, own: bool, warm: bool, known: bool) {
    for polls in 1.. {
        let world = World::new(uri, 8, known);
        let host = world.host.clone();
        let is_done = host.clone().run(async move {
            let what =
                format!("{call:?} at {uri} after {polls} polls, own user {own}, warm {warm}, known version {known}");
            if warm {
                work(&world.driver, AccessMode::Write, None).await.unwrap();
            }
            let done = for_polls(polls, world.call(call, world.config(None, own))).await;
            if call == Call::CloseSession {
                // The result that nobody has read comes to its end.
                host.sleep(millis(20)).await;
            }
            world.check(&what).await;
            world.end().await;
            done.map(|done| done.expect(&what)).is_some()
        });
        if is_done {
            return;
        }
        assert!(polls < 300, "{call:?} does not end");
    }
}

#[test]
fn every_call_can_be_dropped_at_every_poll_without_routing() {
    for call in CALLS.into_iter().filter(|call| *call != Call::Update) {
        for (own, warm, known) in [(false, false, false), (true, true, false), (false, false, true)] {
            at_every_poll("bolt://localhost", call, own, warm, known);
        }
    }
}

#[test]
fn every_call_can_be_dropped_at_every_poll_in_a_cluster() {
    for call in CALLS {
        for (own, warm, known) in [(false, false, false), (true, true, false), (false, false, true)] {
            at_every_poll("neo4j://localhost", call, own, warm, known);
        }
    }
}

#[test]
fn closing_a_driver_can_be_dropped_at_every_poll_and_closes_it_all_the_same() {
    for uri in ["bolt://localhost", "neo4j://localhost"] {
        for polls in 1..20 {
            let world = World::new(uri, 8, polls % 2 == 0);
            let host = world.host.clone();
            host.run(async move {
                work(&world.driver, AccessMode::Write, None).await.unwrap();
                for_polls(polls, world.driver.close()).await;
                assert!(world.driver.closed());
                world.end().await;
            });
        }
    }
}

struct Walk {
    world: World,
    chance: Chance,
}

impl Walk {
    async fn go_wrong(&mut self) {
        let servers = self.world.cluster.all();
        let server = servers[self.chance.below(servers.len())];
        let name = ["RUN", "PULL", "BEGIN", "COMMIT", "ROUTE", "HELLO", "TELEMETRY"][self.chance.below(7)];
        match self.chance.below(9) {
            0 => server.once(name, [Step::Close(1000, "")]),
            1 => server.once(name, [Step::Close(1006, "")]),
            2 => server.once(name, [failure("Neo.ClientError.Security.AuthorizationExpired")]),
            3 => server.once(name, [failure("Neo.ClientError.Security.TokenExpired")]),
            4 => server.once("LOGON", [failure("Neo.ClientError.Security.Unauthorized"), Step::Close(1000, "")]),
            5 => server.once(name, [Step::Hang]),
            6 => server.once("RESET", [Step::Wait(millis(100)), Step::Usual]),
            7 => {
                server.close_all(1006, "");
                // Nobody can know before it has come.
                self.world.host.sleep(millis(2)).await;
            }
            _ => server.once(name, [failure("Neo.TransientError.General.DatabaseUnavailable")]),
        }
    }

    async fn step(&mut self, number: usize) {
        let call = CALLS[self.chance.below(CALLS.len())];
        let database = [None, Some("films"), Some("trains")][self.chance.below(3)];
        let config = self.world.config(database, self.chance.one_in(3));
        for _ in 0..self.chance.below(3) {
            self.go_wrong().await;
        }
        let polls = if self.chance.one_in(5) { 1_000 } else { 1 + self.chance.below(40) };
        let what = format!("step {number}, {call:?} after {polls} polls");
        let _: Option<Result<(), Error>> = for_polls(polls, self.world.call(call, config)).await;
        if call == Call::CloseSession {
            // A result that nobody has read comes to its end, if only because the server is silent for too long.
            self.world.host.sleep(seconds(6)).await;
        }
        if self.chance.one_in(4) {
            self.world.host.sleep(seconds(self.chance.below(400) as u64)).await;
        }
        self.world.check(&what).await;
    }
}

#[test]
fn whatever_goes_wrong_and_whoever_gives_up_the_next_query_works() {
    for_seeds(40, |seed| {
        let mut chance = Chance::new(seed);
        let uri = if chance.one_in(4) { "bolt://localhost" } else { "neo4j://localhost" };
        let world = World::new(uri, [1, 4, 8][chance.below(3)], chance.one_in(2));
        let frames = chance.below(3);
        world.cluster.all().iter().for_each(|server| match frames {
            0 => server.cut_anywhere(seed),
            1 => server.gather(),
            _ => (),
        });
        let host = world.host.clone();
        let mut walk = Walk { world, chance };
        host.run(async move {
            for number in 0..25 {
                walk.step(number).await;
            }
            walk.world.end().await;
        });
    });
}
