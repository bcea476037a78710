// 
use neo4j_wasm::value::Map;

pub fn parameters() -> Map {
    Map::from([("text", "x"), ("limit", 50)])
}
