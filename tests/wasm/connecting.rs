//! Drivers: made, connected, refused, led elsewhere, closed.

use std::cell::RefCell;
use std::rc::Rc;

use futures::future::join;
use neo4j_wasm::value::Map;
use neo4j_wasm::{
    Address, AuthToken, Config, Driver, Error, ErrorKind, GraphDatabase, SessionConfig, TransactionConfig, WebSocketUrl,
};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::server::{config, driver, idle, one, session, uri, variable};

#[wasm_bindgen_test]
async fn a_driver_connects_and_tells_who_answers() {
    let driver = GraphDatabase::driver(&uri(), config()).unwrap();
    assert!(!driver.is_routing() && !driver.is_encrypted() && !driver.closed());
    assert_eq!(driver.metrics().len(), 0, "nothing is opened before it is needed");
    driver.verify_connectivity().await.unwrap();
    let server = driver.server_info().await.unwrap();
    assert_eq!(server.agent, format!("Neo4j/{}", variable("NEO4J_VERSION")));
    assert!(uri().ends_with(&server.address), "{}", server.address);
    assert_eq!(idle(&driver), 1);
}

#[wasm_bindgen_test]
async fn a_routing_driver_finds_its_way() {
    let driver = Driver::new(&uri().replace("bolt:", "neo4j:"), config()).unwrap();
    assert!(driver.is_routing());
    assert_eq!(one::<i64>(&driver, "RETURN 1 AS one", Map::new()).await, 1);
    assert_eq!(driver.routing_table(None).unwrap().writers.len(), 1);
}

#[wasm_bindgen_test]
async fn who_is_not_accepted_hears_so() {
    let auth = AuthToken::basic("nobody", "not the password", None);
    let driver = Driver::new(&uri(), Config { auth: auth.clone().into(), ..Config::default() }).unwrap();
    let error = driver.verify_connectivity().await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Auth, "Neo.ClientError.Security.Unauthorized"));
    assert!(!error.is_retryable() && !format!("{error:?}").contains("not the password"), "{error:?}");
    let known = self::driver();
    if known.supports_session_auth().await.unwrap() {
        assert!(!known.verify_authentication(&auth, None).await.unwrap());
    }
}

#[wasm_bindgen_test]
async fn a_server_that_is_down_is_a_connection_error() {
    // The port is taken on 127.0.0.1, and by nobody here.
    let elsewhere = uri().replace("127.0.0.1", "127.0.0.2");
    let driver = Driver::new(&elsewhere, config()).unwrap();
    let error = driver.verify_connectivity().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connection, "{error:?}");
    assert!(error.is_retryable() && error.message().contains("127.0.0.2"), "{error:?}");
}

#[wasm_bindgen_test]
fn what_is_wrong_is_said_before_anything_is_opened() {
    for (uri, config, culprit) in [
        ("http://localhost:7474", Config::default(), "\"http\""),
        ("bolt://localhost", Config { fetch_size: Some(0), ..Config::default() }, "fetch_size"),
        ("bolt+ssc://localhost", Config::default(), "certificate"),
    ] {
        let error = Driver::new(uri, config).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration);
        assert!(error.message().contains(culprit), "{error:?}");
    }
}

#[wasm_bindgen_test]
async fn a_server_is_reached_where_the_application_says() {
    let asked = Rc::new(RefCell::new(Vec::new()));
    let (known, way) = (Rc::clone(&asked), uri().replace("bolt:", "ws:"));
    let web_socket_url = WebSocketUrl::new(move |server: &Address| {
        known.borrow_mut().push(server.to_string());
        Ok(way.clone())
    });
    let config = Config { web_socket_url: Some(web_socket_url), ..config() };
    let driver = Driver::new("bolt://db.invalid:7777", config).unwrap();
    assert_eq!(one::<i64>(&driver, "RETURN 1 AS one", Map::new()).await, 1);
    assert_eq!(*asked.borrow(), ["db.invalid:7777"]);
    assert_eq!(driver.server_info().await.unwrap().address, "db.invalid:7777");
}

#[wasm_bindgen_test]
async fn an_application_without_a_url_is_heard() {
    let none = WebSocketUrl::new(|server: &Address| Err(Error::application(format!("no relay for {server}"))));
    let driver = Driver::new(&uri(), Config { web_socket_url: Some(none), ..config() }).unwrap();
    let error = driver.verify_connectivity().await.unwrap_err();
    assert!(error.message().starts_with("no relay for 127.0.0.1:"), "{error:?}");
}

#[wasm_bindgen_test]
async fn closing_ends_what_is_under_way() {
    let driver = driver();
    let session = session(&driver);
    let query = "UNWIND range(1, 10000000) AS n RETURN n";
    let result = session.run(query, Map::new(), TransactionConfig::default()).await.unwrap();
    let (collected, ()) = join(result.collect(), driver.close()).await;
    let error = collected.unwrap_err();
    assert_eq!(error.code(), "DriverClosed", "{error:?}");
    assert!(driver.closed());
    driver.close().await;
    assert_eq!(driver.session(SessionConfig::default()).unwrap_err().kind(), ErrorKind::Usage);
}
