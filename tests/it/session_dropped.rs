//! Futures that are dropped before they are done: whenever that is, nothing of their work gets in the way of anyone
//! else, and no connection is lost. The simulated server panics when a request comes where it may not.

use neo4j_wasm::value::Map;
use neo4j_wasm::{Driver, Error, Session, SessionConfig, Transaction, TransactionConfig};

use super::simulated::{
    Ask, Chance, Host, Server, Step, counts, execute_query, for_polls, for_seeds, millis, numbers, pool_of, query,
    seconds, session,
};

struct World {
    host: Host,
    server: Server,
    driver: Driver,
    chance: Chance,
    next_owner: i64,
}

impl World {
    fn new(seed: u64) -> Self {
        let (host, server) = if seed.is_multiple_of(2) { Host::disorderly(seed) } else { Host::new() };
        let mut chance = Chance::new(seed);
        let version = [(4, 4), (5, 0), (5, 4), (5, 8), (6, 1)][chance.below(5)];
        server.speak(version.0, version.1);
        server.cut_anywhere(seed);
        server.delay(millis(chance.below(3) as u64));
        let driver = host.driver(pool_of(1 + chance.below(2)));
        Self { host, server, driver, chance, next_owner: 0 }
    }

    fn polls(&mut self) -> usize {
        1 + self.chance.below(12)
    }

    /// A session that fetches little at a time.
    fn session(&mut self) -> Session {
        let fetch_size = Some(1 + self.chance.below(4) as i64);
        self.driver.session(SessionConfig { fetch_size, ..SessionConfig::default() }).unwrap()
    }

    fn query(&mut self) -> String {
        match self.chance.below(8) {
            0 => "FAIL Neo.ClientError.Statement.SyntaxError".to_owned(),
            1 => "FAIL Neo.TransientError.Transaction.DeadlockDetected".to_owned(),
            2 => "ROWS 3 THEN FAIL Neo.ClientError.Statement.ArithmeticError".to_owned(),
            3 => "NOTHING".to_owned(),
            rows => format!("ROWS {rows}"),
        }
    }

    /// A transaction that can be told from all others.
    async fn begin(&mut self, session: &Session) -> Result<(Transaction, Map), Error> {
        let owner = Map::from([("owner", self.next_owner)]);
        self.next_owner += 1;
        let config = TransactionConfig { metadata: owner.clone(), ..TransactionConfig::default() };
        Ok((session.begin_transaction(config).await?, owner))
    }

    async fn drop_auto_commit(&mut self, session: &Session) {
        let (polls, query) = (self.polls(), self.query());
        let Some(Ok(result)) = for_polls(polls, session.ask(&query)).await else { return };
        let polls = self.polls();
        match self.chance.below(4) {
            0 => drop(for_polls(polls, result.collect()).await),
            1 => drop(for_polls(polls, result.next()).await),
            2 => drop(for_polls(polls, result.consume()).await),
            _ => drop(for_polls(polls, result.single()).await),
        }
    }

    async fn drop_somewhere_in_a_transaction(&mut self, session: &Session) {
        let (polls, queries) = (self.polls() * 2, [self.query(), self.query()]);
        let work = async {
            let (transaction, owner) = self.begin(session).await?;
            let first = transaction.run(&queries[0], owner.clone()).await?;
            let second = transaction.run(&queries[1], owner).await?;
            numbers(&second).await?;
            transaction.commit().await?;
            first.collect().await
        };
        for_polls(polls, work).await;
    }

    /// The transaction lives on after a call on it was given up.
    async fn drop_one_call(&mut self, session: &Session) {
        let Ok((transaction, owner)) = self.begin(session).await else { return };
        let (first, second) = (self.query(), self.query());
        let Ok(held) = transaction.run(&first, owner.clone()).await else { return };
        let polls = self.polls();
        let dropped = match self.chance.below(5) {
            0 => for_polls(polls, transaction.commit()).await.is_none(),
            1 => for_polls(polls, transaction.rollback()).await.is_none(),
            2 => for_polls(polls, transaction.close()).await.is_none(),
            3 => for_polls(polls, transaction.run(&second, owner.clone())).await.is_none(),
            _ => {
                for_polls(polls, held.collect()).await;
                false
            }
        };
        if dropped {
            assert!(!transaction.is_open());
            assert!(transaction.run("ROWS 1", owner).await.is_err() && transaction.commit().await.is_err());
        }
        // Also one that is still open: its handles are dropped here.
    }

    async fn drop_managed(&mut self, session: &Session) {
        let (polls, queries) = (self.polls() * 2, [self.query(), self.query()]);
        let owner = Map::from([("owner", self.next_owner)]);
        self.next_owner += 1;
        let config = TransactionConfig { metadata: owner.clone(), ..TransactionConfig::default() };
        let kept = std::cell::RefCell::new(Vec::new());
        let work = async |transaction: Transaction| {
            let first = transaction.run(&queries[0], owner.clone()).await?;
            kept.borrow_mut().push(transaction.clone());
            transaction.run(&queries[1], owner.clone()).await?.consume().await?;
            numbers(&first).await
        };
        let done = for_polls(polls, session.execute_write(config, work)).await;
        // Handles that the work has kept keep no connection.
        assert!(done.is_some() || kept.borrow().iter().all(|transaction| !transaction.is_open()));
    }

    async fn drop_something(&mut self, session: &Session) {
        let polls = self.polls();
        match self.chance.below(12) {
            0..=2 => self.drop_auto_commit(session).await,
            3 | 4 => self.drop_somewhere_in_a_transaction(session).await,
            5..=7 => self.drop_one_call(session).await,
            8 | 9 => self.drop_managed(session).await,
            10 => drop(for_polls(polls, execute_query(&self.driver, "ROWS 5")).await),
            _ => drop(for_polls(polls, self.driver.server_info()).await),
        }
    }

    async fn step(&mut self) {
        if self.chance.one_in(6) {
            self.server.once("RESET", [Step::Wait(millis(100)), Step::Usual]);
        }
        let session = self.session();
        self.drop_something(&session).await;
        match self.chance.below(3) {
            // The same session can go on.
            0 => assert_eq!(numbers(&session.ask("ROWS 3").await.unwrap()).await.unwrap(), [0, 1, 2]),
            1 => {
                let polls = self.polls();
                for_polls(polls, session.close()).await;
            }
            _ => (),
        }
        drop(session);
        let before = self.host.now();
        // What nobody reads any more comes to its end: three round trips, at most.
        while counts(&self.driver).0 > 0 && self.host.now() < before + seconds(1) {
            self.host.sleep(millis(1)).await;
        }
        assert_eq!((counts(&self.driver).0, counts(&self.driver).3), (0, 0), "something keeps a connection");
        assert_eq!(query(&self.driver, "ROWS 3").await.unwrap(), [0, 1, 2]);
        assert!(self.host.now() < before + seconds(1), "somebody waited for a limit");
        self.host.calm().await;
    }
}

#[test]
fn whenever_a_future_is_dropped_the_pool_stays_sound() {
    for_seeds(150, |seed| {
        let mut world = World::new(seed);
        let (host, server) = (world.host.clone(), world.server.clone());
        host.clone().run(async move {
            for _ in 0..20 {
                world.step().await;
            }
            world.driver.close().await;
            host.sleep(seconds(1)).await;
            assert_eq!(server.open_sockets(), 0);
        });
    });
}

/// Not at random, but at every single poll.
#[test]
fn a_commit_that_is_dropped_at_any_poll_leaves_no_transaction_behind() {
    for cut in [1, 3, 1_000] {
        for polls in 1..30 {
            let (host, server) = Host::new();
            server.cut_into(cut);
            let driver = host.driver(pool_of(1));
            host.run(async {
                let session = session(&driver);
                let work = async {
                    let transaction = session.begin_transaction(TransactionConfig::default()).await?;
                    drop(transaction.ask("ROWS 3").await?);
                    transaction.commit().await
                };
                let done = for_polls(polls, work).await;
                assert_eq!(counts(&driver).0, 0);
                assert_eq!(numbers(&session.ask("ROWS 3").await.unwrap()).await.unwrap(), [0, 1, 2]);
                let committed = done.is_some_and(|done| done.is_ok());
                // Dropped or not: one that was committed has no need of a RESET, all others have.
                assert!(!committed || server.count("RESET") == 0);
            });
        }
    }
}
