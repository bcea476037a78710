//! Who a connection is logged in as: another login takes no round trip of its own, and only where it is due.

use neo4j_wasm::value::Map;
use neo4j_wasm::{AuthToken, Config, Driver, Error, ErrorKind, Result, Session, SessionConfig, TransactionConfig};

use super::simulated::cluster::{Cluster, read, routes, whole_table};
use super::simulated::{
    Ask, Host, Server, Step, begin, counts, execute_query, failure, millis, numbers, pool_of, query, refused, seconds,
};

const UNAUTHORIZED: &str = "Neo.ClientError.Security.Unauthorized";
const EXPIRED: &str = "Neo.ClientError.Security.AuthorizationExpired";

fn user(name: &str) -> AuthToken {
    AuthToken::basic(name, "secret", None)
}

fn as_user(name: &str) -> SessionConfig {
    SessionConfig { auth: Some(user(name)), ..SessionConfig::default() }
}

fn as_admin() -> Config {
    Config { auth: user("admin").into(), ..pool_of(1) }
}

fn session_of(driver: &Driver, name: &str) -> Session {
    driver.session(as_user(name)).unwrap()
}

async fn query_as(driver: &Driver, name: &str) -> Result<Vec<i64>> {
    numbers(&session_of(driver, name).ask("RETURN 1").await?).await
}

/// What each send held, but for those that opened connections.
fn sends(server: &Server) -> Vec<Vec<&'static str>> {
    let sends = server.sends().into_iter().map(|send| send.requests);
    sends
        .filter(|requests| !requests.is_empty() && !requests.contains(&"HANDSHAKE") && requests[0] != "HELLO")
        .collect()
}

/// Who logged in, in order.
fn users(server: &Server) -> Vec<String> {
    server.all("LOGON").iter().map(|seen| seen.text("principal").unwrap_or_default().to_owned()).collect()
}

/// The readers and routers that are known.
fn members(driver: &Driver) -> (usize, usize) {
    driver.routing_table(Some("films")).map(|table| (table.readers.len(), table.routers.len())).unwrap()
}

#[test]
fn another_login_leaves_in_one_write_with_the_request_behind_it() {
    let (host, server) = Host::new();
    let driver = host.driver(as_admin());
    host.run(async {
        query(&driver, "RETURN 1").await.unwrap();
        server.forget();
        query_as(&driver, "ann").await.unwrap();
        query(&driver, "RETURN 1").await.unwrap();
        let session = session_of(&driver, "bob");
        session.begin_transaction(TransactionConfig::default()).await.unwrap().rollback().await.unwrap();
        execute_query(&driver, "ROWS 1").await.unwrap();
    });
    let expected: [&[&str]; 6] = [
        &["LOGOFF", "LOGON", "RUN", "PULL"],
        &["LOGOFF", "LOGON", "RUN", "PULL"],
        &["LOGOFF", "LOGON", "BEGIN"],
        &["ROLLBACK"],
        &["LOGOFF", "LOGON", "BEGIN", "RUN", "PULL"],
        &["COMMIT"],
    ];
    assert_eq!(sends(&server), expected);
    assert_eq!((users(&server), server.sockets()), (["ann", "admin", "bob", "admin"].map(str::to_owned).to_vec(), 1));
}

#[test]
fn whoever_is_logged_in_already_does_not_log_in_again() {
    let (host, server) = Host::new();
    let driver = host.driver(as_admin());
    host.run(async {
        query_as(&driver, "ann").await.unwrap();
        let session = session_of(&driver, "ann");
        session.ask("RETURN 1").await.unwrap().consume().await.unwrap();
        session.begin_transaction(TransactionConfig::default()).await.unwrap().commit().await.unwrap();
        query_as(&driver, "ann").await.unwrap();
        // The same words by another way are the same token.
        query_as(&driver, "admin").await.unwrap();
        query(&driver, "RETURN 1").await.unwrap();
    });
    assert_eq!(users(&server), ["ann", "admin"]);
}

#[test]
fn a_failed_query_and_its_reset_change_nothing_about_who_is_logged_in() {
    let (host, server) = Host::new();
    let driver = host.driver(as_admin());
    host.run(async {
        refused(session_of(&driver, "ann").ask("FAIL Neo.ClientError.Statement.SyntaxError").await);
        query_as(&driver, "ann").await.unwrap();
        refused(query(&driver, "FAIL Neo.ClientError.Statement.SyntaxError").await);
        query(&driver, "RETURN 1").await.unwrap();
    });
    assert_eq!((users(&server), server.sockets()), (["ann", "admin"].map(str::to_owned).to_vec(), 1));
}

#[test]
fn before_there_was_logon_a_session_of_someone_else_is_a_configuration_error() {
    for (major, minor) in [(4, 4), (5, 0)] {
        let (host, server) = Host::new();
        server.speak(major, minor);
        let driver = host.driver(as_admin());
        host.run(async {
            for idle in [0, 1] {
                server.forget();
                let error = refused(query_as(&driver, "ann").await);
                assert_eq!((error.kind(), error.is_retryable()), (ErrorKind::Configuration, false));
                assert!(error.message().contains("Bolt 5.1") && error.message().contains(&format!("{major}.{minor}")));
                host.calm().await;
                // Neither credentials nor a request go out, and a connection of the pool stays there.
                assert!(server.names().is_empty() && server.count("HELLO") == 0);
                assert_eq!((counts(&driver), server.open_sockets()), ((0, idle, 0, 0), idle));
                query(&driver, "RETURN 1").await.unwrap();
            }
            assert_eq!((server.sockets(), driver.supports_session_auth().await.unwrap()), (2, false));
        });
    }
}

#[test]
fn a_refused_login_is_the_error_of_the_request_behind_it_and_costs_the_connection() {
    for closes in [true, false] {
        for way in 0..4 {
            let (host, server) = Host::new();
            server.gather();
            let driver = host.driver(as_admin());
            host.run(async {
                query(&driver, "RETURN 1").await.unwrap();
                let close = closes.then_some(Step::Close(1000, ""));
                server.once("LOGON", [failure(UNAUTHORIZED)].into_iter().chain(close).collect::<Vec<_>>());
                let session = session_of(&driver, "ann");
                let transaction = TransactionConfig::default();
                let error: Error = match way {
                    0 => refused(session.ask("RETURN 1").await),
                    1 => refused(session.begin_transaction(transaction).await),
                    2 => refused(driver.execute_query("ROWS 1", Map::new(), as_user("ann"), transaction).await),
                    _ => refused(session.execute_read(transaction, async |_| Ok::<_, Error>(())).await),
                };
                assert_eq!((error.kind(), error.code()), (ErrorKind::Auth, UNAUTHORIZED), "{way} {closes}");
                assert!(!error.is_retryable());
                assert_eq!((host.now(), counts(&driver)), (millis(0), (0, 0, 0, 0)));
                host.calm().await;
                assert_eq!((server.open_sockets(), server.count("RESET")), (0, 0));
                query(&driver, "RETURN 1").await.unwrap();
            });
            assert_eq!(server.sockets(), 2);
        }
    }
}

#[test]
fn a_connection_that_is_closed_during_another_login_is_lost_and_nothing_worse() {
    for name in ["LOGOFF", "LOGON"] {
        for code in [1000, 1006] {
            let (host, server) = Host::new();
            let driver = host.driver(as_admin());
            host.run(async {
                query(&driver, "RETURN 1").await.unwrap();
                server.once(name, [Step::Close(code, "")]);
                let error = refused(query_as(&driver, "ann").await);
                assert_eq!((error.code(), error.is_retryable()), ("ConnectionClosed", true), "{name}");
                assert_eq!((host.now(), counts(&driver)), (millis(0), (0, 0, 0, 0)));
                query_as(&driver, "ann").await.unwrap();
                assert_eq!(users(&server).last().unwrap(), "ann");
            });
        }
    }
}

#[test]
fn a_member_that_refuses_a_login_is_not_left_out() {
    let cluster = Cluster::new();
    let driver = cluster.driver_with(Config { auth: user("admin").into(), ..Config::default() });
    cluster.host.run(async {
        read(&driver).await.unwrap();
        read(&driver).await.unwrap();
        let known = members(&driver);
        for reader in &cluster.readers {
            reader.once("LOGON", [failure(UNAUTHORIZED), Step::Close(1000, "")]);
        }
        let config = SessionConfig {
            access_mode: neo4j_wasm::AccessMode::Read,
            database: Some("films".to_owned()),
            ..as_user("ann")
        };
        for _ in 0..2 {
            let error = refused(driver.session(config.clone()).unwrap().ask("RETURN 1").await);
            assert_eq!((error.kind(), error.code()), (ErrorKind::Auth, UNAUTHORIZED));
        }
        cluster.host.calm().await;
        assert_eq!(members(&driver), known);
        assert_eq!(cluster.readers.each_ref().map(Server::open_sockets), [0, 0]);
        read(&driver).await.unwrap();
        assert_eq!(cluster.asked(), 1);
    });
}

#[test]
fn a_login_that_a_router_refuses_ends_the_search_and_nobody_is_left_out() {
    let cluster = Cluster::new();
    let driver = cluster.driver_with(Config { auth: user("admin").into(), ..Config::default() });
    cluster.host.run(async {
        read(&driver).await.unwrap();
        let known = members(&driver);
        cluster.seed.forget();
        cluster.seed.once("LOGON", [failure(UNAUTHORIZED), Step::Close(1000, "")]);
        let error = refused(query_as(&driver, "ann").await);
        assert_eq!((error.kind(), error.code()), (ErrorKind::Auth, UNAUTHORIZED));
        assert_eq!(sends(&cluster.seed), [["LOGOFF", "LOGON", "ROUTE"]]);
        cluster.host.calm().await;
        assert_eq!((cluster.second.sockets(), cluster.seed.open_sockets()), (0, 0));
        assert_eq!(members(&driver), known);
    });
}

#[test]
fn a_user_of_a_session_is_who_asks_for_the_table_too() {
    let cluster = Cluster::new();
    let driver = cluster.driver_with(Config { auth: user("admin").into(), ..Config::default() });
    cluster.host.run(async { query_as(&driver, "ann").await.unwrap() });
    assert_eq!((users(&cluster.seed), users(&cluster.leader)), (vec!["ann".to_owned()], vec!["ann".to_owned()]));
}

#[test]
fn when_the_server_has_forgotten_its_clients_each_connection_logs_in_before_its_next_job() {
    let (host, server) = Host::new();
    let driver = host.driver(Config { auth: user("admin").into(), ..Config::default() });
    host.run(async {
        let [told, lent, idle] =
            [begin(&driver).await.unwrap(), begin(&driver).await.unwrap(), begin(&driver).await.unwrap()];
        idle.commit().await.unwrap();
        server.once("RUN", [failure(EXPIRED)]);
        let error = refused(told.ask("RETURN 1").await);
        assert_eq!((error.code(), error.is_retryable()), (EXPIRED, true));
        drop(told);
        host.calm().await;
        server.forget();
        // Work that is under way goes on.
        assert_eq!(numbers(&lent.ask("ROWS 2").await.unwrap()).await.unwrap(), [0, 1]);
        assert_eq!(server.names(), ["RUN", "PULL"]);
        let both = [begin(&driver).await.unwrap(), begin(&driver).await.unwrap()];
        assert_eq!(sends(&server)[1..], [["LOGOFF", "LOGON", "BEGIN"], ["LOGOFF", "LOGON", "BEGIN"]]);
        lent.commit().await.unwrap();
        for transaction in both {
            transaction.commit().await.unwrap();
        }
        server.forget();
        let all = [begin(&driver).await.unwrap(), begin(&driver).await.unwrap(), begin(&driver).await.unwrap()];
        // Only the one that was busy has not logged in anew yet.
        assert_eq!((server.count("LOGOFF"), server.count("LOGON"), server.sockets()), (1, 1, 3));
        drop(all);
    });
}

#[test]
fn only_the_server_that_has_forgotten_its_clients_is_logged_in_to_anew() {
    let cluster = Cluster::new();
    let driver = cluster.driver();
    cluster.host.run(async {
        read(&driver).await.unwrap();
        read(&driver).await.unwrap();
        cluster.readers[0].once("RUN", [failure(EXPIRED)]);
        let outcomes = [read(&driver).await.is_ok(), read(&driver).await.is_ok()];
        assert_ne!(outcomes[0], outcomes[1]);
        for _ in 0..4 {
            read(&driver).await.unwrap();
        }
        assert_eq!(cluster.readers.each_ref().map(|reader| reader.count("LOGON")), [2, 1]);
        assert_eq!((cluster.asked(), cluster.seed.count("LOGOFF")), (1, 0));
    });
}

#[test]
fn a_connection_that_is_being_opened_while_the_server_forgets_its_clients_logs_in_as_it_should() {
    for name in ["CONNECT", "HANDSHAKE", "HELLO", "LOGON"] {
        let (host, server) = Host::new();
        let driver = host.driver(Config { auth: user("admin").into(), ..Config::default() });
        host.run(async {
            let told = begin(&driver).await.unwrap();
            server.forget();
            server.once(name, [Step::Wait(seconds(1)), Step::Usual]);
            let opening = driver.clone();
            let task = host.spawn(async move { begin(&opening).await });
            host.sleep(millis(500)).await;
            server.once("RUN", [failure(EXPIRED)]);
            refused(told.ask("RETURN 1").await);
            host.sleep(seconds(1)).await;
            task.output().unwrap().commit().await.unwrap();
            assert_eq!(users(&server), ["admin"], "{name}");
            query(&driver, "RETURN 1").await.unwrap();
            // A login that may have been forgotten as well is done again: it leaves with the handshake.
            let again = usize::from(name != "CONNECT");
            assert_eq!((users(&server).len(), server.count("LOGOFF")), (1 + again, again), "{name}");
        });
    }
}

mod verify {
    use super::*;

    async fn verify(driver: &Driver, name: &str) -> Result<bool> {
        driver.verify_authentication(&user(name), None).await
    }

    #[test]
    fn a_login_that_succeeds_is_true_and_takes_one_logoff_and_one_logon() {
        let (host, server) = Host::new();
        let driver = host.driver(as_admin());
        host.run(async {
            // On a new connection there is nobody to log off.
            assert!(verify(&driver, "ann").await.unwrap());
            assert_eq!((users(&server), server.count("LOGOFF")), (vec!["ann".to_owned()], 0));
            for name in ["ann", "bob", "admin"] {
                server.forget();
                assert!(verify(&driver, name).await.unwrap());
                assert_eq!((sends(&server), users(&server)), (vec![vec!["LOGOFF", "LOGON"]], vec![name.to_owned()]));
                assert_eq!(counts(&driver), (0, 1, 0, 0));
            }
            server.forget();
            query(&driver, "RETURN 1").await.unwrap();
            assert_eq!(server.names(), ["RUN", "PULL"]);
            assert!(verify(&driver, "ann").await.unwrap());
            query(&driver, "RETURN 1").await.unwrap();
            assert_eq!((users(&server).last(), server.sockets()), (Some(&"admin".to_owned()), 1));
        });
    }

    #[test]
    fn a_login_that_is_not_accepted_is_false() {
        for code in ["CredentialsExpired", "Forbidden", "TokenExpired", "Unauthorized"] {
            for pooled in [true, false] {
                let (host, server) = Host::new();
                let driver = host.driver(as_admin());
                host.run(async {
                    if pooled {
                        query(&driver, "RETURN 1").await.unwrap();
                    }
                    let code = format!("Neo.ClientError.Security.{code}");
                    server.once("LOGON", [failure(&code), Step::Close(1000, "")]);
                    assert!(!verify(&driver, "ann").await.unwrap(), "{code}");
                    host.calm().await;
                    assert_eq!((counts(&driver), server.open_sockets()), ((0, 0, 0, 0), 0));
                    query(&driver, "RETURN 1").await.unwrap();
                    assert_eq!(users(&server).last().unwrap(), "admin");
                });
            }
        }
    }

    #[test]
    fn whatever_else_goes_wrong_is_an_error() {
        for code in [
            "Neo.ClientError.Security.AuthenticationRateLimit",
            "Neo.ClientError.Security.AuthProviderFailed",
            "Neo.TransientError.General.DatabaseUnavailable",
        ] {
            let (host, server) = Host::new();
            server.once("LOGON", [failure(code)]);
            let driver = host.driver(as_admin());
            assert_eq!(refused(host.run(verify(&driver, "ann"))).code(), code);
        }
        for pooled in [true, false] {
            let (host, server) = Host::new();
            let driver = host.driver(as_admin());
            host.run(async {
                if pooled {
                    query(&driver, "RETURN 1").await.unwrap();
                }
                server.once("LOGON", [Step::Close(1006, "")]);
                assert_eq!(refused(verify(&driver, "ann").await).code(), "ConnectionClosed");
                assert_eq!(counts(&driver), (0, 0, 0, 0));
            });
        }
        let (host, server) = Host::new();
        server.speak(5, 0);
        let driver = host.driver(as_admin());
        assert_eq!(refused(host.run(verify(&driver, "ann"))).kind(), ErrorKind::Configuration);
    }

    #[test]
    fn in_a_cluster_a_reader_of_the_system_database_is_asked_unless_another_one_is_named() {
        let cluster = Cluster::new();
        let driver = cluster.driver();
        cluster.host.run(async {
            assert!(verify(&driver, "ann").await.unwrap());
            assert_eq!(cluster.seed.last("ROUTE").text("db"), Some("system"));
            assert!(driver.verify_authentication(&user("ann"), Some("films")).await.unwrap());
            assert_eq!(cluster.seed.last("ROUTE").text("db"), Some("films"));
            assert_eq!(cluster.readers.each_ref().map(Server::sockets), [1, 1]);
            routes(&cluster.seed, [whole_table(300)]);
            cluster.seed.always("LOGON", [failure(UNAUTHORIZED), Step::Close(1000, "")]);
            assert!(!driver.verify_authentication(&user("bob"), Some("trains")).await.unwrap());
            assert_eq!(cluster.second.sockets(), 0);
        });
    }
}
