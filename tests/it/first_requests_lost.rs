//! First requests whose connection is lost, or says nothing, or something else than it should: what may have been done is
//! not done twice, and what cannot have been, or does not matter, is done in the end.

use neo4j_wasm::bolt::Version;
use neo4j_wasm::bolt::chunking::write_chunked;
use neo4j_wasm::value::{Map, Value};
use neo4j_wasm::{AuthToken, Config, Error, ErrorKind, SessionConfig, TransactionConfig};

use super::first_requests::{WAYS, Way, knowing};
use super::simulated::cluster::{Cluster, routes, table};
use super::simulated::{Ask, Host, Server, Step, counts, encode, numbers, pool_of, refused, seconds, session, success};

/// Without another try.
fn once(known: bool) -> Config {
    if known { knowing("5.8") } else { Config { max_retry_time: seconds(0), ..pool_of(5) } }
}

/// Nothing is left of what went wrong, and the next one works.
async fn recovers(host: &Host, server: &Server, driver: &neo4j_wasm::Driver, way: Way) {
    assert_eq!(counts(driver).0 + counts(driver).2 + counts(driver).3, 0, "{way:?}");
    server.behave();
    assert_eq!(way.work(driver).await.unwrap(), [0, 1], "{way:?}");
    host.calm().await;
    assert_eq!((server.open_sockets(), counts(driver)), (1, (0, 1, 0, 0)), "{way:?}");
}

#[test]
fn a_connection_that_is_lost_on_the_way_is_lost_and_nothing_worse() {
    for known in [true, false] {
        for way in WAYS {
            for name in ["CONNECT", "HANDSHAKE", "HELLO", "LOGON", "RUN", "PULL"] {
                let (host, server) = Host::new();
                server.once(name, [Step::Close(1006, "")]);
                let driver = host.driver(once(known));
                host.run(async {
                    let done = way.work(&driver).await;
                    // Nothing was answered: unless it must not be done twice, it is asked in the ordinary way.
                    if known && name == "HANDSHAKE" && way != Way::Run {
                        assert_eq!(done.unwrap(), [0, 1], "{way:?}");
                        assert_eq!(server.sockets(), 2);
                    } else {
                        let error: Error = refused(done);
                        let code = if name == "CONNECT" { "ConnectionFailed" } else { "ConnectionClosed" };
                        assert_eq!(
                            (error.kind(), error.code()),
                            (ErrorKind::Connection, code),
                            "{way:?} {name} {error}"
                        );
                        assert!(error.is_retryable());
                        assert_eq!((server.sockets(), server.count("COMMIT")), (1, 0));
                    }
                    assert!(way != Way::Run || server.count("RUN") <= 1, "{name}");
                    recovers(&host, &server, &driver, way).await;
                });
            }
        }
    }
}

#[test]
fn a_server_that_falls_silent_on_the_way_is_given_up_in_time() {
    for known in [true, false] {
        for way in WAYS {
            for name in ["CONNECT", "HANDSHAKE", "HELLO", "LOGON"] {
                let (host, server) = Host::new();
                server.once(name, [Step::Silence]);
                let driver = host.driver(Config { connection_timeout: seconds(7), ..once(known) });
                host.run(async {
                    let error = refused(way.work(&driver).await);
                    assert_eq!(
                        (error.kind(), error.code()),
                        (ErrorKind::Timeout, "ConnectionTimeout"),
                        "{way:?} {name}"
                    );
                    assert!(error.is_retryable() && server.count("RUN") <= 1);
                    assert_eq!((host.now(), server.sockets()), (seconds(7), 1), "{way:?} {name}");
                    host.calm().await;
                    assert_eq!(server.open_sockets(), 0);
                    recovers(&host, &server, &driver, way).await;
                });
            }
        }
    }
}

/// The server says how long it is ever silent when the query is long on its way.
#[test]
fn a_silence_after_the_login_is_one_that_the_server_has_spoken_of() {
    for known in [true, false] {
        let (host, server) = Host::new();
        server.hint("connection.recv_timeout_seconds", 4);
        server.once("RUN", [Step::Silence]);
        let driver = host.driver(once(known));
        host.run(async {
            assert_eq!(refused(Way::Run.work(&driver).await).code(), "ReceiveTimeout");
            assert_eq!(host.now(), seconds(4));
            recovers(&host, &server, &driver, Way::Run).await;
        });
    }
}

/// Against the rules of the handshake: it may have understood what came behind.
#[test]
fn a_server_that_chooses_what_was_not_offered_gets_nothing_twice_that_must_happen_once() {
    for answer in [[0, 0, 4, 5], [0, 0, 0, 6], [0, 0, 1, 0xFF], [0, 0, 9, 9]] {
        for way in WAYS {
            let (host, server) = Host::new();
            server.once("HANDSHAKE", [Step::Raw(answer.to_vec())]);
            let driver = host.driver(knowing("5.8"));
            host.run(async {
                let done = way.work(&driver).await;
                if way == Way::Run {
                    let error = refused(done);
                    assert_eq!((error.kind(), error.code()), (ErrorKind::Protocol, "UnsupportedVersion"), "{answer:?}");
                    assert!(error.message().contains("which was not offered"), "{error}");
                    assert_eq!((server.count("RUN"), server.sockets()), (1, 1));
                } else {
                    assert_eq!((done.unwrap(), server.sockets()), (vec![0, 1], 2), "{answer:?} {way:?}");
                }
                recovers(&host, &server, &driver, way).await;
            });
        }
    }
}

#[test]
fn what_is_not_bolt_is_told_as_ever_where_the_version_is_known() {
    for (bytes, part) in [(&b"HTTP/1.1 400 Bad Request\r\n\r\n"[..], "HTTP"), (b"SSH-2.0-OpenSSH", "not Bolt")] {
        for way in WAYS {
            let (host, server) = Host::new();
            server.always("HANDSHAKE", [Step::Raw(bytes.to_vec())]);
            let driver = host.driver(knowing("5.8"));
            host.run(async {
                let error = refused(way.work(&driver).await);
                assert_eq!(error.kind(), ErrorKind::Protocol, "{error}");
                assert!(error.message().contains(part) && error.message().contains("localhost:7687"), "{error}");
                recovers(&host, &server, &driver, way).await;
            });
        }
    }
}

/// A member that is lost on the way is passed over, unless it may have done what must happen once.
#[test]
fn another_member_gets_what_can_be_done_again_and_no_other() {
    for known in [true, false] {
        for way in [Way::Run, Way::Write, Way::Managed, Way::Explicit] {
            for name in ["CONNECT", "HANDSHAKE", "HELLO", "LOGON"] {
                let cluster = Cluster::new();
                let writers = ["leader:7687", "reader1:7687"];
                routes(&cluster.seed, [table(300, &["localhost:7687"], &["reader2:7687"], &writers)]);
                let (one, other) = (&cluster.leader, &cluster.readers[0]);
                // Twice where it would be asked in the ordinary way as well.
                one.always(name, [Step::Close(1006, "")]);
                let driver = cluster.driver_with(once(known));
                cluster.host.run(async {
                    let done = way.work(&driver).await;
                    let is_lost = way == Way::Run && (known || name != "HANDSHAKE") && name != "CONNECT";
                    assert_eq!(done.is_err(), is_lost, "{way:?} {name} {known} {done:?}");
                    assert_eq!(other.count("RUN"), usize::from(!is_lost), "{way:?} {name} {known}");
                    assert_eq!(one.count("COMMIT"), 0);
                    one.behave();
                    assert_eq!(way.work(&driver).await.unwrap(), [0, 1]);
                });
            }
        }
    }
}

/// What waits for the login cannot have been done when that is lost.
#[test]
fn another_member_gets_what_was_never_sent() {
    for known in [true, false] {
        for name in ["HELLO", "LOGON"] {
            let cluster = Cluster::new();
            let writers = ["leader:7687", "reader1:7687"];
            routes(&cluster.seed, [table(300, &["localhost:7687"], &["reader2:7687"], &writers)]);
            cluster.leader.always(name, [Step::Close(1006, "")]);
            let driver = cluster.driver_with(once(known));
            cluster.host.run(async {
                let parameters = Map::from([("text", "x".repeat(10_000))]);
                session(&driver).run_to_end("ROWS 2", parameters, TransactionConfig::default()).await.unwrap();
            });
            assert_eq!((cluster.leader.count("RUN"), cluster.readers[0].count("RUN")), (0, 1), "{name} {known}");
        }
    }
}

/// What a server says to all of it.
fn answers(way: Way) -> Vec<u8> {
    let version = Version { major: 5, minor: 8 };
    let nothing = || success::<&str, Value, 0>([]);
    let mut steps = vec![success([("server", "Neo4j/5.26.0")]), nothing()];
    if way == Way::Write {
        steps.push(nothing());
    }
    steps.push(success([("fields", vec!["n"])]));
    steps.push(Step::Records(vec![vec![Value::from(0)], vec![Value::from(1)]]));
    steps.push(nothing());
    let mut bytes = Vec::new();
    for message in steps.iter().flat_map(|step| encode(step, version, version.dialect(false))) {
        write_chunked(&message, &mut bytes);
    }
    bytes
}

#[test]
fn an_answer_that_is_cut_anywhere_is_a_lost_connection() {
    for way in [Way::Run, Way::Read, Way::Write] {
        for known in [true, false] {
            let answer = if known { [&[0, 0, 8, 5][..], &answers(way)].concat() } else { answers(way) };
            for cut in 0..=answer.len() {
                let (host, server) = Host::new();
                let name = if known { "HANDSHAKE" } else { "HELLO" };
                server.once(name, [Step::Raw(answer[..cut].to_vec()), Step::Silence, Step::Close(1006, "")]);
                let driver = host.driver(Config { max_retry_time: seconds(30), ..once(known) });
                host.run(async {
                    let done = way.work(&driver).await;
                    match way {
                        // Whether it was done is only known once all of it has come.
                        Way::Run if cut < answer.len() => {
                            let error = refused(done);
                            assert_eq!((error.kind(), error.code()), (ErrorKind::Connection, "ConnectionClosed"));
                            assert!(server.count("RUN") <= 1, "{known} {cut}");
                        }
                        // Its COMMIT is the first thing that is lost for good.
                        Way::Write if cut == answer.len() => {
                            assert_eq!(refused(done).kind(), ErrorKind::CommitUncertain);
                        }
                        _ => assert_eq!(done.unwrap(), [0, 1], "{way:?} {known} {cut}"),
                    }
                    host.calm().await;
                    recovers(&host, &server, &driver, way).await;
                });
            }
        }
    }
}

/// A session of someone else, on a server that is known to have no such thing, and has it by now.
#[test]
fn a_session_of_its_own_does_not_go_by_a_version_without_one() {
    let (host, server) = Host::new();
    let driver = host.driver(knowing("5.0"));
    let own = || SessionConfig { auth: Some(AuthToken::basic("ann", "x", None)), ..SessionConfig::default() };
    host.run(async {
        let run = driver.session(own()).unwrap();
        let result = run.run("ROWS 2", Map::new(), TransactionConfig::default()).await.unwrap();
        assert_eq!(numbers(&result).await.unwrap(), [0, 1]);
    });
    assert_eq!(
        (server.sockets(), server.count("DECLINE"), server.last("LOGON").text("principal")),
        (1, 0, Some("ann"))
    );
}

#[test]
fn work_that_runs_no_query_is_told_of_a_refused_begin() {
    for known in [true, false] {
        for code in ["Neo.ClientError.Database.DatabaseNotFound", "Neo.TransientError.General.DatabaseUnavailable"] {
            for warm in [true, false] {
                let (host, server) = Host::new();
                let driver = host.driver(once(known));
                host.run(async {
                    if warm {
                        Way::Run.work(&driver).await.unwrap();
                    }
                    server.once("BEGIN", [super::simulated::failure(code)]);
                    let work = async |_| Ok::<_, Error>(());
                    let error = refused(session(&driver).execute_write(TransactionConfig::default(), work).await);
                    assert_eq!(error.code(), code, "{warm}");
                    assert_eq!((server.count("BEGIN"), server.count("COMMIT")), (1, 0));
                    session(&driver).execute_write(TransactionConfig::default(), work).await.unwrap();
                    assert_eq!((server.count("BEGIN"), server.count("COMMIT")), (2, 1));
                    recovers(&host, &server, &driver, Way::Managed).await;
                });
            }
        }
    }
}

/// It leaves with the login, and so its answer may be there, and the connection gone, before the work has run a query.
#[test]
fn a_refused_begin_says_more_than_that_the_connection_is_gone() {
    for known in [true, false] {
        for code in ["Neo.ClientError.Security.TokenExpired", "Neo.TransientError.General.DatabaseUnavailable"] {
            let (host, server) = Host::new();
            server.once("BEGIN", [super::simulated::failure(code), Step::Close(1006, "")]);
            let driver = host.driver(once(known));
            host.run(async {
                let work = async |transaction: neo4j_wasm::Transaction| {
                    host.calm().await;
                    numbers(&transaction.ask("ROWS 2").await?).await
                };
                let error = refused(session(&driver).execute_write(TransactionConfig::default(), work).await);
                assert_eq!((error.code(), server.count("RUN")), (code, 0));
                recovers(&host, &server, &driver, Way::Managed).await;
            });
        }
    }
}

/// A Close frame right behind the answer to the login: by then all is sent, and the socket is about to say why.
#[test]
fn a_close_on_the_heels_of_the_login_keeps_its_reason() {
    for known in [true, false] {
        let (host, server) = Host::new();
        let closing = server.clone();
        server.on("LOGON", move |_| {
            closing.begin_to_close_all();
            vec![Step::Usual]
        });
        server.once("RUN", [Step::Wait(seconds(1)), Step::Close(1013, "come back later")]);
        let driver = host.driver(once(known));
        host.run(async {
            let error = refused(Way::Run.work(&driver).await);
            assert_eq!(error.code(), "ConnectionClosed");
            assert!(error.message().contains("1013") && error.message().contains("come back later"), "{error}");
        });
    }
}
