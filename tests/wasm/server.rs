//! The server that the tests talk to, and what they share.

use neo4j_wasm::value::{FromValue, Map};
use neo4j_wasm::{Config, Driver, Session, SessionConfig, TransactionConfig};
use wasm_bindgen::JsValue;

/// As `cargo xtask with-neo4j` has it in the environment, which a page is handed as `testEnvironment`, or else was compiled
/// with.
pub(crate) fn variable(name: &str) -> String {
    let get = |object: &JsValue, key: &str| js_sys::Reflect::get(object, &key.into()).unwrap_or_default();
    let global = js_sys::global();
    let process = get(&global, "process");
    let variables = if process.is_undefined() { get(&global, "testEnvironment") } else { get(&process, "env") };
    let found = get(&variables, name).as_string().or_else(|| compiled(name).map(str::to_owned));
    found.unwrap_or_else(|| panic!("no {name}: a server is needed, see tests/wasm/main.rs"))
}

/// For pages that nobody hands anything: those that `wasm-pack test` opens.
fn compiled(name: &str) -> Option<&'static str> {
    match name {
        "NEO4J_URI" => option_env!("NEO4J_URI"),
        "NEO4J_USER" => option_env!("NEO4J_USER"),
        "NEO4J_PASSWORD" => option_env!("NEO4J_PASSWORD"),
        "NEO4J_VERSION" => option_env!("NEO4J_VERSION"),
        _ => None,
    }
}

pub(crate) fn uri() -> String {
    variable("NEO4J_URI")
}

pub(crate) fn config() -> Config {
    let (user, password) = (variable("NEO4J_USER"), variable("NEO4J_PASSWORD"));
    Config { auth: (&*user, &*password).into(), ..Config::default() }
}

pub(crate) fn driver() -> Driver {
    Driver::new(&uri(), config()).unwrap()
}

/// Whether it speaks this version of Bolt.
pub(crate) async fn speaks(driver: &Driver, version: (u32, u32)) -> bool {
    let spoken = driver.server_info().await.unwrap().protocol_version;
    let (major, minor) = spoken.split_once('.').unwrap();
    (major.parse().unwrap(), minor.parse().unwrap()) >= version
}

pub(crate) fn session(driver: &Driver) -> Session {
    driver.session(SessionConfig::default()).unwrap()
}

/// The one value of the one row that a query has.
pub(crate) async fn one<T: FromValue>(driver: &Driver, query: &str, parameters: Map) -> T {
    let (keys, records, _) = driver
        .execute_query(query, parameters, SessionConfig::default(), TransactionConfig::default())
        .await
        .unwrap_or_else(|error| panic!("{query}: {error:?}"));
    records[0].get(&keys[0]).unwrap()
}

/// How many nodes have this name. Names are made by [`name`], so that no test sees what another has left.
pub(crate) async fn count(driver: &Driver, name: &str) -> i64 {
    one(driver, "MATCH (n:Test {name: $name}) RETURN count(n) AS count", Map::from([("name", name)])).await
}

pub(crate) fn name() -> String {
    format!("test {}", js_sys::Math::random())
}

/// Asserts that no connection is in use, and gives how many wait for use.
pub(crate) fn idle(driver: &Driver) -> usize {
    let metrics = driver.metrics();
    assert!(metrics.iter().all(|server| server.in_use == 0 && server.waiting == 0), "{metrics:?}");
    metrics.iter().map(|server| server.idle).sum()
}
