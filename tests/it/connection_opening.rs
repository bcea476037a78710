//! How a connection is opened: socket, handshake, HELLO, LOGON, all within one time limit.

use neo4j_wasm::platform::Address;
use neo4j_wasm::value::{Map, Value};
use neo4j_wasm::{AuthToken, Config, Error, ErrorKind, NotificationFilter};

use super::simulated::{
    Ask, Host, Server, Step, counts, failure, millis, numbers, query, refused, seconds, session, success,
};

const VERSIONS: [(u8, u8); 11] =
    [(4, 4), (5, 0), (5, 1), (5, 2), (5, 3), (5, 4), (5, 6), (5, 7), (5, 8), (6, 0), (6, 1)];

fn with_password() -> Config {
    Config { auth: AuthToken::basic("neo4j", "secret", None).into(), ..Config::default() }
}

/// What a query comes to where opening a connection fails; nothing may be left of the attempt.
fn fails(prepare: impl FnOnce(&Server)) -> Error {
    let (host, server) = Host::new();
    prepare(&server);
    let driver = host.driver(with_password());
    host.run(async {
        let error = refused(query(&driver, "RETURN 1").await);
        assert_eq!(counts(&driver), (0, 0, 0, 0));
        host.calm().await;
        assert_eq!(server.open_sockets(), 0);
        error
    })
}

#[test]
fn every_version_opens() {
    for (major, minor) in VERSIONS {
        let (host, server) = Host::new();
        server.speak(major, minor);
        let driver = host.driver(with_password());
        host.run(async {
            let result = session(&driver).ask("ROWS 3").await.unwrap();
            assert_eq!(numbers(&result).await.unwrap(), [0, 1, 2]);
            let server = result.consume().await.unwrap().server.clone();
            assert_eq!(server.protocol_version, format!("{major}.{minor}"));
            assert_eq!(server.agent, "Neo4j/5.26.0");
            assert_eq!(server.address, "localhost:7687");
        });
        assert_eq!(server.names(), ["RUN", "PULL"]);
    }
}

#[test]
fn the_version_is_agreed_on_without_a_login() {
    for (major, minor) in VERSIONS {
        let (host, server) = Host::new();
        server.speak(major, minor);
        let driver = host.driver(with_password());
        host.run(async {
            assert_eq!(driver.protocol_version().await.unwrap(), format!("{major}.{minor}"));
            assert_eq!(counts(&driver), (0, 0, 0, 0));
            host.calm().await;
            assert_eq!(server.open_sockets(), 0);
            driver.close().await;
            assert_eq!(driver.protocol_version().await.unwrap_err().code(), "DriverClosed");
        });
        assert!(server.names().is_empty());
    }
}

#[test]
fn every_version_opens_however_the_answers_are_cut_and_however_slowly_they_come() {
    for (major, minor) in VERSIONS {
        for size in 1..8 {
            let (host, server) = Host::new();
            server.speak(major, minor);
            server.cut_into(size);
            server.delay(millis(20));
            let driver = host.driver(with_password());
            host.run(async { assert_eq!(query(&driver, "ROWS 3").await.unwrap(), [0, 1, 2]) });
        }
    }
}

#[test]
fn the_login_and_the_first_requests_leave_in_one_send() {
    for (major, minor) in VERSIONS {
        let (host, server) = Host::new();
        server.speak(major, minor);
        let driver = host.driver(with_password());
        host.run(query(&driver, "RETURN 1")).unwrap();
        let sends: Vec<_> = server.sends().into_iter().map(|send| send.requests).collect();
        let handshake = vec!["HANDSHAKE"];
        if (major, minor) >= (5, 1) {
            assert_eq!(sends, [handshake, vec!["HELLO", "LOGON", "RUN", "PULL"]]);
        } else {
            // Such servers may keep the answer to HELLO until what came with it is done.
            assert_eq!(sends, [handshake, vec!["HELLO"], vec!["RUN", "PULL"]]);
        }
    }
}

#[test]
fn credentials_are_in_logon_where_there_is_one_and_in_hello_where_there_is_none() {
    for (major, minor) in VERSIONS {
        let (host, server) = Host::new();
        server.speak(major, minor);
        let driver = host.driver(with_password());
        host.run(query(&driver, "RETURN 1")).unwrap();
        let hello = server.last("HELLO");
        let bearer = if (major, minor) >= (5, 1) {
            assert_eq!(hello.text("scheme"), None);
            server.last("LOGON")
        } else {
            hello
        };
        let told = ["scheme", "principal", "credentials"].map(|key| bearer.text(key).unwrap());
        assert_eq!(told, ["basic", "neo4j", "secret"]);
    }
}

#[test]
fn hello_says_who_we_are() {
    for (major, minor) in VERSIONS {
        let (host, server) = Host::new();
        server.speak(major, minor);
        let driver = host.driver(Config { user_agent: "bakery/1.0".to_owned(), ..Config::default() });
        host.run(query(&driver, "RETURN 1")).unwrap();
        let hello = server.last("HELLO");
        assert_eq!(hello.text("user_agent"), Some("bakery/1.0"));
        assert_eq!(hello.extra().get("routing"), None);
        let agent = hello.extra().get("bolt_agent").and_then(Value::as_map);
        assert_eq!(agent.is_some(), (major, minor) >= (5, 3));
        // Whatever the user agent says: this is what the driver is.
        let product = agent.map(|agent| agent.get("product").unwrap().as_str().unwrap().to_owned());
        assert!(product.is_none_or(|product| product.starts_with("neo4j-wasm/")));
    }
}

#[test]
fn hello_says_which_notifications_are_of_interest() {
    let notifications = NotificationFilter {
        minimum_severity: Some("WARNING".to_owned()),
        disabled_classifications: Some(vec!["HINT".to_owned()]),
    };
    for (major, minor, key) in [
        (5, 2, "notifications_disabled_categories"),
        (5, 4, "notifications_disabled_categories"),
        (5, 8, "notifications_disabled_classifications"),
    ] {
        let (host, server) = Host::new();
        server.speak(major, minor);
        let driver = host.driver(Config { notifications: notifications.clone(), ..Config::default() });
        host.run(query(&driver, "RETURN 1")).unwrap();
        let hello = server.last("HELLO");
        assert_eq!(hello.text("notifications_minimum_severity"), Some("WARNING"));
        assert_eq!(hello.extra().get(key), Some(&Value::from(vec!["HINT"])));
    }
}

#[test]
fn a_filter_that_the_server_does_not_have_is_a_configuration_error_and_leaves_nothing_open() {
    let (host, server) = Host::new();
    server.speak(5, 1);
    let notifications = NotificationFilter { minimum_severity: Some("OFF".to_owned()), ..Default::default() };
    let driver = host.driver(Config { notifications, ..Config::default() });
    host.run(async {
        let error = refused(query(&driver, "RETURN 1").await);
        assert_eq!(error.kind(), ErrorKind::Configuration);
        host.calm().await;
        assert_eq!(server.open_sockets(), 0);
        assert_eq!(server.count("HELLO"), 0);
    });
}

#[test]
fn the_connection_timeout_covers_socket_handshake_hello_and_logon() {
    for stall in ["CONNECT", "HANDSHAKE", "HELLO", "LOGON"] {
        let (host, server) = Host::new();
        server.always(stall, [Step::Silence]);
        let driver = host.driver(Config { connection_timeout: seconds(7), ..with_password() });
        host.run(async {
            let error = refused(query(&driver, "RETURN 1").await);
            assert_eq!((error.kind(), error.code()), (ErrorKind::Timeout, "ConnectionTimeout"), "{stall}");
            assert!(error.is_retryable() && error.message().contains("7000 ms"), "{error}");
            assert_eq!(host.now(), seconds(7));
            assert_eq!(counts(&driver), (0, 0, 0, 0));
            host.calm().await;
            assert_eq!(server.open_sockets(), 0, "{stall}");
        });
    }
}

#[test]
fn the_connection_timeout_is_one_for_all_the_steps_together() {
    let (host, server) = Host::new();
    for step in ["CONNECT", "HANDSHAKE", "HELLO", "LOGON"] {
        server.once(step, [Step::Wait(seconds(2)), Step::Usual]);
    }
    let driver = host.driver(Config { connection_timeout: millis(7_900), ..with_password() });
    host.run(async {
        assert_eq!(refused(query(&driver, "RETURN 1").await).code(), "ConnectionTimeout");
        assert_eq!(host.now(), millis(7_900));
        // The next one is quicker, once it may try.
        query(&driver, "RETURN 1").await.unwrap();
        assert_eq!(host.now(), millis(8_050));
    });
}

#[test]
fn opening_slowly_is_fine_within_the_timeout() {
    let (host, server) = Host::new();
    server.always("LOGON", [Step::Wait(seconds(29)), Step::Usual]);
    let driver = host.driver(with_password());
    host.run(query(&driver, "RETURN 1")).unwrap();
    assert_eq!(host.now(), seconds(29));
}

#[test]
fn a_server_that_cannot_be_reached_is_named() {
    let error = fails(|server| server.always("CONNECT", [Step::Close(1006, "")]));
    assert_eq!((error.kind(), error.code()), (ErrorKind::Connection, "ConnectionFailed"));
    assert!(error.is_retryable());
    assert!(error.message().contains("localhost:7687") && error.message().contains("1006"), "{error}");
}

#[test]
fn a_host_that_does_not_even_try_says_why() {
    let (host, server) = Host::new();
    let driver = host.driver(Config::default());
    let reason = refused(host.driver_for("nonsense", Config::default()));
    host.refuse(reason.clone());
    host.run(async {
        assert_eq!(refused(query(&driver, "RETURN 1").await).message(), reason.message());
        assert_eq!(counts(&driver), (0, 0, 0, 0));
    });
    assert_eq!(server.sockets(), 0);
}

#[test]
fn the_close_code_and_the_reason_reach_the_error_at_every_step() {
    for step in ["HANDSHAKE", "HELLO", "LOGON"] {
        for (code, reason) in [(1000, ""), (1001, "going away"), (1006, ""), (1011, "a bug")] {
            let error = fails(|server| server.always(step, [Step::Close(code, reason)]));
            assert_eq!((error.kind(), error.code()), (ErrorKind::Connection, "ConnectionClosed"));
            let text = error.message();
            assert!(text.contains(&code.to_string()) && text.contains(reason), "{step}: {text}");
        }
    }
}

#[test]
fn a_wrong_password_is_an_auth_error_and_its_connection_is_closed() {
    for (major, minor) in VERSIONS {
        let refusal = failure("Neo.ClientError.Security.Unauthorized");
        let step = if (major, minor) >= (5, 1) { "LOGON" } else { "HELLO" };
        // A server closes after this, but a driver must not rely on it.
        for steps in [vec![refusal.clone()], vec![refusal.clone(), Step::Close(1000, "")]] {
            let error = fails(|server| {
                server.speak(major, minor);
                server.always(step, steps);
            });
            assert_eq!(error.kind(), ErrorKind::Auth);
            assert_eq!(error.code(), "Neo.ClientError.Security.Unauthorized");
            assert!(!error.is_retryable() && !format!("{error:?}").contains("secret"));
        }
    }
}

#[test]
fn a_refused_hello_is_not_drowned_by_the_ignored_logon() {
    let error = fails(|server| server.always("HELLO", [failure("Neo.ClientError.Request.Invalid")]));
    assert_eq!(error.code(), "Neo.ClientError.Request.Invalid");
}

#[test]
fn what_is_not_bolt_is_a_protocol_error() {
    for (bytes, part) in [
        (&b"HTTP/1.1 400 Bad Request\r\n\r\n"[..], "HTTP"),
        (b"\x16\x03\x03\x00\x02", "not Bolt"),
        (b"SSH-2.0-OpenSSH", "not Bolt"),
        (&[0, 0, 0, 0], "none of the Bolt versions"),
        (&[0, 0, 0, 3], "3.0"),
        (&[0, 0, 5, 5], "5.5"),
        (&[0, 0, 1, 0xFF, 1, 0, 0, 0, 7, 0], "none of the Bolt versions"),
        (&[0, 0, 1, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1], "does not end"),
    ] {
        let error = fails(|server| server.always("HANDSHAKE", [Step::Raw(bytes.to_vec())]));
        assert_eq!(error.kind(), ErrorKind::Protocol, "{error}");
        assert!(error.message().contains(part) && error.message().contains("localhost:7687"), "{error}");
    }
}

#[test]
fn an_answer_to_hello_that_is_not_bolt_is_a_protocol_error() {
    for bytes in [&[0, 1, 0xFF, 0, 0][..], &[0, 2, 0xB0, 0x7F, 0, 0], b"\x00\x05hello\x00\x00"] {
        let error = fails(|server| server.always("HELLO", [Step::Raw(bytes.to_vec()), Step::Silence]));
        assert_eq!(error.kind(), ErrorKind::Protocol, "{error}");
    }
}

#[test]
fn the_agent_is_what_hello_says_and_empty_where_it_says_nothing() {
    let (host, server) = Host::new();
    server.once("HELLO", [Step::Success(Map::new())]);
    server.once("HELLO", [success([("server", "Memgraph/3.0")])]);
    host.run(async {
        let driver = host.driver(Config::default());
        assert_eq!(driver.server_info().await.unwrap().agent, "");
        let driver = host.driver(Config::default());
        assert_eq!(driver.server_info().await.unwrap().agent, "Memgraph/3.0");
    });
}

#[test]
fn the_socket_goes_to_host_port_and_path_of_the_uri() {
    let (host, _) = Host::new();
    host.server("example.com", 7688);
    let driver = host.driver_for("bolt+s://example.com:7688/some/path", Config::default()).unwrap();
    host.run(query(&driver, "RETURN 1")).unwrap();
    let targets = host.targets();
    assert_eq!(targets.len(), 1);
    assert_eq!(targets[0].url(), "wss://example.com:7688/some/path");
    assert_eq!(targets[0].address, Address { host: "example.com".to_owned(), port: 7688 });
}

#[test]
fn giving_up_while_a_connection_opens_closes_the_socket_wherever_it_stands() {
    for stall in ["CONNECT", "HANDSHAKE", "HELLO", "LOGON"] {
        let (host, server) = Host::new();
        server.once(stall, [Step::Silence]);
        let driver = host.driver(with_password());
        host.run(async {
            let asking = driver.clone();
            let task = host.spawn(async move { query(&asking, "RETURN 1").await });
            host.calm().await;
            assert_eq!(counts(&driver), (0, 0, 1, 0));
            task.abort();
            assert_eq!(counts(&driver), (0, 0, 0, 0));
            host.calm().await;
            assert_eq!(server.open_sockets(), 0, "{stall}");
            query(&driver, "RETURN 1").await.unwrap();
        });
    }
}
