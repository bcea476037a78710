//! Values of every type that can be a parameter: what comes back is what was sent.

use neo4j_wasm::value::{
    Duration, EpochSeconds, LocalDate, LocalDateTime, LocalTime, Map, Point, TimeZone, Uuid, Value, Vector,
    ZonedDateTime, ZonedTime,
};
use neo4j_wasm::{Driver, TransactionConfig};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::server::{driver, session, speaks};

async fn assert_come_back(driver: &Driver, query: &str, values: impl IntoIterator<Item = Value>) {
    let session = session(driver);
    for value in values {
        let parameters = Map::from([("value", value.clone())]);
        let result = session.run(query, parameters, TransactionConfig::default()).await;
        let record = result.unwrap_or_else(|error| panic!("{value:?}: {error:?}")).single().await.unwrap();
        assert_eq!(record.get::<Value>("value").unwrap(), value);
    }
}

const QUERY: &str = "RETURN $value AS value";

#[wasm_bindgen_test]
async fn plain_values() {
    let nested = Map::from([("list", Value::from([Some(1), None])), ("map", Map::from([("deep", "yes")]).into())]);
    let values: [Value; 13] = [
        Value::Null,
        true.into(),
        i64::MIN.into(),
        i64::MAX.into(),
        0.1.into(),
        f64::INFINITY.into(),
        "".into(),
        "Grüße, 世界 🌍".into(),
        "long".repeat(20_000).into(),
        Value::Bytes((0..=255).collect()),
        Vec::<i64>::new().into(),
        Map::new().into(),
        nested.into(),
    ];
    assert_come_back(&driver(), QUERY, values).await;
}

#[wasm_bindgen_test]
async fn times_and_places() {
    let date = LocalDate::new(2024, 2, 29).unwrap();
    let time = LocalTime::new(23, 59, 59, 123_456_789).unwrap();
    let zoned = |zone| ZonedDateTime::new(EpochSeconds::Utc(1_700_000_000), 7, zone).unwrap();
    let values: [Value; 10] = [
        date.into(),
        LocalDate::new(-999_999_999, 1, 1).unwrap().into(),
        time.into(),
        ZonedTime::new(time, -5_400).unwrap().into(),
        LocalDateTime::new(date, time).into(),
        zoned(TimeZone::Offset(3_600)).into(),
        zoned(TimeZone::Named { name: "Europe/Stockholm".into(), offset_seconds: None }).into(),
        Duration { months: 14, days: -3, seconds: 1, nanoseconds: 999_999_999 }.into(),
        Point { srid: 7203, x: 1.5, y: -2.5, z: None }.into(),
        Point { srid: 4979, x: 18.07, y: 59.33, z: Some(28.0) }.into(),
    ];
    assert_come_back(&driver(), QUERY, values).await;
}

#[wasm_bindgen_test]
async fn values_of_the_newest_servers() {
    let driver = driver();
    if speaks(&driver, (6, 0)).await {
        let vectors = [Vector::Int8(vec![-128, 127]), Vector::Float32(vec![0.5, -0.25]), Vector::Int64(vec![i64::MAX])];
        assert_come_back(&driver, QUERY, vectors.map(Value::from)).await;
    }
    if speaks(&driver, (6, 1)).await {
        let uuid: Uuid = "550e8400-e29b-41d4-a716-446655440000".parse().unwrap();
        assert_come_back(&driver, "CYPHER 25 RETURN $value AS value", [uuid.into()]).await;
    }
}
