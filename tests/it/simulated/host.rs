//! `Host`: the platform that tests lend to a driver, and the loop that makes everything on it go on.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::future::{Future, ready};
use std::pin::pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

use neo4j_wasm::platform::{Address, Caller, Events, LocalFuture, Platform, Target, Transport};
use neo4j_wasm::{Config, Driver, Result};

use super::chance::Chance;
use super::clock::{Clock, Sleep};
use super::executor::{Executor, MAIN, Task};
use super::server::Server;

/// A host. Handles are cheap to clone.
#[derive(Clone, Default)]
pub struct Host {
    inner: Rc<Inner>,
}

#[derive(Default)]
struct Inner {
    clock: Rc<Clock>,
    executor: Rc<Executor>,
    servers: RefCell<HashMap<Address, Server>>,
    /// What the platform's `random` says.
    random: Cell<Option<f64>>,
    /// Decides what goes on first, where that is open.
    disorder: RefCell<Option<Chance>>,
    targets: RefCell<Vec<Target>>,
    keeps_alive: Cell<bool>,
    refusal: RefCell<Option<neo4j_wasm::Error>>,
    warnings: RefCell<Vec<String>>,
}

/// No test needs more: whoever lets more time pass waits for something that will not happen.
const END_OF_TIME: Duration = Duration::from_secs(30 * 24 * 3_600);

impl Host {
    /// With a server at localhost:7687.
    pub fn new() -> (Self, Server) {
        let host = Self::default();
        let server = host.server("localhost", 7687);
        (host, server)
    }

    /// As [`Self::new`], where what can happen at the same time happens in any order.
    pub fn disorderly(seed: u64) -> (Self, Server) {
        let (host, server) = Self::new();
        host.inner.disorder.replace(Some(Chance::new(seed)));
        (host, server)
    }

    pub fn server(&self, host: &str, port: u16) -> Server {
        let server = Server::new(Rc::clone(&self.inner.clock));
        let address = Address { host: host.to_owned(), port };
        self.inner.servers.borrow_mut().insert(address, server.clone());
        server
    }

    /// A driver for the server at localhost.
    pub fn driver(&self, config: Config) -> Driver {
        self.driver_for("bolt://localhost", config).unwrap()
    }

    pub fn driver_for(&self, uri: &str, config: Config) -> Result<Driver> {
        Driver::with_platform(uri, config, Rc::new(self.clone()))
    }

    pub fn set_random(&self, random: f64) {
        self.inner.random.set(Some(random));
    }

    /// Its sockets keep alive by themselves.
    pub fn keep_alive(&self) {
        self.inner.keeps_alive.set(true);
    }

    /// Every target that was connected to.
    pub fn targets(&self) -> Vec<Target> {
        self.inner.targets.borrow().clone()
    }

    /// Neither [`Platform::check`] nor [`Platform::connect`] says yes any more.
    pub fn refuse(&self, error: neo4j_wasm::Error) {
        self.inner.refusal.replace(Some(error));
    }

    /// What was said to whoever looks after the application, since this was last asked.
    pub fn warnings(&self) -> Vec<String> {
        self.inner.warnings.take()
    }

    pub fn now(&self) -> Duration {
        self.inner.clock.now()
    }

    /// When the next thing is to happen; `None` while nothing is.
    pub fn next_due(&self) -> Option<Duration> {
        self.inner.clock.next_due()
    }

    /// How many spawned tasks are not done.
    pub fn tasks(&self) -> usize {
        self.inner.executor.tasks()
    }

    pub fn sleep(&self, delay: Duration) -> Sleep {
        self.inner.clock.sleep(delay)
    }

    /// Waits until everything has happened that can without time passing. Almost: a nanosecond passes.
    pub async fn calm(&self) {
        self.sleep(Duration::from_nanos(1)).await;
    }

    pub fn spawn<T: 'static>(&self, future: impl Future<Output = T> + 'static) -> Task<T> {
        self.inner.executor.spawn(future)
    }

    /// Runs `future`, and all tasks on the host for as long as that takes.
    #[track_caller]
    pub fn run<T>(&self, future: impl Future<Output = T>) -> T {
        let Inner { clock, executor, .. } = &*self.inner;
        let mut future = pin!(future);
        let waker = executor.waker(MAIN);
        waker.wake_by_ref();
        loop {
            while let Some(happens) = self.choose() {
                match happens {
                    Happens::Task(MAIN) => {
                        if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
                            return output;
                        }
                    }
                    Happens::Task(id) => executor.poll(id),
                    Happens::Alarm(index) => clock.fire(index),
                }
            }
            match clock.next_due() {
                Some(due) if due < END_OF_TIME => clock.move_to(due),
                _ => panic!("a hang: at {:?} nothing is left that could go on", clock.now()),
            }
        }
    }

    /// What happens next without time passing.
    fn choose(&self) -> Option<Happens> {
        let Inner { clock, executor, disorder, .. } = &*self.inner;
        let (ready, due) = (executor.ready(), clock.due_now());
        if ready + due == 0 {
            return None;
        }
        let index = disorder.borrow_mut().as_mut().map_or(0, |chance| chance.below(ready + due));
        if index < ready { executor.take_ready(index).map(Happens::Task) } else { Some(Happens::Alarm(index - ready)) }
    }
}

enum Happens {
    Task(u64),
    Alarm(usize),
}

impl Platform for Host {
    fn now(&self) -> Duration {
        Host::now(self)
    }

    fn sleep(&self, delay: Duration) -> LocalFuture<()> {
        Box::pin(Host::sleep(self, delay))
    }

    fn spawn(&self, task: LocalFuture<()>) {
        Host::spawn(self, Caller::run(Caller::current(), task));
    }

    fn keeps_alive(&self) -> bool {
        self.inner.keeps_alive.get()
    }

    fn random(&self) -> f64 {
        self.inner.random.get().unwrap_or(0.5)
    }

    fn warn(&self, text: &str) {
        self.inner.warnings.borrow_mut().push(text.to_owned());
    }

    fn check(&self, _: &Target) -> Result<()> {
        self.inner.refusal.borrow().clone().map_or(Ok(()), Err)
    }

    fn connect(&self, target: &Target, _: &str, events: Events) -> LocalFuture<Result<Box<dyn Transport>>> {
        Box::pin(ready(self.connected(target, events)))
    }
}

impl Host {
    fn connected(&self, target: &Target, events: Events) -> Result<Box<dyn Transport>> {
        self.inner.targets.borrow_mut().push(target.clone());
        if let Some(refusal) = self.inner.refusal.borrow().clone() {
            return Err(refusal);
        }
        let server = self.inner.servers.borrow().get(&target.address).cloned();
        // A host that nobody knows is one where nobody answers.
        let server = server.unwrap_or_else(|| {
            let nobody = Server::new(Rc::clone(&self.inner.clock));
            nobody.always("CONNECT", [super::Step::Close(1006, "")]);
            nobody
        });
        Ok(server.connect(events))
    }
}

mod tests {
    use std::future::pending;

    use neo4j_wasm::bolt::{AuthToken, Exchange, Hello, NotificationFilter, Request, Token};
    use neo4j_wasm::value::Map;

    use super::*;

    #[test]
    fn whoever_sleeps_wakes_in_the_order_of_the_clock() {
        let (host, _) = Host::new();
        let woken: Rc<RefCell<Vec<u64>>> = Rc::default();
        host.run(async {
            for hours in [3, 1, 2, 1] {
                let (sleeping, woken) = (host.clone(), Rc::clone(&woken));
                host.spawn(async move {
                    sleeping.sleep(Duration::from_secs(3_600 * hours)).await;
                    woken.borrow_mut().push(hours);
                });
            }
            host.sleep(Duration::from_secs(4 * 3_600)).await;
        });
        assert_eq!(woken.take(), [1, 1, 2, 3]);
        assert_eq!(host.now(), Duration::from_secs(4 * 3_600));
    }

    #[test]
    #[should_panic(expected = "a hang: at 0ns")]
    fn waiting_for_what_will_never_happen_is_a_panic() {
        let (host, _) = Host::new();
        host.run(pending::<()>());
    }

    #[test]
    #[should_panic(expected = "a driver may not ask for PULL here")]
    fn a_driver_that_breaks_the_protocol_is_found_out() {
        let (host, server) = Host::new();
        server.speak(5, 0);
        let socket = host.connected(&target(), Box::new(|_| ())).unwrap();
        let mut exchange = Exchange::new();
        socket.send(&exchange.take_output()).unwrap();
        exchange.receive(&[0, 0, 0, 5]).unwrap();
        let hello = Hello {
            user_agent: "test",
            bolt_agent: &Map::new(),
            routing: None,
            auth: &AuthToken::none(),
            notifications: &NotificationFilter::default(),
        };
        exchange.submit(&Request::Hello(hello), Token(0)).unwrap();
        exchange.submit(&Request::Pull { count: 1, query_id: None }, Token(1)).unwrap();
        socket.send(&exchange.take_output()).unwrap();
        host.run(host.calm());
    }

    fn target() -> Target {
        Target { address: Address { host: "localhost".to_owned(), port: 7687 }, path: "/".to_owned(), tls: None }
    }
}
