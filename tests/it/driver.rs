//! Making a driver: everything is checked, nothing is opened.

use std::time::Duration;

use neo4j_wasm::{AuthToken, Config, Driver, Error, ErrorKind, Trust};

use super::simulated::{Host, Step, counts, failure, millis, query, refused, seconds, session};

fn refusal(uri: &str, config: Config) -> Error {
    let (host, server) = Host::new();
    let error = refused(host.driver_for(uri, config));
    assert_eq!((error.kind(), server.sockets()), (ErrorKind::Configuration, 0));
    assert!(!error.is_retryable());
    error
}

#[test]
fn outside_of_the_web_there_is_no_driver_and_it_says_so() {
    let error = Driver::new("bolt://localhost", Config::default()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert!(error.message().contains("wasm32-unknown-unknown"), "{error}");
}

#[test]
fn a_wrong_uri_is_refused_with_what_is_wrong_about_it() {
    for (uri, part) in [
        ("", "scheme"),
        ("localhost", "scheme"),
        ("localhost:7687", "scheme"),
        ("bolt:localhost", "scheme"),
        ("http://localhost:7474", "bolt://"),
        ("https://localhost", "bolt://"),
        ("ws://localhost", "bolt://"),
        ("blot://localhost", "blot"),
        ("bolt://", "host"),
        ("bolt://localhost:0", "port"),
        ("bolt://localhost:65536", "port"),
        ("bolt://localhost:seven", "port"),
        ("bolt://localhost:-1", "port"),
        ("bolt://::1", "bracket"),
        ("bolt://[::1", "bracket"),
        ("bolt://user@localhost", "auth"),
        ("bolt://localhost#top", "fragment"),
        ("bolt://localhost?region=eu", "neo4j:"),
        ("neo4j://localhost?region=eu&region=us", "twice"),
        ("bolt://local host", "white space"),
    ] {
        let error = refusal(uri, Config::default());
        assert!(error.message().contains(part), "{uri}: {error}");
    }
}

#[test]
fn a_password_in_the_uri_is_refused_and_shown_nowhere() {
    let error = refusal("bolt://neo4j:secret@localhost", Config::default());
    assert!(!format!("{error:?} {error}").contains("secret"));
}

#[test]
fn options_that_make_no_sense_are_refused() {
    let base = Config::default;
    for (config, name) in [
        (Config { max_connection_pool_size: 0, ..base() }, "max_connection_pool_size"),
        (Config { connection_timeout: Duration::ZERO, ..base() }, "connection_timeout"),
        (Config { connection_acquisition_timeout: Duration::ZERO, ..base() }, "connection_acquisition_timeout"),
        (Config { fetch_size: Some(0), ..base() }, "fetch_size"),
        (Config { fetch_size: Some(-2), ..base() }, "fetch_size"),
        (Config { user_agent: String::new(), ..base() }, "user_agent"),
        (Config { der_encoded_server_certificate: Some(vec![1, 2, 3]), ..base() }, "der_encoded_server_certificate"),
    ] {
        let error = refusal("bolt://localhost", config);
        assert!(error.message().contains(name), "{error}");
    }
}

#[test]
fn the_scheme_and_the_options_do_not_both_speak_of_encryption() {
    for scheme in ["bolt+s", "bolt+ssc", "neo4j+s", "neo4j+ssc"] {
        let uri = format!("{scheme}://localhost");
        refusal(&uri, Config { encrypted: Some(true), ..Config::default() });
        refusal(&uri, Config { encrypted: Some(false), ..Config::default() });
        refusal(&uri, Config { trust: Some(Trust::AllCertificates), ..Config::default() });
    }
}

#[test]
fn the_scheme_decides_about_routing_and_encryption() {
    for (uri, routing, url) in [
        ("bolt://localhost", false, "ws://localhost:7687/"),
        ("BOLT://localhost", false, "ws://localhost:7687/"),
        ("bolt://example.com", false, "wss://example.com:7687/"),
        ("bolt+s://localhost:1", false, "wss://localhost:1/"),
        ("bolt+ssc://[::1]:2/path", false, "wss://[::1]:2/path"),
        ("bolt://127.0.0.1", false, "ws://127.0.0.1:7687/"),
    ] {
        let (host, _) = Host::new();
        let driver = host.driver_for(uri, Config::default()).unwrap();
        assert_eq!(driver.is_routing(), routing);
        // Nobody listens there, but now it shows where to.
        host.run(async {
            let _ = query(&driver, "RETURN 1").await;
        });
        assert_eq!(host.targets()[0].url(), url);
    }
    for uri in ["neo4j://localhost", "neo4j+s://localhost", "neo4j+ssc://localhost", "bolt+routing://localhost?a=b"] {
        let (host, _) = Host::new();
        assert!(host.driver_for(uri, Config::default()).unwrap().is_routing());
    }
}

#[test]
fn trust_and_a_pinned_certificate_reach_the_socket() {
    let (host, _) = Host::new();
    let certificate = vec![0x30, 0x03, 1, 2, 3];
    let config = Config {
        encrypted: Some(true),
        trust: Some(Trust::AllCertificates),
        der_encoded_server_certificate: Some(certificate.clone()),
        ..Config::default()
    };
    let driver = host.driver_for("bolt://localhost", config).unwrap();
    host.run(query(&driver, "RETURN 1")).unwrap();
    let tls = host.targets()[0].tls.clone().unwrap();
    assert_eq!((tls.trust_all, tls.pinned), (true, Some(certificate)));
}

#[test]
fn a_host_that_cannot_open_such_a_socket_says_so_when_the_driver_is_made() {
    let (host, server) = Host::new();
    let reason = refused(host.driver_for("nonsense", Config::default()));
    host.refuse(reason.clone());
    assert_eq!(refused(host.driver_for("bolt://localhost", Config::default())).message(), reason.message());
    assert_eq!(server.sockets(), 0);
}

#[test]
fn credentials_are_never_shown() {
    let auth = AuthToken::basic("neo4j", "secret", None);
    let config = Config { auth: auth.into(), ..Config::default() };
    assert!(!format!("{config:?}").contains("secret"));
}

#[test]
fn server_info_says_who_answers() {
    let (host, server) = Host::new();
    server.speak(5, 4);
    let driver = host.driver(Config::default());
    host.run(async {
        let info = driver.server_info().await.unwrap();
        assert_eq!(info.address, "localhost:7687");
        assert_eq!((info.agent.as_str(), info.protocol_version.as_str()), ("Neo4j/5.26.0", "5.4"));
        assert_eq!(counts(&driver), (0, 1, 0, 0));
    });
}

#[test]
fn server_info_asks_a_connection_that_is_there_already_whether_it_still_is() {
    let (host, server) = Host::new();
    let driver = host.driver(Config::default());
    host.run(async {
        query(&driver, "RETURN 1").await.unwrap();
        driver.server_info().await.unwrap();
        assert_eq!((server.count("RESET"), server.sockets()), (1, 1));
        server.once("RESET", [Step::Close(1006, "")]);
        assert_eq!(refused(driver.server_info().await).code(), "ConnectionClosed");
        driver.server_info().await.unwrap();
    });
}

#[test]
fn server_info_does_not_wait_for_ever_for_a_dead_connection() {
    let (host, server) = Host::new();
    let driver = host.driver(Config { connection_timeout: seconds(5), ..Config::default() });
    host.run(async {
        query(&driver, "RETURN 1").await.unwrap();
        server.once("RESET", [Step::Silence]);
        let error = refused(driver.server_info().await);
        assert_eq!((error.kind(), error.is_retryable()), (ErrorKind::Timeout, true));
        assert!(host.now() <= seconds(5) + millis(1));
        driver.server_info().await.unwrap();
    });
}

#[test]
fn server_info_with_a_wrong_password_is_an_auth_error() {
    let (host, server) = Host::new();
    server.always("LOGON", [failure("Neo.ClientError.Security.Unauthorized"), Step::Close(1000, "")]);
    let driver = host.driver(Config::default());
    host.run(async { assert_eq!(refused(driver.server_info().await).kind(), ErrorKind::Auth) });
}

#[test]
fn metrics_name_each_server_that_was_talked_to() {
    let (host, _) = Host::new();
    let driver = host.driver(Config::default());
    assert!(driver.metrics().is_empty());
    host.run(async {
        session(&driver).close().await.unwrap();
        query(&driver, "RETURN 1").await.unwrap();
    });
    let metrics = driver.metrics();
    assert_eq!(metrics.len(), 1);
    assert_eq!(metrics[0].address.to_string(), "localhost:7687");
    assert_eq!((metrics[0].in_use, metrics[0].idle, metrics[0].opening, metrics[0].waiting), (0, 1, 0, 0));
}

#[test]
fn limits_without_end_are_fine() {
    let (host, _) = Host::new();
    let config = Config {
        max_connection_pool_size: usize::MAX,
        max_connection_lifetime: std::time::Duration::MAX,
        connection_acquisition_timeout: std::time::Duration::MAX,
        connection_timeout: std::time::Duration::MAX,
        max_retry_time: std::time::Duration::MAX,
        liveness_check_timeout: Some(std::time::Duration::MAX),
        ..Config::default()
    };
    let driver = host.driver(config);
    host.run(async {
        host.sleep(seconds(1)).await;
        query(&driver, "RETURN 1").await.unwrap();
        host.sleep(seconds(100_000)).await;
        query(&driver, "RETURN 1").await.unwrap();
        driver.close().await;
    });
}
