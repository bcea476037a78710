//! Auth token managers: when they are asked for a token, and what they hear of tokens that servers refuse.

use std::cell::{Cell, RefCell};
use std::future::pending;
use std::rc::Rc;
use std::time::Duration;

use neo4j_wasm::platform::Caller;
use neo4j_wasm::{
    AuthManager, AuthToken, Config, Driver, Error, ErrorKind, Result, SessionConfig, Transaction, TransactionConfig,
};

use super::simulated::cluster::{Cluster, read, routes};
use super::simulated::{
    Ask, Host, Server, Step, begin, counts, execute_query, failure, millis, numbers, pool_of, query, refused, seconds,
    session,
};

const UNAUTHORIZED: &str = "Neo.ClientError.Security.Unauthorized";
const TOKEN_EXPIRED: &str = "Neo.ClientError.Security.TokenExpired";
const FORBIDDEN: &str = "Neo.ClientError.Security.Forbidden";
const EXPIRED: &str = "Neo.ClientError.Security.AuthorizationExpired";

/// What a provider does when it is asked for the nth time, from 0.
type Answer = Rc<dyn Fn(usize) -> Result<AuthToken>>;

fn token(number: usize) -> AuthToken {
    AuthToken::bearer(&format!("token {number}"))
}

/// An error of the user's own.
fn own_error() -> Error {
    refused(Host::default().driver_for("none://", Config::default()))
}

/// Counts how often it is asked.
#[derive(Clone)]
struct Provider {
    host: Host,
    asked: Rc<Cell<usize>>,
    takes: Rc<Cell<Option<Duration>>>,
    answer: Answer,
}

impl Provider {
    fn new(host: &Host) -> Self {
        Self::answering(host, |number| Ok(token(number)))
    }

    fn answering(host: &Host, answer: impl Fn(usize) -> Result<AuthToken> + 'static) -> Self {
        let takes = Rc::new(Cell::new(Some(Duration::ZERO)));
        Self { host: host.clone(), asked: Rc::default(), takes, answer: Rc::new(answer) }
    }

    async fn supply(self) -> Result<AuthToken> {
        let number = self.asked.replace(self.asked.get() + 1);
        match self.takes.get() {
            Some(Duration::ZERO) => {}
            Some(time) => self.host.sleep(time).await,
            None => pending().await,
        }
        (self.answer)(number)
    }

    fn basic(&self) -> AuthManager {
        let provider = self.clone();
        AuthManager::basic(move || provider.clone().supply())
    }

    fn bearer(&self, lifetime: Option<Duration>) -> AuthManager {
        let provider = self.clone();
        AuthManager::bearer(move || {
            let supplied = provider.clone().supply();
            async move { Ok((supplied.await?, lifetime)) }
        })
    }

    fn asked(&self) -> usize {
        self.asked.get()
    }
}

fn managed(manager: AuthManager) -> Config {
    Config { auth: manager.into(), ..Config::default() }
}

/// The token of each LOGON, in order.
fn logons(server: &Server) -> Vec<String> {
    server.all("LOGON").iter().map(|seen| seen.text("credentials").unwrap_or_default().to_owned()).collect()
}

/// Runs a query that the server refuses.
async fn fail_with(driver: &Driver, server: &Server, code: &str) -> Error {
    server.once("RUN", [failure(code)]);
    refused(query(driver, "RETURN 1").await)
}

#[test]
fn a_manager_of_passwords_asks_again_only_when_the_server_has_refused_one() {
    let (host, server) = Host::new();
    let provider = Provider::new(&host);
    let driver = host.driver(managed(provider.basic()));
    host.run(async {
        for _ in 0..3 {
            query(&driver, "RETURN 1").await.unwrap();
        }
        for (code, retryable) in [(FORBIDDEN, false), (TOKEN_EXPIRED, false), (EXPIRED, true)] {
            let error = fail_with(&driver, &server, code).await;
            assert_eq!((error.code(), error.is_retryable()), (code, retryable));
            query(&driver, "RETURN 1").await.unwrap();
            assert_eq!(provider.asked(), 1, "{code}");
        }
        assert!(fail_with(&driver, &server, UNAUTHORIZED).await.is_retryable());
        query(&driver, "RETURN 1").await.unwrap();
        host.sleep(seconds(10_000)).await;
        query(&driver, "RETURN 1").await.unwrap();
        assert_eq!(provider.asked(), 2);
        assert_eq!(logons(&server).last().unwrap(), "token 1");
    });
}

#[test]
fn a_manager_of_tokens_that_expire_asks_again_when_their_time_is_over() {
    let (host, server) = Host::new();
    let provider = Provider::new(&host);
    let driver = host.driver(managed(provider.bearer(Some(seconds(100)))));
    host.run(async {
        query(&driver, "RETURN 1").await.unwrap();
        host.sleep(millis(99_999)).await;
        query(&driver, "RETURN 1").await.unwrap();
        assert_eq!(provider.asked(), 1);
        host.sleep(millis(1)).await;
        query(&driver, "RETURN 1").await.unwrap();
        assert_eq!(provider.asked(), 2);
    });
    assert_eq!((logons(&server), server.count("LOGOFF")), (vec!["token 0".to_owned(), "token 1".to_owned()], 1));
}

#[test]
fn a_manager_of_tokens_that_expire_asks_again_when_the_server_has_refused_one() {
    let (host, server) = Host::new();
    let provider = Provider::new(&host);
    let driver = host.driver(managed(provider.bearer(None)));
    host.run(async {
        for (code, retryable, asked) in
            [(FORBIDDEN, false, 1), (TOKEN_EXPIRED, true, 2), (UNAUTHORIZED, true, 3), (FORBIDDEN, false, 3)]
        {
            assert_eq!(fail_with(&driver, &server, code).await.is_retryable(), retryable, "{code}");
            query(&driver, "RETURN 1").await.unwrap();
            assert_eq!(provider.asked(), asked, "{code}");
        }
        host.sleep(seconds(100_000)).await;
        query(&driver, "RETURN 1").await.unwrap();
        assert_eq!(provider.asked(), 3);
    });
}

#[test]
fn a_refusal_of_an_older_token_is_no_reason_to_ask_for_a_newer_one() {
    let (host, server) = Host::new();
    let provider = Provider::new(&host);
    let driver = host.driver(managed(provider.basic()));
    host.run(async {
        let [first, second] = [begin(&driver).await.unwrap(), begin(&driver).await.unwrap()];
        server.always("RUN", [failure(UNAUTHORIZED)]);
        refused(first.ask("RETURN 1").await);
        drop(first);
        server.behave();
        query(&driver, "RETURN 1").await.unwrap();
        assert_eq!(provider.asked(), 2);
        server.once("RUN", [failure(UNAUTHORIZED)]);
        refused(second.ask("RETURN 1").await);
        drop(second);
        query(&driver, "RETURN 1").await.unwrap();
        assert_eq!(provider.asked(), 2);
    });
}

#[test]
fn those_who_need_a_token_at_the_same_time_share_one_call() {
    let (host, server) = Host::new();
    let provider = Provider::new(&host);
    provider.takes.set(Some(seconds(3)));
    let driver = host.driver(managed(provider.bearer(Some(seconds(100)))));
    host.run(async {
        let tasks: Vec<_> = (0..10)
            .map(|_| {
                let driver = driver.clone();
                host.spawn(async move { begin(&driver).await?.commit().await })
            })
            .collect();
        host.sleep(seconds(4)).await;
        tasks.into_iter().for_each(|task| task.output().unwrap());
        assert_eq!((provider.asked(), counts(&driver).0), (1, 0));
    });
    assert_eq!((server.sockets(), logons(&server)), (10, vec!["token 0".to_owned(); 10]));
}

#[test]
fn an_error_of_the_provider_is_the_cause_and_the_pool_is_as_good_as_before() {
    let (host, server) = Host::new();
    let provider = Provider::answering(&host, |number| if number % 2 == 0 { Err(own_error()) } else { Ok(token(1)) });
    let driver = host.driver(Config { auth: provider.bearer(Some(seconds(100))).into(), ..pool_of(1) });
    host.run(async {
        for (sockets, idle) in [(0, 0), (1, 1)] {
            let error = refused(query(&driver, "RETURN 1").await);
            assert_eq!((error.kind(), error.code()), (ErrorKind::Auth, "AuthTokenManagerFailed"));
            assert_eq!(error.cause().unwrap().message(), own_error().message());
            assert!(!error.is_retryable() && error.message().contains(own_error().message()), "{error}");
            assert_eq!((server.sockets(), counts(&driver)), (sockets, (0, idle, 0, 0)));
            query(&driver, "RETURN 1").await.unwrap();
            host.sleep(seconds(101)).await;
        }
        assert_eq!((server.sockets(), server.count("LOGOFF")), (1, 0));
    });
}

#[test]
fn a_provider_that_never_answers_costs_no_more_than_the_acquisition_timeout() {
    let (host, server) = Host::new();
    let provider = Provider::new(&host);
    let auth = provider.bearer(Some(seconds(100))).into();
    let driver = host.driver(Config { auth, connection_acquisition_timeout: seconds(7), ..pool_of(1) });
    host.run(async {
        for idle in [0, 1] {
            provider.takes.set(None);
            let before = host.now();
            let error = refused(query(&driver, "RETURN 1").await);
            assert_eq!((error.code(), host.now() - before), ("AuthTokenManagerFailed", seconds(7)));
            let cause = error.cause().unwrap();
            assert_eq!((cause.kind(), cause.code()), (ErrorKind::Timeout, "AuthTokenManagerTimeout"));
            assert_eq!(counts(&driver), (0, idle, 0, 0));
            provider.takes.set(Some(seconds(1)));
            query(&driver, "RETURN 1").await.unwrap();
            host.sleep(seconds(101)).await;
        }
    });
    assert_eq!(server.sockets(), 1);
}

/// Tokens, and the codes with which they were refused.
type Heard = Rc<RefCell<Vec<(AuthToken, String)>>>;

/// A manager that notes what it hears, says `verdict`, and has another token whenever it has heard something.
fn noting(verdict: Option<Result<bool>>) -> (AuthManager, Heard) {
    let heard = Heard::default();
    let (supplying, hearing) = (Rc::clone(&heard), Rc::clone(&heard));
    let supply = move || {
        let number = supplying.borrow().len();
        async move { Ok(token(number)) }
    };
    let manager = AuthManager::new(supply, move |token, code| {
        hearing.borrow_mut().push((token, code));
        let verdict = verdict.clone();
        async move {
            match verdict {
                Some(verdict) => verdict,
                None => pending().await,
            }
        }
    });
    (manager, heard)
}

/// Everything that a server can refuse, in one go.
async fn work(driver: &Driver) -> Result<Vec<i64>> {
    let transaction = begin(driver).await?;
    let read = numbers(&transaction.ask("ROWS 2").await?).await?;
    transaction.commit().await?;
    Ok(read)
}

#[test]
fn the_manager_hears_of_each_refusal_once_and_decides_whether_it_is_worth_another_try() {
    for name in ["LOGON", "BEGIN", "RUN", "PULL", "COMMIT"] {
        for closes in [false, true] {
            for verdict in [true, false] {
                for code in [UNAUTHORIZED, FORBIDDEN, TOKEN_EXPIRED] {
                    let (host, server) = Host::new();
                    if code == FORBIDDEN {
                        server.gather();
                    }
                    let (manager, heard) = noting(Some(Ok(verdict)));
                    let close = closes.then_some(Step::Close(1000, ""));
                    server.once(name, [failure(code)].into_iter().chain(close).collect::<Vec<_>>());
                    let driver = host.driver(managed(manager));
                    host.run(async {
                        let error = refused(work(&driver).await);
                        let told = format!("{name} {closes} {verdict} {error:?}");
                        assert_eq!((error.code(), error.is_retryable()), (code, verdict), "{told}");
                        host.calm().await;
                        assert_eq!(*heard.borrow(), [(token(0), code.to_owned())], "{told}");
                        assert_eq!(work(&driver).await.unwrap(), [0, 1]);
                        assert_eq!((host.now() < seconds(1), heard.borrow().len()), (true, 1), "{told}");
                    });
                }
            }
        }
    }
}

#[test]
fn the_manager_hears_of_a_router_that_refuses_the_token() {
    let cluster = Cluster::new();
    let (manager, heard) = noting(Some(Ok(false)));
    routes(&cluster.seed, [failure(TOKEN_EXPIRED)]);
    let driver = cluster.driver_with(managed(manager));
    let error = refused(cluster.host.run(read(&driver)));
    assert_eq!((error.code(), error.is_retryable()), (TOKEN_EXPIRED, false));
    assert_eq!(*heard.borrow(), [(token(0), TOKEN_EXPIRED.to_owned())]);
}

#[test]
fn the_manager_hears_of_a_refused_change_of_the_token() {
    let (host, server) = Host::new();
    let (manager, heard) = noting(Some(Ok(true)));
    let driver = host.driver(managed(manager));
    host.run(async {
        query(&driver, "RETURN 1").await.unwrap();
        refused(fail_once(&driver, &server).await);
        server.once("LOGON", [failure(UNAUTHORIZED), Step::Close(1000, "")]);
        let error = refused(query(&driver, "RETURN 1").await);
        assert_eq!((error.code(), error.is_retryable()), (UNAUTHORIZED, true));
        assert_eq!(heard.borrow()[1..], [(token(1), UNAUTHORIZED.to_owned())]);
        query(&driver, "RETURN 1").await.unwrap();
        assert_eq!(logons(&server), ["token 0", "token 1", "token 2"]);
    });
}

async fn fail_once(driver: &Driver, server: &Server) -> Result<()> {
    Err(fail_with(driver, server, TOKEN_EXPIRED).await)
}

#[test]
fn what_has_nothing_to_do_with_security_is_not_for_the_manager() {
    let (host, server) = Host::new();
    let (manager, heard) = noting(Some(Ok(true)));
    let driver = host.driver(managed(manager));
    host.run(async {
        for code in ["Neo.ClientError.Statement.SyntaxError", "Neo.TransientError.General.DatabaseUnavailable"] {
            fail_with(&driver, &server, code).await;
        }
        assert!(heard.borrow().is_empty());
    });
}

#[test]
fn what_can_be_tried_again_in_any_case_stays_so_and_a_verdict_that_fails_is_none() {
    for (verdict, code, retryable) in [
        (Ok(false), EXPIRED, true),
        (Err(own_error()), EXPIRED, true),
        (Err(own_error()), UNAUTHORIZED, false),
        (Ok(true), UNAUTHORIZED, true),
    ] {
        let (host, server) = Host::new();
        let (manager, heard) = noting(Some(verdict));
        let driver = host.driver(managed(manager));
        host.run(async {
            let error = fail_with(&driver, &server, code).await;
            assert_eq!((error.code(), error.is_retryable(), heard.borrow().len()), (code, retryable, 1));
        });
    }
}

#[test]
fn work_that_is_done_again_is_done_with_the_new_token() {
    for name in ["LOGON", "BEGIN", "RUN", "PULL", "COMMIT"] {
        for whole in [true, false] {
            let (host, server) = Host::new();
            server.once(name, [failure(UNAUTHORIZED)]);
            let provider = Provider::new(&host);
            let driver = host.driver(managed(provider.basic()));
            host.run(async {
                let work = async |transaction: Transaction| numbers(&transaction.ask("ROWS 2").await?).await;
                let done = match whole {
                    true => execute_query(&driver, "ROWS 2").await,
                    false => session(&driver).execute_write(TransactionConfig::default(), work).await,
                };
                assert_eq!((done.unwrap(), host.now()), (vec![0, 1], seconds(1)), "{name}");
            });
            assert_eq!((provider.asked(), logons(&server)), (2, vec!["token 0".to_owned(), "token 1".to_owned()]));
        }
    }
}

#[test]
fn a_token_of_the_sessions_own_is_none_of_the_managers_business() {
    for own in [AuthToken::basic("ann", "secret", None), token(0)] {
        let (host, server) = Host::new();
        let (manager, heard) = noting(Some(Ok(true)));
        let driver = host.driver(managed(manager));
        host.run(async {
            query(&driver, "RETURN 1").await.unwrap();
            for name in ["LOGON", "RUN"] {
                server.once(name, [failure(UNAUTHORIZED)]);
                let config = SessionConfig { auth: Some(own.clone()), ..SessionConfig::default() };
                let asked = driver.session(config).unwrap().ask("RETURN 1").await;
                // With the driver's own token there is no LOGON that could fail.
                assert_eq!(asked.is_ok(), name == "LOGON" && own == token(0));
                server.behave();
            }
            host.calm().await;
            assert!(heard.borrow().is_empty());
            // Back to the driver's, on the same connection or another.
            fail_with(&driver, &server, UNAUTHORIZED).await;
            assert_eq!(*heard.borrow(), [(token(0), UNAUTHORIZED.to_owned())]);
        });
    }
}

#[test]
fn a_manager_without_a_verdict_costs_half_a_minute_and_nobody_else_anything() {
    let (host, server) = Host::new();
    let (manager, heard) = noting(None);
    let driver = host.driver(Config { auth: manager.into(), ..pool_of(2) });
    host.run(async {
        query(&driver, "RETURN 1").await.unwrap();
        server.once("RUN", [failure(UNAUTHORIZED), Step::Close(1000, "")]);
        let asking = driver.clone();
        let task = host.spawn(async move { query(&asking, "RETURN 1").await });
        host.calm().await;
        assert_eq!((heard.borrow().len(), task.is_done()), (1, false));
        let before = host.now();
        query(&driver, "RETURN 2").await.unwrap();
        assert_eq!(host.now(), before);
        host.sleep(seconds(30)).await;
        let error = refused(task.output());
        assert_eq!((error.code(), error.is_retryable()), (UNAUTHORIZED, false));
        assert_eq!((heard.borrow().len(), counts(&driver).0), (1, 0));
        query(&driver, "RETURN 3").await.unwrap();
    });
}

#[test]
fn a_manager_without_a_verdict_keeps_nobody_from_closing_the_driver() {
    let (host, server) = Host::new();
    let (manager, _) = noting(None);
    let driver = host.driver(managed(manager));
    host.run(async {
        server.once("RUN", [failure(UNAUTHORIZED)]);
        let asking = driver.clone();
        let task = host.spawn(async move { query(&asking, "RETURN 1").await });
        host.calm().await;
        let before = host.now();
        driver.close().await;
        assert!(host.now() - before < seconds(1));
        assert_eq!(refused(task.output()).code(), "DriverClosed");
        host.calm().await;
        assert_eq!(server.open_sockets(), 0);
    });
}

#[test]
fn whoever_gives_up_while_the_manager_thinks_leaves_a_connection_that_the_next_one_can_use() {
    let (host, server) = Host::new();
    let (manager, heard) = noting(None);
    let driver = host.driver(Config { auth: manager.into(), ..pool_of(1) });
    host.run(async {
        server.once("RUN", [failure(FORBIDDEN)]);
        let asking = driver.clone();
        let task = host.spawn(async move { query(&asking, "RETURN 1").await });
        host.calm().await;
        task.abort();
        let before = host.now();
        query(&driver, "RETURN 2").await.unwrap();
        assert!(host.now() - before <= seconds(30), "{:?}", host.now() - before);
        assert_eq!((heard.borrow().len(), counts(&driver)), (1, (0, 1, 0, 0)));
        host.calm().await;
        assert_eq!(server.open_sockets(), 1);
    });
}

#[test]
fn a_refused_login_without_a_verdict_is_still_told_as_what_it_is() {
    let (host, server) = Host::new();
    let (manager, _) = noting(None);
    server.always("LOGON", [failure(UNAUTHORIZED), Step::Close(1000, "")]);
    let driver = host.driver(managed(manager));
    host.run(async {
        let error = refused(query(&driver, "RETURN 1").await);
        assert_eq!((error.code(), error.is_retryable(), host.now()), (UNAUTHORIZED, false, seconds(30)));
        host.calm().await;
        assert_eq!((counts(&driver), server.open_sockets()), ((0, 0, 0, 0), 0));
    });
}

#[test]
fn what_a_manager_hears_of_a_refusal_it_hears_in_the_call_that_asked_for_the_token() {
    let (host, server) = Host::new();
    server.always("RUN", [failure(UNAUTHORIZED)]);
    let whose = || Caller::current().map(|caller| *caller.get::<u32>().unwrap());
    let heard = Rc::new(RefCell::new(Vec::<(&str, Option<u32>)>::new()));
    let (asked, told) = (Rc::clone(&heard), Rc::clone(&heard));
    let manager = AuthManager::new(
        move || {
            asked.borrow_mut().push(("token", whose()));
            async { Ok(AuthToken::none()) }
        },
        move |_, _| {
            told.borrow_mut().push(("refusal", whose()));
            async { Ok(false) }
        },
    );
    let driver = host.driver(Config { auth: manager.into(), ..Config::default() });
    host.run(async {
        for caller in [1_u32, 2] {
            let driver = driver.clone();
            let call = Box::pin(async move { refused(query(&driver, "RETURN 1").await) });
            Caller::run(Some(Caller::new(caller)), call).await;
        }
        assert!(Caller::current().is_none());
    });
    let expected = [("token", Some(1)), ("refusal", Some(1)), ("token", Some(2)), ("refusal", Some(2))];
    assert_eq!(*heard.borrow(), expected);
}
