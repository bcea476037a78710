//
use neo4j_wasm::Driver;

pub fn share(driver: Driver) {
    std::thread::spawn(move || drop(driver));
}
