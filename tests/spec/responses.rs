//! Responses: each kind in each version, and what is no response.

use neo4j_wasm::bolt::response::{read_column, read_record};
use neo4j_wasm::bolt::{Exchange, Request, Response, ServerState, Token, TransactionOptions, Version};
use neo4j_wasm::value::{Map, Value};
use neo4j_wasm::{Error, ErrorKind};

use super::wire::{
    FAILURE, IGNORED, SUCCESS, chunked, drain, failure, hex, ignored, introduce, message, newest, ready, record,
    shaken, structure, success,
};

const PULL: Request<'_> = Request::Pull { count: -1, query_id: None };

fn run(exchange: &mut Exchange, token: u64) {
    let (parameters, options) = (Map::new(), TransactionOptions::default());
    let run = Request::Run { query: "RETURN 1", parameters: &parameters, options: Some(&options) };
    exchange.submit(&run, Token(token)).unwrap();
}

/// A query and a request for its records, tokens 10 and 11.
fn queried(version: Version) -> Exchange {
    let mut exchange = ready(version);
    run(&mut exchange, 10);
    exchange.submit(&PULL, Token(11)).unwrap();
    exchange
}

/// The failure that a server of this version reports with these details.
fn reported(version: Version, details: Map) -> Error {
    let mut exchange = queried(version);
    exchange.receive(&chunked(&[failure(details)])).unwrap();
    match exchange.next_response() {
        Some((Token(10), Response::Failure(error))) => error,
        other => panic!("no failure: {other:?}"),
    }
}

/// Versions whose failures are GQL errors, and the others.
fn by_failure() -> (Vec<Version>, Vec<Version>) {
    let gql = ["5.7", "5.8", "6.0", "6.1"];
    Version::SUPPORTED.into_iter().partition(|version| gql.contains(&version.to_string().as_str()))
}

#[test]
fn success_carries_its_metadata() {
    for version in Version::SUPPORTED {
        let mut exchange = queried(version);
        let metadata = Map::from([("fields", Value::from(vec!["x"])), ("t_first", 123.into()), ("qid", 7_000.into())]);
        exchange.receive(&chunked(&[success(metadata.clone())])).unwrap();
        let Some((Token(10), Response::Success(found))) = exchange.next_response() else { panic!("no success") };
        assert_eq!(found, metadata);
        assert_eq!((exchange.pending(), exchange.state()), (1, ServerState::Streaming));
    }
}

#[test]
fn records_come_before_the_end_and_in_order() {
    for version in Version::SUPPORTED {
        let mut exchange = queried(version);
        let rows: Vec<Vec<Value>> = vec![vec!["1".into(), "2".into()], vec![3.into(), Value::Null], vec![]];
        let mut answers = vec![success([("fields", vec!["a", "b"])])];
        answers.extend(rows.iter().cloned().map(record));
        answers.push(success([("bookmark", "example-bookmark:1")]));
        exchange.receive(&chunked(&answers)).unwrap();
        assert!(matches!(exchange.next_response(), Some((Token(10), Response::Success(_)))));
        let Some((Token(11), Response::Records(batch))) = exchange.next_response() else { panic!("no records") };
        let read = batch.iter().map(|record| read_record(record, version.dialect(false)).unwrap());
        assert_eq!(read.collect::<Vec<_>>(), rows);
        assert!(matches!(exchange.next_response(), Some((Token(11), Response::Success(_)))));
        assert!(exchange.next_response().is_none());
        assert_eq!((exchange.pending(), exchange.state()), (0, ServerState::Ready));
    }
}

#[test]
fn what_is_behind_a_failure_is_ignored_until_reset() {
    for version in Version::SUPPORTED {
        let mut exchange = queried(version);
        exchange.receive(&chunked(&[failure([("message", "no")]), ignored()])).unwrap();
        assert_eq!(exchange.state(), ServerState::Failed);
        assert_eq!(drain(&mut exchange)[1], "11 Ignored");
        exchange.submit(&Request::Reset, Token(12)).unwrap();
        assert_eq!(exchange.state(), ServerState::Interrupted);
        exchange.receive(&chunked(&[success([("", "")])])).unwrap();
        assert_eq!(exchange.state(), ServerState::Ready);
    }
}

#[test]
fn a_server_that_ignores_a_query_though_nothing_has_failed_has_failed_itself() {
    let started = || success([("fields", vec!["x"])]);
    for version in Version::SUPPORTED {
        for answers in [vec![ignored()], vec![started(), ignored()], vec![started(), record(vec![1.into()]), ignored()]]
        {
            let mut exchange = queried(version);
            let error = exchange.receive(&chunked(&answers)).unwrap_err();
            assert_eq!((error.kind(), error.code()), (ErrorKind::Server, "Neo.DatabaseError.General.UnknownError"));
            assert!(!error.is_retryable(), "{error}");
            // Such servers leave out answers: the next one could be anyone's.
            assert_eq!(exchange.state(), ServerState::Defunct);
        }
    }
}

#[test]
fn ignored_may_have_something_to_say() {
    let mut exchange = queried(newest());
    let with_metadata = message(IGNORED, &[Map::from([("code", "x")]).into()]);
    exchange.receive(&chunked(&[failure(Map::new()), with_metadata])).unwrap();
    assert_eq!(drain(&mut exchange)[1], "11 Ignored");
}

#[test]
fn a_failure_before_5_7_has_a_code_and_a_message() {
    for version in by_failure().1 {
        let details = [("code", "Neo.ClientError.Statement.SyntaxError"), ("message", "example failure")];
        let error = reported(version, details.into());
        assert_eq!(error.kind(), ErrorKind::Server);
        assert_eq!((error.code(), error.message()), ("Neo.ClientError.Statement.SyntaxError", "example failure"));
        let status = error.gql_status().unwrap();
        assert_eq!(status.status, "50N42");
        assert_eq!(status.description, "error: general processing exception - unexpected error. example failure");
        assert_eq!(status.diagnostic_record, default_record());
        assert!(error.cause().is_none());
    }
}

fn default_record() -> Map {
    Map::from([("OPERATION", ""), ("OPERATION_CODE", "0"), ("CURRENT_SCHEMA", "/")])
}

/// The default record with one entry more.
fn classified(classification: &str) -> Map {
    default_record().into_iter().chain([("_classification".to_owned(), classification.into())]).collect()
}

#[test]
fn a_failure_since_5_7_is_a_gql_error() {
    for version in by_failure().0 {
        let text = "Unexpected type: Expected INT but got STRING";
        let error = reported(
            version,
            Map::from([
                ("gql_status", Value::from("22G03")),
                ("message", text.into()),
                ("description", "error: data exception - invalid value type".into()),
                ("neo4j_code", "Neo.ClientError.Request.Invalid".into()),
                ("diagnostic_record", Map::from([("_classification", "CLIENT_ERROR")]).into()),
            ]),
        );
        assert_eq!((error.code(), error.message()), ("Neo.ClientError.Request.Invalid", text));
        let status = error.gql_status().unwrap();
        assert_eq!(status.status, "22G03");
        assert_eq!(status.description, "error: data exception - invalid value type");
        assert_eq!(status.diagnostic_record, classified("CLIENT_ERROR"));
        assert!(error.cause().is_none());
    }
}

#[test]
fn a_gql_error_may_have_causes_in_causes() {
    let cause = |number: i64, cause: Option<Map>| {
        let own = [
            ("message", Value::from(format!("22N0{number}: text"))),
            ("gql_status", format!("22N0{number}").into()),
            ("description", format!("description {number}").into()),
            ("diagnostic_record", Map::from([("_classification", "CLIENT_ERROR")]).into()),
        ];
        own.into_iter().chain(cause.map(|cause| ("cause", cause.into()))).collect::<Map>()
    };
    let mut details = cause(1, Some(cause(2, Some(cause(3, None)))));
    details.insert("neo4j_code", "Neo.ClientError.Request.Invalid");
    for version in by_failure().0 {
        let error = reported(version, details.clone());
        let mut next = Some(&error);
        for number in 1..=3 {
            let found = next.expect("a cause");
            assert_eq!(found.message(), format!("22N0{number}: text"));
            assert_eq!(found.code(), if number == 1 { "Neo.ClientError.Request.Invalid" } else { "" });
            let status = found.gql_status().unwrap();
            assert_eq!(
                (status.status.as_str(), status.description.as_str()),
                (&*format!("22N0{number}"), &*format!("description {number}"))
            );
            assert_eq!(status.diagnostic_record, classified("CLIENT_ERROR"));
            next = found.cause();
        }
        assert!(next.is_none());
    }
}

#[test]
fn a_diagnostic_record_is_completed_and_not_overwritten() {
    let record = Map::from([("OPERATION", Value::from("MATCH")), ("CURRENT_SCHEMA", "/x".into()), ("extra", 1.into())]);
    let error = reported(newest(), Map::from([("diagnostic_record", record)]));
    let expected = Map::from([
        ("OPERATION", Value::from("MATCH")),
        ("OPERATION_CODE", "0".into()),
        ("CURRENT_SCHEMA", "/x".into()),
        ("extra", 1.into()),
    ]);
    assert_eq!(error.gql_status().unwrap().diagnostic_record, expected);
}

#[test]
fn a_failure_that_says_nothing_or_nonsense_is_still_a_failure() {
    for version in Version::SUPPORTED {
        let nonsense = [("code", 1), ("neo4j_code", 2), ("message", 3), ("gql_status", 4), ("cause", 5)];
        let empty = Map::from([("code", ""), ("neo4j_code", "")]);
        for details in [Map::new(), Map::from(nonsense), empty, Map::from([("diagnostic_record", Value::Null)])] {
            let error = reported(version, details);
            assert_eq!(error.code(), "Neo.DatabaseError.General.UnknownError");
            assert!(!error.message().is_empty());
            assert!(error.gql_status().is_some() && error.cause().is_none());
        }
    }
}

#[test]
fn the_query_of_the_documentation_is_run() {
    let mut exchange = ready(newest());
    let options = TransactionOptions {
        read_only: true,
        database: Some("example_database".into()),
        ..TransactionOptions::default()
    };
    let parameters = Map::from([("x", 123)]);
    let run = Request::Run { query: "RETURN $x AS example", parameters: &parameters, options: Some(&options) };
    exchange.submit(&run, Token(10)).unwrap();
    exchange.submit(&PULL, Token(11)).unwrap();
    let summary = [("bookmark", Value::from("example-bookmark:1")), ("t_last", 300.into()), ("type", "r".into())];
    exchange
        .receive(&chunked(&[success([("fields", vec!["example"])]), record(vec![123.into()]), success(summary)]))
        .unwrap();
    assert_eq!(exchange.pending(), 0);
    let lines = drain(&mut exchange);
    assert_eq!(lines.len(), 3);
    assert_eq!(lines[1], "11 RECORD [91, 7b]");
}

#[test]
fn the_transaction_of_the_documentation_is_walked_through_its_states() {
    let mut exchange = ready(newest());
    let (options, parameters) = (TransactionOptions::default(), Map::new());
    let query = Request::Run { query: "UNWIND [1,2,3,4] AS x RETURN x", parameters: &parameters, options: None };
    let more = || success([("has_more", true)]);
    let steps: [(Request<'_>, Vec<Vec<u8>>, ServerState); 9] = [
        (Request::Begin(&options), vec![success(Map::new())], ServerState::TxReady),
        (query, vec![success([("qid", 123)])], ServerState::TxStreaming),
        (query, vec![success([("qid", 456)])], ServerState::TxStreaming),
        (
            Request::Pull { count: 1, query_id: Some(123) },
            vec![record(vec![1.into()]), more()],
            ServerState::TxStreaming,
        ),
        (
            Request::Pull { count: 2, query_id: Some(123) },
            vec![success([("has_more", false)])],
            ServerState::TxStreaming,
        ),
        (Request::Discard { count: 1, query_id: Some(456) }, vec![more()], ServerState::TxStreaming),
        (Request::Discard { count: -1, query_id: Some(456) }, vec![success([("type", "r")])], ServerState::TxReady),
        (query, vec![success([("qid", 457)])], ServerState::TxStreaming),
        (Request::Rollback, vec![success(Map::new())], ServerState::Ready),
    ];
    for (request, answers, state) in steps {
        exchange.submit(&request, Token(0)).unwrap();
        exchange.receive(&chunked(&answers)).unwrap();
        assert_eq!((exchange.state(), exchange.pending()), (state, 0), "{request:?}");
    }
    // The result that the transaction left open is not counted in the next one.
    for (request, state) in [
        (Request::Begin(&options), ServerState::TxReady),
        (query, ServerState::TxStreaming),
        (PULL, ServerState::TxReady),
        (Request::Commit, ServerState::Ready),
    ] {
        exchange.submit(&request, Token(0)).unwrap();
        exchange.receive(&chunked(&[success(Map::new())])).unwrap();
        assert_eq!(exchange.state(), state, "{request:?}");
    }
}

#[test]
fn the_utc_patch_holds_from_the_answer_to_hello_on() {
    let old = Version::SUPPORTED[10];
    for (metadata, utc) in [
        (Map::from([("patch_bolt", vec!["utc"])]), true),
        (Map::from([("patch_bolt", vec!["other", "utc"])]), true),
        (Map::from([("patch_bolt", vec!["other"])]), false),
        (Map::from([("patch_bolt", "utc")]), false),
        (Map::new(), false),
    ] {
        let mut exchange = shaken(old);
        introduce(&mut exchange);
        assert!(!exchange.dialect().unwrap().utc);
        exchange.receive(&chunked(&[success(metadata)])).unwrap();
        assert_eq!(exchange.dialect(), Some(old.dialect(utc)));
    }
    // Also for the next message in the same bytes.
    let mut exchange = shaken(old);
    introduce(&mut exchange);
    run(&mut exchange, 3);
    let with_date_time = structure(SUCCESS, &[hex("A1 81 74 B3 49 C9 11 94 2A C9 0E 10")]);
    exchange.receive(&chunked(&[success([("patch_bolt", vec!["utc"])]), with_date_time])).unwrap();
    assert_eq!(exchange.pending(), 0);
    for version in Version::SUPPORTED.into_iter().filter(|version| *version != old) {
        assert!(ready(version).dialect().unwrap().utc, "{version}");
    }
}

/// Why the exchange gives up on a message that answers RUN.
fn violation(message: Vec<u8>) -> String {
    let mut exchange = queried(newest());
    let error = exchange.receive(&chunked(&[message])).expect_err("a violation");
    assert_eq!(error.kind(), ErrorKind::Protocol);
    assert_eq!((exchange.state(), exchange.pending()), (ServerState::Defunct, 2));
    assert!(exchange.next_response().is_none());
    error.message().to_owned()
}

#[test]
fn messages_that_no_server_sends_end_the_conversation() {
    let requests = [0x01, 0x02, 0x0F, 0x10, 0x11, 0x12, 0x13, 0x2F, 0x3F, 0x54, 0x66, 0x6A, 0x6B];
    for tag in (0..=255).filter(|tag| ![SUCCESS, IGNORED, FAILURE].contains(tag)) {
        let metadata = message(tag, &[Map::new().into()]);
        assert!(!violation(metadata).is_empty(), "0x{tag:02x}");
    }
    assert!(requests.iter().all(|tag| violation(structure(*tag, &[])).contains("not one a server sends")));
}

#[test]
fn messages_of_another_shape_end_the_conversation() {
    for bytes in [
        "B0 70",
        "B2 70 A0 A0",
        "B1 70 90",
        "B1 70 C0",
        "B0 7F",
        "B2 7F A0 A0",
        "B1 7F 81 41",
        "B1 70 A0 00",
        "B0 7E 00",
        "A0",
        "90",
        "C0",
        "70",
        "B1 70 A1 81 41",
        "B1 70 A1 01 01",
        "B1",
    ] {
        violation(hex(bytes));
    }
}

#[test]
fn a_long_text_from_the_server_is_not_part_of_the_complaint() {
    let long = "x".repeat(10_000);
    for message in [
        structure(SUCCESS, &[super::wire::encoded(&long.clone().into(), newest().dialect(false))]),
        super::wire::encoded(&long.into(), newest().dialect(false)),
        super::wire::encoded(&Value::Bytes(vec![0; 10_000]), newest().dialect(false)),
    ] {
        assert!(violation(message).len() < 200);
    }
}

#[test]
fn a_record_is_one_list_and_answers_pull() {
    violation(record(vec![]));
    for bytes in ["B1 71 A0", "B1 71 C0", "B1 71", "B0 71", "B2 71 90 90"] {
        let mut exchange = queried(newest());
        let answers = [success(Map::new()), hex(bytes)];
        assert!(exchange.receive(&chunked(&answers)).is_err(), "{bytes}");
        assert_eq!(drain(&mut exchange), ["10 Success(Map { entries: [] })"], "what came before stays");
    }
    let mut exchange = queried(newest());
    exchange.submit(&Request::Discard { count: -1, query_id: None }, Token(12)).unwrap();
    let answers = [success(Map::new()), success([("has_more", true)]), record(vec![])];
    assert!(exchange.receive(&chunked(&answers)).is_err());
}

#[test]
fn a_record_whose_bytes_go_on_is_no_record() {
    let dialect = newest().dialect(false);
    assert_eq!(read_record(&hex("92 01 81 41"), dialect).unwrap(), [1.into(), "A".into()]);
    for bytes in ["", "91", "95 00", "90 00", "A0", "C0", "91 01 00", "91 B1 00 00"] {
        assert!(read_record(&hex(bytes), dialect).is_err(), "{bytes}");
    }
}

#[test]
fn one_column_is_read_alone() {
    let dialect = newest().dialect(false);
    // A list in a list, a map, a date that there is not, and what was asked for.
    let bytes = hex("95 92 91 C0 01 A1 81 6B 92 02 03 B1 44 CB 7F FF FF FF FF FF FF FF 81 41 07");
    let read = |index| read_column(&bytes, dialect, 5, index);
    assert_eq!((read(3).unwrap(), read(4).unwrap()), (Value::from("A"), Value::from(7)));
    assert_eq!(read(1).unwrap(), Value::from(Map::from([("k", Value::from(vec![2, 3]))])));
    assert!(read(2).is_err() && read(5).is_err());
    assert!(read_record(&bytes, dialect).is_err());
    for (bytes, columns) in [("92 01 02", 1), ("91 01", 2), ("A0", 0), ("", 0), ("92 93 01 02", 2)] {
        assert!(read_column(&hex(bytes), dialect, columns, 1).is_err(), "{bytes}");
    }
}

#[test]
fn an_answer_to_nothing_ends_the_conversation() {
    for message in [success(Map::new()), failure(Map::new()), ignored(), record(vec![])] {
        let mut exchange = ready(newest());
        assert!(exchange.receive(&chunked(&[message])).is_err());
        assert_eq!(exchange.state(), ServerState::Defunct);
    }
}

/// The responses to HELLO, LOGON where there is one, and RUN, whose answers come in pieces of `cut` bytes.
fn introduced(version: Version, answers: &[Vec<u8>], cut: usize) -> Vec<String> {
    let mut exchange = shaken(version);
    introduce(&mut exchange);
    run(&mut exchange, 3);
    for part in chunked(answers).chunks(cut) {
        exchange.receive(part).expect("no error beyond the refusal");
    }
    assert_eq!(exchange.state(), ServerState::Defunct);
    drain(&mut exchange)
}

#[test]
fn what_follows_a_refused_hello_or_logon_says_nothing() {
    let refusal = || failure([("code", "Neo.ClientError.Security.Unauthorized")]);
    let hello_refused = [refusal(), ignored(), ignored()];
    let logon_refused = [success(Map::new()), refusal(), ignored(), success(Map::new()), hex("FF FF")];
    for version in Version::SUPPORTED {
        for cut in [1, 7, usize::MAX] {
            assert_eq!(introduced(version, &hello_refused, cut).len(), 1, "{version}");
            if version.has_logon() {
                assert_eq!(introduced(version, &logon_refused, cut).len(), 2, "{version}");
            }
        }
    }
}

#[test]
fn a_conversation_that_is_over_takes_no_request_but_goodbye() {
    let mut exchange = queried(newest());
    assert!(exchange.receive(&chunked(&[record(vec![])])).is_err());
    for request in [Request::Reset, Request::Commit, PULL] {
        assert_eq!(exchange.submit(&request, Token(9)).unwrap_err().kind(), ErrorKind::Protocol);
    }
    assert_eq!((exchange.state(), exchange.pending()), (ServerState::Defunct, 2));
    let _ = exchange.take_output();
    exchange.submit(&Request::Goodbye, Token(9)).unwrap();
    assert_eq!(exchange.take_output(), hex("00 02 B0 02 00 00"));
    assert!(exchange.receive(&chunked(&[success(Map::new())])).is_ok(), "what still comes is not read");
    assert!(exchange.next_response().is_none());
}

#[test]
fn no_request_goes_out_before_the_handshake_or_when_it_cannot_be_sent() {
    let mut exchange = Exchange::new();
    let _ = exchange.take_output();
    assert!(exchange.submit(&Request::Reset, Token(1)).is_err());
    let mut exchange = ready(Version::SUPPORTED[10]);
    let parameters = Map::from([("x", neo4j_wasm::value::Uuid([0; 16]))]);
    let run = Request::Run { query: "RETURN 1", parameters: &parameters, options: None };
    assert!(exchange.submit(&run, Token(1)).is_err());
    assert_eq!((exchange.take_output(), exchange.pending()), (vec![], 0));
}

#[test]
fn reset_is_answered_after_what_it_interrupts() {
    let mut exchange = queried(newest());
    exchange.submit(&Request::Reset, Token(12)).unwrap();
    assert_eq!(exchange.pending_tokens().collect::<Vec<_>>(), [Token(10), Token(11), Token(12)]);
    // The query had begun; its records are not sent any more.
    for (answer, state) in [
        (success(Map::new()), ServerState::Interrupted),
        (failure(Map::new()), ServerState::Interrupted),
        (success(Map::new()), ServerState::Ready),
    ] {
        exchange.receive(&chunked(&[answer])).unwrap();
        assert_eq!(exchange.state(), state);
    }
    assert_eq!(exchange.pending(), 0);
}

#[test]
fn a_reset_that_another_one_overtakes_may_be_ignored() {
    for first in [ignored(), success(Map::new())] {
        for between in [ignored(), success(Map::new()), failure(Map::new())] {
            let mut exchange = ready(newest());
            exchange.submit(&Request::Reset, Token(1)).unwrap();
            run(&mut exchange, 2);
            exchange.submit(&Request::Reset, Token(3)).unwrap();
            exchange.receive(&chunked(&[first.clone(), between])).unwrap();
            assert_eq!(exchange.state(), ServerState::Interrupted);
            exchange.receive(&chunked(&[success(Map::new())])).unwrap();
            assert_eq!((exchange.state(), exchange.pending()), (ServerState::Ready, 0));
        }
    }
    let mut exchange = ready(newest());
    exchange.submit(&Request::Reset, Token(1)).unwrap();
    assert!(exchange.receive(&chunked(&[ignored()])).is_err(), "the last one is never ignored");
}
