//! What components of front-ends ask of what they are handed: whether it is still the same, and how it looks.

use neo4j_wasm::{
    AuthManager, AuthToken, BookmarkManager, Config, Error, Resolver, SessionConfig, TransactionConfig, WebSocketUrl,
};

use super::simulated::{Ask, Host, Table, begin, pool_of, refused, session};

#[test]
fn handles_are_equal_where_they_are_the_same() {
    let (host, _) = Host::new();
    let (driver, other) = (host.driver(pool_of(1)), host.driver(pool_of(1)));
    assert!(driver.clone() == driver && driver != other);
    let first = session(&driver);
    assert!(first.clone() == first && first != session(&driver));
    host.run(async {
        let (one, two) = (begin(&driver).await.unwrap(), begin(&other).await.unwrap());
        assert!(one.clone() == one && one != two);
    });
}

#[test]
fn configurations_are_equal_where_they_say_the_same_and_ask_the_same_functions() {
    let resolver = || Resolver::new(async |address| Ok(vec![address]));
    let full = |url: &WebSocketUrl, resolver: &Resolver, auth: &AuthManager| Config {
        auth: auth.clone().into(),
        resolver: Some(resolver.clone()),
        web_socket_url: Some(url.clone()),
        ..Config::default()
    };
    let auth = || AuthManager::new(async || Ok(AuthToken::bearer("token")), async |_, _| Ok(true));
    let (url, kept, manager) = (WebSocketUrl::new(|_| Ok("ws://localhost".to_owned())), resolver(), auth());
    assert_eq!(full(&url, &kept, &manager), full(&url, &kept, &manager));
    assert_ne!(full(&url, &kept, &manager), full(&url, &resolver(), &manager));
    assert_ne!(full(&url, &kept, &manager), full(&url, &kept, &auth()));
    let with = |password| Config { auth: ("neo4j", password).into(), ..Config::default() };
    assert_eq!(with("secret"), with("secret"));
    assert_ne!(with("secret"), with("other"));
    let manager = BookmarkManager::new([]);
    let sharing =
        |manager: BookmarkManager| SessionConfig { bookmark_manager: Some(manager), ..SessionConfig::default() };
    assert_eq!(sharing(manager.clone()), sharing(manager.clone()));
    assert_ne!(sharing(manager), sharing(BookmarkManager::new([])));
    assert_eq!(TransactionConfig::default(), TransactionConfig::default());
}

#[test]
fn records_are_equal_by_their_columns_and_values_and_show_them() {
    let (host, server) = Host::new();
    let nan = Table { rows: vec![vec![f64::NAN.into()]], ..Table::of("ROWS 1").unwrap() };
    server.results_in("NAN", nan);
    server.results_in("OTHER", Table { fields: vec!["m"], ..Table::of("ROWS 1").unwrap() });
    let driver = host.driver(pool_of(1));
    host.run(async {
        let session = session(&driver);
        let records = async |query: &str| session.ask(query).await.unwrap().collect().await.unwrap();
        let (first, again) = (records("ROWS 2").await, records("ROWS 2").await);
        assert_eq!(first, again);
        assert_ne!(first[0], again[1]);
        assert_ne!(first[0], records("OTHER").await[0]);
        // For a component that shows it nothing has changed, although no NaN equals another.
        assert_eq!(records("NAN").await, records("NAN").await);
        first[0].values().unwrap();
        assert_eq!(first, again, "whether or not they have been read");
        assert_eq!(format!("{:?}", first[1]), r#"Record {"n": Integer(1)}"#);
    });
}

#[test]
fn errors_are_equal_where_they_say_the_same_and_show_their_code() {
    let (host, _) = Host::new();
    let driver = host.driver(pool_of(1));
    host.run(async {
        let fails = async |code: &str| refused(session(&driver).ask(&format!("FAIL {code}")).await);
        let syntax = "Neo.ClientError.Statement.SyntaxError";
        let error: Error = fails(syntax).await;
        assert_eq!(error, fails(syntax).await);
        assert_ne!(error, fails("Neo.ClientError.Statement.TypeError").await);
        assert_eq!(error.to_string(), format!("{syntax}: {}", error.message()));
    });
}
