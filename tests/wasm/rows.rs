//! Rows as types of the application, from a real server.

use futures::TryStreamExt;
use neo4j_wasm::value::{LocalDate, Map, Node, Path, Point, Relationship};
use neo4j_wasm::{TransactionConfig, params};
use serde::{Deserialize, Serialize};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::server::{driver, session};

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Person {
    name: String,
    born_on: Option<LocalDate>,
    home: Point,
    tags: Vec<String>,
}

#[wasm_bindgen_test]
async fn what_is_written_from_a_struct_is_read_as_one() {
    let driver = driver();
    let session = session(&driver);
    let ada = Person {
        name: "Ada".into(),
        born_on: Some(LocalDate::new(1815, 12, 10).unwrap()),
        home: Point { srid: 4326, x: -0.13, y: 51.5, z: None },
        tags: vec!["engine".into()],
    };
    let transaction = session.begin_transaction(TransactionConfig::default()).await.unwrap();
    let query = "CREATE p = (a:Test)-[r:KNOWS {since: 2024}]->(b:Test) SET a = $person RETURN a, r, p";
    let person = Map::from_serialize(&ada).unwrap();
    let record = transaction.run(query, params! { "person": person }).await.unwrap().single().await.unwrap();
    transaction.rollback().await.unwrap();

    #[derive(Deserialize)]
    struct Row {
        a: Person,
        r: Relationship,
        p: Path,
    }
    let Row { a, r, p } = record.to().unwrap();
    assert_eq!((&a, r.get::<u16>("since").unwrap(), p.segments().len()), (&ada, 2024, 1));
    assert_eq!(record.get::<Node>(0).unwrap().to::<Person>().unwrap(), ada);
    let (node, _, _): (Node, Relationship, Path) = record.columns().unwrap();
    assert_eq!(&node, p.start());
}

#[wasm_bindgen_test]
async fn a_result_is_a_stream_of_rows() {
    #[derive(Deserialize)]
    struct Row {
        n: u32,
        #[allow(dead_code)]
        text: String,
    }
    let driver = driver();
    let query = "UNWIND range(1, $count) AS n RETURN n, toString(n) AS text";
    let result =
        session(&driver).run(query, params! { "count": 3_000_usize }, TransactionConfig::default()).await.unwrap();
    let sum = result.rows::<Row>().try_fold(0, async |sum, row| Ok(sum + row.n)).await.unwrap();
    assert_eq!(sum, 4_501_500);
}
