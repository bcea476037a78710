//! What the newest protocol versions bring, through a whole driver: manifests, vectors, unsupported types, UUIDs.

use neo4j_wasm::value::{Map, UnsupportedType, Uuid, Value, Vector};
use neo4j_wasm::{Config, ErrorKind, RecordStream, Result, TransactionConfig};

use super::simulated::{Ask, Host, Server, Step, Table, counts, query, refused, session, success};
use super::wire::{RECORD, chunked, encoded, hex, newest, structure};

fn vectors() -> Vec<Value> {
    [
        Vector::Int8(vec![i8::MIN, -1, 0, 1, i8::MAX]),
        Vector::Int16(vec![i16::MIN, 258, i16::MAX]),
        Vector::Int32(vec![i32::MIN, 16_909_060, i32::MAX]),
        Vector::Int64(vec![i64::MIN, 72_623_859_790_382_856, i64::MAX]),
        Vector::Float32(vec![1.5, -0.0, f32::MIN_POSITIVE, f32::INFINITY]),
        Vector::Float64(vec![1.5, -0.0, f64::MIN_POSITIVE, f64::NEG_INFINITY]),
        Vector::Float64(vec![]),
        Vector::Int16((0..4_096).collect()),
    ]
    .map(Value::from)
    .to_vec()
}

fn uuids() -> Vec<Value> {
    let all = Uuid(*b"0123456789abcdef");
    vec![all.into(), Uuid([0; 16]).into(), Uuid([0xFF; 16]).into(), vec![Value::from(all), Value::Null].into()]
}

/// One column `n` of these.
fn column(values: Vec<Value>) -> Table {
    let mut table = Table::numbers(0..0);
    table.rows = values.into_iter().map(|value| vec![value]).collect();
    table
}

async fn read(result: &RecordStream) -> Result<Vec<Value>> {
    result.collect().await?.iter().map(|record| record.get("n")).collect()
}

/// A column `n` with a value as these bytes, and a number behind it.
fn answers_with(server: &Server, value: Vec<u8>) {
    let records = [value, vec![7]].map(|value| structure(RECORD, &[[vec![0x91], value].concat()]));
    server.once("PULL", [Step::Raw(chunked(&records)), success([("type", "r")])]);
}

#[test]
fn vectors_and_uuids_come_and_go_where_the_version_has_them() {
    for (minor, values) in [(0, vectors()), (1, [vectors(), uuids()].concat())] {
        let (host, server) = Host::new();
        server.speak(6, minor);
        server.results_in("ALL", column(values.clone()));
        let driver = host.driver(Config::default());
        host.run(async {
            let parameters = Map::from([("values", values.clone())]);
            let session = session(&driver);
            let result = session.run("ALL", parameters.clone(), TransactionConfig::default()).await.unwrap();
            assert_eq!(read(&result).await.unwrap(), values);
            assert_eq!(server.last("RUN").parameters(), &parameters);
        });
    }
}

#[test]
fn vectors_travel_in_the_byte_order_of_the_network() {
    let (host, server) = Host::new();
    server.speak(6, 0);
    answers_with(&server, hex("B2 56  CC 01 C9  CC 04 0102 FFFE"));
    let driver = host.driver(Config::default());
    let read = host.run(async { read(&session(&driver).ask("RETURN 1").await?).await });
    assert_eq!(read.unwrap(), [Vector::Int16(vec![0x0102, -2]).into(), Value::from(7)]);
}

#[test]
fn what_the_version_does_not_have_is_refused_with_its_path_and_nothing_is_sent() {
    let vector = Value::from(Vector::Int8(vec![1]));
    let unsupported = UnsupportedType { name: "X".to_owned(), minimum_protocol: (9, 0), message: None };
    let unsupported = Value::UnsupportedType(Box::new(unsupported));
    for ((major, minor), value) in
        [((5, 8), vector), ((6, 0), Uuid([1; 16]).into()), ((5, 8), Uuid([1; 16]).into()), ((6, 1), unsupported)]
    {
        let (host, server) = Host::new();
        server.speak(major, minor);
        let driver = host.driver(Config::default());
        host.run(async {
            let parameters = Map::from([("deep", Map::from([("list", vec![Value::Null, value.clone()])]))]);
            let asked = session(&driver).run("RETURN 1", parameters, TransactionConfig::default()).await;
            let error = refused(asked);
            assert_eq!(error.kind(), ErrorKind::Usage);
            assert!(error.message().contains("parameters.deep.list[1]"), "{error}");
            assert_eq!((server.names(), counts(&driver)), (vec![], (0, 1, 0, 0)));
        });
    }
}

#[test]
fn a_value_that_a_server_could_not_send_says_so_in_its_place() {
    for (bytes, message) in [
        ("B4 3F 84 54797065 09 02 A1 87 6D657373616765 84 57616974", Some("Wait")),
        ("B4 3F 84 54797065 09 02 A0", None),
    ] {
        let (host, server) = Host::new();
        server.speak(6, 0);
        answers_with(&server, hex(bytes));
        let driver = host.driver(Config::default());
        let read = host.run(async { read(&session(&driver).ask("RETURN 1").await?).await }).unwrap();
        let message = message.map(str::to_owned);
        let expected = UnsupportedType { name: "Type".to_owned(), minimum_protocol: (9, 2), message };
        assert_eq!(read, [Value::UnsupportedType(Box::new(expected)), Value::from(7)]);
    }
}

#[test]
fn a_value_that_came_before_its_time_is_an_error_where_it_is_read_and_nowhere_else() {
    let vector = encoded(&vectors()[0], newest().dialect(false));
    let uuid = encoded(&uuids()[0], newest().dialect(false));
    for ((major, minor), bytes, part) in
        [((5, 8), vector, "0x56"), ((6, 0), uuid.clone(), "0xe0"), ((5, 8), uuid, "0xe0")]
    {
        let (host, server) = Host::new();
        server.speak(major, minor);
        answers_with(&server, bytes);
        let driver = host.driver(Config::default());
        host.run(async {
            let records = session(&driver).ask("RETURN 1").await.unwrap().collect().await.unwrap();
            let error = refused(records[0].get::<Value>("n"));
            assert_eq!(error.kind(), ErrorKind::Protocol);
            assert!(error.message().to_lowercase().contains(part), "{error}");
            assert_eq!(records[1].get::<i64>("n").unwrap(), 7);
            query(&driver, "RETURN 1").await.unwrap();
            assert_eq!(server.sockets(), 1);
        });
    }
}

#[test]
fn a_manifest_is_understood_however_it_is_ordered_and_cut() {
    for offers in [
        "02  00 00 01 06  00 08 08 05  00",
        "02  00 08 08 05  00 00 01 06  00",
        "04  00 03 09 09  00 02 04 04  00 01 01 06  00 00 00 07  FF 82 71",
        // A range that reaches beyond what the driver knows, a number longer than it need be, and many capabilities.
        "82 00  00 05 05 06  00 00 00 03  FF FF FF FF FF FF FF FF FF 01",
    ] {
        let bytes = hex(&format!("00 00 01 FF  {offers}"));
        for cut in 1..bytes.len() {
            let (host, server) = Host::new();
            server.speak(6, 1);
            let (first, second) = bytes.split_at(cut);
            server.once("HANDSHAKE", [Step::Raw(first.to_vec()), Step::Raw(second.to_vec())]);
            let driver = host.driver(Config::default());
            host.run(async { assert_eq!(query(&driver, "ROWS 2").await.unwrap(), [0, 1], "{offers} at {cut}") });
            let sends: Vec<_> = server.sends().into_iter().map(|send| send.requests).collect();
            // The choice goes out with the first requests, as nothing answers it.
            assert_eq!(sends, [&["HANDSHAKE"][..], &["HELLO", "LOGON", "RUN", "PULL"]], "{offers} at {cut}");
        }
    }
}

#[test]
fn a_manifest_that_comes_byte_by_byte_and_slowly_is_waited_for() {
    let (host, server) = Host::new();
    server.speak(6, 1);
    let pause = Step::Wait(super::simulated::seconds(1));
    let bytes = hex("00 00 01 FF 02 00 00 01 06 00 08 08 05 09");
    let steps = bytes.iter().flat_map(|byte| [pause.clone(), Step::Raw(vec![*byte])]);
    server.once("HANDSHAKE", steps.collect::<Vec<_>>());
    let driver = host.driver(Config::default());
    host.run(query(&driver, "RETURN 1")).unwrap();
    assert_eq!(host.now().as_secs(), bytes.len() as u64);
}
