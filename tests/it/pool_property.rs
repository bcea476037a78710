//! The pool under thousands of random steps: whatever its users do, and whatever happens to its connections, it lends
//! none twice, loses none, and never has too many. That nobody gets into the middle of someone else's transaction is
//! what the simulated server watches over.

use neo4j_wasm::value::Map;
use neo4j_wasm::{Config, Driver, Result, Transaction, TransactionConfig};

use super::simulated::{Chance, Host, Server, Step, Task, counts, failure, for_seeds, millis, query, seconds, session};

struct World {
    host: Host,
    server: Server,
    driver: Driver,
    chance: Chance,
    size: usize,
    /// Those who wait for a connection.
    asking: Vec<Task<Result<User>>>,
    /// Those who have one.
    working: Vec<User>,
    next_owner: i64,
}

struct User {
    transaction: Transaction,
    owner: i64,
}

fn owned_by(owner: i64) -> Map {
    Map::from([("owner", owner)])
}

impl World {
    fn new(seed: u64) -> Self {
        let (host, server) = if seed.is_multiple_of(2) { Host::disorderly(seed) } else { Host::new() };
        let mut chance = Chance::new(seed);
        let size = 1 + chance.below(5);
        let config = Config {
            max_connection_pool_size: size,
            max_connection_lifetime: seconds(200),
            connection_acquisition_timeout: seconds(20),
            connection_timeout: seconds(8),
            ..Config::default()
        };
        server.delay(millis(chance.below(3) as u64));
        let driver = host.driver(config);
        Self { host, server, driver, chance, size, asking: Vec::new(), working: Vec::new(), next_owner: 0 }
    }

    fn ask(&mut self) {
        let owner = self.next_owner;
        self.next_owner += 1;
        let driver = self.driver.clone();
        self.asking.push(self.host.spawn(async move {
            let config = TransactionConfig { metadata: owned_by(owner), ..TransactionConfig::default() };
            let transaction = session(&driver).begin_transaction(config).await?;
            Ok(User { transaction, owner })
        }));
    }

    fn some_user(&mut self) -> Option<User> {
        let count = self.working.len();
        (count > 0).then(|| self.working.swap_remove(self.chance.below(count)))
    }

    async fn step(&mut self) {
        match self.chance.below(20) {
            0..=6 => self.ask(),
            7 => {
                let count = self.asking.len();
                if count > 0 {
                    self.asking.swap_remove(self.chance.below(count)).abort();
                }
            }
            8..=10 => {
                // Whatever comes of it: the connection may be lost.
                if let Some(user) = self.some_user() {
                    let _ = user.transaction.rollback().await;
                }
            }
            11 | 12 => drop(self.some_user()),
            13 => self.leave_a_query().await,
            14..=16 => self.host.sleep(millis(10 + self.chance.below(3_000) as u64)).await,
            17 => self.host.sleep(seconds(self.chance.below(120) as u64)).await,
            18 => self.go_wrong(),
            _ => self.work().await,
        }
        self.host.sleep(millis(12)).await;
        self.host.calm().await;
        self.sort_out();
        self.check();
    }

    /// A user runs a query and is gone before its result.
    async fn leave_a_query(&mut self) {
        let Some(User { transaction, owner }) = self.some_user() else { return };
        let task = self.host.spawn(async move {
            let result = transaction.run("ROWS 3000", owned_by(owner)).await;
            drop((transaction, result.map(|result| result.keys().len())));
        });
        self.host.sleep(millis(self.chance.below(4) as u64)).await;
        task.abort();
    }

    async fn work(&mut self) {
        for User { transaction, owner } in &self.working {
            if let Ok(result) = transaction.run("ROWS 3", owned_by(*owner)).await {
                let _ = result.collect().await;
            }
        }
    }

    fn go_wrong(&mut self) {
        match self.chance.below(7) {
            0 => self.server.close_all(1006, ""),
            1 => self.server.close_all(1001, "restart"),
            2 => self.server.once("CONNECT", [Step::Close(1006, "")]),
            3 => self.server.once("LOGON", [Step::Silence]),
            4 => self.server.once("LOGON", [failure("Neo.TransientError.General.DatabaseUnavailable")]),
            5 => self.server.once("RESET", [Step::Silence]),
            _ => self.server.once("RESET", [Step::Wait(seconds(1)), Step::Usual]),
        }
    }

    /// Those who have got what they asked for, or an error, do not ask any more.
    fn sort_out(&mut self) {
        let (done, asking) = self.asking.drain(..).partition(|task: &Task<_>| task.is_done());
        self.asking = asking;
        for task in done {
            match task.output() {
                Ok(user) => self.working.push(user),
                Err(error) => {
                    let expected = ["AcquisitionTimeout", "ConnectionTimeout", "ConnectionFailed", "ConnectionClosed"];
                    let told = expected.contains(&error.code()) || error.code().starts_with("Neo.TransientError");
                    assert!(told, "{error:?}");
                }
            }
        }
    }

    fn check(&self) {
        let (in_use, idle, opening, waiting) = counts(&self.driver);
        let told = format!(
            "{in_use} in use, {idle} idle, {opening} opening, {waiting} waiting, {} asking, {} working, {} sockets",
            self.asking.len(),
            self.working.len(),
            self.server.open_sockets()
        );
        assert!(in_use + idle + opening <= self.size, "too many: {told}");
        assert!(self.server.open_sockets() <= in_use + idle + opening, "a socket is forgotten: {told}");
        // A transaction that has failed has given its connection back already.
        let holding = self.working.iter().filter(|user| user.transaction.is_open()).count();
        assert!(holding <= in_use, "two have the same: {told}");
        // Whoever asks waits in the queue, or for a connection to open, or for one to be probed or begun on.
        assert_eq!(self.asking.len(), waiting + opening + (in_use - holding), "somebody is forgotten: {told}");
        assert!(waiting == 0 || in_use + opening == self.size, "somebody waits for nothing: {told}");
    }

    /// Everybody leaves; then the pool must be as good as new.
    async fn end(mut self) {
        self.server.behave();
        self.asking.drain(..).for_each(Task::abort);
        self.working.clear();
        let (in_use, _, opening, waiting) = counts(&self.driver);
        assert_eq!((in_use, opening, waiting), (0, 0, 0));
        for _ in 0..self.size + 1 {
            query(&self.driver, "RETURN 1").await.unwrap();
        }
        (0..self.size).for_each(|_| self.ask());
        // One of the connections may have fallen silent: finding that out takes as long as opening one may.
        self.host.sleep(seconds(9)).await;
        self.sort_out();
        assert_eq!(self.working.len(), self.size);
        self.driver.close().await;
        self.working.clear();
        self.host.sleep(seconds(1)).await;
        assert_eq!((counts(&self.driver), self.server.open_sockets()), ((0, 0, 0, 0), 0));
    }
}

#[test]
fn whatever_is_done_with_the_pool_it_stays_sound() {
    for_seeds(30, |seed| {
        let mut world = World::new(seed);
        let host = world.host.clone();
        host.run(async move {
            for _ in 0..400 {
                world.step().await;
            }
            world.end().await;
        });
    });
}
